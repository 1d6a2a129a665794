"""Trading, working capital, cash and collateral computed again, from the months before and the terms of the company."""

from fractions import Fraction

from seawall.engine.compile.paths import market_value_path
from seawall.engine.numbers.months import month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, part, stress, twelve


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
