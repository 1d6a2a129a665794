"""The year before the stress: twelve months that add up, and the days behind an opening balance."""

from random import Random

import pytest

from seawall.engine.compile.base_year import FLAT, days_outstanding, nearest_first, spread
from seawall.engine.compile.case import CountBack
from seawall.engine.month.working_capital import count_back
from seawall.engine.numbers.exact import SCALAR, Rational, Scalar
from seawall.engine.numbers.months import MONTH_UNITS
from seawall.engine.values.units import MOST_MONEY
from tests.engine.examples import amounts, minor


def test_an_annual_amount_is_spread_to_the_cent():
    assert spread(Scalar(), minor("1.00"), FLAT) == (8, 9, 8, 8, 9, 8, 8, 9, 8, 8, 9, 8)
    assert spread(Scalar(), minor("1,200.00"), FLAT) == tuple(amounts("100.00") * 12)


def test_seasons_decide_the_months():
    """A year of 1,000.00, three quarters of it in the fourth quarter."""
    months = spread(Scalar(), minor("1,000.00"), (1,) * 9 + (9,) * 3)
    assert months == (27_78, 27_78, 27_77, 27_78, 27_78, 27_78, 27_77, 27_78, 27_78, 250_00, 250_00, 250_00)


def test_a_flat_year_is_one_of_equal_weights():
    """Whatever the weights are called: the months of small amounts are looked up."""
    for annual in (*range(-60, 60), MOST_MONEY, MOST_MONEY - 7, 5 - MOST_MONEY):
        assert spread(SCALAR, annual, FLAT) == spread(SCALAR, annual, (3,) * 12), annual


@pytest.mark.parametrize("annual", [0, 1, 7, -12_345, MOST_MONEY, MOST_MONEY - 1])
@pytest.mark.parametrize("weights", [FLAT, (0,) * 11 + (5,), (3, 0, 0, 7) * 3, tuple(range(12))])
def test_twelve_months_add_up_to_the_year(annual, weights):
    months = spread(Scalar(), annual, weights)
    assert sum(months) == annual
    assert all(month == 0 for month, part in zip(months, weights, strict=True) if not part)


@pytest.mark.parametrize(
    ("balance", "months", "part", "unexplained"),
    [
        ("0", 0, 0, "0"),
        ("100", 1, 0, "0"),
        ("150", 1, MONTH_UNITS // 2, "0"),
        ("1,200", 12, 0, "0"),
        ("3,600", 36, 0, "0"),
        ("5,000", 36, 0, "1,400"),  # three years of sales do not explain it: the rest stays
    ],
)
def test_days_of_sales_behind_a_balance(balance, months, part, unexplained):
    """Sales of 100.00 a month."""
    days = days_outstanding(Scalar(), minor(balance), nearest_first(amounts("100") * 12))
    assert (days.units, days.unexplained) == (months * MONTH_UNITS + part, minor(unexplained))


def test_without_sales_no_days_explain_a_balance():
    assert days_outstanding(Scalar(), 500, [0] * 36) == (0, 500)


def test_the_count_back_inverts_itself_to_the_cent():
    """Counting the days back over the same history gives the balance again, unexplained included."""
    rng = Random(5)
    for _ in range(2_000):
        most = rng.choice((1, 100, 10**6, MOST_MONEY // 12))
        year = [rng.choice((0, rng.randint(0, most), rng.randint(0, most))) for _ in range(12)]
        history = year * 4
        balance = rng.choice((0, 1, rng.randint(0, 5 * most), rng.randint(0, 40 * most)))
        running = [0, 0]
        for month in history:
            running.append(running[-1] + month)
        for m in (Scalar(), Rational()):
            days = days_outstanding(m, balance, nearest_first(year))
            counted = count_back(m, tuple(running), CountBack(*divmod(days.units, MONTH_UNITS)))
            assert days.unexplained >= 0
            assert counted + days.unexplained == balance
            if any(history) and balance <= sum(
                history[-36:]
            ):  # a unit is a nano-day: the unexplained is below one's sales
                assert days.unexplained <= 1 + max(history) // MONTH_UNITS
