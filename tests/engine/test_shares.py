"""Dividing an amount among several: pro rata to the cent, by lien, and in a liquidation."""

from itertools import permutations
from random import Random
from typing import Any

import numpy as np
import pytest

from seawall.engine.compile.structure import CapitalStructure
from seawall.engine.month.estate import Creditors, allocate, liquidate
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.exact import Scalar, share_out
from tests.engine.examples import amounts, minor


@pytest.mark.parametrize(
    ("paid", "dues", "parts"),
    [
        ("10.00", ["3.33", "3.33", "3.34"], ["3.33", "3.33", "3.34"]),
        ("1.00", ["5.00", "5.00", "5.00"], ["0.33", "0.34", "0.33"]),
        ("0.00", ["5.00", "0.00"], ["0.00", "0.00"]),
        ("0.00", ["0.00", "0.00"], ["0.00", "0.00"]),
        ("7.00", ["0.00", "7.00", "0.00"], ["0.00", "7.00", "0.00"]),
        ("2.50", ["10.00"], ["2.50"]),
    ],
)
def test_money_is_shared_pro_rata_to_the_cent(paid, dues, parts):
    assert share_out(Scalar(), minor(paid), amounts(*dues)) == amounts(*parts)


def test_nobody_gets_more_than_is_due_and_nothing_is_lost():
    rng = Random(3)
    for _ in range(5_000):
        dues = [rng.choice((0, 1, rng.randint(0, 10**15))) for _ in range(rng.randint(1, 6))]
        paid = rng.randint(0, sum(dues))
        parts = share_out(Scalar(), paid, dues)
        assert sum(parts) == paid
        assert all(0 <= part <= due for part, due in zip(parts, dues, strict=True))
        columns: list[Any] = [np.array([amount]) for amount in (paid, *dues)]
        batched: list[Any] = share_out(Batch(1), columns[0], columns[1:])
        assert [int(part[0]) for part in batched] == parts


def pledged(*assets: tuple[tuple[int, ...], ...]) -> CapitalStructure:
    """Each asset with the slots secured on it, by lien."""
    slots = 1 + max((slot for liens in assets for lien in liens for slot in lien), default=0)
    return CapitalStructure(
        facilities=tuple((f"loan-{slot}", 1) for slot in range(slots)),
        liens=(tuple(range(slots)),),
        revolver=None,
        has_borrowing_base=False,
        categories=("land",),
        asset_categories=(0,) * len(assets),
        pledges=assets,
    )


def test_collateral_goes_to_the_better_lien_first():
    """100 of land behind 70 on the first lien and 60 on the second: 70 and 30."""
    covered, surplus = allocate(Scalar(), pledged(((0,), (1,))), amounts("100"), amounts("70", "60"))
    assert (covered, surplus) == (tuple(amounts("70", "30")), 0)


def test_collateral_is_shared_pro_rata_within_a_lien_and_counts_once():
    """60 of land behind 80 and 40 is 40 and 20; a second asset of 100 behind the first loan adds the missing 40."""
    covered, surplus = allocate(Scalar(), pledged(((0, 1),), ((0,),)), amounts("60", "100"), amounts("80", "40"))
    assert (covered, surplus) == (tuple(amounts("80", "20")), minor("60"))


def test_a_loan_without_collateral_has_none():
    covered, surplus = allocate(Scalar(), pledged(((0,),)), amounts("50"), amounts("20", "30"))
    assert (covered, surplus) == (tuple(amounts("20", "0")), minor("30"))


def test_a_liquidation_pays_secured_debt_then_everyone_pro_rata():
    """100 from the land: 70 to its lender; the other 30 to 60 unsecured and 30 of trade creditors, 20 and 10."""
    creditors = Creditors(claims=tuple(amounts("70", "60")), others=minor("30"), debt=0, ebitda_last_twelve_months=0)
    recovery, to_others, residual = liquidate(Scalar(), pledged(((0,),)), amounts("100"), creditors)
    assert (recovery, to_others, residual) == (tuple(amounts("70", "20")), minor("10"), 0)


def test_what_is_left_after_every_creditor_is_the_owners():
    creditors = Creditors(claims=tuple(amounts("70", "10")), others=minor("5"), debt=0, ebitda_last_twelve_months=0)
    recovery, to_others, residual = liquidate(Scalar(), pledged(((0,),)), amounts("100"), creditors)
    assert (recovery, to_others, residual) == (tuple(amounts("70", "10")), minor("5"), minor("15"))


def test_an_undersecured_lender_shares_in_the_rest():
    """Land brings 40 to a lender owed 100; 60 of free stock goes to the 60 still open and to 60 owed to suppliers."""
    creditors = Creditors(claims=tuple(amounts("100", "0")), others=minor("60"), debt=0, ebitda_last_twelve_months=0)
    structure = pledged(((0,),), ())
    recovery, to_others, residual = liquidate(Scalar(), structure, amounts("40", "60"), creditors)
    assert (recovery, to_others, residual) == (tuple(amounts("70", "0")), minor("30"), 0)


def test_the_distributable_value_is_given_out_to_the_cent():
    rng = Random(9)
    for _ in range(1_000):
        pledges = tuple(
            tuple(tuple(slots) for slots in rng.choice(([[0], [1, 2]], [[0, 1, 2]], [[2]], [])))
            for _ in range(rng.randint(0, 4))
        )
        structure = pledged(*pledges, ((2,),))
        proceeds = [rng.choice((0, 1, rng.randint(0, 10**9))) for _ in structure.pledges]
        claims = tuple(rng.choice((0, 1, rng.randint(0, 10**9))) for _ in range(3))
        creditors = Creditors(claims, rng.randint(0, 10**9), 0, 0)
        recovery, to_others, residual = liquidate(Scalar(), structure, proceeds, creditors)
        assert sum(recovery) + to_others + residual == sum(proceeds)
        assert all(0 <= recovered <= claim for recovered, claim in zip(recovery, claims, strict=True))
        assert 0 <= to_others <= creditors.others
        assert residual == max(0, sum(proceeds) - sum(claims) - creditors.others)


def test_each_order_of_dues_pays_each_due_within_a_cent():
    """Cumulative prorate gives the odd cents by position; the engine fixes the position by id."""
    for dues in permutations((100, 200, 333)):
        parts = dict(zip(dues, share_out(Scalar(), 100, dues), strict=True))
        assert all(abs(parts[due] - 100 * due / 633) < 1 for due in dues)
