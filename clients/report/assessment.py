"""What an assessment says: the verdict, each ratio with both of its sides, and the payments with their sum."""

from collections.abc import Iterator

from rich.console import Console

from seawall.v1.assessment_pb2 import Assessment

from ..client.names import fields_by_file_name
from ..client.values import View, view
from . import grid
from .grid import Grid, say
from .wording import amount, counted, ratio_text, words


def sentences(assessment: Assessment) -> Iterator[str]:
    """The verdict first, then each ratio with both of its sides, then the flags."""
    service, figures = assessment.debt_service, view(assessment.debt_service, assessment.minor_digits)
    months = counted(assessment.horizon_months, "month")
    yield f"debt service over {months} from {assessment.analysis_date}: {words(figures.ability_level)}"

    def money(name: str) -> str:
        field = fields_by_file_name(service)[name]
        known = not field.has_presence or service.HasField(field.name)
        return amount(getattr(figures, name), assessment.currency) if known else "unknown"

    cash = f"cash {money('cash_horizon')} ({words(figures.cash_source)})"
    earned = f"EBITDA {money('ebitda_horizon')} over interest {money('interest_expense_horizon')}"
    yield f"DSCR {ratio_text(service.dscr)}: {cash} over service {money('debt_service_horizon')}"
    yield f"DSCR without balloons {ratio_text(service.ex_balloon_dscr)}: balloons {money('balloon_horizon')}"
    yield f"interest coverage {ratio_text(service.interest_coverage)}: {earned}"
    yield f"principal coverage {ratio_text(service.principal_coverage)}: principal {money('principal_horizon')}"
    concentration, month = ratio_text(service.maturity_concentration), service.maturity_concentration_period
    yield f"maturity concentration {concentration} in month {month}"
    yield f"to look at: {', '.join(map(words, figures.flags)) or 'nothing'}"


def show_schedule(assessment: Assessment, console: Console) -> None:
    """The months in which something falls due, all facilities together, with their sum."""
    payments = view(assessment, assessment.minor_digits).schedule
    sums = view(assessment.debt_service, assessment.minor_digits)
    rows = [
        [str(number), period_end, *map(_amount, _figures(month))]
        for number, (month, period_end) in enumerate(zip(payments, assessment.period_ends, strict=True), start=1)
        if month.payment
    ]
    due = (sums.cash_interest_horizon, sums.principal_horizon, sums.debt_service_horizon)
    headings = ("month", "end", "interest", "principal", "payment", "balance")
    grid.show(Grid(headings, rows, frozenset(), keys=2, sums=["sum", "", *map(_amount, due), ""]), console)
    say(console, f"amounts in {assessment.currency}")


def _figures(month: View) -> tuple[object, ...]:
    return month.interest_due, month.principal_due, month.payment, month.closing_balance


def _amount(figure: object) -> str:
    return f"{figure:,}"
