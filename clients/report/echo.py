"""What a server understood of a file, in lines: totals, leverage, days, and what a scenario comes to month by month."""

from calendar import month_name
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.echo_pb2 import DatasetVersionEcho, ScenarioEcho

from .unit import Unit, unit_of
from .wording import multiple, percent, words


def company_lines(company: DatasetVersion, echo: DatasetVersionEcho) -> Iterator[str]:
    """The company as the server reads it, in the unit that fits it."""
    unit = company_unit(company, echo)
    assets, debt = unit.amount(echo.total_assets_minor), unit.amount(echo.total_debt_minor)
    yield f"{company.company_name} as of {company.as_of_date}"
    yield f"  total assets {assets}, debt {debt}, liquidity {unit.amount(echo.liquidity_minor)}"
    yield (
        f"  EBITDA {unit.amount(echo.ebitda_annual_minor)} a year, adjusted"
        f" {unit.amount(echo.adjusted_ebitda_annual_minor)}; variable margin {percent(echo.variable_margin)}"
    )
    yield (
        f"  leverage {multiple(echo.leverage, ROUND_CEILING)}; interest"
        f" {unit.amount(echo.interest_annual_run_rate_minor)} a year, {percent(echo.weighted_average_rate)} on average"
    )
    yield (
        f"  receivables {_days(echo.receivables_days)} days of sales, inventory {_days(echo.inventory_days)} days of"
        f" sales ahead, payables {_days(echo.payables_days)} days of purchases"
    )
    known = echo.HasField("market_value_minor")
    value = unit.amount(echo.market_value_minor) if known else "not known: no assets are given"
    yield f"  market value of the assets {value}"
    maturity = echo.first_maturity_date or "none, there is no debt"
    yield f"  fiscal year ends in {month_name[echo.fiscal_year_end_month]}; first maturity {maturity}"


def scenario_lines(name: str, echo: ScenarioEcho, unit: Unit) -> Iterator[str]:
    """What a scenario changes: its sales, and each assumption at its beginning, its worst and its end."""
    yield f"{name}, up to {echo.last_period_end}"
    base, stressed = unit.amount(echo.base_revenue_horizon_minor), unit.amount(echo.revenue_horizon_minor)
    yield f"  sales of the horizon {stressed}, beside {base} without it"
    for assumption in echo.assumptions:
        furthest = f"{assumption.furthest} in month {assumption.furthest_period}"
        yield f"  {words(assumption.name)}: {assumption.first} in month 1, {furthest}, {assumption.last} at the end"


def company_unit(company: DatasetVersion, echo: DatasetVersionEcho) -> Unit:
    return unit_of(echo.total_assets_minor, company.currency, echo.minor_digits)


def _days(decimal: str) -> str:
    return f"{Decimal(decimal):.1f}"
