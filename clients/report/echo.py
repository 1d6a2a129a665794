"""What a server understood of a file, totals, leverage, days, maturities; what a scenario changes, and when."""

from calendar import month_name
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.echo_pb2 import DatasetVersionEcho, ScenarioEcho
from seawall.v1.scenario_pb2 import Scenario

from .changes import change_in_words
from .unit import Unit, unit_of
from .wording import counted, multiple, percent

MATURITIES = 3  #: are shown; of the later ones their number


def company_lines(company: DatasetVersion, echo: DatasetVersionEcho) -> Iterator[str]:
    """The company as the server reads it, in the unit that fits it."""
    unit = company_unit(company, echo)
    revenue = company.income_statement.revenue_annual_minor
    assets, debt = unit.amount(echo.total_assets_minor), unit.amount(echo.total_debt_minor)
    yield f"{company.company_name} as of {company.as_of_date}"
    yield f"  total assets {assets}, debt {debt}, liquidity {unit.amount(echo.liquidity_minor)}"
    yield (
        f"  a year: revenue {unit.amount(revenue)}, EBITDA {unit.amount(echo.ebitda_annual_minor)}, adjusted"
        f" {unit.amount(echo.adjusted_ebitda_annual_minor)}"
    )
    margin = _margin(echo.ebitda_annual_minor, revenue)
    yield f"  EBITDA margin {margin}, variable margin {percent(echo.variable_margin)}"
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
    yield f"  fiscal year ends in {month_name[echo.fiscal_year_end_month]}"
    yield from _maturities(company, unit)


def _margin(ebitda_minor: int, revenue_minor: int) -> str:
    """EBITDA over revenue.  -50.5 of 188.8 is -26.8 %."""
    if not revenue_minor:
        return "n.m."
    return f"{(100 * Decimal(ebitda_minor) / revenue_minor).quantize(Decimal('0.1'), ROUND_HALF_EVEN):,} %"


def _maturities(company: DatasetVersion, unit: Unit) -> Iterator[str]:
    """The debts that mature first, a line each."""
    debts = [
        (debt.maturity_date, debt.instrument_id, unit.amount(debt.principal_minor)) for debt in company.instruments
    ]
    if company.HasField("revolver"):
        line = company.revolver
        drawn = f"{unit.amount(line.drawn_minor)} drawn of {unit.amount(line.commitment_minor)}"
        debts.append((line.maturity_date, line.revolver_id, drawn))
    first, later = sorted(debts)[:MATURITIES], len(debts) - MATURITIES
    for maturity, name, amount in first:
        yield f"  matures on {maturity}: {name}, {amount}"
    if later > 0:
        yield f"  matures later: {counted(later, 'more debt')}"
    if not debts:
        yield "  matures: nothing, there is no debt"


def scenario_lines(scenario: Scenario, echo: ScenarioEcho, unit: Unit) -> Iterator[str]:
    """What a scenario changes: its sales, and each assumption at its beginning, its worst and its end."""
    yield f"{scenario.name}, up to {echo.last_period_end}"
    base, stressed = unit.amount(echo.base_revenue_horizon_minor), unit.amount(echo.revenue_horizon_minor)
    yield f"  sales of the horizon {stressed}, beside {base} without it"
    for assumption in echo.assumptions:
        yield f"  {change_in_words(assumption, len(_path(scenario, assumption.name)) > 1)}"


def _path(scenario: Scenario, name: str) -> Sequence[str]:
    """What was written of an assumption: at most one value is a constant, which a course may ramp and fade."""
    values = getattr(scenario.assumptions, name)
    return [values] if isinstance(values, str) else list(values)


def company_unit(company: DatasetVersion, echo: DatasetVersionEcho) -> Unit:
    return unit_of(echo.total_assets_minor, company.currency, echo.minor_digits)


def _days(decimal: str) -> str:
    return f"{Decimal(decimal):.1f}"
