"""How well a company serves its debt over some months: four ratios, a level and what to look at.

Written once for two views. The static assessment (`assessment.assess`) compares annual figures with the service that
the contracts schedule; that of an execution (`horizon.stressed_service`) compares the stressed figures. Numerators
arrive in twelfths (an annual amount times the months), so that each ratio rounds once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..numbers.exact import Arithmetic, UndefinedRatio, cover
from ..numbers.months import YEAR
from ..values.units import NANO, AssessmentHorizon, Concentration, Money, Multiple, Ratio, Share
from ..values.value import Value
from .debt_service_results import AbilityLevel, CashSource, DebtService, Flag

#: Changes when a ratio, a rule or a sentence of an assessment does: the same dataset version then has another one.
METHOD = "debt_service.v2"


@dataclass(frozen=True, slots=True)
class AssessmentTerms(Value):
    """The horizon and the thresholds of an assessment. A threshold of 0 means 0."""

    horizon_months: AssessmentHorizon = 12
    ebitda_cash_share: Share = 7 * NANO // 10
    minimum_dscr: Multiple = 5 * NANO // 4
    minimum_interest_coverage: Multiple = 2 * NANO
    strong_dscr_margin: Multiple = NANO // 2
    most_maturity_concentration: Concentration = NANO // 2


DEFAULT_TERMS = AssessmentTerms()


class Service(NamedTuple):
    """What the debts ask for in the months of an assessment."""

    interest_expense: Money
    cash_interest: Money
    capitalised: Money
    principals: tuple[Money, ...]  #: by month, all debts together
    balloon: Money
    matures: bool
    total_debt: Money  #: on the analysis date

    @property
    def principal(self) -> Money:
        return sum(self.principals)

    @property
    def due(self) -> Money:
        return self.cash_interest + self.principal


class Means(NamedTuple):
    """Cash and EBITDA that serve the debt, of a year or of some months in twelfths; None where not known."""

    source: CashSource
    cash: Money | None
    ebitda: Money | None

    def over(self, months: int) -> "Means":
        """Those of a year over some months, in twelfths: annual value x months."""
        return Means(
            self.source,
            None if self.cash is None else self.cash * months,
            None if self.ebitda is None else self.ebitda * months,
        )

    def changed(self, cash: Money, ebitda: Money) -> "Means":
        """With so much more of each, where they are known."""
        return Means(
            self.source,
            None if self.cash is None else self.cash + cash,
            None if self.ebitda is None else self.ebitda + ebitda,
        )


def judge(m: Arithmetic, service: Service, means: Means, terms: AssessmentTerms) -> DebtService:
    """The ratios, the level and the flags.  120,000 a year for 6 months over a service of 30,000 is a DSCR of 2."""
    largest = max(service.principals)
    return DebtService(
        cash_source=means.source,
        cash_horizon=None if means.cash is None else m.prorate(means.cash, 1, YEAR),
        ebitda_horizon=None if means.ebitda is None else m.prorate(means.ebitda, 1, YEAR),
        interest_expense_horizon=service.interest_expense,
        cash_interest_horizon=service.cash_interest,
        principal_horizon=service.principal,
        balloon_horizon=service.balloon,
        dscr=over_twelfths(m, means.cash, service.due, UndefinedRatio.NO_DEBT_SERVICE),
        ex_balloon_dscr=over_twelfths(m, means.cash, service.due - service.balloon, UndefinedRatio.NO_DEBT_SERVICE),
        interest_coverage=over_twelfths(m, means.ebitda, service.interest_expense, UndefinedRatio.NO_INTEREST),
        principal_coverage=over_twelfths(
            m,
            None if means.cash is None else means.cash - YEAR * service.cash_interest,
            service.principal,
            UndefinedRatio.NO_PRINCIPAL,
        ),
        maturity_concentration=m.ratio(largest, service.total_debt, UndefinedRatio.NO_DEBT),
        maturity_concentration_period=service.principals.index(largest) + 1 if largest else 0,
        ability_level=ability_level(service, means, terms),
        flags=tuple(flags(service, means, terms)),
    )


def over_twelfths(m: Arithmetic, twelfths: Money | None, months_sum: Money, undefined: UndefinedRatio) -> Ratio:
    """An annual amount times the months, over 12 times the sum of those months: one rounding.

    120,000.00 x 6 over 12 x 30,000.00 is 2.000000.
    """
    if months_sum > 0 and twelfths is None:
        return int(UndefinedRatio.INSUFFICIENT_DATA)
    return cover(m, twelfths or 0, YEAR * months_sum, undefined)


def ability_level(service: Service, means: Means, terms: AssessmentTerms) -> AbilityLevel:
    """No debt is never weak, and what is not known is never adequate."""
    if not (service.total_debt or service.due or service.interest_expense):
        return AbilityLevel.NOT_APPLICABLE
    if means.cash is None or means.ebitda is None:
        return AbilityLevel.INSUFFICIENT_DATA
    if below(means.cash, service.due, terms.minimum_dscr):
        return AbilityLevel.WEAK
    if below(means.ebitda, service.interest_expense, terms.minimum_interest_coverage):
        return AbilityLevel.WEAK
    if service.due and not below(means.cash, service.due, terms.minimum_dscr + terms.strong_dscr_margin):
        return AbilityLevel.STRONG
    return AbilityLevel.ADEQUATE


def flags(service: Service, means: Means, terms: AssessmentTerms) -> Iterator[Flag]:
    """What a reader should look at, in the order of `Flag`."""
    if service.matures:
        yield Flag.MATURES_IN_HORIZON
    if service.balloon:
        yield Flag.BALLOON_IN_HORIZON
    if means.cash is not None and below(means.cash, service.due, terms.minimum_dscr):
        yield Flag.DSCR_BELOW_THRESHOLD
    if means.cash is not None and below(means.cash, service.due, NANO):
        yield Flag.DSCR_BELOW_ONE
    if means.ebitda is not None and below(means.ebitda, service.interest_expense, terms.minimum_interest_coverage):
        yield Flag.INTEREST_COVERAGE_BELOW_THRESHOLD
    if max(service.principals) * NANO > service.total_debt * terms.most_maturity_concentration:
        yield Flag.MATURITY_CONCENTRATED
    if means.cash is not None and means.cash <= 0:
        yield Flag.CASH_NOT_POSITIVE
    if means.source is CashSource.EBITDA_SHARE:
        yield Flag.CASH_ESTIMATED_FROM_EBITDA
    if service.capitalised:
        yield Flag.INTEREST_CAPITALISED
    if means.cash is None or means.ebitda is None:
        yield Flag.DATA_MISSING


def below(twelfths: Money, months_sum: Money, multiple: int) -> bool:
    """Whether a ratio lies below a threshold, by cross-multiplication; never where nothing is due."""
    return bool(months_sum > 0 and twelfths * NANO < multiple * YEAR * months_sum)
