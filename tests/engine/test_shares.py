"""Dividing an amount among several: pro rata to the cent, and by lien."""

from itertools import permutations
from random import Random
from typing import Any

import numpy as np
import pytest

from seawall.engine.month.estate import allocate
from seawall.engine.numbers.batch import Batch
from seawall.engine.numbers.exact import Scalar, share_out
from tests.engine.examples import amounts, minor
from tests.engine.structures import structure


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


def test_collateral_goes_to_the_better_lien_first():
    """100 of land behind 70 on the first lien and 60 on the second: 70 and 30."""
    covered, surplus = allocate(Scalar(), structure(2, ((0,), (1,))), amounts("100"), amounts("70", "60"))
    assert (covered, surplus) == (tuple(amounts("70", "30")), 0)


def test_collateral_is_shared_pro_rata_within_a_lien_and_counts_once():
    """An asset of 50 behind the first loan alone comes first; then 60 of land behind what is left, 30 and 40."""
    covered, surplus = allocate(Scalar(), structure(2, ((0, 1),), ((0,),)), amounts("60", "50"), amounts("80", "40"))
    assert (covered, surplus) == (tuple(amounts("75.71", "34.29")), 0)


def test_a_loan_without_collateral_has_none():
    covered, surplus = allocate(Scalar(), structure(2, ((0,),)), amounts("50"), amounts("20", "30"))
    assert (covered, surplus) == (tuple(amounts("20", "0")), minor("30"))


def test_each_order_of_dues_pays_each_due_within_a_cent():
    """Cumulative prorate gives the odd cents by position; the engine fixes the position by id."""
    for dues in permutations((100, 200, 333)):
        parts = dict(zip(dues, share_out(Scalar(), 100, dues), strict=True))
        assert all(abs(parts[due] - 100 * due / 633) < 1 for due in dues)
