"""The figures of a month computed again, slowly and in exact fractions, from the terms and the figures before it.

The engine works with running sums, ticks and compiled schedules; here days are counted one by one and a balance is
added up month by month. Each figure is rounded half-even where DESIGN section 4 rounds it, and nowhere else.
"""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from seawall.engine.compile.paths import market_value_path, path
from seawall.engine.inputs.instruments import Amortisation, Instrument, PrincipalPayment
from seawall.engine.inputs.revolver import Debt, Revolver
from seawall.engine.inputs.scenario import RateScope
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.months import month_end, month_of
from seawall.engine.values.units import NANO
from tests.engine.laws import Money, Run, twelve


def stress(run: Run, name: str) -> tuple[int, ...]:
    return path(run.case.scenario, name)


def part(share: int | None) -> Fraction:
    """Nanos as a fraction."""
    return Fraction(share or 0, NANO)


# Trading


def revenue_and_costs_follow_their_factors(run: Run) -> None:
    """The season's amount times the factor; fixed cost x f_cost + variable cost x (f_rev x f_cost to nanos)."""
    company = run.case.company
    year, seasons = company.income_statement, company.seasonality_weights or (1,) * 12
    sold, spent = twelve(run, year.revenue_annual, seasons), twelve(run, company.capital_expenditure_annual)
    written_off = twelve(run, year.depreciation_and_amortisation_annual)
    costs = []
    for annual, share in (
        (year.cost_of_sales_annual, year.cost_of_sales_fixed_share),
        (year.operating_expenses_annual, year.operating_expenses_fixed_share),
    ):
        fixed = run.rounded(annual * part(share))
        costs.append((twelve(run, fixed), twelve(run, annual - fixed, seasons)))
    factors = zip(
        *(stress(run, f"{name}_factor") for name in ("revenue_change", "cost_change", "capital_expenditure")),
        strict=True,
    )
    for t, ((before, _, month), (sales, cost, capex)) in enumerate(zip(run.positions(), factors, strict=False)):
        both = Fraction(round(Fraction(sales * cost, NANO)), NANO)
        expected = [
            run.rounded(fixed[t % 12] * part(cost)) + run.rounded(variable[t % 12] * both) for fixed, variable in costs
        ]
        assert month.income.revenue == run.rounded(sold[t % 12] * part(sales))
        assert [month.income.cost_of_sales, month.income.operating_expenses] == expected
        assert month.income.depreciation_and_amortisation == min(written_off[t % 12], before.fixed_assets)
        assert month.needs.capital_expenditure == run.rounded(spent[t % 12] * part(capex))


def tax_is_due_on_profit_beyond_the_losses_so_far(run: Run) -> None:
    """The rate on what the profit of a month has above the losses carried forward since the analysis date."""
    losses: Money = 0
    rate = part(run.case.company.income_statement.tax_rate)
    for month in run.months:
        profit = month.income.profit_before_tax
        assert month.income.tax == run.rounded(max(profit - losses, Fraction(0)) * rate)
        losses = max(losses - profit, 0)


# Working capital


def balances_are_so_many_days_of_their_flows(run: Run) -> None:
    """Receivables of sales, inventory of cost of sales, payables of purchases, and a constant that no days explain."""
    company, sheet = run.case.company, run.case.company.balance_sheet
    year, seasons = company.income_statement, company.seasonality_weights or (1,) * 12
    sales = twelve(run, year.revenue_annual, seasons) * 4
    fixed = run.rounded(year.cost_of_sales_annual * part(year.cost_of_sales_fixed_share))
    parts = twelve(run, fixed), twelve(run, year.cost_of_sales_annual - fixed, seasons)
    costs = [sum(month) for month in zip(*parts, strict=True)] * 4
    purchases = list(costs)
    dso, kept_receivables = days_behind(run, sheet.receivables, sales)
    dio, kept_inventory = days_behind(run, sheet.inventory, costs)
    dpo, kept_payables = days_behind(run, sheet.payables, costs)
    later = stress(run, "collection_period_extension_days")
    sooner = stress(run, "payment_period_reduction_days")
    for t, (before, now, month) in enumerate(run.positions()):
        sales.append(month.income.revenue)
        costs.append(month.income.cost_of_sales)
        owed = kept_receivables + last_days(run, sales, dso + part(later[t]))
        assert now.receivables == min(owed, before.receivables + month.income.revenue)
        stock = kept_inventory + last_days(run, costs, dio)
        assert now.inventory == max(stock, before.inventory - month.income.cost_of_sales)
        purchases.append(month.income.cost_of_sales + now.inventory - before.inventory)
        unpaid = kept_payables + last_days(run, purchases, dpo - part(sooner[t]))
        assert now.payables == min(unpaid, before.payables + purchases[-1])


DAYS_A_MONTH = Fraction(365, 12)


def days_behind(run: Run, balance: Money, flows: list[Money]) -> tuple[Fraction, Money]:
    """The days whose flows add up to a balance, to a twelfth of a nano-day, and what of it they leave."""
    days, remaining = Fraction(0), balance
    if not any(flows):
        return days, balance
    for flow in reversed(flows[-36:]):
        if not remaining:
            break
        if flow > remaining:
            unit = Fraction(1, 12 * NANO)
            days += Fraction(remaining) / flow * DAYS_A_MONTH // unit * unit
            break
        days, remaining = days + DAYS_A_MONTH, remaining - flow
    return days, balance - last_days(run, flows, days)


def last_days(run: Run, flows: list[Money], days: Fraction) -> Money:
    """The flows of so many days back: whole months, then part of one."""
    total: Money = 0
    for flow in reversed(flows):
        if days <= 0:
            break
        share = min(days / DAYS_A_MONTH, Fraction(1))
        total += run.rounded(flow * share)
        days -= DAYS_A_MONTH
    return total


# Debts


def rates_are_the_stressed_index_between_floor_and_cap(run: Run) -> None:
    factor, shift = stress(run, "interest_rate_change_factor"), stress(run, "interest_rate_shift")
    scope = run.case.scenario.assumptions.interest_rate_scope
    for debt, months in run.facilities():
        for t, month in enumerate(months):
            if debt.fixed_rate is not None:
                assert month.rate == round(debt.fixed_rate * part(factor[t] if scope is RateScope.ALL else NANO))
                continue
            terms = debt.floating_rate
            assert terms is not None
            reset = t - t % terms.reset_interval_months
            index = round(terms.index * part(factor[reset])) + shift[reset]
            index = min(index, index if terms.cap is None else terms.cap)
            index = max(index, index if terms.floor is None else terms.floor)
            assert month.rate == max(0, index + terms.spread)


#: Day counts in which the days of the months of a period do not add up to its own: QuantLib checks these coupons.
BY_WHOLE_PERIODS = (DayCount.THIRTY_360_BOND, DayCount.THIRTY_E_360, DayCount.THIRTY_E_360_ISDA)


def pays_its_own_amounts(debt: Debt) -> bool:
    """A table whose coupons capitalise pays its rows as written, and no share of the balance: see the laws of loans."""
    return isinstance(debt, Instrument) and debt.amortisation is Amortisation.CUSTOM and bool(debt.pik_share)


def interest_rounds_once_a_coupon(run: Run) -> None:
    """Balance x rate x time since the last payment, by the day count; PIK capitalises; overdue principal pays monthly.

    In the month of maturity the loan accrues to that day, and what is refinanced from that day on.
    """
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        if debt.day_count in BY_WHOLE_PERIODS or pays_its_own_amounts(debt):
            continue
        last, performing, overdue = month_of(d0, debt.maturity_date), debt.opening_balance, 0
        every = 1 if isinstance(debt, Revolver) else debt.payment_interval_months
        exact, accrued = Fraction(0), 0
        for number, month in enumerate(months, start=1):
            start, end = month_end(d0, number - 1), month_end(d0, number)
            whole = time_of(debt.day_count, start, end, whole_month=True)
            until = min(end, debt.maturity_date) if number == last else end
            time = time_of(debt.day_count, start, until, whole_month=until == end)
            exact += part(month.rate) * sum(
                balance * years for balance, years in stretches(run, debt, number, performing, time)
            )
            coupon = run.rounded(exact)
            charged = coupon - accrued
            late = run.rounded(overdue * part(month.rate + debt.default_margin) * whole)
            due = late + fee(run, debt, month.opening_balance, start, min(end, debt.maturity_date))
            charged += due
            if number == last or number % every == 0:
                if isinstance(debt, Revolver) or debt.amortisation is not Amortisation.LEVEL:
                    assert month.interest_capitalised == run.rounded(coupon * part(debt.pik_share))
                due += coupon - month.interest_capitalised
                after_maturity = whole - time
                if debt.day_count is not DayCount.THIRTY_360 and number == last:
                    after_maturity = time_of(debt.day_count, until, end, whole_month=False)
                exact = month.refinanced * part(month.rate) * after_maturity
                accrued = run.rounded(exact)
                charged += accrued
            else:
                assert month.interest_capitalised == 0
                accrued = coupon
            assert month.interest_due == due
            assert month.interest_accrued == charged
            assert month.accrued_interest == accrued
            performing, overdue = month.closing_balance - month.overdue, month.overdue


def fee(run: Run, debt: Debt, drawn: Money, start: date, end: date) -> Money:
    if isinstance(debt, Instrument) or end <= start:
        return 0
    undrawn = max(debt.commitment - drawn, 0)
    return run.rounded(undrawn * part(debt.undrawn_fee) * Fraction((end - start).days, 360))


@lru_cache(maxsize=65536)
def time_of(count: DayCount, start: date, end: date, whole_month: bool) -> Fraction:
    """The years from one day to another, counted day by day."""
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    match count:
        case DayCount.THIRTY_360 if whole_month:
            return Fraction(1, 12)
        case DayCount.THIRTY_360:
            first, last = (30 if (day + timedelta(days=1)).day == 1 else min(day.day, 30) for day in (start, end))
            months = (end.year - start.year) * 12 + end.month - start.month
            return Fraction(min(30, 30 * months + last - first), 360)
        case DayCount.ACTUAL_360:
            return Fraction(len(days), 360)
        case DayCount.ACTUAL_365:
            return Fraction(len(days), 365)
        case DayCount.THIRTY_360_BOND | DayCount.THIRTY_E_360 | DayCount.THIRTY_E_360_ISDA:
            return Fraction(days_of_30(count, start, end), 360)
        case DayCount.ACTUAL_ACTUAL:
            return sum((Fraction(1, 366 if day.year % 4 == 0 else 365) for day in days), Fraction(0))


def days_of_30(count: DayCount, start: date, end: date) -> int:
    """ISDA 2006, 4.16 (f), (g) and (h): the day that counts as the 30th differs."""
    first, last = start.day, end.day
    if count is DayCount.THIRTY_E_360_ISDA:
        first, last = (30 if (day + timedelta(days=1)).day == 1 else day.day for day in (start, end))
    first = min(first, 30)
    last = min(last, 30) if count is not DayCount.THIRTY_360_BOND or first == 30 else last
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def stretches(run: Run, debt: Debt, number: int, balance: Money, time: Fraction) -> list[tuple[Money, Fraction]]:
    """The balance that is not overdue through the month, and for how long: a custom schedule pays on its own days."""
    d0 = run.execution.analysis_date
    start, end = month_end(d0, number - 1), month_end(d0, number)
    last = min(end, debt.maturity_date) if number == month_of(d0, debt.maturity_date) else end
    periods, begun, passed = [], start, Fraction(0)
    for row, to_come in rows_of(debt, start, end):
        if row.payment_date == end:
            continue  # what falls due at the end of the month touches no day of it
        stretch = time_of(debt.day_count, start, row.payment_date, whole_month=False) - passed
        if debt.day_count is not DayCount.THIRTY_360:
            stretch = time_of(debt.day_count, begun, row.payment_date, whole_month=False)
        periods.append((balance, stretch))
        paid: Money = run.rounded(Fraction(balance) * row.principal / to_come) if to_come else 0
        balance = balance - paid
        begun, passed = row.payment_date, passed + stretch
    to_the_end = time - passed
    if debt.day_count is not DayCount.THIRTY_360:
        to_the_end = time_of(debt.day_count, begun, last, whole_month=False)
    return [*periods, (balance, to_the_end)]


def principal_falls_due_in_proportion_to_its_schedule(run: Run) -> None:
    """Of what is not overdue: nothing for a bullet, one of the payments left, or the rows of the month."""
    d0 = run.execution.analysis_date
    refinanced = stress(run, "refinanced_share")
    for debt, months in run.facilities():
        if pays_its_own_amounts(debt):
            continue
        last, performing = month_of(d0, debt.maturity_date), debt.opening_balance
        for number, month in enumerate(months, start=1):
            owed = performing + month.interest_capitalised
            earlier, left = rows_paid(run, debt, number, performing, month.interest_capitalised)
            if number == last:
                assert month.refinanced == run.rounded(left * part(refinanced[number - 1]))
                assert month.principal_scheduled == earlier + left - month.refinanced
            elif number > last or isinstance(debt, Revolver) or debt.amortisation is Amortisation.BULLET:
                assert month.principal_scheduled == 0
            elif debt.pik_share and debt.amortisation in (Amortisation.CUSTOM, Amortisation.LINEAR):
                pass  # the contract's own amounts, before the coupon joins the principal: see the laws of loans
            elif debt.amortisation is Amortisation.CUSTOM:
                assert month.principal_scheduled == earlier
            elif number % debt.payment_interval_months:
                assert month.principal_scheduled == 0
            elif debt.amortisation is Amortisation.LINEAR:
                left = sum(n % debt.payment_interval_months == 0 for n in range(number, last)) + 1
                assert month.principal_scheduled == run.rounded(Fraction(owed) / left)
            performing = month.closing_balance - month.overdue


def rows_paid(run: Run, debt: Debt, number: int, performing: Money, capitalised: Money) -> tuple[Money, Money]:
    """What the rows of a custom schedule ask for in a month, and the balance after them and after the coupon."""
    d0 = run.execution.analysis_date
    start, end = month_end(d0, number - 1), month_end(d0, number)
    due: Money = 0
    left: Money = performing
    for row, to_come in rows_of(debt, start, end):
        left += capitalised if row.payment_date == end else 0
        paid = run.rounded(Fraction(left) * row.principal / to_come) if to_come else Fraction(0)
        due, left = due + paid, left - paid
    at_the_end = any(row.payment_date == end for row, _ in rows_of(debt, start, end))
    return due, left if at_the_end else left + capitalised


def rows_of(debt: Debt, start: date, end: date) -> list[tuple[PrincipalPayment, int]]:
    """The rows of a month before maturity, each with what the schedule asks for from it on."""
    if isinstance(debt, Revolver):
        return []
    rows = debt.principal_payments
    return [
        (row, sum(later.principal for later in rows[n:]))
        for n, row in enumerate(rows)
        if start < row.payment_date <= end and row.payment_date < debt.maturity_date
    ]


def an_annuity_pays_the_same_until_its_rate_changes(run: Run) -> None:
    """The payment whose present value is the balance, less cash interest, on the contract's own course."""
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        if isinstance(debt, Revolver) or debt.amortisation is not Amortisation.ANNUITY:
            continue
        resets = debt.floating_rate.reset_interval_months if debt.floating_rate else 1
        if debt.day_count in BY_WHOLE_PERIODS or resets < debt.payment_interval_months:
            continue  # a reset before the first payment levels with the cents accrued so far
        last, every = month_of(d0, debt.maturity_date), debt.payment_interval_months
        contract, exact, payment, levelled_at = debt.opening_balance, Fraction(0), 0, None
        performing = debt.opening_balance
        for number, month in enumerate(months[: last - 1], start=1):
            start, end = month_end(d0, number - 1), month_end(d0, number)
            expected: Money = 0
            if month.rate != levelled_at:
                payment, levelled_at = level(run, debt, number, contract, run.rounded(exact)), month.rate
            exact += contract * part(month.rate) * time_of(debt.day_count, start, end, whole_month=True)
            if number % every == 0:
                interest, exact = run.rounded(exact), Fraction(0)
                capitalised = run.rounded(interest * part(debt.pik_share))
                contract += capitalised
                principal = min(max(payment - (interest - capitalised), 0), contract - capitalised)
                owed = performing + month.interest_capitalised
                expected = run.rounded(Fraction(owed) * principal / contract) if contract else 0
                contract -= principal
            # Without rounding the engine still keeps only 40 digits of the factor of a payment.
            assert abs(month.principal_scheduled - expected) < Fraction(1, 10**20)
            performing = month.closing_balance - month.overdue


def level(run: Run, debt: Instrument, number: int, balance: Money, accrued: Money) -> Money:
    """The payment from a month on whose present value is the balance with what has accrued on it."""
    d0, every, last = (
        run.execution.analysis_date,
        debt.payment_interval_months,
        month_of(run.execution.analysis_date, debt.maturity_date),
    )
    rate = part(run.execution.months[number - 1].facilities[slot_of(run, debt)].rate)
    begun = month_end(d0, number - 1)
    days = [month_end(d0, n) for n in range(number, last) if n % every == 0] + [debt.maturity_date]
    times = [between(d0, debt.day_count, start, end) for start, end in pairwise([begun, *days])]
    if rate == 0:
        return run.rounded(Fraction(balance + accrued) / len(days))
    worth = Fraction(1)
    for time in reversed(times[1:]):
        worth = 1 + worth / (1 + rate * time)
        worth = worth.limit_denominator(10**60)
    return run.rounded(balance * (1 + rate * times[0]) / worth) + run.rounded(accrued / worth)


def slot_of(run: Run, debt: Debt) -> int:
    return [facility.facility_id for facility in run.execution.facilities].index(debt.facility_id)


def between(d0: date, count: DayCount, start: date, end: date) -> Fraction:
    """Years between two days of a schedule: months of 30 days count from the analysis date."""
    if count is not DayCount.THIRTY_360:
        return time_of(count, start, end, whole_month=False)
    whole = month_of(d0, end) - month_of(d0, start)
    if end == month_end(d0, month_of(d0, end)):
        return Fraction(whole, 12)
    return Fraction(whole - 1, 12) + time_of(count, month_end(d0, month_of(d0, end) - 1), end, whole_month=False)


# Cash, collateral


def the_liquidity_shock_holds_back_its_share_of_the_first_cash(run: Run) -> None:
    hold_back: Money = 0
    revolver = run.case.company.revolver
    first = run.case.company.balance_sheet.cash
    undrawn = revolver.commitment - revolver.drawn if revolver else 0
    for t, (before, _, month) in enumerate(run.positions()):
        stays = part(stress(run, "liquidity_shock_factor")[t])
        target = first - run.rounded(first * stays)
        held_back_before, hold_back = hold_back, min(target, hold_back + before.cash)
        assert month.cash_flow.moved_to_restricted == hold_back - held_back_before
        alive = revolver and t + 1 < month_of(run.execution.analysis_date, revolver.maturity_date)
        commitment = revolver.commitment if revolver and alive else 0
        usable = commitment - (undrawn - run.rounded(undrawn * stays))
        assert month.liquidity.usable_commitment == max(usable, 0)


def cash_above_the_minimum_repays_and_the_sweep_prepays(run: Run) -> None:
    """The revolver first, then a share of the rest, by lien."""
    company = run.case.company
    for _, now, month in run.positions():
        flow = month.cash_flow
        paid = flow.operating_payments + flow.interest_payments + flow.principal_payments
        left = month.opening_cash - flow.moved_to_restricted + flow.collections + flow.revolver_draws - paid
        above = max(left - flow.capital_expenditure_payments - company.minimum_cash, 0)
        performing: dict[str, Money] = {}
        for place, debt in zip(run.execution.facilities, month.facilities, strict=True):
            performing[place.facility_id] = debt.closing_balance - debt.overdue + debt.prepaid
        drawn = performing.pop(company.revolver.revolver_id) if company.revolver else 0
        assert flow.revolver_repayments == min(above, drawn)
        swept = run.rounded((above - flow.revolver_repayments) * part(company.cash_sweep_share))
        assert flow.sweep_prepayments == min(swept, sum(performing.values()))
        assert now.cash == left - flow.capital_expenditure_payments - flow.revolver_repayments - flow.sweep_prepayments


def a_borrowing_base_calls_back_what_is_drawn_beyond_it(run: Run) -> None:
    revolver = run.case.company.revolver
    if revolver is None:
        return
    overdue: Money = 0
    (months,) = (months for debt, months in run.facilities() if debt is revolver)
    for (_, now, _), month in zip(run.positions(), months, strict=True):
        performing = month.opening_balance - overdue - month.principal_scheduled
        if revolver.receivables_advance_rate is None and revolver.inventory_advance_rate is None:
            base = performing
        else:
            base = run.rounded(now.receivables * part(revolver.receivables_advance_rate))
            base += run.rounded(now.inventory * part(revolver.inventory_advance_rate))
        assert month.overadvance == max(performing - base, 0)
        overdue = month.overdue


def market_values_fall_by_their_path(run: Run) -> None:
    left = market_value_path(stress(run, "market_value_depreciation_factor"))
    assets = run.case.company.assets
    for t, month in enumerate(run.months):
        for name, category in zip(run.execution.category_names, month.categories, strict=True):
            values = [run.rounded(asset.market_value * part(left[t])) for asset in assets if asset.category == name]
            assert category.market_value == sum(values)
        proceeds = (
            run.rounded(run.rounded(asset.market_value * part(left[t])) * part(asset.recovery_rate)) for asset in assets
        )
        assert month.exposure.distributable_value == sum(proceeds)


FIGURES: tuple[Callable[[Run], None], ...] = (
    revenue_and_costs_follow_their_factors,
    tax_is_due_on_profit_beyond_the_losses_so_far,
    balances_are_so_many_days_of_their_flows,
    rates_are_the_stressed_index_between_floor_and_cap,
    interest_rounds_once_a_coupon,
    principal_falls_due_in_proportion_to_its_schedule,
    an_annuity_pays_the_same_until_its_rate_changes,
    the_liquidity_shock_holds_back_its_share_of_the_first_cash,
    cash_above_the_minimum_repays_and_the_sweep_prepays,
    a_borrowing_base_calls_back_what_is_drawn_beyond_it,
    market_values_fall_by_their_path,
)
