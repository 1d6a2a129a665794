"""Amounts in the unit that fits a company: more decimals the smaller it is; what is some never reads as nothing."""

import pytest

from seawall.clients.report.unit import UNITS, fitting, unit_named, unit_of


@pytest.mark.parametrize(
    ("assets", "amount", "text"),
    [
        (540_598_000_00, 1_650_000_000, "16.5 m USD"),
        (99_000_000_00, 1_650_000_000, "16.50 m USD"),
        (9_900_000_00, 165_000_000, "1.650 m USD"),
        (177_000_00, 151_441_25, "151,441.25 USD"),
        (20_000_000_000_00, 1_650_000_000_00, "1.65 bn USD"),
        (540_598_000_00, -5_000_000, "-50,000.00 USD"),
        (540_598_000_00, -15_000_000, "-0.2 m USD"),
        (540_598_000_00, 0, "0.0 m USD"),
    ],
)
def test_an_amount_is_written_in_the_unit_of_its_company(assets, amount, text):
    assert unit_of(assets, "USD", 2).amount(amount) == text


def test_below_a_heading_a_little_is_less_than_the_least_and_not_nothing():
    unit = unit_of(540_598_000_00, "USD", 2)
    assert (unit.heading, unit.figure(1), unit.figure(-1), unit.figure(0)) == ("m USD", "<0.1", "-<0.1", "0.0")


def test_a_currency_without_digits_has_whole_units():
    assert unit_of(150_000, "JPY", 0).amount(1234) == "1,234 JPY"


@pytest.mark.parametrize(
    ("assets", "name", "text"),
    [
        (540_598_000_00, "millions", "16.5 m USD"),
        (100_000_000_00, "millions", "16.5 m USD"),
        (99_999_999_99, "thousands", "16,500.0 k USD"),
        (100_000_00, "thousands", "16,500.0 k USD"),
        (99_999_99, "units", "16,500,000 USD"),
    ],
)
def test_a_page_is_in_units_thousands_or_millions_by_total_assets(assets, name, text):
    assert fitting(assets, 2) == name
    assert name in UNITS
    assert unit_named(name, "USD", 2).amount(1_650_000_000) == text
