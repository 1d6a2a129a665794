"""`seawall assess`: can the company serve its debt as the contracts stand, and what falls due when?"""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from seawall.v1.debt_service_pb2 import AssessmentTerms

from .client import StressClient
from .commands import DONE, as_json
from .report.assessment import schedule, sentences

THRESHOLDS = {
    "ebitda_cash_share": "share of EBITDA that stands for cash where none is stated",
    "minimum_dscr": "least DSCR that is not weak",
    "minimum_interest_coverage": "least interest coverage that is not weak",
    "strong_dscr_margin": "how far above its minimum DSCR is strong",
    "most_maturity_concentration": "share of the debt that may fall due in one month",
}


def take_arguments(assessing: ArgumentParser) -> None:
    assessing.add_argument("dataset", metavar="DATASET_ID")
    assessing.add_argument("--months", type=int, metavar="N", help="how far to look, 1 to 120; default 12")
    assessing.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the as-of date")
    for name, what in THRESHOLDS.items():
        assessing.add_argument(f"--{name.replace('_', '-')}", metavar="X", help=what)


async def assess(client: StressClient, arguments: Namespace) -> int:
    given = {name: getattr(arguments, name) for name in THRESHOLDS}
    terms = AssessmentTerms(horizon_months=arguments.months, **given)
    stored = await client.assess_debt_service(arguments.dataset, terms=terms, analysis_date=arguments.analysis_date)
    if arguments.json:
        print(as_json(stored))
        return DONE
    console = Console()
    for line in sentences(stored.assessment):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(schedule(stored.assessment))
    console.print(f"assessment {stored.assessment_id}", highlight=False, soft_wrap=True)
    return DONE
