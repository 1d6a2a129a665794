"""Two firms of the US data as files of companies: each figure is the sum of its attributes, and the sheet balances."""

import csv
import re
from decimal import Decimal

import pytest

from seawall.clients import files
from seawall.clients.files import inputs
from tests.backtest.ratios import DATA
from tests.backtest.us_companies import FILE, last_years

FIRMS = {"us_c_1_2017.yaml": "C_1 2017", "us_c_6_2010.yaml": "C_6 2010"}
TERMS = "minor_digits lien maturity_date payment_interval_months".split()
FIGURE = re.compile(r"(?m)^ *(\w+): (-?[0-9.]+)  # (X\d+(?: [+-] X\d+)*)(?:;|$)")


def attributes(name):
    with FILE.open(encoding="utf-8-sig", newline="") as rows:
        (row,) = (row for row in csv.DictReader(rows) if f"{row['company_name']} {row['year']}" == name)
    return {attribute: Decimal(value) for attribute, value in row.items() if attribute.startswith("X")}


@pytest.mark.parametrize("file", FIRMS)
def test_each_figure_is_the_sum_of_its_attributes_and_the_rest_is_marked(file):
    text, known = (DATA / file).read_text(encoding="utf-8"), attributes(FIRMS[file])
    figures = FIGURE.findall(text)
    for field, value, sums in figures:
        signed = re.findall(r"([+-]?) ?(X\d+)", sums)
        assert sum(known[name] * (-1 if sign == "-" else 1) for sign, name in signed) == Decimal(value), field
    assert len(figures) == 13
    for line in text.splitlines():
        if match := re.match(r" *(\w+): [0-9.-]+(?:  # (.*))?$", line):
            assert match[2] or match[1] in TERMS, line


@pytest.mark.parametrize("file", FIRMS)
def test_the_file_is_the_statement_that_the_backtest_shows(file):
    company = inputs.dataset_version(files.load(DATA / file))
    (firm,) = (firm for firm in last_years() if firm.name == FIRMS[file])
    total = attributes(FIRMS[file])["X10"]
    year, sheet = company.income_statement, company.balance_sheet
    debt = sum(loan.principal_minor for loan in company.instruments)
    for minor, share in (
        (year.revenue_annual_minor, firm.revenue),
        (year.cost_of_sales_annual_minor, firm.cost_of_sales),
        (year.operating_expenses_annual_minor, firm.operating_expenses),
        (sheet.cash_minor, firm.cash),
        (sheet.payables_minor, firm.payables),
        (debt, firm.repaid_debt),
        (sheet.other_liabilities_minor, firm.other_liabilities),
    ):
        assert minor == round(share * float(total * 10**8), -3)
    assets = sheet.cash_minor + sheet.receivables_minor + sheet.inventory_minor + sheet.fixed_assets_minor
    assert assets == sheet.payables_minor + sheet.other_liabilities_minor + sheet.equity_minor + debt
