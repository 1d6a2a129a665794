"""Laws of the debts: each rolls forward, is paid in its order, ends at its maturity, and has its collateral once."""

from fractions import Fraction
from itertools import pairwise, permutations

from seawall.engine.month.debt_results import FacilityMonth
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.months import month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, ratio


def each_debt_rolls_forward(run: Run) -> None:
    for debt, months in run.facilities():
        balance, overdue, accrued, arrears = debt.opening_balance, 0, 0, 0
        for now in months:
            assert now.opening_balance == balance
            balance += now.interest_capitalised + now.drawn - now.principal_paid - now.prepaid
            overdue += now.principal_scheduled + now.overadvance - now.principal_paid
            accrued += now.interest_accrued - now.interest_capitalised - now.interest_due
            arrears += now.interest_due - now.interest_paid
            assert (now.closing_balance, now.overdue) == (balance, overdue)
            assert (now.accrued_interest, now.interest_arrears) == (accrued, arrears)


def the_debts_add_up_to_the_statements(run: Run) -> None:
    for _, position, month in run.positions():
        flow, facilities = month.cash_flow, month.facilities

        def total(name: str, facilities: tuple[FacilityMonth, ...] = facilities) -> Money:
            return sum(getattr(facility, name) for facility in facilities)

        assert position.debt == total("closing_balance")
        assert position.accrued_interest == total("accrued_interest")
        assert position.interest_arrears == total("interest_arrears")
        assert month.income.interest_expense == total("interest_accrued")
        assert flow.interest_payments == total("interest_paid")
        assert flow.principal_payments == total("principal_paid")
        assert flow.revolver_draws == total("drawn")
        assert flow.revolver_repayments + flow.sweep_prepayments == total("prepaid")


def nothing_due_is_unpaid_while_cash_is_left(run: Run) -> None:
    for _, now, month in run.positions():
        unpaid = now.operating_arrears + now.interest_arrears + sum(debt.overdue for debt in month.facilities)
        unpaid += month.needs.capital_expenditure - month.cash_flow.capital_expenditure_payments
        assert now.cash == 0 or unpaid == 0


def needs_are_paid_in_their_order(run: Run) -> None:
    """Operating, interest, principal, capital expenditure; the last ones get nothing while a first one lacks any."""
    for _, now, month in run.positions():
        flow, needs = month.cash_flow, month.needs
        classes = (
            (needs.operating, flow.operating_payments),
            (needs.interest, flow.interest_payments),
            (needs.principal, flow.principal_payments),
            (needs.capital_expenditure, flow.capital_expenditure_payments),
        )
        for (need, paid), (_, paid_next) in pairwise(classes):
            assert paid <= need
            assert paid == need or paid_next == 0
        assert needs.interest - flow.interest_payments == now.interest_arrears
        assert needs.principal - flow.principal_payments == sum(debt.overdue for debt in month.facilities)
        assert classes[-1][1] <= classes[-1][0]


def a_better_lien_is_paid_first(run: Run) -> None:
    """What fell due, and what is prepaid; the revolver is repaid before a sweep reaches any loan."""
    revolver = run.case.company.revolver
    places = list(run.execution.facilities)
    assert places == sorted(places, key=lambda place: (place.lien, place.facility_id))
    for month in run.months:
        ranked = list(zip(places, month.facilities, strict=True))
        for place, debt in ranked:
            behind = [(further, other) for further, other in ranked if further.lien > place.lien]
            assert debt.interest_arrears == 0 or not any(other.interest_paid for _, other in behind)
            assert debt.overdue == 0 or not any(other.principal_paid for _, other in behind)
            loans = [other for further, other in behind if not revolver or further.facility_id != revolver.revolver_id]
            assert debt.closing_balance == debt.overdue or not any(other.prepaid for other in loans)


def the_schedule_ends_at_maturity(run: Run) -> None:
    """Everything not overdue falls due in the month of maturity; nothing newly falls due after it."""
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        last = month_of(d0, debt.maturity_date)
        for number, now in enumerate(months, start=1):
            if number == last:
                performing = now.closing_balance - now.overdue + now.prepaid - now.drawn + now.overadvance
                assert performing == now.refinanced
                assert now.drawn == 0
            elif number > last:
                assert now.principal_scheduled == 0
                assert now.drawn == 0
            assert number == last or now.refinanced == 0


def the_revolver_lends_within_its_limits(run: Run) -> None:
    """Up to the usable commitment and the borrowing base, for a need, and never to a debtor in arrears."""
    revolver, company = run.case.company.revolver, run.case.company
    unpaid_before: Money = 0
    for before, now, month in run.positions():
        drawn = month.cash_flow.revolver_draws
        if revolver is None:
            assert drawn == month.liquidity.available_revolver == 0
        elif drawn:
            slot = [place.facility_id for place in run.execution.facilities].index(revolver.revolver_id)
            limit = month.liquidity.usable_commitment
            advances = (revolver.receivables_advance_rate, revolver.inventory_advance_rate)
            if advances != (None, None):
                stocks = zip((now.receivables, now.inventory), advances, strict=True)
                base = sum(run.rounded(Fraction(stock) * (advance or 0) / NANO) for stock, advance in stocks)
                limit = min(limit, base)
            assert unpaid_before == 0
            assert before.debt >= 0
            assert month.facilities[slot].opening_balance + drawn <= limit
            assert now.cash <= company.minimum_cash
        prepaid = month.cash_flow.revolver_repayments + month.cash_flow.sweep_prepayments
        assert prepaid == 0 or now.cash >= company.minimum_cash
        unpaid_before = now.interest_arrears + sum(debt.overdue for debt in month.facilities)


def collateral_and_recovery_add_up(run: Run) -> None:
    """Claims are covered once, at most in full, by lien; the proceeds of a liquidation are given out to the cent."""
    company = run.case.company
    pledged_to = {debt.facility_id: set(debt.collateral_asset_ids) for debt, _ in run.facilities()}
    last = {name: sum(a.market_value for a in company.assets if a.category == name) for name in categories(run)}
    for _, position, month in run.positions():
        exposure, claims = month.exposure, []
        for place, debt in zip(run.execution.facilities, month.facilities, strict=True):
            claim = debt.closing_balance + debt.accrued_interest + debt.interest_arrears
            assert debt.collateral_shortfall == claim - debt.collateral_value
            assert 0 <= debt.collateral_value <= claim
            assert 0 <= debt.recovery <= claim
            assert debt.collateral_value == 0 or pledged_to[place.facility_id]
            claims.append(claim)
        for better, worse in permutations(zip(run.execution.facilities, month.facilities, strict=True), 2):
            if better[0].lien < worse[0].lien and pledged_to[worse[0].facility_id] <= pledged_to[better[0].facility_id]:
                assert worse[1].collateral_value == 0 or better[1].collateral_shortfall == 0
        assert exposure.claims == sum(claims)
        assert exposure.collateral_shortfall == sum(debt.collateral_shortfall for debt in month.facilities)
        assert exposure.recovered_by_debt == sum(debt.recovery for debt in month.facilities)
        distributed = exposure.recovered_by_debt + exposure.recovered_by_other_creditors + exposure.residual
        assert distributed == exposure.distributable_value
        others = position.payables + position.operating_arrears + position.other_liabilities
        assert exposure.recovered_by_other_creditors <= others
        all_paid = exposure.recovered_by_debt == exposure.claims and exposure.recovered_by_other_creditors == others
        assert exposure.residual == 0 or all_paid

        values = dict(zip(categories(run), month.categories, strict=True))
        assert {name: category.market_value_before for name, category in values.items()} == last
        last = {name: category.market_value for name, category in values.items()}
        total = sum(last.values())
        assert sum(debt.collateral_value for debt in month.facilities) <= total
        assert exposure.distributable_value <= total
        assert exposure.loan_to_value == ratio(run, sum(claims), total, UndefinedRatio.NO_COLLATERAL)


def categories(run: Run) -> list[str]:
    names = sorted({asset.category for asset in run.case.company.assets})
    assert names == list(run.execution.category_names)
    return names
