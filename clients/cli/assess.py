"""`seawall assess`: whether a company can serve its debt as its loans stand, and what falls due when."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from seawall.v1.debt_service_pb2 import AssessmentTerms

from ..client import StressClient
from ..report.assessment import sentences, show_schedule
from ..report.grid import say
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import as_json
from .short_ids import dataset_version_id

THRESHOLDS = {
    "ebitda_cash_share": "share of EBITDA that stands for cash where no cash figure is stated",
    "minimum_dscr": "DSCR below which the ability to pay is weak",
    "minimum_interest_coverage": "interest coverage below which the ability to pay is weak",
    "strong_dscr_margin": "how far above its minimum DSCR is strong",
    "most_maturity_concentration": "share of the debt that may fall due in one month",
}


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET_ID")
    parser.add_argument("--months", type=int, metavar="N", help="how far to look, 1 to 120; default 12")
    parser.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the as-of date")
    take_company(parser)
    for name, what in THRESHOLDS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="X", help=what)


async def assess(client: StressClient, arguments: Namespace) -> int:
    thresholds = {name: getattr(arguments, name) for name in THRESHOLDS}
    terms = AssessmentTerms(horizon_months=arguments.months, **thresholds)
    dataset = await dataset_version_id(client, arguments.dataset, company_of(arguments, arguments.dataset))
    stored = await client.assess_debt_service(dataset, terms=terms, analysis_date=arguments.analysis_date)
    if arguments.json:
        print(as_json(stored))
        return Exit.DONE
    console = Console()
    for line in sentences(stored.assessment):
        say(console, line)
    show_schedule(stored.assessment, console)
    say(console, f"assessment {stored.assessment_id}")
    return Exit.DONE


COMMAND = calling(take_arguments, assess)
