"""The facts of `month.v2`, worked out by hand: each test is a row of the table in DESIGN section 4.

Plain company P: revenue 120,000, cost of sales 60,000 (fixed 0.20), expenses 24,000 (fixed 0.65), cash 50,000,
receivables 10,000, inventory 8,000, payables 5,000, a flat year, no tax, debt or capital expenditure. "Cash trade" has
no receivables and no payables. Company Q: revenue 12,000, cost of sales 6,000, all variable, expenses 5,400, all fixed.
As of 31 December 2024, 30/360; loans are bullets to 31 December 2029 where nothing else is said.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from seawall.engine import DatasetVersion, Execution, Scenario, execute
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.month.results import Month
from tests.engine.examples import amounts, company, loan, minor, nanos, scenario

YEAR_END, FIVE_YEARS = date(2024, 12, 31), date(2029, 12, 31)


def p(*, cash_trade: bool = False, **sheet: str) -> DatasetVersion:
    usual = {"cash": "50,000", "receivables": "10,000", "inventory": "8,000", "payables": "5,000"}
    if cash_trade:
        usual |= {"receivables": "0", "payables": "0"}
    return trader("120,000", "60,000", "24,000", cost_fixed="0.2", expenses_fixed="0.65", sheet=usual | sheet)


def q(cash: str, expenses: str = "5,400", **changes: Any) -> DatasetVersion:
    return trader("12,000", "6,000", expenses, sheet={"cash": cash}, **changes)


def trader(revenue: str, cost_of_sales: str, expenses: str, as_of: date = YEAR_END, **changes: Any) -> DatasetVersion:
    return company(revenue, cost_of_sales, expenses, as_of=as_of, **changes)


def run(figures: DatasetVersion, stress: Scenario | None = None) -> Execution:
    return execute(stress or scenario(12), figures)


def column(execution: Execution, path: str) -> list[Any]:
    values = []
    for month in execution.months:
        value: Any = month
        for name in path.split("."):
            value = value[int(name)] if name.isdigit() else getattr(value, name)
        values.append(value)
    return values


def purchases(execution: Execution, opening_stock: str) -> list[int]:
    stocks = [minor(opening_stock), *column(execution, "position.inventory")]
    costs = column(execution, "income.cost_of_sales")
    return [cost + after - before for cost, before, after in zip(costs, stocks, stocks[1:], strict=False)]


def unpaid(month: Month) -> int:
    return month.shortfalls.total_outstanding


class TestTrading:
    """Stock looks forward, fixed cost never lies in it, and suppliers wait for what was bought."""

    def test_no_sales_move_no_stock_and_still_cost_what_is_fixed(self):
        nothing = run(p(cash_trade=True), scenario(6, revenue_change_factor="0"))
        assert column(nothing, "income.ebitda") == amounts("-2,300.00") * 6
        assert purchases(nothing, "8,000") == amounts("1,000.00") * 6
        assert column(nothing, "position.inventory") == amounts("8,000.00") * 6
        assert nothing.months[5].position.cash == minor("36,200.00")

    def test_receivables_and_payables_run_out_once(self):
        nothing = run(p(), scenario(6, revenue_change_factor="0"))
        assert column(nothing, "cash_flow.collections")[:2] == amounts("10,000.00", "0.00")
        assert column(nothing, "cash_flow.supplier_payments")[:2] == amounts("5,000.00", "1,000.00")
        assert column(nothing, "position.payables")[:2] == amounts("1,000.00", "1,000.00")

    @pytest.mark.parametrize(
        ("release", "bought", "stock"),
        [
            ("0", ("3,000", "3,000", "3,000", "3,000"), "8,000.00"),
            ("0.5", ("1,000", "3,000", "3,000", "3,000"), "6,000.00"),
            ("1", ("1,000", "1,000", "3,000", "3,000"), "4,000.00"),
        ],
    )
    def test_unsold_stock_stays_unless_it_is_released(self, release, bought, stock):
        half = run(p(cash_trade=True), scenario(6, release=release, revenue_change_factor="0.5"))
        assert purchases(half, "8,000")[:4] == amounts(*bought)
        assert half.months[-1].position.inventory == minor(stock)

    def test_dearer_goods_are_not_more_stock(self):
        dearer = run(p(cash_trade=True), scenario(6, cost_change_factor="1.1"))
        assert purchases(dearer, "8,000") == amounts("5,500.00") * 6
        assert column(dearer, "position.inventory") == amounts("8,000.00") * 6
        assert column(dearer, "income.ebitda") == amounts("2,300.00") * 6

    def test_an_extension_is_days_of_lower_sales(self):
        stress = scenario(6, revenue_change_factor="0.8", inventory_period_extension_days="30")
        longer = run(p(cash_trade=True), stress)
        assert column(longer, "position.inventory") == amounts("9,556.17") * 6
        assert purchases(longer, "8,000")[:3] == amounts("5,756.17", "4,200.00", "4,200.00")

    def test_stock_is_built_before_the_season(self):
        seasons = tuple(nanos(weight) for weight in "7 7 8 8 8 8 8 8 8 8 10 17".split())
        figures = trader(
            "120,000", "60,000", "24,000", date(2024, 9, 30), expenses_fixed="0.65",
            sheet={"cash": "50,000", "inventory": "10,000"}, seasonality_weights=seasons,
        )  # fmt: skip
        year = run(figures)
        assert column(year, "position.inventory")[:3] == amounts("14,942.86", "13,514.29", "7,800.00")
        assert purchases(year, "10,000")[:3] == amounts("9,514.29", "4,285.71", "4,000.00")
        assert year.months[11].position.inventory == minor("10,000.00")


class TestTax:
    """Tax is of the fiscal year so far, and falls due by quarter."""

    def test_a_good_month_books_tax_that_the_year_takes_back(self):
        seasons = (nanos("12"), *(nanos("1"),) * 11)
        figures = trader(
            "120,000", "72,000", "42,000", tax_rate="0.25", sheet={"cash": "50,000"}, seasonality_weights=seasons
        )
        year = run(figures)
        assert column(year, "income.tax") == amounts("5,385.87", *["353.26"] * 3, "353.27", *["353.26"] * 7)[:1] + [
            -amount for amount in amounts(*["353.26"] * 3, "353.27", *["353.26"] * 7)
        ]
        assert column(year, "cash_flow.tax_payments") == amounts("0", "0", "4,679.35") + amounts("0") * 9
        assert sum(column(year, "income.tax")) == minor("1,500.00")
        assert sum(month.income.profit_before_tax for month in year.months) == minor("6,000.00")
        assert year.months[11].position.tax_position == -minor("3,179.35")

    def test_losses_come_first(self):
        figures = trader(
            "120,000", "72,000", "36,000", tax_rate="0.25", sheet={"cash": "50,000"}, tax_losses=minor("5,000")
        )
        year = run(figures)
        assert column(year, "income.tax") == amounts("0") * 5 + amounts("250.00") * 7
        due = dict(enumerate(column(year, "cash_flow.tax_payments"), start=1))
        assert {month: paid for month, paid in due.items() if paid} == {
            6: minor("250.00"), 9: minor("750.00"), 12: minor("750.00"),
        }  # fmt: skip

    def test_a_loss_takes_back_only_what_its_own_year_has_booked(self):
        figures = trader(
            "120,000", "72,000", "36,000", date(2025, 6, 30), tax_rate="0.25", sheet={"cash": "50,000"},
            fiscal_year_end_month=12,
        )  # fmt: skip
        year = run(figures, scenario(12, revenue_change_factor="0.6"))
        assert column(year, "income.tax") == [-minor("150.00")] * 6 + [0] * 6
        assert year.months[11].position.tax_position == -minor("900.00")


class TestCash:
    """Cash is held back for three months, capital expenditure lapses, and arrears bear interest."""

    def test_capital_expenditure_waits_for_the_coupon(self):
        figures = q("1,000", capital_expenditure="3,600", instruments=(quarterly("30,000", "0.12"),))
        year = run(figures)
        assert year.months[0].liquidity.held_back == minor("800.00")
        assert column(year, "cash_flow.capital_expenditure_payments") == amounts("250.00") + amounts("0") * 11
        assert year.months[2].cash_flow.interest_payments == minor("900.00")
        assert year.header.first_default_period == 6
        assert year.header.need_at_default == unpaid(year.months[5]) == minor("750.00")

    def test_nothing_is_invested_from_a_revolver_that_matures_soon(self):
        line = Revolver("line", minor("2,000"), 0, 0, 0, 0, 1, date(2025, 9, 30))
        figures = q("1,000", capital_expenditure="3,600", instruments=(quarterly("30,000", "0.12"),), revolver=line)
        year = run(figures)
        assert column(year, "cash_flow.capital_expenditure_payments") == amounts("300.00") * 5 + amounts("0") * 7
        assert column(year, "cash_flow.revolver_draws")[:6] == amounts("0", "0", "650", "250", "250", "850")
        assert year.months[5].liquidity.held_back == minor("2,750.00")
        assert (year.header.first_default_period, unpaid(year.months[8])) == (9, minor("2,750.00"))

    def test_an_undrawn_revolver_that_matures_soon_invests_nothing(self):
        """To 31 March: the 50.00 that a month earns are invested, and nothing of the 2,000.00 that are undrawn."""
        line = Revolver("line", minor("2,000"), 0, 0, 0, 0, 1, date(2025, 3, 31))
        year = run(q("0", capital_expenditure="3,600", revolver=line))
        assert column(year, "cash_flow.capital_expenditure_payments")[:3] == amounts("50.00", "50.00", "50.00")
        assert column(year, "cash_flow.revolver_draws") == [0] * 12

    def test_nothing_is_drawn_while_suppliers_or_expenses_are_unpaid(self):
        """The shock leaves nothing of the revolver in January and all of it from February on: it is too late."""
        line = Revolver("line", minor("5,000"), 0, 0, 0, 0, 1, FIVE_YEARS)
        figures = trader("0", "0", "1,200", revolver=line)
        year = run(figures, scenario(6, liquidity_shock_factor=("0", "1")))
        assert column(year, "liquidity.usable_commitment")[:2] == amounts("0", "5,000")
        assert column(year, "cash_flow.revolver_draws") == [0] * 6
        assert unpaid(year.months[1]) == minor("200.00")

    def test_the_better_lien_is_paid_interest_and_principal_before_the_next_gets_anything(self):
        senior = quarterly("5,000", "0.12", name="senior", maturity=date(2025, 3, 31), default_margin=nanos("0.02"))
        junior = quarterly("4,000", "0.12", name="junior", lien=2)
        third, fourth = run(q("500", "4,800", instruments=(junior, senior))).months[2:4]
        assert paid_on(third, 0) == minor("800.00")
        assert third.facilities[0].overdue == minor("4,350.00")
        assert third.facilities[1].interest_arrears == minor("120.00")
        assert (fourth.facilities[0].interest_paid, fourth.facilities[0].principal_paid) == (
            minor("50.75"),
            minor("49.25"),
        )
        assert fourth.facilities[0].overdue == minor("4,300.75")
        assert fourth.facilities[1].interest_arrears == minor("121.20")

    def test_the_first_coupon_has_the_accrued_interest_and_arrears_bear_interest(self):
        debt = quarterly("30,000", "0.12", default_margin=nanos("0.02"), accrued_interest=minor("300"))
        year = run(trader("0", "0", "0", instruments=(debt,)))
        assert year.months[2].facilities[0].interest_due == minor("1,200.00")
        due = column(year, "facilities.0.interest_due")
        assert (due[3], due[4], due[5] - minor("900")) == tuple(amounts("14.00", "14.16", "14.33"))
        assert year.months[5].facilities[0].interest_arrears == minor("2,142.49")

    def test_the_capitalised_part_of_the_first_coupon_has_it_too(self):
        debt = quarterly("30,000", "0.12", accrued_interest=minor("300"), pik_share=nanos("0.5"))
        third = run(trader("0", "0", "0", instruments=(debt,), sheet={"cash": "1,000"})).months[2].facilities[0]
        assert (third.interest_paid, third.interest_capitalised) == (minor("600.00"), minor("600.00"))

    @pytest.mark.parametrize(("workout", "third"), [(2, "12,700.12"), (None, "1,680.00")])
    def test_a_workout_puts_suppliers_on_cash_and_calls_the_debt(self, workout, third):
        debt = quarterly("6,000", "0.12", default_margin=nanos("0.02"))
        figures = trader("60,000", "48,000", "18,000", sheet={"payables": "5,000"}, instruments=(debt,))
        months = run(figures, scenario(12, workout=workout)).months
        assert unpaid(months[0]) == minor("500.00")
        assert unpaid(months[2]) == minor(third)
        if workout:
            assert suppliers_due(months, 2) == minor("9,000.00")
            assert months[1].facilities[0].interest_arrears == minor("10.00")
            assert months[2].facilities[0].called == minor("6,000.00")
            assert months[2].facilities[0].interest_arrears == minor("200.12")

    def test_a_maturity_beyond_the_horizon_is_a_wall(self):
        debt = loan("60,000", "0", date(2026, 1, 31))
        figures = trader(
            "120,000", "60,000", "24,000", cost_fixed="0.2", expenses_fixed="0.65", sheet={"cash": "4,000"},
            instruments=(debt,),
        )  # fmt: skip
        header = run(figures).header
        assert header.first_default_period == 0
        assert (header.wall.total, header.wall.liquidity) == (minor("60,000.00"), minor("40,000.00"))


def quarterly(principal: str, rate: str, maturity: date = FIVE_YEARS, **changes: Any):
    return loan(principal, rate, maturity, payment_interval_months=3, **changes)


def paid_on(month: Month, slot: int) -> int:
    return month.facilities[slot].interest_paid + month.facilities[slot].principal_paid


def suppliers_due(months: Sequence[Month], number: int) -> int:
    """Of month `number`: payables before + purchases - payables; nothing is in stock."""
    before, now = months[number - 2], months[number - 1]
    return before.position.payables + now.income.cost_of_sales - now.position.payables
