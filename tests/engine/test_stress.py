"""What a scenario does in each month: its paths, its course and its market values."""

import decimal
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from seawall.engine import execute
from seawall.engine.compile.paths import market_value_path, path, weight
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.inputs.scenario import Assumptions, Course
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.numbers.months import COMPILED_MONTHS
from seawall.engine.values.units import NANO
from tests.engine.examples import company, loan, nanos, scenario
from tests.engine.scale import cases


def test_the_last_value_of_a_path_holds_beyond_it():
    constant, falling = "0.8", ("0.9", "0.8", "0.7")
    factors = path(scenario(6, revenue_change_factor=constant), "revenue_change_factor")
    assert factors == (nanos("0.8"),) * COMPILED_MONTHS
    factors = path(scenario(6, revenue_change_factor=falling), "revenue_change_factor")
    assert factors == (nanos("0.9"), nanos("0.8"), *(nanos("0.7"),) * 34)


@pytest.mark.parametrize(
    ("course", "weights"),
    [
        (Course(), "1 1 1 1 1 1 1 1"),
        (Course(onset_months=2), "0 0 1 1 1 1 1 1"),
        (Course(ramp_months=4), "1/4 1/2 3/4 1 1 1 1 1"),
        (Course(1, 2), "0 1/2 1 1 1 1 1 1"),
        (Course(1, 2, hold_months=2, recovery_months=3), "0 1/2 1 1 1 2/3 1/3 0"),
        (Course(0, 2, hold_months=0, recovery_months=2), "1/2 1 1/2 0 0 0 0 0"),
        (Course(0, 0, hold_months=3), "1 1 1 0 0 0 0 0"),  # no recovery months: it ends at once
    ],
)
def test_a_course_is_onset_ramp_hold_and_recovery(course, weights):
    assert [str(weight(course, month)) for month in range(1, 9)] == weights.split()


def test_a_course_moves_a_factor_from_neutral_and_back():
    """f_t = 1 + (f - 1) w_t to nanos; days go from 0 and back."""
    course = Course(onset_months=1, ramp_months=3, hold_months=1, recovery_months=2)
    falling = scenario(6, course, revenue_change_factor="0.8", collection_period_extension_days="30")
    factors = path(falling, "revenue_change_factor")[:7]
    assert factors == tuple(map(nanos, ("1", "0.933333333", "0.866666667", "0.8", "0.8", "0.9", "1")))
    days = path(falling, "collection_period_extension_days")[:7]
    assert days == tuple(map(nanos, ("0", "10", "20", "30", "30", "15", "0")))


def test_a_constant_annual_factor_compounds_to_itself_in_a_year():
    left = market_value_path((nanos("0.85"),) * 24)
    assert (left[11], left[23]) == (nanos("0.85"), nanos("0.7225"))
    assert left[0] == nanos("0.986548053")  # 0.85^(1/12)


def test_market_values_multiply_powers_grouped_by_factor_and_round_once():
    """Six months at 0.81 and six at 0.64: 0.9 x 0.8 exactly, in whatever order the months come."""
    a, b = nanos("0.81"), nanos("0.64")
    assert market_value_path((a,) * 6 + (b,) * 6)[11] == nanos("0.72")
    assert market_value_path((a, b) * 6)[11] == nanos("0.72")


def test_what_is_worthless_stays_worthless():
    assert market_value_path((NANO, 0, NANO))[:3] == (NANO, 0, 0)


def in_decimal(factors):
    """What is left of a market value in each month: a power of fifty digits for each distinct factor, rounded once."""
    digits = decimal.Context(prec=50, rounding=decimal.ROUND_HALF_EVEN)
    left = []
    for months in range(1, len(factors) + 1):
        product = Decimal(NANO)
        for factor, count in sorted(Counter(factors[:months]).items()):
            power = digits.power(Decimal(factor).scaleb(-9, digits), digits.divide(Decimal(count), Decimal(12)))
            product = digits.multiply(product, power)
        left.append(int(digits.to_integral_value(product)))
    return tuple(left)


def test_market_values_are_those_of_powers_of_fifty_digits():
    rng = Random(20171231)
    for _ in range(cases(quick=12, long=1_000)):
        pool = [rng.choice((0, 1, NANO - 1, NANO, rng.randint(0, 1000), rng.randint(0, NANO))) for _ in range(3)]
        factors = tuple(rng.choices(pool, k=COMPILED_MONTHS))
        assert market_value_path(factors) == in_decimal(factors)


@pytest.mark.parametrize(("factor", "squared"), [(50_000, 2), (150_000, 22), (250_000, 62)])
def test_a_tie_of_market_values_goes_to_the_even_one(factor, squared):
    """0.00005 leaves 2.5 nanos after two years, 0.00015 leaves 22.5 and 0.00025 leaves 62.5."""
    assert market_value_path((factor,) * 24)[23] == squared == in_decimal((factor,) * 24)[23]


def test_a_tie_that_is_odd_below_goes_up():
    """0.00007 x 0.00005 over a year each is 3.5 nanos."""
    assert market_value_path((70_000,) * 12 + (50_000,) * 12)[23] == 4


def test_an_annuity_does_not_depend_on_the_ambient_decimal_context():
    """60,000.00 over 12 months at a rate that no other test has, so that no factor of it is kept."""
    growth = 1 + Fraction(973, 120_000)
    level = 6_000_000 * (growth - 1) / (1 - growth**-12)
    with decimal.localcontext() as ambient:
        ambient.prec, ambient.rounding = 3, decimal.ROUND_UP
        annuity = loan("60,000", "0.0973", date(2026, 12, 31), Amortisation.ANNUITY)
        owing = company(instruments=(annuity,), sheet={"cash": "90,000"})
        paid = execute(scenario(12), owing).months[0].cash_flow
        assert Decimal(1) / 3 == Decimal("0.334")  # the ambient one really is another
    assert paid.interest_payments + paid.principal_payments == round(level)


@pytest.mark.parametrize(
    ("name", "revenue", "collection", "payment", "shift", "liquidity", "value"),
    [
        ("mild", "0.85", "10", "7", "0.015", "0.9", "0.85"),
        ("moderate", "0.78", "15", "10", "0.02", "0.85", "0.8"),
        ("severe", "0.65", "25", "15", "0.03", "0.8", "0.65"),
    ],
)
def test_the_coherent_templates(name, revenue, collection, payment, shift, liquidity, value):
    """Costs stay at their level; it comes in three months, holds for nine and goes in twelve."""
    template = TEMPLATES[name]
    assert template.course == Course(0, 3, 9, 12)
    assert template.assumptions == Assumptions(
        revenue_change_factor=(nanos(revenue),),
        collection_period_extension_days=(nanos(collection),),
        payment_period_reduction_days=(nanos(payment),),
        interest_rate_shift=(nanos(shift),),
        liquidity_shock_factor=(nanos(liquidity),),
        market_value_depreciation_factor=(nanos(value),),
    )


def test_the_conventional_template_stays_and_says_that_it_is_uncalibrated():
    template = TEMPLATES["moderate_conventional"]
    assert template.course is None
    assert "uncalibrated" in template.description
    assert template.assumptions == Assumptions(
        revenue_change_factor=(nanos("0.8"),),
        cost_change_factor=(nanos("1.15"),),
        interest_rate_change_factor=(nanos("1.3"),),
        liquidity_shock_factor=(nanos("0.85"),),
        market_value_depreciation_factor=(nanos("0.85"),),
    )
