"""How often the cash or the earnings of some months pay the debt service of the same months."""

from dataclasses import dataclass, fields

from tests.engine.recomputed_v2.arithmetic import Money, Ratio, ratio
from tests.engine.recomputed_v2.base_year import BaseYear
from tests.engine.recomputed_v2.company import Company

STATUSES = ("insufficient", "marginal", "adequate")  #: weaker first


@dataclass(frozen=True)
class Flows:
    """Numerators and denominators of a month; of several months their sums."""

    ebitda: Money = 0
    adjusted_ebitda: Money = 0
    tax_due: Money = 0
    working_capital_change: Money = 0
    capital_expenditure: Money = 0  #: paid
    cash_interest: Money = 0  #: newly due, paid or not
    interest_expense: Money = 0  #: capitalised interest included
    scheduled_principal: Money = 0  #: without overadvance and what is called
    balloon: Money = 0

    @property
    def cfads(self) -> Money:
        return self.ebitda - self.tax_due - self.working_capital_change

    @property
    def debt_service(self) -> Money:
        return self.cash_interest + self.scheduled_principal

    @property
    def fixed_charges(self) -> Money:
        return self.debt_service - self.balloon

    @property
    def fixed_charge_cash(self) -> Money:
        return self.ebitda - self.capital_expenditure - self.tax_due


def total(flows: list[Flows]) -> Flows:
    return Flows(*(sum(getattr(month, field.name) for month in flows) for field in fields(Flows)))


def actual(base: BaseYear, t: int) -> Flows:
    """A month of the base year, t at most 0: the year's interest, tax, principal and capital expenditure spread."""
    ebitda, interest = base.ebitda(t), base.month("interest", t)
    return Flows(
        ebitda=ebitda,
        adjusted_ebitda=ebitda + base.month("adjustment", t),
        tax_due=base.month("tax", t),
        capital_expenditure=base.month("capital_expenditure", t),
        cash_interest=interest,
        interest_expense=interest,
        scheduled_principal=base.month("scheduled_principal", t),
    )


def principal_is_known(company: Company, t: int) -> bool:
    """Of the twelve months up to month t: not where actuals are among them that nobody stated and a debt amortises."""
    amortises = any(loan.amortisation != "bullet" for loan in company.loans)
    return t >= 12 or company.scheduled_principal_annual is not None or not amortises


def coverage(flows: Flows, principal_known: bool = True) -> dict[str, Money | Ratio]:
    """The four ratios and the status of the months whose flows these are.  120,000 over 60,000 is 2.000000."""
    figures = {
        "cfads": flows.cfads,
        "fixed_charge_cash": flows.fixed_charge_cash,
        "ebitda": flows.ebitda,
        "adjusted_ebitda": flows.adjusted_ebitda,
        "tax_due": flows.tax_due,
        "capital_expenditure": flows.capital_expenditure,
        "cash_interest": flows.cash_interest,
        "interest_expense": flows.interest_expense,
        "balloon": flows.balloon,
        "interest_coverage": ratio(flows.adjusted_ebitda, flows.interest_expense, "NO_INTEREST"),
    }
    if not principal_known:
        unknown = dict.fromkeys(("scheduled_principal", "debt_service", "fixed_charges"), "NOT_KNOWN")
        undefined = dict.fromkeys(("dscr", "fccr", "principal_coverage"), "INSUFFICIENT_DATA")
        return figures | unknown | undefined | {"status": "not_known"}
    return figures | {
        "scheduled_principal": flows.scheduled_principal,
        "debt_service": flows.debt_service,
        "fixed_charges": flows.fixed_charges,
        "dscr": ratio(flows.cfads, flows.debt_service, "NO_DEBT_SERVICE"),
        "fccr": ratio(flows.fixed_charge_cash, flows.fixed_charges, "NO_DEBT_SERVICE"),
        "principal_coverage": ratio(flows.cfads - flows.cash_interest, flows.scheduled_principal, "NO_PRINCIPAL"),
        "status": status(flows),
    }


def status(flows: Flows) -> str:
    """The weaker of DSCR and FCCR, cross-multiplied: adequate from 1.25, marginal from 1.00."""
    tests = [(flows.cfads, flows.debt_service), (flows.fixed_charge_cash, flows.fixed_charges)]
    grades = [grade(cash, service) for cash, service in tests if service > 0]
    return STATUSES[min(grades)] if grades else "not_applicable"


def grade(cash: Money, service: Money) -> int:
    return int(cash >= service) + int(4 * cash >= 5 * service)


def balloon(
    scheduled: Money, interest: Money, amortisation: str, pik_share: int, last: tuple[Money, Money] | None
) -> Money:
    """What a maturity asks for above the last regular instalment; `last` is its (interest, principal).

    An amortising loan that pays its interest has cents there at most, which are none. The payment of an annuity or of
    a level loan is regular, of the others the principal.
    """
    if amortisation in ("linear", "annuity") and not (last and pik_share):
        return 0
    regular = last[1] if last else 0
    if last and amortisation in ("annuity", "level"):
        regular = sum(last) - interest
    return min(max(scheduled - regular, 0), scheduled)
