"""Trading, working capital, cash and collateral computed again, from the months before and the terms of the company."""

from fractions import Fraction

from seawall.engine.compile.paths import market_value_path
from seawall.engine.inputs.company import Asset, BalanceSheetLine
from seawall.engine.numbers.months import month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, in_force, part, stress, twelve


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
        assert month.capital_expenditure.wanted == run.rounded(spent[t % 12] * part(capex))


def balances_are_so_many_days_of_their_flows(run: Run) -> None:
    """Receivables of sales, payables of purchases, each with a constant that no days explain; on cash nothing else."""
    company, sheet = run.case.company, run.case.company.balance_sheet
    year, seasons = company.income_statement, company.seasonality_weights or (1,) * 12
    sales, bought = twelve(run, year.revenue_annual, seasons) * 4, purchases_of_the_year_before(run) * 4
    dso, kept_receivables = days_behind(run, sheet.receivables, sales)
    dpo, kept_payables = days_behind(run, sheet.payables, bought)
    later = stress(run, "collection_period_extension_days")
    sooner = stress(run, "payment_period_reduction_days")
    for t, (before, now, month) in enumerate(run.positions()):
        sales.append(month.income.revenue)
        owed = kept_receivables + last_days(run, sales, dso + part(later[t]))
        assert now.receivables == min(owed, before.receivables + month.income.revenue)
        bought.append(month.income.cost_of_sales + now.inventory - before.inventory)
        waiting = 0 if in_force(run, t + 1).in_workout else last_days(run, bought, dpo - part(sooner[t]))
        assert now.payables == min(kept_payables + waiting, before.payables + bought[-1])


def stock_is_so_many_days_of_what_is_sold_next(run: Run) -> None:
    """What is wanted for the days and sales of the scenario, what is unsold and kept, and at least what is left."""
    assumptions = run.case.scenario.assumptions
    materials, days, constant = stock_of_the_year_before(run)
    ahead = materials * 6
    longer, sold = stress(run, "inventory_period_extension_days"), stress(run, "revenue_change_factor")
    used = materials_used(run)
    for t, (before, now, _) in enumerate(run.positions()):
        coming = ahead[(t + 1) % 12 :]
        planned = next_days(run, coming, days)
        wanted = run.rounded(next_days(run, coming, days + part(longer[t])) * part(sold[t]))
        unsold = max(planned - wanted, 0)
        kept = unsold - run.rounded(unsold * part(assumptions.inventory_release_share))
        assert now.inventory == max(constant + wanted + kept, before.inventory - used[t])


def materials_used(run: Run) -> list[Money]:
    """The cost of sales of each month without what is fixed of it."""
    year = run.case.company.income_statement
    fixed = twelve(run, run.rounded(year.cost_of_sales_annual * part(year.cost_of_sales_fixed_share)))
    cost = stress(run, "cost_change_factor")
    return [
        month.income.cost_of_sales - run.rounded(fixed[t % 12] * part(cost[t])) for t, month in enumerate(run.months)
    ]


def stock_of_the_year_before(run: Run) -> tuple[list[Money], Fraction, Money]:
    """The materials of the twelve months, the days of them that are in stock, and what no days explain."""
    company = run.case.company
    year, seasons = company.income_statement, company.seasonality_weights or (1,) * 12
    fixed = run.rounded(year.cost_of_sales_annual * part(year.cost_of_sales_fixed_share))
    materials = twelve(run, year.cost_of_sales_annual - fixed, seasons)
    days, constant = days_behind(run, company.balance_sheet.inventory, (materials * 3)[::-1])
    return materials, days, constant


def purchases_of_the_year_before(run: Run) -> list[Money]:
    """Fixed cost and most(materials + rise of the planned stock, 0), as if the year ahead was the one before."""
    year = run.case.company.income_statement
    fixed = twelve(run, run.rounded(year.cost_of_sales_annual * part(year.cost_of_sales_fixed_share)))
    materials, days, _ = stock_of_the_year_before(run)
    planned = [next_days(run, (materials * 6)[month:], days) for month in range(12)] * 2
    return [fixed[n] + max(materials[n] + planned[n + 1] - planned[n], Fraction(0)) for n in range(12)]


def next_days(run: Run, flows: list[Money], days: Fraction) -> Money:
    """The flows of so many days ahead."""
    return last_days(run, flows[::-1], days)


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


def cash_beyond_what_is_held_back_repays_and_the_sweep_prepays(run: Run) -> None:
    """The revolver first, then a share of the rest, by lien."""
    company = run.case.company
    for _, now, month in run.positions():
        flow = month.cash_flow
        paid = flow.operating_payments + flow.interest_payments + flow.principal_payments
        left = month.opening_cash - flow.moved_to_restricted + flow.equity_cure + flow.collections
        left += flow.revolver_draws - paid - flow.capital_expenditure_payments
        free = max(left - month.liquidity.held_back, 0)
        performing: dict[str, Money] = {}
        for place, debt in zip(run.execution.facilities, month.facilities, strict=True):
            performing[place.facility_id] = debt.closing_balance - debt.overdue + debt.prepaid
        drawn = performing.pop(company.revolver.revolver_id) if company.revolver else 0
        assert flow.revolver_repayments == min(free, drawn)
        swept = run.rounded((free - flow.revolver_repayments) * part(company.cash_sweep_share))
        assert flow.sweep_prepayments == min(swept, sum(performing.values()))
        assert now.cash == left - flow.revolver_repayments - flow.sweep_prepayments


def what_the_next_three_months_ask_for_is_held_back(run: Run) -> None:
    """Service, tax and what the shock takes, less the cash of trading, from the third month back to the next one.

    Read from the months themselves where nothing was prepaid, left unpaid or called up to the third of them.
    """
    company, positions = run.case.company, list(run.positions())
    year, line = company.income_statement, company.revolver
    usable, refinanced = stress(run, "liquidity_shock_factor"), stress(run, "refinanced_share")
    written_off = twelve(run, year.depreciation_and_amortisation_annual)
    d0, slots = run.execution.analysis_date, [debt.facility_id for debt, _ in run.facilities()]
    revolver = slots.index(line.revolver_id) if line else None
    for t in range(len(positions) - 3):
        seen_months = [month for _, _, month in positions[: t + 4]]
        if any(month.after_default or month.cash_flow.sweep_prepayments for month in seen_months):
            break
        if in_force(run, t + 4).bears_margin or in_force(run, t + 4).called:
            break
        now = positions[t][2]
        own = now.facilities[revolver] if revolver is not None else None
        interest, ahead = own.interest_due if own else 0, Fraction(0)
        for j in (3, 2, 1):
            before, after, month = positions[t + j]
            income = month.income
            bought = income.cost_of_sales + after.inventory - before.inventory
            cash = month.cash_flow.collections - (before.payables + bought - after.payables) - income.operating_expenses
            service = sum(
                debt.interest_due + debt.principal_scheduled
                for slot, debt in enumerate(month.facilities)
                if slot != revolver
            )
            earned = income.revenue - income.cost_of_sales - income.operating_expenses - written_off[(t + j) % 12]
            tax = run.rounded(max(earned, Fraction(0)) * part(year.tax_rate))
            first = company.balance_sheet.cash
            take = run.rounded(first * part(usable[t + j - 1])) - run.rounded(first * part(usable[t + j]))
            ahead = max(ahead + service + interest + take + tax - cash, Fraction(0))
        ahead += max(now.position.tax_position, 0) + company.minimum_cash
        last = month_of(d0, line.maturity_date) if line else 0
        if own and t + 1 < last <= t + 4:
            performing = own.closing_balance - own.overdue + own.prepaid
            ahead += performing - run.rounded(performing * part(refinanced[last - 1]))
        assert now.liquidity.held_back == ahead


def a_borrowing_base_calls_back_what_is_drawn_beyond_it(run: Run) -> None:
    revolver = run.case.company.revolver
    if revolver is None:
        return
    overdue: Money = 0
    (months,) = (months for debt, months in run.facilities() if debt is revolver)
    last = month_of(run.execution.analysis_date, revolver.maturity_date)
    for number, ((_, now, _), month) in enumerate(zip(run.positions(), months, strict=True), start=1):
        performing = month.opening_balance - overdue - month.principal_scheduled - month.called
        has_none = revolver.receivables_advance_rate is None and revolver.inventory_advance_rate is None
        if has_none or number >= last:
            base = performing
        else:
            base = run.rounded(now.receivables * part(revolver.receivables_advance_rate))
            base += run.rounded(now.inventory * part(revolver.inventory_advance_rate))
        assert month.overadvance == max(performing - base, 0)
        overdue = month.overdue


def market_values_fall_by_their_path_and_with_their_line(run: Run) -> None:
    """The part of a line that is left, and of what it grew by, times the market index; the rest times the index."""
    left = market_value_path(stress(run, "market_value_depreciation_factor"))
    assets, opened = sorted(run.case.company.assets, key=lambda asset: asset.asset_id), run.opening()
    for t, month in enumerate(run.months):
        values, proceeds = dict.fromkeys(run.execution.category_names, 0), 0
        for asset in assets:
            worth: Money = asset.market_value
            if asset.balance_sheet_line is not BalanceSheetLine.NONE:
                line = asset.balance_sheet_line.value
                before, now = getattr(opened, line), getattr(month.position, line)
                alike = [other for other in assets if other.balance_sheet_line is asset.balance_sheet_line]
                worth = run.rounded(Fraction(worth) * min(now, before) / before) if before else 0
                worth += grown(run, max(now - before, 0), alike, asset)
            value = run.rounded(worth * part(left[t]))
            values[asset.category] += value
            proceeds += run.rounded(value * part(asset.recovery_rate))
        assert [category.market_value for category in month.categories] == list(values.values())
        if assets:
            cash = month.position.cash + month.position.restricted_cash
            assert month.exposure.estate_value == proceeds + cash


def grown(run: Run, amount: Money, alike: list[Asset], asset: Asset) -> Money:
    """What an asset gets of the growth of its line: cumulative prorate by opening value in the order of ids."""
    whole = sum(other.market_value for other in alike)
    place = alike.index(asset)
    upto = [sum(other.market_value for other in alike[:n]) for n in (place, place + 1)]
    before, after = (run.rounded(Fraction(amount) * share / whole) if whole else 0 for share in upto)
    return after - before
