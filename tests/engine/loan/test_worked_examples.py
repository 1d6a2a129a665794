"""Previews worked out by hand: each figure can be checked on the back of an envelope."""

from datetime import date

from seawall.engine.debt.events import Event
from seawall.engine.debt.loan import Fee, FeeBasis, Scaling, ScalingEffect, Trade
from seawall.engine.inputs.calendar import Cycle, CycleUnit
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import Amortisation, FloatingRate
from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.clauses import Clauses, IndexReading, ScalingReading
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import BASIS_POINT, loan, preview_of

QUARTERLY = {"payment_interval_months": 3}


def figures(request, *names):
    return [tuple(getattr(flow, name) for name in names) for flow in preview(request)]


def test_a_buyer_pays_the_price_and_the_interest_so_far_and_sees_what_comes_after():
    """5,000.00 a month; 16 days from 15 May to 1 June are 2,666.67, 15 to 30 September 2,500.00."""
    clauses = Clauses(purchase=Trade(date(2025, 6, 1), 99_000_000), termination=Trade(date(2025, 9, 30), 99_500_000))
    assert figures(preview_of(loan(), clauses=clauses), "event", "payoff", "interest", "price") == [
        (Event.PURCHASE, -99_266_667, -266_667, -99_000_000),
        *[(Event.INTEREST, 500_000, 500_000, 0)] * 4,
        (Event.TERMINATION, 99_750_000, 250_000, 99_500_000),
    ]


def test_payments_grow_with_the_index_that_they_are_scaled_by():
    """The index rises from 100 to 110 in July: the second half-year pays 30,000 x 1.1 and 1,000,000 x 1.1."""
    scaling = Scaling(Cycle(6, CycleUnit.MONTH), 100 * NANO, ScalingEffect.BOTH)
    clauses = Clauses(scaling=scaling, scaling_path=(ScalingReading(date(2025, 7, 1), 110 * NANO),))
    request = preview_of(loan(payment_interval_months=6), clauses=clauses)
    assert [flow.payoff for flow in preview(request) if flow.payoff] == [3_000_000, 3_300_000, 110_000_000]


def test_a_fee_is_an_amount_or_accrues_on_the_principal():
    """1,000.00 each half-year, or 0.1 % a year: 500.00 each half-year."""
    half_yearly = Cycle(6, CycleUnit.MONTH)
    for fee, each in (
        (Fee(FeeBasis.ABSOLUTE, half_yearly, amount=100_000), 100_000),
        (Fee(FeeBasis.PRINCIPAL, half_yearly, rate=10 * BASIS_POINT), 50_000),
    ):
        flows = preview(preview_of(loan(), clauses=Clauses(fee=fee)))
        assert [flow.payoff for flow in flows if flow.event is Event.FEE] == [each, each]


def test_a_rate_follows_its_index_between_floor_and_cap_from_reset_to_reset():
    """Spread 2 %. At the start 4 %, in April 1 % (floor 3 %), in July 9 % (cap 7 %), in October 5 %."""
    floating = FloatingRate(400 * BASIS_POINT, 200 * BASIS_POINT, 300 * BASIS_POINT, 700 * BASIS_POINT, 3)
    days = ((date(2025, 4, 15), 100), (date(2025, 7, 1), 900), (date(2025, 10, 15), 500))
    path = tuple(IndexReading(day, points * BASIS_POINT) for day, points in days)
    request = preview_of(loan(floating_rate=floating, **QUARTERLY), index_path=path)
    assert [flow.interest for flow in preview(request) if flow.interest] == [1_500_000, 1_250_000, 2_250_000, 1_750_000]


def test_what_a_level_payment_does_not_reach_is_added_to_the_principal():
    """1.5 % a quarter of 1,000,000 is 15,000; 10,000 are paid: 1,005,000. Then 15,075: 1,010,075 ..."""
    contract = Contract(payment=1_000_000)
    request = preview_of(loan(amortisation=Amortisation.LEVEL, contract=contract, **QUARTERLY))
    balances = [flow.balance for flow in preview(request) if flow.event is Event.PRINCIPAL]
    assert balances == [100_500_000, 101_007_500, 101_522_612]
