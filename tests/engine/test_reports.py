"""Reports: every figure is one of the execution's, sums are sums, and no headline looks beyond the first default."""

from collections.abc import Iterator
from typing import Any

import pytest

from seawall.engine import beside, execute
from seawall.engine.horizon.results import DefaultKind, ShortfallCategory
from seawall.engine.inputs.company import Asset
from seawall.engine.inputs.scenario import Assumptions, Posture
from seawall.engine.month.results import Month
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import is_defined
from seawall.engine.reports import Report, ReportView, report
from seawall.engine.reports.headline import months_through
from seawall.engine.reports.judgement_results import Rule
from seawall.engine.reports.lines import MONTH, SECTIONS
from seawall.engine.reports.results import LineNature
from seawall.engine.values.units import NANO
from seawall.engine.values.value import fields_of
from tests.companies import PERCENT, cents, company
from tests.companies import scenario as usual_scenario
from tests.engine.examples import amounts, minor, scenario
from tests.engine.reported import DATASET, carbo, company_q, random_reports, reported

#: Figures of a month that the granular view leaves out: what is added to a month after `METHOD` stands here.
LEFT_OUT: set[str] = set()
GROUPS = range(8)


@pytest.mark.parametrize("number", GROUPS)
def test_totals_are_the_sums_up_to_the_first_default(number):
    for item in random_reports(number):
        case, execution, view = item.case, item.execution, item.aggregated
        for line in item.granular.lines:
            assert line.total == (sum(line.amounts) if line.nature is LineNature.FLOW else None)
            columns = (line.amounts, line.ratios, line.rates, line.statuses, line.tests, line.marks)
            unknown = max(line.known_from_period - 1, 0)
            assert [len(column) for column in columns if column] == [execution.horizon_months - unknown]
        months = months_through(execution)
        assert len(months) == view.through_period
        assert [month.after_default for month in months[:-1]] == [0] * (len(months) - 1)
        assert view.totals.revenue == sum(month.income.revenue for month in months)
        assert view.totals.lapsed_capital_expenditure == sum(month.capital_expenditure.lapsed for month in months)
        if not execution.metrics.first_default_period:
            assert view.totals == execution.metrics.totals
        opening = sum(category.opening for category in view.categories)
        assert opening == sum(asset.market_value for asset in case.company.assets)


@pytest.mark.parametrize("number", GROUPS)
def test_a_bridge_leads_from_opening_to_closing_cash(number):
    for item in random_reports(number):
        case, execution, view = item.case, item.execution, item.aggregated
        months, bridge = months_through(execution), view.cash_bridge
        last, opening = months[-1].position, case.company.balance_sheet
        assert bridge.opening_cash == opening.cash
        assert bridge.closing_cash == last.cash == sum(bridge)
        assert bridge.receivables == opening.receivables - last.receivables
        stock, payables = opening.inventory - last.inventory, last.payables - opening.payables
        assert bridge.inventory_and_payables == stock + payables
        assert bridge.operating_arrears == last.operating_arrears


@pytest.mark.parametrize("number", GROUPS)
def test_what_follows_a_default_stands_apart(number):
    for item in random_reports(number):
        execution, view = item.execution, item.aggregated
        period = execution.metrics.first_default_period
        assert (view.after_default is None) == (period == 0)
        for critical in view.critical_periods:
            assert critical.after_default == (period > 0 and critical.period >= period)
        if view.after_default:
            for summary in view.after_default.shortfalls:
                stocks = [getattr(month.shortfalls, summary.category.value).outstanding for month in execution.months]
                assert summary.shortfall - summary.cured == summary.outstanding == stocks[-1]
                assert summary.highest_outstanding == max(stocks)


@pytest.mark.parametrize("number", GROUPS)
def test_extremes_and_firsts_are_those_of_the_months_up_to_the_first_default(number):
    for item in random_reports(number):
        view = item.aggregated
        lines = item.lines
        for extreme in view.extremes:
            path = extreme.figure if "." in extreme.figure else f"month.{extreme.figure}"
            column = lines[path].amounts[: view.through_period]
            assert (extreme.lowest, extreme.highest, extreme.closing) == (min(column), max(column), column[-1])
            assert column.index(extreme.lowest) + 1 == extreme.lowest_period
            assert column.index(extreme.highest) + 1 == extreme.highest_period
        for ratio in view.coverage:
            ratios = lines[f"coverage_last_twelve_months.{ratio.figure}"].ratios[: view.through_period]
            ranked = [value for value in ratios if is_ranked(value)]
            assert ratio.minimum == (min(ranked) if ranked else ratios[0])
        critical = {month.period: month.rules for month in view.critical_periods}
        unpaid = [n for n, amount in enumerate(lines["shortfalls.total_outstanding"].amounts, 1) if amount]
        assert [period for period, rules in critical.items() if Rule.ANY_DEFAULT in rules] == unpaid
        assert view.first_breach_period == min(critical, default=0)
        assert view.headline_figures.first_default_period == (unpaid[0] if unpaid else 0)


@pytest.mark.parametrize("number", GROUPS)
def test_the_debts_of_a_report_are_those_of_the_execution(number):
    for item in random_reports(number):
        case, execution, view = item.case, item.execution, item.aggregated
        metrics = execution.metrics
        structure = view.capital_structure
        assert [line.facility for line in structure] == list(execution.facilities)
        assert sum(line.opening_balance for line in structure) == case.company.total_debt
        assert not structure or structure[-1].debt_through == case.company.total_debt
        walls = [line.wall for line in structure]
        assert walls == [None if metrics.first_default_period else wall.principal for wall in metrics.wall.facilities]
        assert (view.recovery is None) == (view.collateral is None) == (not case.company.assets)
        if view.recovery:
            assert view.recovery.period == view.through_period
            assert view.recovery.paid == sum(line.paid for line in view.recovery.lines) <= view.recovery.claims
            assert sum(line.is_fulcrum for line in view.recovery.lines) <= 1
        for line, summary in zip(view.covenants, metrics.covenants, strict=True):
            assert (line.tests == 0) == (line.least_headroom is None) == (line.least_headroom_period == 0)
            assert line.first_breach_period in (0, summary.first_breach_period)
            assert line.least_headroom_period <= view.through_period


@pytest.mark.parametrize("number", GROUPS)
def test_the_credit_figures_of_a_headline_are_those_of_its_months(number):
    for item in random_reports(number):
        view, months = item.aggregated, item.execution.months[: item.aggregated.through_period]
        headline, covenants = view.headline_figures, item.execution.metrics.covenants
        dscr = next(summary for summary in view.coverage if summary.figure == "dscr")
        assert (headline.lowest_dscr, headline.lowest_dscr_period) == (dscr.minimum, dscr.minimum_period)
        assert headline.closing_leverage == months[-1].exposure.leverage
        assert headline.recovery_share == (view.recovery.share if view.recovery else None)
        breach = headline.first_covenant_breach_period
        first = [covenant.covenant_id for covenant in covenants if breach and covenant.first_breach_period == breach]
        assert headline.first_breached_covenant_id == (first[0] if first else "")
        assert (headline.least_covenant_headroom is None) == (not covenants)
        shares = [test.headroom_share for month in months for test in month.covenants if is_ranked(test.headroom_share)]
        if shares:
            assert headline.least_covenant_headroom == min(shares)
            closest = months[headline.least_covenant_headroom_period - 1].covenants
            assert min(shares) in [test.headroom_share for test in closest]
        else:
            assert headline.least_covenant_headroom_period == 0


def is_ranked(ratio):
    return is_defined(ratio) or ratio == UndefinedRatio.NEGATIVE


def test_a_bridge_by_cause():
    """1,000.00 + 6 x 50.00 - 250.00 in month 1 - 900.00 in month 3 leaves 150.00 of the 900.00 due in month 6."""
    figures = company_q()
    view = reported(scenario(12), figures).aggregated
    bridge, headline = view.cash_bridge, view.headline_figures
    assert view.through_period == 6
    assert (bridge.opening_cash, bridge.ebitda) == tuple(amounts("1,000.00", "300.00"))
    assert (bridge.interest, bridge.capital_expenditure) == (-minor("1,050.00"), -minor("250.00"))
    assert bridge.closing_cash == 0
    assert view.totals.lapsed_capital_expenditure == minor("1,550.00")
    assert (headline.months_of_runway, headline.first_default_kind) == (5, DefaultKind.INTEREST)
    assert (headline.need_at_default, headline.first_lapsed_capital_expenditure_period) == (minor("750.00"), 1)
    # What follows the default is in no headline: it is not known what the wall is of a company that has failed.
    assert (headline.wall, headline.closing_liquidity) == (None, None)


def test_a_mean_of_ratios_does_not_leave_out_the_months_below_every_number():
    """50.00 a month for half a year, then -450.00: from month 8 on the last twelve months are a loss."""
    rich = company_q(sheet={"cash": "100,000"})
    falling = scenario(12, revenue_change_factor=("1",) * 6 + ("0",))
    kept = {summary.figure: summary for summary in reported(scenario(12), rich).aggregated.coverage}
    fallen = {summary.figure: summary for summary in reported(falling, rich).aggregated.coverage}
    # 600.00 over 3,300.00, 3,000.00, 3,600.00 of interest, again and again.
    assert (kept["dscr"].minimum, kept["dscr"].average) == (166_667, 182_828)
    assert (fallen["dscr"].minimum, fallen["dscr"].minimum_period) == (UndefinedRatio.NEGATIVE, 8)
    assert fallen["dscr"].average == UndefinedRatio.NEGATIVE


def test_a_capital_structure_and_who_is_paid():
    """No sales: month 11 fails. The plant is 150 m of 324.186 m of fixed assets; it brings 30 %."""
    figures = carbo()
    stressed = scenario(12, revenue_change_factor="0")
    view = reported(stressed, figures).aggregated
    senior, junior = view.capital_structure
    assert (senior.share_of_debt, junior.share_of_debt) == (704_620, 295_380)
    assert (senior.debt_through, junior.debt_through) == tuple(amounts("64,503,000", "91,543,000"))
    assert (senior.leverage_through, senior.rate) == (UndefinedRatio.NO_EBITDA, 9 * PERCENT)
    assert view.recovery is not None
    assert [line.is_fulcrum for line in view.recovery.lines] == [1, 0]
    assert view.recovery.period == view.through_period == 11
    # 324,186,000.00 less eleven months of depreciation of 45,337,000.00 a year plus the capital expenditure paid.
    fixed = minor("324,186,000") - round(minor("45,337,000") * 11 / 12) + view.totals.capital_expenditure_payments
    plant = round(minor("150,000,000") * fixed / minor("324,186,000") * 0.3)
    assert abs(view.recovery.estate_value - minor("10,216,000") - plant) <= 1


@pytest.mark.parametrize("months", [12, 24])
def test_a_market_value_of_a_million_loses_fifteen_percent_a_year(months):
    """1,000,000 at an annual factor of 0.85 is 850,000.00 after 12 months and 722,500.00 after 24."""
    land = (Asset("land", "land", cents(1_000_000), NANO),)
    falling = usual_scenario(
        DATASET, assumptions=Assumptions(market_value_depreciation_factor=(85 * PERCENT,)), horizon_months=months
    )
    figures = company(instruments=(), revolver=None, assets=land)
    (category,) = reported(falling, figures).aggregated.categories
    assert (category.opening, category.closing) == (cents(1_000_000), cents({12: 850_000, 24: 722_500}[months]))
    assert category.change == category.closing - category.opening


def test_every_figure_of_a_month_is_a_line_or_is_left_out_by_name():
    listed = {f"{section}.{name}" for section, runs in SECTIONS.items() for _, names in runs for name in names.split()}
    assert listed | LEFT_OUT == set(figures(MONTH, Month)), "list it in reports/lines.py (a new METHOD), or in LEFT_OUT"
    assert not listed & LEFT_OUT


def figures(section: str, cls: Any) -> Iterator[str]:
    """Each figure of a part of the month, stored or derived, after the name of its section."""
    for field in fields_of(cls):
        inside = field.name if section == MONTH else f"{section}.{field.name}"
        yield from figures(inside, field.value) if field.value else (f"{section}.{field.name}",)
    yield from (f"{section}.{name}" for name, member in vars(cls).items() if isinstance(member, property))


def test_a_view_holds_itself_and_nothing_of_the_others():
    figures = company(minimum_cash=minor("500"))
    severe = usual_scenario(DATASET, "severe", posture=Posture.WORKOUT, acceleration_months=2)
    execution, runs = execute(severe, figures), beside(severe, figures)
    for view in ReportView:
        document: Report = report(execution, view, runs)
        views = {name for name in ("granular", "aggregated", "executive") if getattr(document, name) is not None}
        assert views == {view.value}
        assert document.first_default_period == execution.metrics.first_default_period
        assert (document.posture, document.minimum_cash) == (Posture.WORKOUT, figures.minimum_cash)
    after = reported(severe, figures).aggregated.after_default
    assert after is not None
    assert [summary.category for summary in after.shortfalls] == list(ShortfallCategory)
