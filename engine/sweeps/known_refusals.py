"""What is known of a company before any scenario is compiled: whether it refuses all of them."""

from ..compile.limits import dates
from ..inputs.company import DatasetVersion
from .plan import SweepPlan


def refuses_all(plan: SweepPlan, company: DatasetVersion) -> bool:
    """Whether the analysis date of the plan fits no scenario on this company."""
    return any(True for _ in dates(company, company.debts, plan.analysis_date or company.as_of_date))
