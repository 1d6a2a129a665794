"""Covenants at the end of a month: what is tested, what lacks, what a cure adds, and when an event of default happens.

Decided on the amounts that are stated: each rounds half-even, and the ratio beside them decides nothing.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..compile.case import CompiledCase
from ..compile.covenant_terms import CovenantLimits, CovenantTerms
from ..compile.opening import OpeningBalances
from ..compile.structure import CapitalStructure, CovenantStructure
from ..debt.month_of_debt import DebtState
from ..inputs.covenants import CovenantKind
from ..numbers.exact import Arithmetic, UndefinedRatio
from ..numbers.months import YEAR
from ..values.units import NANO, Flag, Money, Number, Ratio
from . import coverage
from .coverage import CoverageFlows
from .debt_results import CovenantStatus, CovenantTest
from .revolver import drawn
from .state import CovenantState

STATUSES = tuple(CovenantStatus)  #: a month computes with positions here in place of statuses
NOT_TESTED, PASS, CURED, BREACH, EVENT_OF_DEFAULT = range(len(STATUSES))


class CovenantFigures(NamedTuple):
    """What the covenants of a month are tested on."""

    last_twelve_months: CoverageFlows
    ebitda_adjustment_annual: Money
    cash: Money
    balances: Sequence[Money]  #: by slot
    revolver_drawn: Money
    commitment: Money
    liquidity: Money


def figures(
    structure: CapitalStructure,
    opening: OpeningBalances,
    last_twelve_months: CoverageFlows,
    cash: Money,
    debts: Sequence[DebtState],
    available_revolver: Money,
) -> CovenantFigures:
    """The figures of a month at its end."""
    return CovenantFigures(
        last_twelve_months=last_twelve_months,
        ebitda_adjustment_annual=sum(opening.year.ebitda_adjustment),
        cash=cash,
        balances=[debt.balance for debt in debts],
        revolver_drawn=drawn(structure, debts),
        commitment=opening.commitment,
        liquidity=cash + available_revolver,
    )


class CovenantCase(NamedTuple):
    """One covenant at its test."""

    covenant: CovenantStructure
    limits: CovenantLimits
    terms: CovenantTerms
    figures: CovenantFigures
    cures: Money  #: of the last three test dates: they count as EBITDA


class Comparison(NamedTuple):
    """What a covenant compares, in minor units."""

    have: Money
    needed: Money  #: the least of it that keeps the covenant
    numerator: Money
    denominator: Money
    ratio: Ratio


def tested_covenants(
    m: Arithmetic, case: CompiledCase, number: int, before: Sequence[CovenantState], figures: CovenantFigures
) -> tuple[tuple[CovenantState, ...], tuple[CovenantTest, ...], Money]:
    """Test every covenant at the end of month `number`.

    Returns their states, the tests, and the equity that arrives in the next month: the largest cure.
    """
    states, tests, largest = [], [], 0
    terms_of_month = case.months[number - 1].covenants
    for covenant, limits, terms, state in zip(
        case.structure.covenants, case.opening.covenants, terms_of_month, before, strict=True
    ):
        covenant_case = CovenantCase(covenant, limits, terms, figures, sum(state.cures))
        unknown = case.opening.principal_is_unknown if number < YEAR else 0
        compared = COMPARISONS[covenant.kind](m, covenant_case)
        after, test = _test(m, covenant_case, state, compared, _is_tested(m, covenant_case, unknown), number)
        states.append(after)
        tests.append(test)
        largest = m.most(largest, test.cure)
    return tuple(states), tuple(tests), largest


def _is_tested(m: Arithmetic, test: CovenantCase, principal_is_unknown: Flag) -> Flag:
    """On a test date with a threshold in force, once it has sprung, and where what it compares is known."""
    is_tested, figures = test.terms.is_tested, test.figures
    if test.covenant.is_springing:
        drawn_beyond = figures.revolver_drawn > m.times(figures.commitment, test.limits.springing_share)
        is_tested = m.where(drawn_beyond, is_tested, 0)
    if test.covenant.kind is CovenantKind.MIN_FIXED_CHARGE_COVERAGE:
        is_tested = m.where(principal_is_unknown, 0, is_tested)
    return is_tested


def _test(
    m: Arithmetic,
    test: CovenantCase,
    state: CovenantState,
    compared: Comparison,
    is_tested: Flag,
    number: int,
) -> tuple[CovenantState, CovenantTest]:
    """One test: the covenant passes, is cured with exactly what lacks, or an event of default happens, for good."""
    headroom = compared.have - compared.needed
    lacks = m.where(headroom < 0, is_tested, 0)
    curable = m.where(may_cure(m, test.limits, state), lacks, 0)
    cure = m.where(curable, -headroom, 0)
    fails = m.where(curable, 0, lacks)
    happens = m.where(state.event_period > 0, 0, fails)
    status = m.where(is_tested, PASS, NOT_TESTED)
    status = m.where(curable, CURED, m.where(fails, BREACH, status))
    status = m.where(happens, EVENT_OF_DEFAULT, status)
    moved = zip((cure, *state.cures[:2]), state.cures, strict=True)
    window = tuple(m.where(test.terms.is_test_date, new, old) for new, old in moved)
    after = CovenantState(
        cures=window,  # type: ignore[arg-type]  # three of them
        cures_so_far=state.cures_so_far + m.where(curable, 1, 0),
        event_period=m.where(happens, number, state.event_period),
    )
    not_tested = int(UndefinedRatio.NOT_TESTED)
    share = m.ratio(headroom, compared.have, UndefinedRatio.NEGATIVE)
    return after, CovenantTest(
        status=status,  # type: ignore[arg-type]  # its position, until `execute` names it
        numerator=m.where(is_tested, compared.numerator, 0),
        denominator=m.where(is_tested, compared.denominator, 0),
        ratio=m.where(is_tested, compared.ratio, not_tested),
        threshold=m.where(is_tested, test.terms.multiple, 0),
        headroom=m.where(is_tested, headroom, 0),
        headroom_share=m.where(is_tested, share, not_tested),
        cure=cure,
    )


def may_cure(m: Arithmetic, limits: CovenantLimits, state: CovenantState) -> Flag:
    """Fewer cures in the last three tests, and in life, than allowed; none just before unless that is allowed; no event
    of default before.
    """
    recent: Number = sum(m.where(cure > 0, 1, 0) for cure in state.cures)
    may = m.where(recent < limits.cures_in_four_quarters, 1, 0)
    may = m.where(state.cures_so_far < limits.cures_in_life, may, 0)
    may = m.where(state.cures[0] > 0, m.where(limits.consecutive_cures, may, 0), may)
    return m.where(state.event_period > 0, 0, may)


def net_leverage(m: Arithmetic, test: CovenantCase) -> Comparison:
    """EBITDA against the least that carries the net debt.  750.00 at 7.40 times: 101.36; of 100.00, 1.36 lacks."""
    figures, multiple = test.figures, test.terms.multiple
    debt = sum(figures.balances[slot] for slot in test.covenant.slots)
    net = m.most(debt - m.least(figures.cash, test.limits.netting_cap), 0)
    have = figures.last_twelve_months.adjusted_ebitda + test.cures
    least = m.prorate(net, NANO, multiple)
    least = m.where(m.times(least, multiple) < net, least + 1, least)
    needed = m.where(net > 0, least, m.least(have, 0))  # without net debt even a loss keeps it
    return Comparison(have, needed, net, have, m.ratio(net, have, UndefinedRatio.NO_EBITDA))


def interest_coverage(m: Arithmetic, test: CovenantCase) -> Comparison:
    """EBITDA against times(cash interest, threshold) of twelve months."""
    flows = test.figures.last_twelve_months
    have, interest = flows.adjusted_ebitda + test.cures, flows.cash_interest
    ratio = coverage.interest_coverage(m, have, interest)
    return Comparison(have, m.times(interest, test.terms.multiple), have, interest, ratio)


def fixed_charge_coverage(m: Arithmetic, test: CovenantCase) -> Comparison:
    """EBITDA - capex - tax due against times(fixed charges, threshold).  55.00 over 60.00 at 1.10 times lacks 11.00."""
    flows, adjustment = test.figures.last_twelve_months, test.figures.ebitda_adjustment_annual
    have, charges = flows.fixed_charge_cash + adjustment + test.cures, flows.fixed_charges
    ratio = coverage.fixed_charge_coverage(m, have, charges)
    return Comparison(have, m.times(charges, test.terms.multiple), have, charges, ratio)


def minimum_liquidity(m: Arithmetic, test: CovenantCase) -> Comparison:
    """Liquidity against an amount; a cure adds nothing to it but its cash."""
    have, needed = test.figures.liquidity, test.terms.amount
    return Comparison(have, needed, have, needed, m.ratio(have, needed, UndefinedRatio.NO_MINIMUM))


COMPARISONS: dict[CovenantKind, Callable[[Arithmetic, CovenantCase], Comparison]] = {
    CovenantKind.MAX_NET_LEVERAGE: net_leverage,
    CovenantKind.MIN_INTEREST_COVERAGE: interest_coverage,
    CovenantKind.MIN_FIXED_CHARGE_COVERAGE: fixed_charge_coverage,
    CovenantKind.MIN_LIQUIDITY: minimum_liquidity,
}
