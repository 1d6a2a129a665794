"""Covenants: the facts of the trade, when they are tested, what a cure brings and what an event of default does."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from seawall.engine import DatasetVersion, Execution, execute
from seawall.engine.compile.covenant_terms import NO_CAP, CovenantLimits, CovenantTerms
from seawall.engine.compile.structure import CovenantStructure
from seawall.engine.inputs.covenants import (
    ConsecutiveCures,
    Consequence,
    Covenant,
    CovenantKind,
    CovenantReach,
    CovenantStep,
)
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.month.covenants import COMPARISONS, Comparison, CovenantCase, CovenantFigures
from seawall.engine.month.coverage import NO_FLOWS
from seawall.engine.month.debt_results import CovenantStatus
from seawall.engine.numbers.exact import Scalar, UndefinedRatio
from tests.engine.examples import amounts, company, loan, minor, nanos, scenario

YEAR_END, FIVE_YEARS = date(2024, 12, 31), date(2029, 12, 31)
PASS, CURED, BREACH = CovenantStatus.PASS, CovenantStatus.CURED, CovenantStatus.BREACH
NOT_TESTED, EVENT = CovenantStatus.NOT_TESTED, CovenantStatus.EVENT_OF_DEFAULT


def compared(kind: CovenantKind, threshold: str, **figures: Any) -> Comparison:
    flows = NO_FLOWS._replace(**{name: figures.pop(name) for name in NO_FLOWS._fields if name in figures})
    usual: dict[str, Any] = {
        "ebitda_adjustment_annual": 0, "cash": 0, "balances": [0], "revolver_drawn": 0, "commitment": 0, "liquidity": 0,
    }  # fmt: skip
    on = CovenantFigures(last_twelve_months=flows, **(usual | figures))
    covenant = CovenantStructure("c", kind, (0,), False, (0,), False, (), ())
    limits, terms = CovenantLimits(NO_CAP, 0, 0, 0, 0, 0), CovenantTerms(1, 1, nanos(threshold), 0)
    return COMPARISONS[kind](Scalar(), CovenantCase(covenant, limits, terms, on, 0))


def test_leverage_lacks_to_the_cent():
    """Net debt of 750 over an EBITDA of 100 against 7.40 times lacks 1.36."""
    test = compared(
        CovenantKind.MAX_NET_LEVERAGE, "7.4", balances=[minor("800")], cash=minor("50"), adjusted_ebitda=minor("100")
    )
    assert (test.have, test.needed) == tuple(amounts("100.00", "101.36"))
    assert test.numerator == minor("750")


def test_headroom_is_how_far_ebitda_may_fall():
    """600 over 100, in millions, against 7.40 times: 18.92 %."""
    debt, ebitda = minor("600,000,000"), minor("100,000,000")
    test = compared(CovenantKind.MAX_NET_LEVERAGE, "7.4", balances=[debt], adjusted_ebitda=ebitda)
    assert round(10_000 * (test.have - test.needed) / test.have) == 1_892


def test_fixed_charges_lack():
    """55 over 60 against 1.10 times lacks 11."""
    flows = {"fixed_charge_cash": minor("55"), "cash_interest": minor("60")}
    test = compared(CovenantKind.MIN_FIXED_CHARGE_COVERAGE, "1.1", **flows)
    assert test.needed - test.have == minor("11.00")


@pytest.mark.parametrize(("debt", "ebitda", "keeps"), [("1", "0", False), ("1", "-5", False), ("0", "-5", True)])
def test_net_debt_without_earnings_fails(debt, ebitda, keeps):
    earned = -minor(ebitda[1:]) if ebitda.startswith("-") else minor(ebitda)
    test = compared(CovenantKind.MAX_NET_LEVERAGE, "1000", balances=[minor(debt)], adjusted_ebitda=earned)
    assert (test.have >= test.needed) is keeps


def test_losses_give_no_ratio():
    """EBITDA of -100 over interest of 10 is no multiple, and lacks all that 2 times ask for and the loss."""
    test = compared(CovenantKind.MIN_INTEREST_COVERAGE, "2", adjusted_ebitda=-minor("100"), cash_interest=minor("10"))
    assert (test.ratio, test.needed - test.have) == (UndefinedRatio.NEGATIVE, minor("120.00"))


def leverage(*steps: tuple[date, str], **changes: Any) -> Covenant:
    usual = steps or ((YEAR_END, "3"),)
    return Covenant(
        "leverage",
        CovenantKind.MAX_NET_LEVERAGE,
        tuple(CovenantStep(day, multiple=nanos(multiple)) for day, multiple in usual),
        **changes,
    )


def debtor(*covenants: Covenant, debt: str = "36,000", rate: str = "0", **changes: Any) -> DatasetVersion:
    """EBITDA of 12,000 a year, 1,000 a month, no cash and a bullet of three times that, at no interest."""
    loans = changes.pop("instruments", (loan(debt, rate, FIVE_YEARS),))
    sheet = changes.pop("sheet", {"fixed_assets": "100,000"})
    return company(
        "12,000",
        as_of=YEAR_END,
        instruments=loans,
        covenants=covenants,
        sheet=sheet,
        fiscal_year_end_month=12,
        **changes,
    )


def statuses(execution: Execution, position: int = 0) -> list[CovenantStatus]:
    return [month.covenants[position].status for month in execution.months]


def quarters(execution: Execution) -> list[CovenantStatus]:
    """The tests at quarter ends; between them nothing is tested."""
    every = statuses(execution)
    assert {status for number, status in enumerate(every, start=1) if number % 3} == {NOT_TESTED}
    return every[2::3]


def test_it_is_tested_at_fiscal_quarter_ends_against_the_step_in_force():
    """Net debt of 33,000, 30,000, 27,000, 24,000 over 12,000: 3.5 times to June, from then on 2.4."""
    covenant = leverage((YEAR_END, "3.5"), (date(2025, 6, 30), "2.4"))
    execution = execute(scenario(12), debtor(covenant))
    assert quarters(execution) == [PASS, EVENT, PASS, PASS]
    second = execution.months[5].covenants[0]
    assert (second.numerator, second.denominator, second.headroom) == (
        *amounts("30,000", "12,000"),
        -minor("500.00"),
    )
    assert (second.ratio, second.threshold) == (2_500_000, nanos("2.4"))


@pytest.mark.parametrize(("drawn", "is_tested"), [("350.00", False), ("350.01", True)])
def test_a_springing_covenant_is_tested_one_cent_above_its_share(drawn, is_tested):
    """7.40 times, springing above 35 % of 1,000.00, of a company without any cash to repay it."""
    line = Revolver("line", minor("1,000"), minor(drawn), 0, 0, 0, 1, FIVE_YEARS)
    springing = leverage((YEAR_END, "7.4"), springing_share=nanos("0.35"))
    figures = company(as_of=YEAR_END, revolver=line, covenants=(springing,), fiscal_year_end_month=12)
    first = execute(scenario(6), figures).months[2].covenants[0]
    assert (first.status is not NOT_TESTED) is is_tested


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [EVENT, BREACH, BREACH, BREACH]),
        ({"cures_in_four_quarters": 2, "cures_in_life": 4}, [CURED, EVENT, BREACH, BREACH]),
        (
            {"cures_in_four_quarters": 2, "cures_in_life": 4, "consecutive_cures": ConsecutiveCures.ALLOWED},
            [CURED, CURED, EVENT, BREACH],
        ),
        (
            {"cures_in_four_quarters": 4, "cures_in_life": 1, "consecutive_cures": ConsecutiveCures.ALLOWED},
            [CURED, EVENT, BREACH, BREACH],
        ),
    ],
)
def test_cures_are_limited(changes, expected):
    """No sales, and no cash that is netted: with each quarter 3,000 of EBITDA leave the twelve months."""
    failing = debtor(leverage((YEAR_END, "3"), netting_cap=0, **changes))
    assert quarters(execute(scenario(12, revenue_change_factor="0"), failing)) == expected


def test_a_cure_is_exactly_what_lacks_and_arrives_as_equity_in_the_next_month():
    covenant = leverage((YEAR_END, "3"), cures_in_four_quarters=4, cures_in_life=9)
    execution = execute(scenario(6), debtor(covenant, debt="45,000"))
    third, fourth = execution.months[2:4]
    # 45,000 less 3,000 of cash is 42,000: at 3 times it takes 14,000 of EBITDA, and 12,000 are there.
    assert (third.covenants[0].cure, third.covenants[0].headroom) == (minor("2,000.00"), -minor("2,000.00"))
    assert fourth.cash_flow.equity_cure == minor("2,000.00")
    assert fourth.position.cash == minor("6,000.00")
    assert fourth.position.equity - third.position.equity == minor("3,000.00")
    # It counts as EBITDA for three more tests: 45,000 - 8,000 is 37,000, at 3 times 12,333.34, and 14,000 are there.
    assert execution.months[5].covenants[0].status is PASS
    assert execution.months[5].covenants[0].denominator == minor("14,000.00")


def test_an_event_of_default_stops_draws_from_the_next_month():
    line = Revolver("line", minor("10,000"), 0, 0, 0, 0, 1, FIVE_YEARS)
    strict = leverage((YEAR_END, "1"), consequences=(Consequence.DRAW_STOP,))
    execution = execute(scenario(6), debtor(strict, revolver=line))
    assert [month.liquidity.available_revolver for month in execution.months] == amounts(*["10,000"] * 3, "0", "0", "0")


def test_the_default_margin_is_due_on_its_own_debts_or_on_all():
    own = loan("36,000", "0", FIVE_YEARS, name="own", default_margin=nanos("0.1"))
    other = loan("12,000", "0", FIVE_YEARS, name="other", default_margin=nanos("0.1"))
    for reach, on_other in ((CovenantReach.OWN_DEBTS, "0"), (CovenantReach.ALL_DEBTS, "100.00")):
        covenant = leverage(
            (YEAR_END, "1"), facility_ids=("own",), consequences=(Consequence.DEFAULT_MARGIN,), reach=reach
        )
        months = execute(scenario(6), debtor(covenant, instruments=(own, other))).months
        due = [[facility.interest_due for facility in month.facilities] for month in months]
        assert due[2] == [0, 0]
        assert due[3] == amounts(on_other, "300.00")  # `other` comes before `own`


def test_a_debt_is_called_so_many_months_after_the_event():
    covenant = leverage((YEAR_END, "1"), acceleration_months=2)
    months = execute(scenario(6), debtor(covenant)).months
    assert [month.facilities[0].called for month in months] == amounts("0", "0", "0", "0", "36,000", "0")
    assert months[4].after_default == 1


def test_liquidity_is_tested_every_month():
    least = Covenant(
        "liquidity", CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=minor("2,500")),),
        cures_in_four_quarters=1, cures_in_life=1,
    )  # fmt: skip
    execution = execute(scenario(6), debtor(least))
    # 1,000 lacks 1,500, which arrives with the next 1,000.
    assert statuses(execution) == [CURED, PASS, PASS, PASS, PASS, PASS]
    assert execution.months[1].position.cash == minor("3,500.00")
    summary = execution.metrics.covenants[0]
    assert (summary.first_breach_period, summary.first_event_of_default_period) == (1, 0)
    assert (summary.least_headroom, summary.least_headroom_period) == (-minor("1,500.00"), 1)


def test_a_least_liquidity_of_0_gives_no_ratio_and_says_so():
    nothing = Covenant("liquidity", CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=0),))
    test = execute(scenario(6), debtor(nothing)).months[0].covenants[0]
    assert (test.status, test.ratio, test.headroom) == (PASS, UndefinedRatio.NO_MINIMUM, minor("1,000.00"))


def test_several_cures_bring_the_largest():
    a, b = (
        Covenant(
            name, CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=minor(least)),),
            cures_in_four_quarters=1, cures_in_life=1,
        )
        for name, least in (("a", "1,700"), ("b", "2,500"))
    )  # fmt: skip
    execution = execute(scenario(6), debtor(a, b))
    assert [test.cure for test in execution.months[0].covenants] == amounts("700", "1,500")
    assert execution.months[1].cash_flow.equity_cure == minor("1,500")


def test_a_fixed_charge_covenant_needs_the_principal_of_the_year_before():
    """Which an amortising company has not given: it is tested when twelve months of the model are there."""
    covenant = Covenant("fccr", CovenantKind.MIN_FIXED_CHARGE_COVERAGE, (CovenantStep(YEAR_END, multiple=nanos("1")),))
    linear = loan("6,000", "0", FIVE_YEARS, Amortisation.LINEAR)
    figures = debtor(covenant, instruments=(linear,))
    assert quarters(execute(scenario(12), figures)) == [NOT_TESTED, NOT_TESTED, NOT_TESTED, PASS]
    known = replace(
        figures, income_statement=replace(figures.income_statement, scheduled_principal_annual=minor("1,200"))
    )
    assert quarters(execute(scenario(12), known)) == [PASS] * 4


def test_a_revolver_that_is_called_does_not_pay_its_own_call():
    """Fully usable, 400 of 1,000 drawn: called in month 4, it lends nothing, though no draw stop is agreed."""
    line = Revolver("line", minor("1,000"), minor("400"), 0, 0, 0, 1, FIVE_YEARS)
    floor = Covenant(
        "floor", CovenantKind.MIN_LIQUIDITY, (CovenantStep(YEAR_END, amount=minor("5,000")),), acceleration_months=3
    )
    execution = execute(scenario(6), company(as_of=YEAR_END, revolver=line, covenants=(floor,)))
    first, called = execution.months[0].covenants[0], execution.months[3]
    assert (first.status, first.threshold, first.denominator) == (EVENT, 0, minor("5,000.00"))
    assert (called.cash_flow.revolver_draws, called.liquidity.available_revolver) == (0, 0)
    assert (called.facilities[0].called, called.facilities[0].overdue) == (minor("400.00"), minor("400.00"))
    assert execution.months[2].liquidity.available_revolver == minor("600.00")
