"""A file in thousands or millions is read as exactly as one in units, and its faults are said in its units."""

import re

import pytest

from seawall.clients import files
from seawall.clients.files import inputs
from seawall.clients.files.amounts import ONES, SIZES, Amounts
from seawall.clients.files.tree import FileRefused
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import seawall, serving

CENTS_IN_MILLIONS = Amounts(2, SIZES["millions"])


def carbo_in(unit):
    """The file of the demo's company with each of its amounts in another unit."""
    zeros = SIZES[unit].zeros

    def moved(match):
        digits = match[2].rjust(zeros + 1, "0")
        return f"{match[1]}{digits[:-zeros]}.{digits[-zeros:]}"

    text = COMPANY.read_text(encoding="utf-8")
    return f"units: {unit}\n" + re.sub(r"(?m)^([^#\n]*: )([0-9]+)\.00\b", moved, text)


@pytest.mark.parametrize(
    ("amounts", "text", "minor"),
    [
        (CENTS_IN_MILLIONS, "1011.7", 101_170_000_000),
        (CENTS_IN_MILLIONS, "-0.00000001", -1),
        (CENTS_IN_MILLIONS, "0.000000001", None),
        (CENTS_IN_MILLIONS, "1.250000000", 125_000_000),
        (Amounts(0, SIZES["thousands"]), "1.234", 1_234),
        (Amounts(0, SIZES["thousands"]), "1.2345", None),
        (Amounts(4, SIZES["millions"]), "0.0000000001", 1),
        (Amounts(2, ONES), "0.005", None),
    ],
)
def test_an_amount_is_taken_to_the_minor_unit_or_not_at_all(amounts, text, minor):
    assert amounts.minor(text) == minor


@pytest.mark.parametrize(
    ("amounts", "words", "quoted"),
    [
        (
            CENTS_IN_MILLIONS,
            "total assets 1,011,700,000.00, allowed: equal to debt, 1,011,430,000.00: 270,000.00 apart",
            "total assets 1,011.7 m, allowed: equal to debt, 1,011.43 m: 270,000.00 apart",
        ),
        (CENTS_IN_MILLIONS, "-10,000,000,000,000.00 to 0.00", "-10,000,000 m to 0.00"),
        (CENTS_IN_MILLIONS, "540,598,001.00", "540.598001 m"),
        (Amounts(2, SIZES["thousands"]), "1,250.50 and 999.99", "1.2505 k and 999.99"),
        (Amounts(0, SIZES["thousands"]), "1,250 from 2017-12-31 on", "1.25 k from 2017-12-31 on"),
        (Amounts(0, SIZES["thousands"]), "1,250 % and 1,250…", "1,250 % and 1,250…"),
        (Amounts(2, ONES), "1,011,700,000.00", "1,011,700,000.00"),
    ],
)
def test_amounts_are_quoted_in_the_units_of_the_file(amounts, words, quoted):
    assert amounts.quoted(words) == quoted


@pytest.mark.parametrize("unit", SIZES)
def test_a_company_in_other_units_is_the_same_company(unit):
    figures = inputs.dataset_version(files.read_yaml("FILE", carbo_in(unit)))
    assert figures == inputs.dataset_version(files.load(COMPANY))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("units: billions", "FILE:1:8: units: found 'billions'; allowed: thousands or millions; or leave"),
        ("units: [millions]", "FILE:1:8: units: found a list of 1; allowed: thousands or millions; or leave"),
        (
            "units: Million",
            "FILE:1:8: units: found 'Million'; "
            "allowed: thousands or millions; or leave the field out for major units; write millions",
        ),
        ("units:", "FILE:1:7: units: found nothing; allowed: thousands or millions; or leave"),
        (
            "units: millions\nminimum_cash: 0.123456789",
            "FILE:2:15: minimum_cash: found '0.123456789'; "
            "allowed: an amount in millions with at most 8 decimals, as 1.2505",
        ),
    ],
)
def test_units_that_are_none_and_amounts_that_are_too_fine_are_refused(line, fault):
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(files.read_yaml("FILE", f"{line}\nminor_digits: 2"))
    assert str(refused.value).startswith(fault)


@pytest.mark.asyncio
async def test_a_refusal_and_a_warning_of_a_file_in_millions_are_in_millions(tmp_path):
    right, wrong = tmp_path / "right.yaml", tmp_path / "wrong.yaml"
    text = carbo_in("millions")
    right.write_text(text, encoding="utf-8")
    wrong.write_text(text.replace("cash: 68.169000", "cash: 68.439000"), encoding="utf-8")
    async with serving(tmp_path) as address:
        refused = await seawall("validate", str(wrong), address=address)
        checked = await seawall("validate", str(right), address=address)
        registered = [(await seawall("register", str(file), address=address)).stdout for file in (COMPANY, right)]
    assert "UNBALANCED, assets 540.868 m, claims 540.598 m: 270,000.00 apart" in refused.stderr
    assert "income_statement: EBITDA -50.521 m. The year lost cash" in checked.stderr
    assert registered[0] == registered[1]
