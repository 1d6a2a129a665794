"""A trading company without debt, first undisturbed, then with half its sales.

A year of 1,200,000 in sales, half of it bought in, 240,000 of fixed expenses; so a month is
    sales 100,000, cost of sales 50,000, operating expenses 20,000, depreciation 5,000, capital expenditure 5,000.
It holds one month of sales in receivables, one month of cost of sales in stock, and owes half a month of purchases.
"""

from seawall.engine import execute
from seawall.engine.month.debt_results import CoverageStatus
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


def test_a_steady_month_earns_the_same_cash_for_ever():
    """EBITDA 30,000 - tax 25 % of (30,000 - 5,000) - capital expenditure 5,000 = 18,750 a month."""
    execution = execute(scenario(12), SHOP)
    for number, month in enumerate(execution.months, start=1):
        assert month.income.ebitda == minor("30,000")
        assert month.income.tax == minor("6,250")
        assert month.coverage_month.cfads == minor("23,750")  # 30,000 - 6,250, and working capital stands still
        assert month.coverage_month.status is CoverageStatus.NOT_APPLICABLE
        assert month.cash_flow.collections == minor("100,000")
        assert month.cash_flow.supplier_payments == minor("50,000")
        assert month.position.cash == minor("100,000") + number * minor("18,750")
        assert month.position.fixed_assets == minor("500,000")  # 5,000 written off, 5,000 spent
    assert execution.months[-1].position.cash == minor("325,000")
    assert execution.metrics.months_of_runway == 12


def test_half_the_sales_release_working_capital_once():
    """Sales of 50,000 a month from January on, cost of sales 25,000, expenses still 20,000.

    January  collects December's 100,000; sells half the stock and buys nothing; pays December's 25,000
             cash 100,000 + 100,000 - 25,000 - 20,000 - 5,000 (capital expenditure) = 150,000
    February collects 50,000; buys 25,000 of which half stays owed
             cash 150,000 + 50,000 - 12,500 - 20,000 - 5,000 = 162,500
    March    the same with 25,000 paid: 162,500 + 50,000 - 25,000 - 20,000 - 5,000 = 162,500, and so on
    No tax: EBITDA 5,000 less depreciation 5,000.
    """
    months = execute(scenario(6, revenue_change_factor="0.5"), SHOP).months
    assert [month.income.ebitda for month in months] == amounts("5,000") * 6
    assert [month.income.tax for month in months] == [0] * 6
    assert [month.cash_flow.collections for month in months] == amounts("100,000", *["50,000"] * 5)
    assert [month.position.receivables for month in months] == amounts("50,000") * 6
    assert [month.position.inventory for month in months] == amounts("25,000") * 6
    assert [month.position.payables for month in months] == amounts("0", *["12,500"] * 5)
    assert [month.cash_flow.supplier_payments for month in months] == amounts("25,000", "12,500", *["25,000"] * 4)
    assert [month.position.cash for month in months] == amounts("150,000", *["162,500"] * 5)


def test_customers_who_pay_half_a_month_later_keep_half_a_month_of_sales():
    """365/24 days are half a month: 15.208333333 days of sales stay out, once, in January.

    15.208333333 of 30.416666667 days of 100,000 are 50,000.00 (49,999.999998...): collections 50,000, then 100,000.
    """
    months = execute(scenario(6, collection_period_extension_days="15.208333333"), SHOP).months
    assert [month.position.receivables for month in months] == amounts("150,000") * 6
    assert [month.cash_flow.collections for month in months] == amounts("50,000", *["100,000"] * 5)
    # 118,750 as in a steady month, less the 50,000 that came later
    assert months[0].position.cash == minor("68,750")
    assert months[0].coverage_month.cfads == -minor("26,250")  # 23,750 - 50,000


def test_costs_a_tenth_higher():
    """Costs 1.1 x (50,000 + 20,000) = 77,000: EBITDA 23,000, tax 25 % of 18,000 = 4,500."""
    first = execute(scenario(6, cost_change_factor="1.1"), SHOP).months[0]
    assert (first.income.cost_of_sales, first.income.operating_expenses) == (minor("55,000"), minor("22,000"))
    assert first.income.tax == minor("4,500")
    # Stock is a month of cost of sales, now 55,000: 60,000 are bought, 30,000 stay owed, 55,000 are paid.
    assert (first.position.inventory, first.position.payables) == (minor("55,000"), minor("30,000"))
    assert first.cash_flow.supplier_payments == minor("55,000")
    # 100,000 + 100,000 - 55,000 - 22,000 - 4,500 - 5,000
    assert first.position.cash == minor("113,500")
