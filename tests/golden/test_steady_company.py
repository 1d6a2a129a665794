"""A trading company without debt, first undisturbed, then with half its sales.

A year of 1,200,000 in sales, half of it bought in, 240,000 of fixed expenses; so a month is
    sales 100,000, cost of sales 50,000, operating expenses 20,000, depreciation 5,000, capital expenditure 5,000.
It holds one month of sales in receivables, one month of cost of sales in stock, and owes half a month of purchases.
"""

from seawall.engine import execute
from seawall.engine.month.debt_results import CoverageStatus
from seawall.engine.numbers.exact import UndefinedRatio
from tests.engine.examples import amounts, company, minor, scenario

SHOP = company(
    revenue="1,200,000",
    cost_of_sales="600,000",
    operating_expenses="240,000",
    depreciation="60,000",
    tax_rate="0.25",
    capital_expenditure="60,000",
    sheet={
        "cash": "100,000",
        "receivables": "100,000",
        "inventory": "50,000",
        "fixed_assets": "500,000",
        "payables": "25,000",
    },
)


def test_a_steady_quarter_earns_the_same_cash_for_ever():
    """EBITDA 30,000 - capital expenditure 5,000 = 25,000 a month; tax 25 % of 25,000 = 6,250 a month, paid by quarter.

    So 125,000, 150,000, then 175,000 less 18,750 of tax: 156,250 in March, and 56,250 more each quarter.
    """
    execution = execute(scenario(12), SHOP)
    cash = minor("100,000")
    for number, month in enumerate(execution.months, start=1):
        taxed = minor("18,750") if number % 3 == 0 else 0
        cash += minor("25,000") - taxed
        assert month.income.ebitda == minor("30,000")
        assert month.income.tax == minor("6,250")
        assert month.position.tax_position == minor("6,250") * (number % 3)
        assert month.coverage_month.cfads == minor("30,000") - taxed  # working capital stands still
        assert month.coverage_month.status is CoverageStatus.NOT_APPLICABLE
        assert month.cash_flow.collections == minor("100,000")
        assert month.cash_flow.supplier_payments == minor("50,000")
        assert month.position.cash == cash
        assert month.position.fixed_assets == minor("500,000")  # 5,000 written off, 5,000 spent
    assert execution.months[-1].position.cash == minor("325,000")
    assert execution.header.months_of_runway == 12


def test_half_the_sales_release_receivables_once_and_no_stock():
    """Sales of 50,000 a month from January on, cost of sales 25,000, expenses still 20,000.

    January  collects December's 100,000; buys what it sells, 25,000, of which half stays owed; pays 37,500
             cash 100,000 + 100,000 - 37,500 - 20,000 - 5,000 (capital expenditure) = 137,500
    February collects 50,000 and pays 25,000: 137,500 + 50,000 - 25,000 - 20,000 - 5,000 = 137,500, and so on
    No tax: EBITDA 5,000 less depreciation 5,000. The stock that is not sold stays: 50,000.
    """
    months = execute(scenario(6, revenue_change_factor="0.5"), SHOP).months
    assert [month.income.ebitda for month in months] == amounts("5,000") * 6
    assert [month.income.tax for month in months] == [0] * 6
    assert [month.cash_flow.collections for month in months] == amounts("100,000", *["50,000"] * 5)
    assert [month.position.receivables for month in months] == amounts("50,000") * 6
    assert [month.position.inventory for month in months] == amounts("50,000") * 6
    assert [month.position.payables for month in months] == amounts("12,500") * 6
    assert [month.cash_flow.supplier_payments for month in months] == amounts("37,500", *["25,000"] * 5)
    assert [month.position.cash for month in months] == amounts("137,500") * 6


def test_customers_who_pay_half_a_month_later_keep_half_a_month_of_sales():
    """365/24 days are half a month: 15.208333333 days of sales stay out, once, in January.

    15.208333333 of 30.416666667 days of 100,000 are 50,000.00 (49,999.999998...): collections 50,000, then 100,000.
    """
    months = execute(scenario(6, collection_period_extension_days="15.208333333"), SHOP).months
    assert [month.position.receivables for month in months] == amounts("150,000") * 6
    assert [month.cash_flow.collections for month in months] == amounts("50,000", *["100,000"] * 5)
    # 125,000 as in a steady January, less the 50,000 that came later
    assert months[0].position.cash == minor("75,000")
    assert months[0].coverage_month.cfads == -minor("20,000")  # 30,000 - 50,000
    assert months[0].coverage_month.dscr == UndefinedRatio.NO_DEBT_SERVICE


def test_costs_a_tenth_higher():
    """Costs 1.1 x (50,000 + 20,000) = 77,000: EBITDA 23,000, tax 25 % of 18,000 = 4,500, due in March."""
    first = execute(scenario(6, cost_change_factor="1.1"), SHOP).months[0]
    assert (first.income.cost_of_sales, first.income.operating_expenses) == (minor("55,000"), minor("22,000"))
    assert (first.income.tax, first.position.tax_position) == tuple(amounts("4,500", "4,500"))
    # Stock stays at base cost: 55,000 are bought, 27,500 stay owed, 52,500 are paid.
    assert (first.position.inventory, first.position.payables) == (minor("50,000"), minor("27,500"))
    assert first.cash_flow.supplier_payments == minor("52,500")
    # 100,000 + 100,000 - 52,500 - 22,000 - 5,000; the tax owed is held back
    assert first.position.cash == minor("120,500")
    assert first.liquidity.held_back == minor("4,500")
