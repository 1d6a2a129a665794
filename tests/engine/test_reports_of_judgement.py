"""What a report judges: points, sentences and advice, each on a figure that is there, and none on what is not known."""

import re
from dataclasses import replace
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Any

import pytest

from seawall.engine import TEMPLATES, Refused, execute
from seawall.engine.inputs.covenants import Covenant, CovenantKind, CovenantStep
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.reports import thresholds
from seawall.engine.reports.judgement_results import Figure, Finding, RiskLevel, Rule
from seawall.engine.reports.risk import MOST_POINTS, NOT_KNOWN, risk
from seawall.engine.reports.wording import money, multiple, percent
from seawall.engine.values.units import NANO
from tests.companies import cents, company, floating_note, term_loan
from tests.companies import scenario as usual_scenario
from tests.engine.companies import group
from tests.engine.examples import company as example
from tests.engine.examples import loan, minor, nanos, scenario
from tests.engine.reported import DATASET, FIVE_YEARS, YEAR_END, Reported, carbo, company_q, random_reports, reported

LEVELS = list(RiskLevel)
LEVEL_RULES = (Rule.MODERATE_RISK, Rule.HIGH_RISK, Rule.CRITICAL_RISK)
AMOUNTS_OF_NO_ADVICE = {  #: what an advice rests on that is no amount to act on
    "metrics.lowest_liquidity", "aggregated.cash_bridge.closing_cash", "metrics.coverage_horizon.adjusted_ebitda",
    "periods.coverage_last_twelve_months.adjusted_ebitda",
}  # fmt: skip


def points(item: Reported) -> dict[str, int]:
    return {part.question: part.points for part in risk(item.execution).parts}


def sentences(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.statement for finding in findings]


# ---- the score


@pytest.mark.parametrize("number", range(8))
def test_the_score_is_the_sum_of_its_parts_and_gives_the_level(number):
    for item in random_reports(number):
        verdict = risk(item.execution)
        assert {part.question: part.most_points for part in verdict.parts} == MOST_POINTS
        assert sum(MOST_POINTS.values()) == 100
        assert verdict.score == sum(part.points for part in verdict.parts) <= verdict.most_score
        for part in verdict.parts:
            assert 0 <= part.points <= part.most_points
            assert bool(part.points) == bool(part.rule)
            assert part.is_known or (part.points == 0 and part.figure.words == NOT_KNOWN)
        from_points = [rule for rule in LEVEL_RULES if verdict.score * NANO >= thresholds.value(rule)]
        assert LEVELS.index(verdict.level) == len(from_points)


@pytest.mark.parametrize("number", range(16))
def test_a_stress_has_a_better_risk_level_only_where_it_defaults_later(number):
    """Two of 840 random stresses do: a season binds less cash when less is sold, and a cure brings equity."""
    for case in group(11, number + 20, 4):
        try:
            base, *stressed = [
                execute(usual_scenario(DATASET, template), case.company, case.analysis_date)
                for template in ("", *TEMPLATES)
            ]
        except Refused:  # a stress can lead beyond the limits
            continue
        for execution in stressed:
            is_better = LEVELS.index(risk(execution).level) < LEVELS.index(risk(base).level)
            assert not is_better or execution.metrics.months_of_runway > base.metrics.months_of_runway


def test_the_usual_company_is_low_and_gets_worse_with_the_stress():
    levels = [risk(execute(usual_scenario(DATASET, name), company())).level for name in ("", "mild", "severe")]
    assert levels == [RiskLevel.LOW, RiskLevel.LOW, RiskLevel.CRITICAL]


def test_a_default_is_one_of_operations_too_and_answers_the_questions_of_cash():
    """CARBO without sales has 68.169 m of cash and loses 8.2 m a month: suppliers are not paid in month 11."""
    item = reported(scenario(12, revenue_change_factor="0"), carbo())
    assert points(item) == {
        "default": 30, "liquidity": 15, "minimum_cash": 5, "wall": 10, "covenants": 0, "coverage": 20, "collateral": 0,
    }  # fmt: skip
    verdict = item.executive
    assert (verdict.risk_score, verdict.most_risk_score) == (80, 90)  # no covenants are given
    assert verdict.headline == (
        "Default in month 11 (2018-11-30), suppliers, operating expenses or tax unpaid: critical risk, 80 of 90 points"
    )


@pytest.mark.parametrize(
    ("cash", "liquidity", "minimum_cash"),
    [("1,500", 0, 0), ("999.99", 0, 3), ("900.00", 0, 3), ("899.99", 0, 5), ("499.99", 7, 5), ("99.99", 15, 5)],
)
def test_liquidity_and_minimum_cash_are_measured_by_total_assets(cash, liquidity, minimum_cash):
    """Total assets of 10,000.00; a minimum of 1,000.00: its limits are 100.00, those of liquidity 500.00 and 100.00."""
    sheet = {"cash": cash, "fixed_assets": f"{10_000 - float(cash.replace(',', '')):,.2f}"}
    item = reported(scenario(6), example(sheet=sheet, minimum_cash=minor("1,000")))
    assert item.execution.opening_total_assets == minor("10,000")
    assert (points(item)["liquidity"], points(item)["minimum_cash"]) == (liquidity, minimum_cash)


@pytest.mark.parametrize(("principal", "expected"), [("1,000", 0), ("1,000.01", 5), ("2,000", 5), ("2,000.01", 10)])
def test_the_wall_is_what_falls_due_in_the_year_after_the_horizon_beyond_liquidity(principal, expected):
    """Cash of 1,000.00, total assets of 10,000.00: 1,000.00 beyond is large."""
    debt = loan(principal, "0", date(2026, 12, 31))
    figures = example(instruments=(debt,), sheet={"cash": "1,000", "fixed_assets": "9,000"})
    assert points(reported(scenario(6), figures))["wall"] == expected


def test_a_cure_counts_half_of_an_event_of_default():
    for cures, expected in ((1, 5), (0, 10)):
        covenant = Covenant(
            "least", CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=minor("1,100")),),
            cures_in_four_quarters=cures, cures_in_life=cures,
        )  # fmt: skip
        item = reported(scenario(6), example(sheet={"cash": "1,000"}, covenants=(covenant,)))
        assert points(item)["covenants"] == expected
        (line,) = item.executive.covenants
        assert (line.least_headroom, line.least_headroom_period) == (-minor("100.00"), 1)
        result = "cured by equity" if cures else "an event of default"
        assert f"Covenant least is breached in month 1 (2026-01-31), short by 100.00 EUR: {result}." in sentences(
            item.executive.findings
        )


def test_an_event_of_default_is_said_beside_a_larger_lack_that_is_cured():
    """Month 1: `cured` lacks 500.00 and is cured, `event` lacks 100.00 and is not."""
    cured, event = (
        Covenant(
            name, CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=minor(least)),),
            cures_in_four_quarters=cures, cures_in_life=cures,
        )
        for name, least, cures in (("cured", "1,500", 1), ("event", "1,100", 0))
    )  # fmt: skip
    page = reported(scenario(6), example(sheet={"cash": "1,000"}, covenants=(cured, event))).executive
    assert sentences(tuple(finding for finding in page.findings if "covenants[" in finding.figure.path)) == [
        "Covenant cured is breached in month 1 (2026-01-31), short by 500.00 EUR: cured by equity.",
        "Covenant event is breached in month 1 (2026-01-31), short by 100.00 EUR: an event of default.",
    ]
    assert "Covenants: event is short by 100.00 EUR in month 1 (2026-01-31), an event of default." in sentences(
        page.key_risks
    )
    advice = "Agree a reset or a waiver of covenant event before month 1 (2026-01-31): it is short by 100.00 EUR."
    assert advice in sentences(page.recommendations)


def test_thresholds_follow_the_size_of_the_company():
    """Ten times the company: the same points."""
    whole, tenth = (
        risk(execute(usual_scenario(DATASET, "severe"), company(minimum_cash=0, **scaled(factor))))
        for factor in (10, 1)
    )
    assert [part.points for part in whole.parts] == [part.points for part in tenth.parts]


def scaled(factor: int) -> dict[str, Any]:
    usual = company(instruments=(term_loan(), floating_note()), revolver=None)
    year, sheet = usual.income_statement, usual.balance_sheet
    annual = [name for name in year.__slots__ if name.endswith("_annual") and getattr(year, name) is not None]
    return {
        "income_statement": replace(year, **{name: factor * getattr(year, name) for name in annual}),
        "balance_sheet": replace(sheet, **{name: factor * getattr(sheet, name) for name in sheet.__slots__}),
        "capital_expenditure_annual": factor * usual.capital_expenditure_annual,
        "instruments": tuple(replace(debt, principal=factor * debt.principal) for debt in usual.instruments),
        "revolver": None,
        "assets": tuple(replace(asset, market_value=factor * asset.market_value) for asset in usual.assets),
    }


# ---- every sentence has its figure


@pytest.mark.parametrize("number", range(8))
def test_every_sentence_names_a_figure_that_is_there_its_period_and_its_rule(number):
    for item in random_reports(number):
        page = item.executive
        rules = {threshold.rule for threshold in page.thresholds}
        assert rules == set(Rule)
        assert page.findings
        assert page.recommendations
        for finding in (*page.findings, *page.key_risks, *page.recommendations):
            assert finding.rule in rules
            assert 0 <= finding.figure.period <= item.execution.horizon_months
            values = [finding.figure.amount, finding.figure.ratio, finding.figure.months, finding.figure.words]
            (value,) = [value for value in values if value is not None]
            assert resolved(item, finding.figure) == value, finding
            assert "{" not in finding.statement


def resolved(item: Reported, figure: Figure) -> Any:
    """The figure at its path, read anew from the messages of the API that the first word names."""
    top, _, path = figure.path.partition(".")
    source: Any = {
        "header": item.execution,
        "metrics": item.execution.metrics,
        "periods": item.execution.months[figure.period - 1],
        "aggregated": item.aggregated,
    }[top]
    for name in path.split("."):
        field, position = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", name).groups()  # type: ignore[union-attr]
        source = attrgetter(field)(source)
        source = source if position is None else source[int(position)]
    if figure.words == NOT_KNOWN:
        assert source in (None, (), UndefinedRatio.INSUFFICIENT_DATA)
        return NOT_KNOWN
    return source.value if isinstance(source, Enum) else source


# ---- what is not known


def test_what_is_not_known_says_so_and_is_never_nothing():
    item = reported(usual_scenario(DATASET, "severe"), company(instruments=(), revolver=None, assets=()))
    page = item.executive
    assert (page.recovery, item.aggregated.collateral, item.aggregated.recovery) == (None, None, None)
    unknown = [risk.statement for risk in page.key_risks if risk.figure.words == NOT_KNOWN]
    assert unknown == [
        "No covenants are given: whether one is breached is not known.",
        "No assets are given: recovery in a liquidation and loan-to-value are not known.",
    ]
    assert page.most_risk_score == 100 - MOST_POINTS["covenants"] - MOST_POINTS["collateral"]
    (verdict,) = [text for text in sentences(page.findings) if text.startswith("Risk is")]
    assert "covenants not known" in verdict
    assert "collateral not known" in verdict
    figures = {line.section for line in item.granular.lines if line.figure in ("estate_value", "collateral_value")}
    assert not figures


def test_a_default_in_the_first_month_has_no_month_before_it():
    item = reported(scenario(6), example(operating_expenses="12,000", sheet={"fixed_assets": "1,000"}))
    headline = item.executive.headline_figures
    assert (headline.months_of_runway, headline.lowest_liquidity_before_default) == (0, None)
    assert "The default is in month 1: no month before it shows how low liquidity falls." in sentences(
        item.executive.findings
    )


# ---- advice


@pytest.mark.parametrize("number", range(8))
def test_no_advice_is_for_less_than_the_material_share_of_assets(number):
    for item in random_reports(number):
        for advice in item.executive.recommendations:
            amount = advice.figure.amount
            if amount is not None and advice.figure.path not in AMOUNTS_OF_NO_ADVICE and not nothing(advice):
                assert amount * 200 >= item.execution.opening_total_assets, advice


def nothing(advice: Finding) -> bool:
    return advice.statement.startswith("No action is material")


@pytest.mark.parametrize(("cash", "advised"), [("950.00", True), ("950.01", False)])
def test_a_gap_is_funded_from_half_a_percent_of_assets_on(cash, advised):
    """Total assets of 10,000.00: 50.00 below the minimum is material, a cent less is not."""
    sheet = {"cash": cash, "fixed_assets": f"{10_000 - float(cash):,.2f}"}
    page = reported(scenario(6), example(sheet=sheet, minimum_cash=minor("1,000"))).executive
    expected = (
        "Arrange funding of 50.00 EUR: all of it is needed in month 1 (2026-01-31)."
        if advised
        else "No action is material; watch liquidity, which is lowest in month 1 (2026-01-31): 950.01 EUR."
    )
    assert sentences(page.recommendations) == [expected]


def test_a_default_of_a_cent_is_a_default_and_asks_for_nothing():
    page = reported(scenario(6), example(operating_expenses="0.12", sheet={"fixed_assets": "1,000"})).executive
    assert page.headline_figures.first_default_period == 1
    assert sentences(page.recommendations) == [
        "No action is material: the gap in month 1 (2026-01-31) stays below 0.5 % of total assets."
    ]


def test_a_burn_is_not_funded_and_says_how_far_the_money_reaches():
    """CARBO without sales: what is missing grows from 13.5 m in month 11 to 23.1 m in month 12."""
    page = reported(scenario(12, revenue_change_factor="0"), carbo()).executive
    (advice,) = page.recommendations
    assert advice.statement == (
        "Do not fund the gap as it stands: adjusted EBITDA of -98.7 m EUR does not cover cash interest of 5.8 m EUR,"
        " and at this burn 23.1 m EUR lasts only to month 12 (2018-12-31). Cut the burn, or agree new terms for the"
        " debt."
    )
    assert advice.rule is Rule.EARNINGS_BELOW_INTEREST


def test_a_burn_that_still_pays_says_how_long_cash_lasts():
    """CARBO at 60 % of its sales loses 29.1 m in six months; 39.0 m last eight months more."""
    page = reported(scenario(6, revenue_change_factor="0.6"), carbo()).executive
    assert sentences(page.recommendations)[0] == (
        "Cut the burn: at the pace of these 6 months cash of 39.0 m EUR lasts 8 months more."
    )


def test_a_minimum_cash_that_a_burn_eats_is_not_funded_either():
    """1,000.00 less 100.00 a month, with a minimum of 900.00: 500.00 are missing in month 6, and more later."""
    sheet = {"cash": "1,000", "fixed_assets": "9,000"}
    page = reported(scenario(6), example("12,000", "13,200", sheet=sheet, minimum_cash=minor("900"))).executive
    assert sentences(page.recommendations) == [
        "Do not fund the gap as it stands: adjusted EBITDA is -600.00 EUR, and at this burn 500.00 EUR lasts only to"
        " month 6 (2026-06-30). Cut the burn."
    ]


def test_a_maturity_of_a_company_that_earns_its_interest_is_refinanced_and_funded():
    """Q without capital expenditure: its note of 3,000 falls due in month 6, when it has 1,300.00."""
    note = loan("3,000", "0", YEAR_END.replace(year=2025, month=6, day=30), name="note")
    page = reported(scenario(12), company_q(instruments=(note,), capital_expenditure="0")).executive
    assert page.headline == (
        "Default in month 6 (2025-06-30), repayment of note at maturity unpaid: critical risk, 75 of 85 points"
    )
    assert sentences(page.recommendations)[:2] == [
        "Arrange funding of 1,700.00 EUR: all of it is needed in month 6 (2025-06-30), if creditors wait.",
        "Agree a waiver or new terms with the lender of note before month 6 (2025-06-30).",
    ]


def test_in_a_workout_the_gap_is_that_of_the_default():
    """Creditors do not wait: what they call later is no gap to fund, and is labelled as theirs."""
    note = loan("3,000", "0", YEAR_END.replace(year=2025, month=6, day=30), name="note")
    later = loan("9,000", "0", FIVE_YEARS, name="later")
    page = reported(scenario(12, workout=2), company_q(instruments=(note, later), capital_expenditure="0")).executive
    assert (
        sentences(page.recommendations)[0]
        == "Arrange funding of 1,700.00 EUR: all of it is needed in month 6 (2025-06-30)."
    )
    assert page.findings[-1].statement.startswith(
        "Once creditors act, what is unpaid or called and the gap to minimum cash peak at"
    )


def test_the_counterfactual_is_labelled_and_comes_last():
    page = reported(scenario(12, revenue_change_factor="0"), carbo()).executive
    assert page.findings[-1].statement == (
        "Counterfactual, if creditors stand still: what is unpaid and the gap to minimum cash peak at 23.1 m EUR in"
        " month 12 (2018-12-31)."
    )


# ---- beside the execution


def test_the_runs_beside_are_the_base_and_both_ends_of_the_fixed_shares():
    """CARBO at 60 % of its sales defaults in month 13; without the stress in 15; at the ends in 16 and 13."""
    figures, stressed = carbo(), scenario(24, revenue_change_factor="0.6")
    item = reported(stressed, figures)
    base, low, high = item.beside.runs
    assert [run.figures and run.figures.first_default_period for run in item.beside.runs] == [15, 16, 13]
    assert (low.cost_of_sales_fixed_share, low.operating_expenses_fixed_share) == (nanos("0.02"), nanos("0.57"))
    assert (high.cost_of_sales_fixed_share, high.operating_expenses_fixed_share) == (nanos("0.31"), nanos("0.84"))
    assert base.cost_of_sales_fixed_share == figures.income_statement.cost_of_sales_fixed_share
    assert len(base.liquidity) == 14
    assert item.beside.minimum_cash == figures.minimum_cash
    lines = sentences(item.executive.findings)
    assert "Without the stress: a default in month 15; with it: a default in month 13." in lines
    assert (
        "The runway depends on how much of the cost is fixed: a default in month 16 with 2 % of cost of sales and 57 %"
        " of operating expenses fixed, a default in month 13 with 31 % and 84 %."
    ) in lines


def test_without_stress_the_base_is_the_execution():
    item = reported(scenario(12), carbo())
    assert item.beside.runs[0].figures == item.executive.headline_figures
    assert not [text for text in sentences(item.executive.findings) if text.startswith("Without the stress")]


def test_a_run_that_leads_beyond_the_limits_is_not_known():
    """Costs of the largest amount that a field takes, halved: the run without the stress is refused."""
    most = "10,000,000,000,000"
    huge = example(most, most, most, sheet={"cash": most})
    item = reported(scenario(6, cost_change_factor="0.5"), huge)
    assert item.beside.runs[0].figures is None
    expected = "How the company does without the stress is not known: that run exceeds the limits of the model."
    assert expected in sentences(item.executive.findings)


# ---- words


def test_money_is_in_the_unit_of_the_company():
    execution = reported(scenario(6), example(sheet={"cash": "1"})).execution
    large = execution._replace(opening_total_assets=minor("540,598,000"))
    assert money(large, minor("16,512,345.67")) == "16.5 m EUR"
    assert money(large, -minor("16,550,000")) == "-16.6 m EUR"
    assert money(large, minor("12,345.67")) == "12,345.67 EUR"  # 0.0 m would be nothing
    assert money(large._replace(opening_total_assets=minor("8,000,000")), minor("932,000")) == "0.932 m EUR"
    assert money(large._replace(opening_total_assets=minor("99,000,000,000")), minor("1,500,000,000")) == "1.50 bn EUR"
    assert money(execution, cents(1_234.5)) == "1,234.50 EUR"
    assert money(execution._replace(minor_digits=0, currency="JPY"), 1_234) == "1,234 JPY"


def test_ratios_never_look_better_than_they_are():
    assert (multiple(1_249_999), multiple(1_250_000)) == ("1.24x", "1.25x")
    assert multiple(int(UndefinedRatio.NEGATIVE)) == "negative"
    assert multiple(int(UndefinedRatio.NO_DEBT_SERVICE)) == "n.m."
    assert multiple(int(UndefinedRatio.INSUFFICIENT_DATA)) == "not known"
    assert (percent(973_000), percent(1_000_000)) == ("97.3 %", "100.0 %")
