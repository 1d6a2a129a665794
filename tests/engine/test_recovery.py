"""Recovery by absolute priority: who gets what, to the cent, and what a company has left for its owners."""

from collections.abc import Sequence
from random import Random

import pytest

from seawall.engine.compile.structure import CapitalStructure
from seawall.engine.month.estate import Liquidation
from seawall.engine.month.recovery import Recovery, recover
from seawall.engine.numbers.exact import Rational, Scalar
from seawall.engine.values.units import NANO
from tests.engine.examples import amounts, minor, nanos
from tests.engine.structures import structure


def liquidate(
    debts: CapitalStructure,
    claims: Sequence[str],
    proceeds: Sequence[str] = (),
    cash: str = "0",
    others: str = "0",
    priority: str = "0",
    costs: str = "0",
) -> Recovery:
    estate = Liquidation(
        tuple(amounts(*proceeds)), minor(cash), tuple(amounts(*claims)), minor(others), minor(priority), nanos(costs)
    )
    return recover(Scalar(), debts, estate)


def paid(recovery: Recovery) -> list[int]:
    return [facility.paid for facility in recovery.facilities]


def test_an_all_asset_lien_takes_the_free_value_after_costs():
    """2,827.50 (435 at 6.5 times) less 5 % is 2,686.125: 97.3 % of a claim of 2,760, and nothing unsecured."""
    recovery = liquidate(structure(2, all_asset=(0,)), ("2,760,000", "100,000"), cash="2,827,500", costs="0.05")
    assert paid(recovery) == amounts("2,686,125.00", "0")
    assert recovery.costs == minor("141,375.00")
    assert [facility.share for facility in recovery.facilities] == [973_234, 0]
    assert recovery.facilities[0].loss_given_default == 26_766
    assert recovery.fulcrum == 1


def test_costs_come_off_what_there_is():
    """1,125 less 5 % is 1,068.75."""
    recovery = liquidate(structure(1, all_asset=(0,)), ("2,000",), cash="1,125", costs="0.05")
    assert paid(recovery) == amounts("1,068.75")


def test_secured_debt_then_everyone_pro_rata():
    """100 from the land: 70 to its lender; the other 30 to 60 unsecured and 30 of trade creditors, 20 and 10."""
    recovery = liquidate(structure(2, ((0,),)), ("70", "60"), ("100",), others="30")
    assert (paid(recovery), recovery.others_paid, recovery.owners) == (amounts("70", "20"), minor("10"), 0)
    assert recovery.fulcrum == 2


def test_what_is_left_after_every_creditor_is_the_owners():
    recovery = liquidate(structure(2, ((0,),)), ("70", "10"), ("100",), others="5")
    assert (paid(recovery), recovery.others_paid, recovery.owners) == (amounts("70", "10"), minor("5"), minor("15"))
    assert recovery.fulcrum == 0


def test_an_undersecured_lender_shares_in_the_rest():
    """Land brings 40 to a lender owed 100; 60 of free stock goes to the 60 still open and to 60 owed to suppliers."""
    recovery = liquidate(structure(2, ((0,),), ()), ("100", "0"), ("40", "60"), others="60")
    assert (paid(recovery), recovery.others_paid) == (amounts("70", "0"), minor("30"))


def test_super_senior_debt_primes_every_pool_and_the_free_value():
    """50 of new money is taken pro rata from a pool of 150 and 50 of cash: 37.50 and 12.50."""
    recovery = liquidate(structure(2, ((0,),), super_senior=(1,)), ("200", "50"), ("150",), cash="50")
    assert paid(recovery) == amounts("150", "50")
    assert recovery.fulcrum == 1


def test_all_asset_liens_rank_before_priority_claims_and_these_before_open_claims():
    recovery = liquidate(structure(3, all_asset=(1, 0)), ("50", "40", "30"), cash="100", priority="5", others="70")
    # 40 to the first rank, 50 to the second, 5 of priority; the last 5 to 30 and 70 that are open.
    assert paid(recovery) == amounts("50", "40", "1.50")
    assert (recovery.priority_claims_paid, recovery.others_paid) == (minor("5"), minor("3.50"))


def test_a_pool_for_fewer_debts_goes_first():
    """The asset that only the second lender has pays it, so that the shared one is left to the first."""
    recovery = liquidate(structure(2, ((0, 1),), ((1,),)), ("100", "100"), ("100", "100"))
    assert paid(recovery) == amounts("100", "100")


def test_a_junior_hands_on_what_it_gets_as_unsecured():
    """Of 60 open pro rata: 40 and 20; the junior's 20 go to its senior, which then lacks 20 of 80."""
    debts = structure(2, turnovers=((1, (0,)),))
    recovery = liquidate(debts, ("80", "40"), cash="60")
    assert paid(recovery) == amounts("60", "0")
    whole = liquidate(debts, ("50", "40"), cash="81")
    assert paid(whole) == amounts("50", "31")


@pytest.mark.parametrize("m", [Scalar(), Rational()])
def test_what_a_liquidation_brings_is_given_out_to_the_cent(m):
    rng = Random(9)
    for _ in range(500):
        pledges = tuple(
            tuple(tuple(slots) for slots in rng.choice(([[0], [1, 2]], [[0, 1, 2]], [[2]], [])))
            for _ in range(rng.randint(1, 5))
        )
        debts = structure(
            3,
            *pledges,
            all_asset=rng.sample(range(3), rng.randint(0, 3)),
            super_senior=sorted(rng.sample(range(3), rng.choice((0, 0, 1, 2)))),
            turnovers=rng.choice(((), ((2, (0, 1)),), ((0, (1,)), (1, (2,))))),
        )
        draw = lambda most: rng.choice((0, 1, rng.randint(0, most)))  # noqa: E731
        estate = Liquidation(
            tuple(draw(10**9) for _ in pledges),
            draw(10**9),
            tuple(draw(10**9) for _ in range(3)),
            draw(10**9),
            draw(10**8),
            rng.choice((0, NANO // 20, NANO // 3, NANO)),
        )
        recovery = recover(m, debts, estate)
        got = paid(recovery)
        out = sum(got) + recovery.others_paid + recovery.priority_claims_paid + recovery.owners + recovery.costs
        assert out == recovery.estate_value == sum(estate.proceeds) + estate.cash
        assert all(0 <= part <= claim for part, claim in zip(got, estate.claims, strict=True))
        assert 0 <= recovery.others_paid <= estate.others
        whole = got == list(estate.claims) and recovery.others_paid == estate.others
        assert recovery.owners == 0 or (whole and recovery.priority_claims_paid == estate.priority_claims)
        lacking = [slot for slot in [*debts.super_senior, 0, 1, 2] if got[slot] < estate.claims[slot]]
        assert recovery.fulcrum == (lacking[0] + 1 if lacking else 0)
