"""What a scenario does in each month: its paths, its course and its market values."""

import decimal
from decimal import Decimal

import pytest

from seawall.engine.compile.paths import market_value_path, path, weight
from seawall.engine.inputs.scenario import Assumptions, Course
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.numbers.months import COMPILED_MONTHS
from seawall.engine.values.units import NANO
from tests.engine.examples import nanos, scenario


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


def test_powers_do_not_depend_on_the_ambient_decimal_context():
    expected = market_value_path((nanos("0.85"),) * 24)
    with decimal.localcontext() as ambient:
        ambient.prec, ambient.rounding = 3, decimal.ROUND_UP
        assert market_value_path((nanos("0.85"),) * 24) == expected
        assert Decimal(1) / 3 == Decimal("0.334")  # the ambient one really is another


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
