"""Warnings: what is allowed and looks like a mistake, or limits what the figures can say. None refuses anything."""

from collections.abc import Iterator
from datetime import date

from ..compile.base_year import derived_ebitda, ebitda_adjustment
from ..compile.opening import amortises
from ..debt.cycles import after
from ..debt.rates import interest_run_rate
from ..inputs.calendar import LONGEST, Cycle
from ..inputs.company import DatasetVersion
from ..inputs.consistency import debts_by_path
from ..inputs.scenario import Scenario
from ..numbers.exact import SCALAR
from ..numbers.months import MOST_MONTHS, month_end
from ..values.in_words import counted, grouped
from ..values.units import NANO
from ..values.value import decimal_text
from .echo import assumption_echoes, opening_year, variable_margin
from .results import Warning, WarningReason

FAR_APART = NANO // 4  #: of the larger one
LOOKS_LIKE_CHANGE = NANO // 2
LONG_PAST = 31  #: days since a coupon
DAYS_OF_YEAR = 365
JUST_BEYOND = 92  #: days, a quarter
EXTREMES = {0: "All of it falls with sales at once", NANO: "None of it falls with sales"}
MEASURED = {
    "cost_of_sales_fixed_share": "studies find 0.02 to 0.23",
    "operating_expenses_fixed_share": "0.65 is a measured figure",
}
CHANGE_FACTORS = ("revenue_change_factor", "cost_change_factor", "interest_rate_change_factor")


def dataset_version_warnings(company: DatasetVersion) -> tuple[Warning, ...]:
    """What to look at in the figures of a company, in the order of their fields."""
    checks = (
        _fixed_shares,
        _variable_cost,
        _ebitda,
        _reported_ebitda,
        _interest,
        _principal,
        _minimum_cash,
        _rates,
        _accrued,
        _assets,
    )
    return tuple(warning for check in checks for warning in check(company))


def scenario_warnings(scenario: Scenario, company: DatasetVersion) -> tuple[Warning, ...]:
    """What to look at in a scenario on its dataset version."""
    return (
        *_factors(scenario),
        *_nothing_changes(scenario),
        *_maturities(scenario, company),
        *_maturities_after(scenario, company),
    )


def _fixed_shares(company: DatasetVersion) -> Iterator[Warning]:
    for name, measured in MEASURED.items():
        share = getattr(company.income_statement, name)
        if meaning := EXTREMES.get(share):
            why = f"{meaning}; {measured}. A report shows the runway at both ends: check what yours rests on."
            yield Warning(WarningReason.FIXED_SHARE_EXTREME, f"income_statement.{name}", decimal_text(share), why)


def _variable_cost(company: DatasetVersion) -> Iterator[Warning]:
    year = opening_year(company)
    margin = variable_margin(year)
    if margin < 0:
        revenue = sum(year.revenue)
        value = f"variable cost {_money(company, revenue - margin)} above revenue {_money(company, revenue)}"
        why = "Each sale loses cash, so a fall in sales looks like a relief. Check revenue, costs and fixed shares."
        yield Warning(WarningReason.SOLD_BELOW_VARIABLE_COST, "income_statement", value, why)


def _ebitda(company: DatasetVersion) -> Iterator[Warning]:
    ebitda = derived_ebitda(company.income_statement)
    if ebitda <= 0:
        why = "The year lost cash before debt service: leverage has no value. Check the signs of the costs."
        yield Warning(WarningReason.NO_EBITDA, "income_statement", f"EBITDA {_money(company, ebitda)}", why)


def _reported_ebitda(company: DatasetVersion) -> Iterator[Warning]:
    year = company.income_statement
    if year.reported_ebitda_annual is not None and _are_far_apart(year.reported_ebitda_annual, derived_ebitda(year)):
        reported, derived = year.reported_ebitda_annual, derived_ebitda(year)
        value = f"reported {_money(company, reported)}, derived {_money(company, derived)}"
        difference = _money(company, ebitda_adjustment(year))
        why = f"The difference of {difference} enters covenants, leverage and interest coverage only."
        yield Warning(WarningReason.STATEMENTS_FAR_APART, "income_statement.reported_ebitda_annual", value, why)


def _interest(company: DatasetVersion) -> Iterator[Warning]:
    stated, run_rate = company.income_statement.interest_annual, interest_run_rate(SCALAR, company.debts)
    if stated is not None and _are_far_apart(stated, run_rate):
        value = f"stated {_money(company, stated)}, of the debt {_money(company, run_rate)}"
        why = "Today's debt costs another amount a year. Check rates (0.08 is 8 %), or that debt is new or was repaid."
        yield Warning(WarningReason.STATEMENTS_FAR_APART, "income_statement.interest_annual", value, why)


def _money(company: DatasetVersion, minor: int) -> str:
    """An amount in units of the company's currency."""
    return grouped(minor, company.minor_digits)


def _are_far_apart(stated: int, derived: int) -> bool:
    """Whether two amounts differ by more than a quarter of the larger one."""
    return abs(stated - derived) * NANO > max(abs(stated), abs(derived)) * FAR_APART


def _principal(company: DatasetVersion) -> Iterator[Warning]:
    if company.income_statement.scheduled_principal_annual is None and amortises(company):
        why = "DSCR and fixed charge coverage of the last twelve months are not known before month 12."
        field = "income_statement.scheduled_principal_annual"
        yield Warning(WarningReason.PRINCIPAL_NOT_KNOWN, field, "nothing", why)


def _minimum_cash(company: DatasetVersion) -> Iterator[Warning]:
    cash = company.balance_sheet.cash
    if cash < company.minimum_cash:
        opening, minimum = _money(company, cash), _money(company, company.minimum_cash)
        follows = "the revolver is drawn for it at once" if company.revolver else "no revolver closes the gap"
        why = f"The company opens with {opening}, below its minimum: {follows}."
        yield Warning(WarningReason.BELOW_MINIMUM_CASH, "minimum_cash", minimum, why)


def _rates(company: DatasetVersion) -> Iterator[Warning]:
    for path, debt in debts_by_path(company):
        floating = debt.floating_rate
        holder = path if path == "revolver" else f"{path}.floating_rate"
        rates = {f"{path}.fixed_rate": debt.fixed_rate, f"{path}.default_margin": debt.default_margin}
        if floating:
            rates |= {f"{holder}.{name}": getattr(floating, name) for name in ("index", "spread", "floor", "cap")}
        if path == "revolver" and company.revolver:
            rates[f"{path}.undrawn_fee"] = company.revolver.undrawn_fee
        for field, rate in rates.items():
            if rate is not None and rate > NANO:
                why = "A rate is a fraction of a year: 0.08 is 8 %, 8 is 800 %."
                yield Warning(WarningReason.RATE_ABOVE_ONE, field, decimal_text(rate), why)


def _accrued(company: DatasetVersion) -> Iterator[Warning]:
    """Loans whose contract says when the last coupon was, long ago, and on which nothing has accrued since."""
    for number, loan in enumerate(company.instruments):
        cycle = loan.contract.interest_cycle if loan.contract else None
        if loan.accrued_interest or cycle is None or cycle.anchor_date is None:
            continue
        coupon = last_coupon(cycle, cycle.anchor_date, company.as_of_date)
        days = (company.as_of_date - coupon).days
        accrued = SCALAR.prorate(interest_run_rate(SCALAR, (loan,)), days, DAYS_OF_YEAR)
        if days > LONG_PAST and accrued:
            value = f"{_money(company, 0)}, last coupon on {coupon}"
            why = (
                f"In {days} days some {_money(company, accrued)} accrued, which the first coupon pays. State them here"
                " and in the balance sheet."
            )
            yield Warning(WarningReason.NO_INTEREST_ACCRUED, f"instruments[{number}].accrued_interest", value, why)


def last_coupon(cycle: Cycle, anchor: date, day: date) -> date:
    """The last day of a cycle up to a day, from its anchor on or back.  Half-yearly from 15 April: 15 October."""
    periods = (day - anchor).days // (cycle.count * LONGEST[cycle.unit])
    while after(anchor, periods * cycle.count, cycle.unit) > day:
        periods -= 1
    while after(anchor, (periods + 1) * cycle.count, cycle.unit) <= day:
        periods += 1
    return after(anchor, periods * cycle.count, cycle.unit)


def _assets(company: DatasetVersion) -> Iterator[Warning]:
    if not company.assets:
        why = "What secures the debt and what a liquidation brings is not known, and no figure says it is 0."
        yield Warning(WarningReason.NO_ASSETS, "assets", "none", why)


def _factors(scenario: Scenario) -> Iterator[Warning]:
    for echo in assumption_echoes(scenario):
        if echo.name in CHANGE_FACTORS and echo.furthest <= LOOKS_LIKE_CHANGE:
            why = "A change factor is what is left, not the change: 0.8 is a fall by 20 %, 0.2 one by 80 %."
            field, value = f"assumptions.{echo.name}", decimal_text(echo.furthest)
            yield Warning(WarningReason.FACTOR_LOOKS_LIKE_CHANGE, field, value, why)


def _nothing_changes(scenario: Scenario) -> Iterator[Warning]:
    if not assumption_echoes(scenario):
        why = "Every assumption is neutral in every month: this is the base case."
        yield Warning(WarningReason.NOTHING_CHANGES, "assumptions", "neutral", why)


def _maturities(scenario: Scenario, company: DatasetVersion) -> Iterator[Warning]:
    end = month_end(company.as_of_date, scenario.horizon_months)
    if any(scenario.assumptions.refinanced_share):
        return
    for day, value in _falling_due(company):
        if day <= end:
            why = "It falls due inside the horizon and nothing of it rolls over: refinanced_share says what does."
            yield Warning(WarningReason.MATURES_IN_HORIZON, "assumptions.refinanced_share", value, why)


def _maturities_after(scenario: Scenario, company: DatasetVersion) -> Iterator[Warning]:
    end = month_end(company.as_of_date, scenario.horizon_months)
    look = (
        "A longer horizon shows it."
        if scenario.horizon_months < MOST_MONTHS
        else "A report shows it as the wall after the horizon."
    )
    for day, value in _falling_due(company):
        days = (day - end).days
        if 0 < days <= JUST_BEYOND:
            why = f"It falls due {counted(days, 'day')} after the horizon ends on {end}. {look}"
            yield Warning(WarningReason.MATURES_AFTER_HORIZON, "horizon_months", value, why)


def _falling_due(company: DatasetVersion) -> list[tuple[date, str]]:
    """Each debt by the day on which it matures, and in words."""
    matures = sorted((debt.maturity_date, debt.facility_id) for debt in company.debts)
    return [(day, f"{name} on {day}") for day, name in matures]
