"""The factor of an annuity is the exact one, to more digits than a payment can feel, from whichever payment on."""

from fractions import Fraction
from random import Random

from seawall.engine.debt.annuity import SCALE, PaymentPeriods, accrued_factor, payment_factor, present_value
from seawall.engine.numbers.day_count import DAY_360
from seawall.engine.numbers.exact import ACCRUAL_DIVISOR
from seawall.engine.values.units import NANO

SCHEDULES, SEED = 200, 20_261_128
FELT = 10**5  #: of 10^-40: 10^15 minor units times this is 10^-20


def growth(rate: int, ticks: int) -> Fraction:
    return 1 + Fraction(rate * ticks, ACCRUAL_DIVISOR)


def payment(rate: int, periods: tuple[int, ...]) -> Fraction:
    """What pays back 1 in payments of which the first is made at once."""
    worth = Fraction(1)
    for period in reversed(periods):
        worth = 1 + worth / growth(rate, period)
    return 1 / worth


def test_a_factor_is_exact_from_any_payment_on():
    """Runs of equal periods, some of no time at all, as 30/360 has them on a 31st."""
    luck = Random(SEED)
    for _ in range(SCHEDULES):
        runs = [(luck.choice([0, 1, 3, 30, 31]) * DAY_360, luck.randint(1, 5)) for _ in range(luck.randint(0, 5))]
        periods = tuple(period for period, count in runs for _ in range(count))
        levelled, rate = PaymentPeriods(periods), luck.choice([1, luck.randrange(1, NANO // 10), 5 * NANO])
        for start in range(len(periods) + 1):
            exact = payment(rate, periods[start:])
            value = present_value(rate, levelled, start)
            assert abs(accrued_factor(value) - exact * SCALE) < FELT
            later = growth(rate, 30 * DAY_360) * exact
            assert abs(payment_factor(rate, 30 * DAY_360, value) - later * SCALE) < FELT


def test_a_year_at_ten_percent():
    """60,000.00 at 10 % over 12 months is 5,274.95 a month."""
    year = PaymentPeriods([30 * DAY_360] * 11)
    factor = payment_factor(NANO // 10, 30 * DAY_360, present_value(NANO // 10, year, 0))
    assert round(6_000_000 * Fraction(factor, SCALE)) == 527_495


def test_schedules_are_compared_by_their_periods():
    """So that the loans of one schedule share their factors."""
    assert PaymentPeriods([1, 2]) == PaymentPeriods((1, 2))
    assert hash(PaymentPeriods([1, 2])) == hash(PaymentPeriods((1, 2)))
    assert PaymentPeriods([1, 2]) != PaymentPeriods([2, 1])
