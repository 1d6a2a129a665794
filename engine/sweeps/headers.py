"""The one seam to the lanes: the header figures of one company under scenarios that are columns.

What runs behind it, in which order and how many at once, changes no figure.
"""

from collections.abc import Sequence
from datetime import date

from ..analysis.headers import headers
from ..inputs.company import DatasetVersion
from ..values.faults import Refused
from ..values.pause import Pause, no_pause
from .figures import REFUSED_FIGURES, row_of
from .plan import SweepPlan
from .scenarios import Stresses, scenarios_in


def header_rows(
    plan: SweepPlan,
    company_id: str,
    company: DatasetVersion,
    stresses: Sequence[Stresses],
    pause: Pause = no_pause,
) -> list[list[int]]:
    """A row for each scenario, in their order: the columns of `figures`, and of a refused one the reason alone."""
    scenarios = [scenario for each in stresses for scenario in scenarios_in(plan, each, company_id)]
    day: date = plan.analysis_date or company.as_of_date
    answers = headers(company, day, scenarios, pause)
    return [_refused(each) if isinstance(each, Refused) else row_of(each.metrics) for each in answers]


def _refused(refused: Refused) -> list[int]:
    return [refused.faults[0].reason.value, *REFUSED_FIGURES]
