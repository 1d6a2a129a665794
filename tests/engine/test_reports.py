"""Reports: every figure is one of the execution's, sums are sums, and a worse scenario is no better."""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Any

import pytest

from seawall.engine import TEMPLATES, Execution, Refused, execute
from seawall.engine.horizon.results import ShortfallCategory, Totals
from seawall.engine.inputs.company import Asset
from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.month.results import Month
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import is_defined
from seawall.engine.reports import Report, ReportView, report, thresholds
from seawall.engine.reports.executive import executive_report
from seawall.engine.reports.judgement_results import Figure, RiskLevel, Rule
from seawall.engine.reports.lines import MONTH, SECTIONS
from seawall.engine.reports.results import AggregatedReport, ExecutiveReport, GranularReport, Line, LineNature
from seawall.engine.reports.risk import risk
from seawall.engine.reports.wording import money
from seawall.engine.values.units import NANO
from seawall.engine.values.value import fields_of
from tests.companies import PERCENT, cents, company, floating_note, scenario, term_loan
from tests.engine import examples
from tests.engine.companies import Case, group

DATASET = "sha256:" + "0" * 64
LEVELS = list(RiskLevel)
#: Figures of a month that the granular view leaves out: what is added to a month after `METHOD` stands here.
LEFT_OUT = {"month.after_default", "covenants.status"}
#: The line of each total over the horizon.
LINES = {
    "revenue": "income.revenue",
    "ebitda": "income.ebitda",
    "tax": "income.tax",
    "net_income": "income.net_income",
    "interest_payments": "cash_flow.interest_payments",
    "principal_payments": "cash_flow.principal_payments",
    "capital_expenditure_payments": "cash_flow.capital_expenditure_payments",
    "lapsed_capital_expenditure": "capital_expenditure.lapsed",
    "revolver_draws": "cash_flow.revolver_draws",
    "equity_cures": "cash_flow.equity_cure",
    "operating_shortfall": "shortfalls.operating.shortfall",
    "debt_service_shortfall": "shortfalls.debt_service.shortfall",
    "operating_cured": "shortfalls.operating.cured",
    "debt_service_cured": "shortfalls.debt_service.cured",
    "total_shortfall": "shortfalls.total_shortfall",
}


def granular(execution: Execution) -> GranularReport:
    view = report(execution, ReportView.GRANULAR).granular
    assert view is not None
    return view


def aggregated(execution: Execution) -> AggregatedReport:
    view = report(execution, ReportView.AGGREGATED).aggregated
    assert view is not None
    return view


def lines_of(execution: Execution) -> dict[str, Line]:
    return {f"{line.section}.{line.figure}": line for line in granular(execution).lines if not line.item}


@lru_cache
def random_executions(number: int) -> list[tuple[Case, Execution]]:
    return [(case, execute(*case)) for case in group(17, number, 5)]


@pytest.mark.parametrize("number", range(24))
def test_totals_are_the_sums_over_the_periods(number):
    for case, execution in random_executions(number):
        for line in granular(execution).lines:
            assert line.total == (sum(line.amounts) if line.nature is LineNature.FLOW else None)
            columns = [column for column in (line.amounts, line.ratios, line.rates, line.statuses) if column]
            assert [len(column) for column in columns] == [execution.horizon_months]
        lines, view = lines_of(execution), aggregated(execution)
        assert {*Totals._fields, "total_shortfall"} == LINES.keys()
        assert {name: getattr(view.totals, name) for name in LINES} == {
            name: lines[path].total for name, path in LINES.items()
        }
        bridge, last = view.cash_bridge, execution.months[-1].position
        assert bridge.opening_cash == case.company.balance_sheet.cash
        assert bridge.closing_cash == last.cash == sum(bridge)
        for summary in view.shortfalls:
            stocks = lines[f"shortfalls.{summary.category.value}.outstanding"].amounts
            assert summary.shortfall - summary.cured == summary.outstanding == stocks[-1]
            assert summary.highest_outstanding == max(stocks)
        assert sum(summary.shortfall for summary in view.shortfalls) == view.totals.total_shortfall
        assert sum(category.opening for category in view.categories) == sum(
            asset.market_value for asset in case.company.assets
        )


@pytest.mark.parametrize("number", range(24))
def test_extremes_and_firsts_are_those_of_the_periods(number):
    for _, execution in random_executions(number):
        lines, view = lines_of(execution), aggregated(execution)
        for extreme in view.extremes:
            amounts = lines[extreme.figure if "." in extreme.figure else f"month.{extreme.figure}"].amounts
            assert (extreme.lowest, extreme.highest, extreme.closing) == (min(amounts), max(amounts), amounts[-1])
            assert amounts.index(extreme.lowest) + 1 == extreme.lowest_period
            assert amounts.index(extreme.highest) + 1 == extreme.highest_period
        for ratio in view.coverage:
            defined = [
                value for value in lines[f"coverage_last_twelve_months.{ratio.figure}"].ratios if is_defined(value)
            ]
            values = lines[f"coverage_last_twelve_months.{ratio.figure}"].ratios
            worst = UndefinedRatio.NEGATIVE if UndefinedRatio.NEGATIVE in values else min(defined, default=values[0])
            assert ratio.minimum == worst
            assert not defined or min(defined) <= ratio.average <= max(defined)
        critical = {month.period: month.rules for month in view.critical_periods}
        short = [n for n, amount in enumerate(lines["shortfalls.total_shortfall"].amounts, 1) if amount]
        assert [period for period, rules in critical.items() if Rule.ANY_SHORTFALL in rules] == short
        assert view.first_breach_period == min(critical, default=0)
        assert view.first_default_period == (short[0] if short else 0)


@pytest.mark.parametrize("number", range(24))
def test_the_score_is_the_sum_of_its_parts_and_gives_the_level(number):
    for _, execution in random_executions(number):
        verdict = risk(execution)
        assert verdict.score == sum(part.points for part in verdict.parts)
        assert sum(part.most_points for part in verdict.parts) == 100
        assert all(
            0 <= part.points <= part.most_points and bool(part.points) == bool(part.rule) for part in verdict.parts
        )
        from_points = [rule for rule in LEVEL_RULES if verdict.score * 10**9 >= thresholds.value(rule)]
        assert LEVELS.index(verdict.level) == len(from_points)


LEVEL_RULES = (Rule.MODERATE_RISK, Rule.HIGH_RISK, Rule.CRITICAL_RISK)


@pytest.mark.parametrize("number", range(40))
def test_a_worse_scenario_has_no_better_risk_level_unless_it_leaves_more_cash(number):
    """Selling less helps a company whose season binds more cash than its sales bring, as the deepest point of its
    cumulated CFADS is then higher, and one that invests less in time for what falls due."""
    for case in group(11, number + 20, 4):
        try:
            base, *worse = [
                execute(scenario(DATASET, template), case.company, case.analysis_date) for template in ("", *TEMPLATES)
            ]
        except Refused:  # a stress can lead beyond the bounds
            continue
        for stressed in worse:
            better = LEVELS.index(risk(stressed).level) < LEVELS.index(risk(base).level)
            default = base.header.first_default_period
            invested, less = (invested_before(default, run) for run in (base, stressed))
            assert not better or trough(stressed) > trough(base) or less < invested


def invested_before(period: int, execution: Execution) -> int:
    return sum(month.cash_flow.capital_expenditure_payments for month in execution.months[:period])


def trough(execution: Execution) -> int:
    """The deepest point of cumulated CFADS."""
    return min(accumulate(month.coverage_month.cfads for month in execution.months))


def test_the_usual_company_is_low_and_gets_worse_with_the_stress():
    levels = [risk(execute(scenario(DATASET, template), company())).level for template in ("", "mild", "severe")]
    assert levels == [RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH]


def test_a_market_value_of_a_million_loses_fifteen_percent_a_year():
    """1,000,000 at an annual factor of 0.85 is 850,000.00 after 12 months and 722,500.00 after 24."""
    land = (Asset("land", "land", cents(1_000_000), NANO),)
    falling = Assumptions(market_value_depreciation_factor=(85 * PERCENT,))
    figures = company(instruments=(), revolver=None, assets=land)
    two_years = aggregated(execute(scenario(DATASET, assumptions=falling), figures)).categories[0]
    year = aggregated(execute(scenario(DATASET, assumptions=falling, horizon_months=12), figures)).categories[0]
    assert (two_years.opening, year.closing, two_years.closing) == (cents(1_000_000), cents(850_000), cents(722_500))
    assert two_years.change == cents(-277_500)


def test_thresholds_follow_the_size_of_the_company():
    """Ten times the company, ten times the shortfall: the same points."""
    whole, tenth = (
        risk(execute(scenario(DATASET, "severe"), company(minimum_cash=0, **scaled(factor)))) for factor in (10, 1)
    )
    assert [part.points for part in whole.parts] == [part.points for part in tenth.parts]


def scaled(factor: int):
    usual = company(instruments=(term_loan(), floating_note()), revolver=None)
    year, sheet = usual.income_statement, usual.balance_sheet
    flows = {
        name: factor * getattr(year, name)
        for name in year.__slots__
        if name.endswith("_annual") and year_has(year, name)
    }
    return {
        "income_statement": replace(year, **flows),
        "balance_sheet": replace(sheet, **{name: factor * getattr(sheet, name) for name in sheet.__slots__}),
        "capital_expenditure_annual": factor * usual.capital_expenditure_annual,
        "instruments": tuple(replace(loan, principal=factor * loan.principal) for loan in usual.instruments),
        "revolver": None,
        "assets": tuple(replace(asset, market_value=factor * asset.market_value) for asset in usual.assets),
    }


def year_has(year, name: str) -> bool:
    return getattr(year, name) is not None


@pytest.mark.parametrize("template", ["", *TEMPLATES])
@pytest.mark.parametrize("figures", [company(), company(instruments=(), revolver=None, assets=())])
def test_every_sentence_names_its_figure_its_period_and_its_rule(figures, template):
    execution = execute(scenario(DATASET, template), figures)
    page: ExecutiveReport = executive_report(execution)
    rules = {threshold.rule for threshold in page.thresholds}
    assert rules == set(Rule)
    findings = [*page.findings, *page.key_risks, *page.recommendations]
    assert page.findings
    assert page.recommendations
    for finding in findings:
        assert finding.rule in rules
        assert 0 <= finding.figure.period <= execution.horizon_months
        values = [finding.figure.amount, finding.figure.ratio, finding.figure.months, finding.figure.words]
        assert len([value for value in values if value is not None]) == 1
        assert value_at(execution, finding.figure) in values


def value_at(execution: Execution, figure: Figure):
    """The figure at its path, read anew: from the execution, from the aggregated view, or from its month."""
    top = figure.path.partition(".")[0]
    source: Any
    if top in ("header", "debt_service"):
        source = execution
    elif top in ("risk", "cash_bridge", "totals"):
        source = aggregated(execution)
    else:
        source = execution.months[figure.period - 1]
    value = attrgetter(figure.path)(source)
    return value.value if isinstance(value, Enum) else value


def test_a_report_says_money_as_its_currency_writes_it():
    execution = execute(scenario(DATASET), company())
    assert money(execution, cents(-1_234.5)) == "-1,234.50 USD"
    assert money(execution._replace(minor_digits=0, currency="JPY"), 1_234) == "1,234 JPY"
    assert money(execution._replace(minor_digits=3, currency="KWD"), 5) == "0.005 KWD"


def test_a_share_of_next_to_no_assets_that_has_no_digits_is_left_unsaid():
    lavish = examples.company(operating_expenses="1,000,000,000,000", sheet={"cash": "0.01"})
    findings = executive_report(execute(scenario(DATASET), lavish)).findings
    (reaches,) = [finding for finding in findings if "reaches" in finding.statement]
    assert reaches.statement.endswith(" EUR in month 24 (2027-12-31).")


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
    execution = execute(scenario(DATASET, "severe"), company())
    for view in ReportView:
        document: Report = report(execution, view)
        views = {name for name in ("granular", "aggregated", "executive") if getattr(document, name) is not None}
        assert views == {view.value}
    categories = [summary.category for summary in aggregated(execution).shortfalls]
    assert categories == list(ShortfallCategory)
