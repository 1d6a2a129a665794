"""Laws of the debts: each rolls forward, is paid in its order, ends at its maturity, and has its collateral once."""

from fractions import Fraction
from itertools import groupby, permutations
from operator import attrgetter

from seawall.engine.month.debt_results import FacilityMonth
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.months import month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, debts_unpaid, in_force, ratio


def each_debt_rolls_forward(run: Run) -> None:
    for debt, months in run.facilities():
        balance, overdue, accrued, arrears = debt.opening_balance, 0, debt.accrued_interest, 0
        for now in months:
            assert now.opening_balance == balance
            balance += now.interest_capitalised + now.drawn - now.principal_paid - now.prepaid
            overdue += now.principal_scheduled + now.overadvance + now.called - now.principal_paid
            accrued += now.interest_accrued - now.interest_capitalised - now.interest_due
            arrears += now.interest_due - now.interest_paid
            assert (now.closing_balance, now.overdue) == (balance, overdue)
            assert (now.accrued_interest, now.interest_arrears) == (accrued, arrears)
            assert now.balloon <= now.principal_scheduled


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
        assert now.cash == 0 or now.operating_arrears + debts_unpaid(month) == 0


def needs_are_paid_in_their_order(run: Run) -> None:
    """Operations, then lien by lien interest before principal; what follows gets nothing while anything lacks."""
    places = list(run.execution.facilities)
    assert places == sorted(places, key=lambda place: (place.lien, place.facility_id))
    for _, now, month in run.positions():
        flow, needs = month.cash_flow, month.needs
        classes = [(now.operating_arrears, flow.operating_payments)]
        ranked = zip(places, month.facilities, strict=True)
        for _, facilities in groupby(ranked, key=lambda pair: pair[0].lien):
            debts = [debt for _, debt in facilities]
            classes.append((sum(debt.interest_arrears for debt in debts), sum(debt.interest_paid for debt in debts)))
            classes.append((sum(debt.overdue for debt in debts), sum(debt.principal_paid for debt in debts)))
        for position, (unpaid, _) in enumerate(classes):
            assert unpaid == 0 or not any(paid for _, paid in classes[position + 1 :])
        assert needs.operating - flow.operating_payments == now.operating_arrears
        assert needs.interest - flow.interest_payments == now.interest_arrears
        assert needs.principal - flow.principal_payments == sum(debt.overdue for debt in month.facilities)


def a_better_lien_is_prepaid_first(run: Run) -> None:
    """The revolver is repaid before a sweep reaches any loan, and the loans of a better lien before others."""
    revolver = run.case.company.revolver
    places = list(run.execution.facilities)
    for month in run.months:
        ranked = list(zip(places, month.facilities, strict=True))
        for place, debt in ranked:
            behind = [(further, other) for further, other in ranked if further.lien > place.lien]
            loans = [other for further, other in behind if not revolver or further.facility_id != revolver.revolver_id]
            assert debt.closing_balance == debt.overdue or not any(other.prepaid for other in loans)


def the_schedule_ends_at_maturity(run: Run) -> None:
    """Everything not overdue falls due in the month of maturity; nothing newly falls due after it but by a call."""
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        last = month_of(d0, debt.maturity_date)
        for number, now in enumerate(months, start=1):
            called = debt.facility_id in in_force(run, number).called
            performing = now.closing_balance - now.overdue + now.prepaid - now.drawn
            if called:
                assert (performing, now.interest_capitalised, now.accrued_interest) == (0, 0, 0)
            assert called or now.called == 0
            if number == last:
                assert performing == now.refinanced
                assert now.drawn == 0
            elif number > last:
                assert now.principal_scheduled == 0
                assert now.drawn == 0
            assert number == last or now.refinanced == 0


def the_revolver_lends_within_its_limits(run: Run) -> None:
    """Up to the usable commitment and the borrowing base, for a need; never once draws are stopped or it is called."""
    revolver, company = run.case.company.revolver, run.case.company
    for number, (_, now, month) in enumerate(run.positions(), start=1):
        drawn, consequences = month.cash_flow.revolver_draws, in_force(run, number)
        if revolver is None:
            assert drawn == month.liquidity.available_revolver == 0
            continue
        stopped = consequences.draws_stopped or revolver.revolver_id in consequences.called
        slot = [place.facility_id for place in run.execution.facilities].index(revolver.revolver_id)
        limit = month.liquidity.usable_commitment
        advances = (revolver.receivables_advance_rate, revolver.inventory_advance_rate)
        if advances != (None, None):
            stocks = zip((now.receivables, now.inventory), advances, strict=True)
            base = sum(run.rounded(Fraction(stock) * (advance or 0) / NANO) for stock, advance in stocks)
            limit = min(limit, base)
        if drawn:
            assert not stopped
            assert month.facilities[slot].opening_balance + drawn <= limit
            assert now.cash <= company.minimum_cash
        if stopped or now.operating_arrears + debts_unpaid(month):
            assert month.liquidity.available_revolver == 0
        else:
            assert month.liquidity.available_revolver == max(limit - month.facilities[slot].closing_balance, 0)
        prepaid = month.cash_flow.revolver_repayments + month.cash_flow.sweep_prepayments
        assert prepaid == 0 or now.cash >= month.liquidity.held_back
        assert month.liquidity.held_back >= company.minimum_cash


def collateral_is_covered_once(run: Run) -> None:
    """Claims are covered once, at most in full, by lien; without assets nothing is told of their value."""
    company = run.case.company
    pledged_to = {debt.facility_id: set(debt.collateral_asset_ids) for debt, _ in run.facilities()}
    last = {name: sum(a.market_value for a in company.assets if a.category == name) for name in categories(run)}
    for _, position, month in run.positions():
        exposure = month.exposure
        claims = [debt.closing_balance + debt.accrued_interest + debt.interest_arrears for debt in month.facilities]
        assert exposure.claims == sum(claims) == sum(map(attrgetter("claim"), month.facilities))
        if not company.assets:
            assert exposure.loan_to_value == UndefinedRatio.INSUFFICIENT_DATA
            assert (exposure.collateral_shortfall, exposure.estate_value, month.categories) == (None, None, ())
            assert all(debt.collateral_value is None for debt in month.facilities)
            continue
        covered = [debt.collateral_value or 0 for debt in month.facilities]
        lacking = [claim - value for claim, value in zip(claims, covered, strict=True)]
        for place, debt, claim in zip(run.execution.facilities, month.facilities, claims, strict=True):
            assert debt.collateral_value is not None
            assert debt.collateral_shortfall == claim - debt.collateral_value
            assert 0 <= debt.collateral_value <= claim
            assert debt.collateral_value == 0 or pledged_to[place.facility_id]
        for better, worse in permutations(zip(run.execution.facilities, covered, lacking, strict=True), 2):
            if better[0].lien < worse[0].lien and pledged_to[worse[0].facility_id] <= pledged_to[better[0].facility_id]:
                assert worse[1] == 0 or better[2] == 0
        assert exposure.collateral_shortfall == sum(lacking)
        values = dict(zip(categories(run), month.categories, strict=True))
        assert {name: category.market_value_before for name, category in values.items()} == last
        last = {name: category.market_value for name, category in values.items()}
        total = sum(last.values())
        assert sum(covered) <= total
        assert exposure.estate_value is not None
        assert exposure.estate_value <= total + position.cash + position.restricted_cash
        assert exposure.loan_to_value == ratio(run, sum(claims), total, UndefinedRatio.NO_COLLATERAL)


def recovery_gives_out_the_estate(run: Run) -> None:
    """Of the month of the default, else of the last: to the cent, and nobody gets more than it claims."""
    header, company = run.execution.metrics, run.case.company
    number = header.first_default_period or len(run.months)
    assert header.recovery_period == number
    if header.recovery is None:
        assert not company.assets
        return
    recovery, month = header.recovery, run.months[number - 1]
    now = month.position
    paid = [facility.paid for facility in recovery.facilities]
    assert recovery.estate_value == month.exposure.estate_value
    assert [facility.claim for facility in recovery.facilities] == [debt.claim for debt in month.facilities]
    assert all(0 <= facility.paid <= facility.claim for facility in recovery.facilities)
    others = now.payables + now.operating_arrears + now.other_liabilities + max(now.tax_position, 0)
    assert 0 <= recovery.others_paid <= others
    assert 0 <= recovery.priority_claims_paid <= company.priority_claims
    paid_out = sum(paid) + recovery.others_paid + recovery.priority_claims_paid + recovery.owners + recovery.costs
    assert paid_out == recovery.estate_value
    whole = recovery.others_paid == others and all(facility.paid == facility.claim for facility in recovery.facilities)
    assert recovery.owners == 0 or whole


def categories(run: Run) -> list[str]:
    names = sorted({asset.category for asset in run.case.company.assets})
    assert names == list(run.execution.category_names)
    return names
