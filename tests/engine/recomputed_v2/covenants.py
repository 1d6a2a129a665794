"""Covenants: what is tested at the end of a month, what a cure asks for, and what follows from the next month on."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.engine.recomputed_v2.arithmetic import MOST_RATIO, NANO, Money, prorate, ratio, times
from tests.engine.recomputed_v2.company import Company, Covenant
from tests.engine.recomputed_v2.coverage import Flows


@dataclass(frozen=True)
class Measure:
    """What a test looks at, at the end of a month."""

    day: date
    is_quarter_end: bool
    cash: Money
    liquidity: Money
    balances: dict[str, Money]  #: performing and overdue, by debt
    year: Flows  #: of the last twelve months
    principal_known: bool


@dataclass(frozen=True)
class Amounts:
    """A test: the amount it needs at least and the one that there is."""

    numerator: Money
    denominator: Money
    least: Money
    have: Money
    without: str  #: why there is no ratio

    @property
    def lacking(self) -> Money:
        return max(self.least - self.have, 0)


@dataclass
class CovenantTest:
    """The outcome of one test date; amounts None where nothing is tested."""

    status: str  #: not_tested, pass, cured, breach (lacks again after its event of default), event_of_default
    amounts: Amounts | None = None
    threshold: int | None = None
    cure: Money = 0


@dataclass
class Watch:
    """One covenant over the months."""

    covenant: Covenant
    tests: list[CovenantTest] = field(default_factory=list)
    defaulted: int | None = None  #: month of the event of default

    def test(self, company: Company, t: int, measure: Measure) -> CovenantTest | None:
        """None in a month without a test date."""
        covenant = self.covenant
        if covenant.kind != "liquidity" and not measure.is_quarter_end:
            return None
        threshold = threshold_on(covenant, measure.day)
        if threshold is None or not is_tested(company, covenant, measure):
            test = CovenantTest("not_tested")
        else:
            cures = sum(test.cure for test in self.tests[-3:])
            amounts = AMOUNTS[covenant.kind](covenant, measure, threshold, cures)
            test = self.judge(t, amounts, threshold)
        self.tests.append(test)
        return test

    def judge(self, t: int, amounts: Amounts, threshold: int) -> CovenantTest:
        if not amounts.lacking:
            return CovenantTest("pass", amounts, threshold)
        if self.defaulted is not None:
            return CovenantTest("breach", amounts, threshold)
        if self.may_cure():
            return CovenantTest("cured", amounts, threshold, cure=amounts.lacking)
        self.defaulted = t
        return CovenantTest("event_of_default", amounts, threshold)

    def may_cure(self) -> bool:
        covenant, cured = self.covenant, [test.status == "cured" for test in self.tests]
        if sum(cured[-3:]) >= covenant.cures_per_four or sum(cured) >= covenant.cures_in_life:
            return False
        return covenant.consecutive_cures or not any(cured[-1:])


def threshold_on(covenant: Covenant, day: date) -> int | None:
    """Of the last step up to a day; None before the first."""
    steps = [threshold for start, threshold in covenant.steps if start <= day]
    return steps[-1] if steps else None


def is_tested(company: Company, covenant: Covenant, measure: Measure) -> bool:
    """Springing: only where more than so much of the commitment is drawn. Unknown principal tests no charges."""
    if covenant.kind == "fccr" and not measure.principal_known:
        return False
    if covenant.springing_trigger is None:
        return True
    if company.revolver is None:
        return False
    return springs(measure.balances[company.revolver.name], company.revolver.commitment, covenant.springing_trigger)


def springs(drawn: Money, commitment: Money, trigger: int) -> bool:
    return bool(drawn > times(commitment, trigger))


def net_leverage(covenant: Covenant, measure: Measure, threshold: int, cures: Money) -> Amounts:
    debt = sum(balance for name, balance in measure.balances.items() if in_scope(covenant, name))
    cash = measure.cash if covenant.netting_cap is None else min(measure.cash, covenant.netting_cap)
    return leverage_amounts(max(debt - cash, 0), measure.year.adjusted_ebitda + cures, threshold)


def leverage_amounts(net: Money, ebitda: Money, threshold: int) -> Amounts:
    """The least EBITDA at which net debt is within the threshold; no net debt needs none, not even a profit."""
    least = prorate(net, NANO, threshold)
    least += 1 if times(least, threshold) < net else 0
    return Amounts(net, ebitda, least, ebitda if net else max(ebitda, 0), "NO_EBITDA")


def interest_coverage(covenant: Covenant, measure: Measure, threshold: int, cures: Money) -> Amounts:
    interest, ebitda = measure.year.cash_interest, measure.year.adjusted_ebitda + cures
    return Amounts(ebitda, interest, times(interest, threshold), ebitda, "NO_INTEREST")


def fixed_charge_coverage(covenant: Covenant, measure: Measure, threshold: int, cures: Money) -> Amounts:
    year = measure.year
    have = year.adjusted_ebitda + cures - year.capital_expenditure - year.tax_due
    return Amounts(have, year.fixed_charges, times(year.fixed_charges, threshold), have, "NO_DEBT_SERVICE")


def minimum_liquidity(covenant: Covenant, measure: Measure, threshold: int, cures: Money) -> Amounts:
    return Amounts(measure.liquidity, threshold, threshold, measure.liquidity, "NO_MINIMUM")


AMOUNTS: dict[str, Any] = {
    "leverage": net_leverage,
    "interest_coverage": interest_coverage,
    "fccr": fixed_charge_coverage,
    "liquidity": minimum_liquidity,
}


def in_scope(covenant: Covenant, debt: str) -> bool:
    return not covenant.debts or debt in covenant.debts


@dataclass(frozen=True)
class Consequences:
    """What events of default of the months before do to a month."""

    stops_draws: bool
    margin: frozenset[str]  #: debts that bear their default margin
    called: frozenset[str]  #: debts that are called


def consequences(company: Company, watches: list[Watch], t: int) -> Consequences:
    names = [debt.name for debt in company.debts]
    stops, margin, called = False, set[str](), set[str]()
    for watch in watches:
        if watch.defaulted is None or watch.defaulted >= t:
            continue
        covenant = watch.covenant
        reach = [name for name in names if covenant.cross_default or in_scope(covenant, name)]
        stops = stops or (covenant.stops_draws and company.revolver is not None and company.revolver.name in reach)
        margin |= set(reach) if covenant.charges_default_margin else set()
        after = covenant.acceleration_months
        called |= set(reach) if after is not None and t >= watch.defaulted + after else set()
    return Consequences(stops, frozenset(margin), frozenset(called))


def figures(name: str, kind: str, test: CovenantTest | None) -> dict[str, Any]:
    """Of one covenant in one month; no amounts where nothing is tested. Liquidity has its denominator for threshold."""
    row: dict[str, Any] = {"status": test.status if test else "not_tested", "cure": test.cure if test else 0}
    if test and test.amounts:
        amounts = test.amounts
        headroom = amounts.have - amounts.least
        row |= {
            "threshold": 0 if kind == "liquidity" else test.threshold,
            "numerator": amounts.numerator,
            "denominator": amounts.denominator,
            "ratio": ratio(amounts.numerator, amounts.denominator, amounts.without),
            "least": amounts.least,
            "have": amounts.have,
            "headroom": headroom,
            "headroom_share": ratio_of_have(headroom, amounts.have),
        }
    return {f"covenant.{name}.{figure}": value for figure, value in row.items()}


def ratio_of_have(headroom: Money, have: Money) -> Any:
    """Signed, in 10^-6; none of nothing or less."""
    if have <= 0:
        return "NEGATIVE"
    return prorate(headroom, 10**6, have) if abs(headroom) <= MOST_RATIO * have else "OUT_OF_RANGE"
