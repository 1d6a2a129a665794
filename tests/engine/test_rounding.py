"""Each verb rounds half-even exactly once: against Decimal, one at a time and in whole arrays, with no mismatch.

The cases are where rounding goes wrong: exact ties and their neighbours, the largest figures that are allowed,
divisors about 2^51 where a float64 no longer tells a tie, ratios about 10^9 where they become OUT_OF_RANGE.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from random import Random
from typing import Any

import numpy as np
import pytest

from seawall.engine.numbers.batch import EXACT_AS_FLOAT, Batch
from seawall.engine.numbers.exact import ACCRUAL_DIVISOR, YEAR_TICKS, Arithmetic, Rational, Scalar, UndefinedRatio
from seawall.engine.values.units import MOST_MONEY, NANO
from tests.engine import scale
from tests.engine.columns import pick

CASES = scale.cases(40_000, 200_000)  # of each of the four verbs
WIDE = Context(prec=50, rounding=ROUND_HALF_EVEN)  # the oracle's own: no product below has more than 31 digits
NO_DEBT = UndefinedRatio.NO_DEBT


def rounded(numerator: int, denominator: int) -> int:
    """The oracle: a Decimal quotient of 50 digits, enough for every tie to be exact: a single rounding decides."""
    return int(WIDE.to_integral_value(WIDE.divide(Decimal(numerator), Decimal(denominator))))


def money(rng: Random) -> int:
    """Of either sign and of every size: 0, a cent, powers of ten and of two and their neighbours, 10^15."""
    magnitude = rng.choice(
        (
            rng.randint(0, 9),
            rng.randint(0, MOST_MONEY),
            rng.randint(0, 10 ** rng.randint(1, 15)),
            2 ** rng.randint(0, 49) + rng.randint(-1, 1),
            MOST_MONEY - rng.randint(0, 3),
        )
    )
    return rng.choice((-1, 1)) * magnitude


def factor(rng: Random) -> int:
    """Up to 6, the largest variable cost factor; many of them make ties with round amounts."""
    return rng.choice(
        (
            rng.randint(0, 6 * NANO),
            rng.randint(0, 12) * NANO // 2,
            NANO // 2 + rng.randint(-1, 1),
            rng.choice((1, 2, 4, 8, 5, 25, 125)) * 10 ** rng.randint(0, 7) % (6 * NANO),
            6 * NANO - rng.randint(0, 1),
        )
    )


def tie(rng: Random, divisor: int, most: int) -> tuple[int, int]:
    """a and b whose product lies half-way between two multiples of the divisor, or one beside it."""
    half = divisor // 2 * (2 * rng.randint(0, max(most // divisor, 1)) + 1)
    b = rng.choice((1, 2, 4, 5, 8, 10, 16, 20, 25, 50, 125))
    return half // b + rng.choice((0, 0, 0, -1, 1)), b


def cases_of_times(rng: Random) -> Iterator[tuple[int, ...]]:
    while True:
        yield money(rng), factor(rng)
        a, b = tie(rng, NANO, 10**14)
        yield rng.choice((-1, 1)) * a, b


def wholes(rng: Random) -> int:
    return rng.choice(
        (
            rng.randint(1, 400),
            365 * NANO,
            EXACT_AS_FLOAT + rng.randint(-3, 3),
            rng.randint(1, 2 * MOST_MONEY),
            2 * MOST_MONEY - rng.randint(0, 1),
            rng.randint(1, 20 * MOST_MONEY),  # the creditors of a liquidation can be owed more than any one amount
            2 ** rng.randint(1, 50) + rng.randint(0, 1),
        )
    )


def cases_of_prorate(rng: Random) -> Iterator[tuple[int, ...]]:
    while True:
        whole = wholes(rng)
        yield money(rng), rng.choice((0, 1, whole, whole - 1, whole // 2, rng.randint(0, whole))), whole
        whole = 2 * rng.randint(1, rng.choice((MOST_MONEY // 2, 10 * MOST_MONEY)))  # half of it, an odd number of times
        odd = rng.choice((1, 3, 2 * rng.randint(0, 1000) + 1, 2 * rng.randint(0, MOST_MONEY // 2 - 1) + 1))
        yield rng.choice((-1, 1)) * (odd + rng.choice((0, 0, 0, 1))), whole // 2 + rng.choice((0, 0, -1, 1)), whole
        yield money(rng), 0, 0


def cases_of_accrue(rng: Random) -> Iterator[tuple[int, ...]]:
    """Balances from 0, any rate up to 500 %, a month's ticks, what has accrued so far and what it carries."""
    half = ACCRUAL_DIVISOR // 2
    while True:
        balance = abs(money(rng))
        rate = rng.choice((0, 1, NANO // 10, rng.randint(0, 5 * NANO), 5 * NANO))
        ticks = rng.choice((30 * 4453, 31 * 4453, rng.randint(1, 31) * rng.choice((4453, 4392, 4380))))
        carry = rng.choice((0, 0, half, -half, rng.randint(-half, half), half - 1, 1 - half))
        yield balance, rate, ticks, rng.choice((0, rng.randint(0, MOST_MONEY))), carry
        exact = balance * rate * ticks % ACCRUAL_DIVISOR  # the carry that makes a tie of it, and its neighbours
        carry = half - exact if exact <= ACCRUAL_DIVISOR - 1 else 0
        yield balance, rate, ticks, rng.choice((0, 1, 12345)), max(-half, min(half, carry + rng.choice((0, 0, 1, -1))))
        # A tenth of a year at round rates: whole and half cents from round balances.
        yield 5 * rng.randint(0, 10**13), rng.randint(0, 50) * NANO // 10, YEAR_TICKS // 10, 0, 0


def cases_of_ratio(rng: Random) -> Iterator[tuple[int, ...]]:
    while True:
        yield money(rng), money(rng)
        yield 9 * money(rng), 9 * MOST_MONEY - rng.randint(0, 10**15)
        denominator = rng.randint(1, 10 ** rng.randint(1, 7))  # about the largest ratio in range
        yield rng.choice((-1, 1)) * (10**9 * denominator + rng.randint(-2, 2)), denominator
        # A denominator of 2 x 10^6 x k has ties at odd multiples of k.
        k, odd = rng.randint(1, 10**8), 2 * rng.randint(0, 10**6) + 1
        yield rng.choice((-1, 1)) * k * odd + rng.choice((0, 0, 0, 1, -1)), 2 * 10**6 * k
        yield money(rng), rng.choice((0, -1, 1, -MOST_MONEY, 2**51 + 1, 2**52 + 1, 2**53 + 1))


def expected_times(a: int, b: int) -> int:
    return rounded(a * b, NANO)


def expected_prorate(a: int, part: int, whole: int) -> int:
    return rounded(a * part, whole) if whole else 0


def expected_accrue(balance: int, rate: int, ticks: int, accrued: int, carry: int) -> tuple[int, int]:
    exact = balance * rate * ticks + carry + accrued * ACCRUAL_DIVISOR
    so_far = rounded(exact, ACCRUAL_DIVISOR)
    return so_far, exact - so_far * ACCRUAL_DIVISOR


def expected_ratio(numerator: int, denominator: int) -> int:
    if denominator <= 0:
        return NO_DEBT
    if abs(numerator) > 10**9 * denominator:
        return UndefinedRatio.OUT_OF_RANGE
    return rounded(numerator * 10**6, denominator)


def ratio_of(m: Arithmetic) -> Any:
    return lambda numerator, denominator: m.ratio(numerator, denominator, NO_DEBT)


VERBS: dict[str, tuple[Any, Any, Any]] = {
    "times": (cases_of_times, expected_times, lambda m: m.times),
    "prorate": (cases_of_prorate, expected_prorate, lambda m: m.prorate),
    "accrue": (cases_of_accrue, expected_accrue, lambda m: m.accrue),
    "ratio": (cases_of_ratio, expected_ratio, ratio_of),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_rounds_half_even_once_in_both_lanes(verb):
    draw, expected, verb_of = VERBS[verb]
    cases = [case for case, _ in zip(draw(Random(f"rounding {verb}")), range(CASES), strict=False)]
    exact = [expected(*case) for case in cases]
    in_integers = verb_of(Scalar())
    assert [case for case, right in zip(cases, exact, strict=True) if in_integers(*case) != right] == []

    columns = [np.array(column, dtype=np.int64) for column in zip(*cases, strict=True)]
    figures = verb_of(Batch(CASES))(*columns)
    right = np.array(exact, dtype=np.int64)
    wrong = figures != right if verb != "accrue" else (figures[0] != right[:, 0]) | (figures[1] != right[:, 1])
    assert [cases[position] for position in np.flatnonzero(wrong)] == []


def test_thousands_of_the_cases_are_exact_ties():
    ties = 0
    for case, _ in zip(cases_of_times(Random("rounding times")), range(CASES), strict=False):
        ties += case[0] * case[1] % NANO * 2 == NANO
    for _, case in zip(range(CASES), cases_of_prorate(Random("rounding prorate")), strict=False):
        ties += case[2] > 0 and case[0] * case[1] % case[2] * 2 == case[2]
    for _, case in zip(range(CASES), cases_of_accrue(Random("rounding accrue")), strict=False):
        ties += (case[0] * case[1] * case[2] + case[4]) % ACCRUAL_DIVISOR * 2 == ACCRUAL_DIVISOR
    for _, case in zip(range(CASES), cases_of_ratio(Random("rounding ratio")), strict=False):
        ties += case[1] > 0 and case[0] * 10**6 % case[1] * 2 == case[1]
    assert ties > CASES // 4


@pytest.mark.parametrize(
    ("verb", "case", "rounded_to"),
    [
        ("times", (1, NANO // 2), 0),  # half a cent to the even 0
        ("times", (3, NANO // 2), 2),  # one and a half to the even 2
        ("times", (-1, NANO // 2), 0),
        ("times", (100, 850_000_000), 85),
        ("prorate", (5, 1, 2), 2),
        ("prorate", (7, 1, 2), 4),
        ("prorate", (100, 1, 12), 8),
        ("prorate", (100, 0, 0), 0),
        ("ratio", (12_000_000, 6_000_000), 2_000_000),
        ("ratio", (1, 2_000_000), 0),  # half of 10^-6
        ("ratio", (3, 2_000_000), 2),
        ("ratio", (1, 0), NO_DEBT),
        ("ratio", (1, -1), NO_DEBT),
        ("ratio", (0, 7), 0),
        ("ratio", (10**9, 1), 10**15),
        ("ratio", (10**9 + 1, 1), UndefinedRatio.OUT_OF_RANGE),
        ("ratio", (-(10**9) - 1, 1), UndefinedRatio.OUT_OF_RANGE),
        ("accrue", (50_000_000, NANO // 10, 30 * 4453, 0, 0), (416_667, -ACCRUAL_DIVISOR // 3)),  # 4,166.67
    ],
)
def test_a_verb_by_hand(verb, case, rounded_to):
    verb_of = VERBS[verb][2]
    assert verb_of(Scalar())(*case) == rounded_to
    columns = verb_of(Batch(1))(*(np.array([figure], dtype=np.int64) for figure in case))
    assert tuple(np.ravel(columns)) == (rounded_to if isinstance(rounded_to, tuple) else (rounded_to,))


@pytest.mark.parametrize(("m", "balance"), [(Scalar(), 50_000_000), (Batch(1), np.array([50_000_000]))])
def test_a_coupon_rounds_once_however_many_months_it_runs(m, balance):
    """12 months of 500,000.00 at 10 % are 50,000.00 exactly, though each month is 4,166.666..."""
    accrued, carry, months = 0, 0, []
    for _ in range(12):
        accrued, carry = m.accrue(balance, NANO // 10, 30 * 4453, accrued, carry)
        months.append(accrued)
    assert months[:3] == [416_667, 833_333, 1_250_000]
    assert months[11] == 5_000_000
    assert carry == 0


def test_the_rational_lane_does_not_round():
    m = Rational()
    assert m.times(1, NANO // 3) * 3 == m.times(1, NANO // 3 * 3)
    assert m.prorate(1, 1, 3) * 3 == 1
    assert m.accrue(1, NANO, YEAR_TICKS // 3, 0, 0)[0] * 3 == 1
    assert m.ratio(1, 3, NO_DEBT) * 3 == 10**6


@pytest.mark.parametrize("verb", VERBS)
def test_any_argument_may_be_plain_beside_arrays(verb):
    """A batch keeps what is the same in all executions as a single number: that changes no figure."""
    draw, expected, verb_of = VERBS[verb]
    rng = Random(f"mixed {verb}")
    cases = draw(rng)
    for _ in range(500):
        some = [next(cases) for _ in range(8)]
        shared = [rng.random() < 0.5 for _ in some[0]]
        for position in (n for n, is_shared in enumerate(shared) if is_shared):
            some = [(*case[:position], some[0][position], *case[position + 1 :]) for case in some]
        if verb == "prorate":  # part of whole: a part beyond it is no case
            some = [(amount, min(part, whole), whole) for amount, part, whole in some]
        columns = [np.array(column, dtype=np.int64) for column in zip(*some, strict=True)]
        mixed = [column if len(set(column.tolist())) > 1 else int(column[0]) for column in columns]
        figures = verb_of(Batch(8))(*mixed)
        for position, case in enumerate(some):
            assert pick(figures, position) == expected(*case), case


def test_arrays_and_plain_numbers_mix():
    """A plain number stands for an array of equal values, and numbers alone stay a number."""
    m, ones = Batch(3), np.array([1, 3, 5])
    assert m.times(ones, NANO // 2).tolist() == [0, 2, 2]
    assert m.times(3, NANO // 2) == 2
    assert m.prorate(7, ones, 10).tolist() == [1, 2, 4]
    assert m.ratio(1, ones, NO_DEBT).tolist() == [1_000_000, 333_333, 200_000]
    assert m.least(ones, 3).tolist() == [1, 3, 3]
    assert m.most(ones, 3).tolist() == [3, 3, 5]
    assert m.where(ones > 1, 7, ones).tolist() == [1, 7, 7]
    assert m.ago([10, ones, 30], np.array([0, 1, 2])).tolist() == [30, 3, 10]
