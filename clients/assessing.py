"""`seawall assess`: can the company serve its debt as the contracts stand, and what falls due when?"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from seawall.v1.assessment_pb2 import Assessment
from seawall.v1.debt_service_pb2 import AssessmentTerms

from .client import StressClient
from .client.names import fields_by_file_name
from .client.values import View, view
from .commands import DONE, as_json
from .figures import amount, words

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


def sentences(assessment: Assessment) -> Iterator[str]:
    """The verdict first, then the ratios with both of their sides, then what to look at."""
    told, seen = assessment.debt_service, view(assessment.debt_service, assessment.minor_digits)
    months = assessment.horizon_months
    yield f"debt service over {months} months from {assessment.analysis_date}: {words(seen.ability_level)}"

    def money(name: str) -> str:
        field = fields_by_file_name(told)[name]
        known = not field.has_presence or told.HasField(field.name)
        return amount(getattr(seen, name), assessment.currency) if known else "unknown"

    def ratio(name: str) -> str:
        return words(str(getattr(seen, name)))

    cash, expense = f"cash {money('cash_horizon')} ({words(seen.cash_source)})", money("interest_expense_horizon")
    yield f"DSCR {ratio('dscr')}: {cash} over service {money('debt_service_horizon')}"
    yield f"DSCR without balloons {ratio('ex_balloon_dscr')}: balloons {money('balloon_horizon')}"
    yield f"interest coverage {ratio('interest_coverage')}: EBITDA {money('ebitda_horizon')} over interest {expense}"
    yield f"principal coverage {ratio('principal_coverage')}: principal {money('principal_horizon')}"
    yield f"maturity concentration {ratio('maturity_concentration')} in month {seen.maturity_concentration_period}"
    yield f"to look at: {', '.join(map(words, seen.flags)) or 'nothing'}"


def schedule(assessment: Assessment) -> Table:
    """The months in which something falls due, all facilities together, with their sum."""
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        caption=f"amounts in {assessment.currency}",
        show_footer=True,
    )
    seen, told = view(assessment, assessment.minor_digits), assessment.debt_service
    sums: View = view(told, assessment.minor_digits)
    due = (sums.cash_interest_horizon, sums.principal_horizon, sums.debt_service_horizon)
    for heading, footer in zip(
        ("month", "end", "interest", "principal", "payment", "balance"), ("sum", "", *map(_cell, due), ""), strict=True
    ):
        table.add_column(heading, footer, justify="right", no_wrap=True)
    for number, month in enumerate(seen.schedule, start=1):
        if month.payment:
            figures = (month.interest_due, month.principal_due, month.payment, month.closing_balance)
            table.add_row(str(number), assessment.period_ends[number - 1], *map(_cell, figures))
    return table


def _cell(figure: object) -> str:
    return f"{figure:,}"
