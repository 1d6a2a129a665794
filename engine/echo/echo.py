"""The echoes: a company and a scenario in the few numbers in which a mistake shows."""

from ..compile.base_year import BaseYear, base_year, derived_ebitda, ebitda_adjustment
from ..compile.opening import opening_days
from ..compile.paths import path
from ..compile.stock import stock_days
from ..debt.rates import interest_run_rate
from ..inputs.company import DatasetVersion
from ..inputs.scenario import NEUTRAL, Assumptions, Scenario
from ..numbers.exact import SCALAR, UndefinedRatio
from ..numbers.months import YEAR, month_end, month_of_year
from ..values.units import DayUnits, Money
from ..values.value import fields_of
from .results import AssumptionEcho, DatasetVersionEcho, ScenarioEcho


def dataset_version_echo(company: DatasetVersion) -> DatasetVersionEcho:
    """Totals, margins, leverage, the average coupon, and the days behind the working capital."""
    sheet, revolver, m = company.balance_sheet, company.revolver, SCALAR
    year = opening_year(company)
    ebitda = derived_ebitda(company.income_statement)
    adjusted, run_rate = ebitda + ebitda_adjustment(company.income_statement), interest_run_rate(m, company.debts)
    stock = stock_days(m, sheet.inventory, year)
    days = opening_days(m, company, year, stock)
    return DatasetVersionEcho(
        minor_digits=company.minor_digits,
        total_assets=sheet.total_assets,
        total_debt=company.total_debt,
        liquidity=sheet.cash + (revolver.commitment - revolver.drawn if revolver else 0),
        ebitda_annual=ebitda,
        adjusted_ebitda_annual=adjusted,
        variable_margin=m.ratio(variable_margin(year), sum(year.revenue), UndefinedRatio.INSUFFICIENT_DATA),
        leverage=m.ratio(company.total_debt, adjusted, UndefinedRatio.NO_EBITDA),
        interest_annual_run_rate=run_rate,
        weighted_average_rate=m.ratio(run_rate, company.total_debt, UndefinedRatio.NO_DEBT),
        receivables_days=_nanos(days.receivables.units),
        inventory_days=_nanos(stock.days.units),
        payables_days=_nanos(days.payables.units),
        market_value=sum(asset.market_value for asset in company.assets) if company.assets else None,
        fiscal_year_end_month=company.fiscal_year_end,
        first_maturity_date=min((debt.maturity_date for debt in company.debts), default=None),
    )


def scenario_echo(scenario: Scenario, company: DatasetVersion) -> ScenarioEcho:
    """The assumptions that change anything in the horizon, and revenue with and without them."""
    months = range(1, scenario.horizon_months + 1)
    revenue = opening_year(company).revenue
    base = [revenue[month_of_year(month)] for month in months]
    factors = path(scenario, "revenue_change_factor")
    return ScenarioEcho(
        assumptions=assumption_echoes(scenario),
        base_revenue_horizon=sum(base),
        revenue_horizon=sum(SCALAR.times(amount, factor) for amount, factor in zip(base, factors, strict=False)),
        last_period_end=month_end(company.as_of_date, scenario.horizon_months),
    )


def assumption_echoes(scenario: Scenario) -> tuple[AssumptionEcho, ...]:
    """The assumptions that differ from neutral in some month of the horizon."""
    echoes = (_assumption_echo(scenario, field.name) for field in fields_of(Assumptions) if field.unit)
    return tuple(echo for echo in echoes if echo is not None)


def _assumption_echo(scenario: Scenario, name: str) -> AssumptionEcho | None:
    if name in NEUTRAL:
        values = path(scenario, name)[: scenario.horizon_months]
    else:
        values = (getattr(scenario.assumptions, name),) * scenario.horizon_months
    distances = [abs(value - NEUTRAL.get(name, 0)) for value in values]
    furthest = distances.index(max(distances))
    if not distances[furthest]:
        return None
    return AssumptionEcho(name, values[0], values[furthest], furthest + 1, values[-1])


def opening_year(company: DatasetVersion) -> BaseYear:
    """The base year from the month after the as-of date on."""
    year = base_year(SCALAR, company, interest_run_rate(SCALAR, company.debts))
    return year.opening_with(month_end(company.as_of_date, 1).month)


def variable_margin(year: BaseYear) -> Money:
    """Revenue less the variable part of both costs, a year."""
    return sum(year.revenue) - sum(year.cost_of_sales_variable) - sum(year.operating_expenses_variable)


def _nanos(units: DayUnits) -> int:
    """Twelfths of a nano-day as days in nanos, rounded down."""
    return units // YEAR
