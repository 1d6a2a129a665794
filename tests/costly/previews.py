"""Instruments whose preview is long: cycles, tables and paths at their bounds, and beyond."""

from collections.abc import Callable
from datetime import date, timedelta

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import loan_pb2 as n
from seawall.v1 import stress_service_pb2 as s

FIRST = date(2024, 1, 31)
LAST = "2200-12-31"
#: A preview has at most 4,000 events. So many days have an annuity that is paid and reset daily, a loan with every
#: cycle daily, and one with monthly coupons beside what happens daily.
ANNUITY_DAYS, EVERY_CYCLE_DAYS, DAYS = 990, 790, 3_859
MANY = 60_000  #: as many rows as a message of 4 MiB may hold, whatever the bound

Change = Callable[[s.PreviewInstrumentRequest], None]


def cycle(count: int = 1, unit: n.CycleUnit = n.CYCLE_UNIT_DAY, anchor: str | None = None) -> n.Cycle:
    """Daily, unless said otherwise."""
    return n.Cycle(count=count, unit=unit, anchor_date=anchor)


def days(count: int, first: date = FIRST) -> list[str]:
    """The days after the first."""
    return [(first + timedelta(days=number)).isoformat() for number in range(1, count + 1)]


def after(count: int) -> str:
    """So many days after the first, and one."""
    return (FIRST + timedelta(days=count + 1)).isoformat()


def preview(change: Change) -> s.PreviewInstrumentRequest:
    """The preview of a plain bullet of 1,000,000.00, changed."""
    loan = d.Instrument(
        instrument_id="loan",
        principal_minor=10**8,
        maturity_date=after(DAYS),
        lien=1,
        amortisation=d.AMORTISATION_BULLET,
        fixed_rate="0.05",
    )
    request = s.PreviewInstrumentRequest(instrument=loan, currency="USD", minor_digits=2, from_date=FIRST.isoformat())
    change(request)
    return request


def floats(loan: d.Instrument) -> None:
    """An index in place of the coupon, reset daily."""
    loan.floating_rate.CopyFrom(d.FloatingRate(index="0.03", spread="0.01"))
    loan.contract.rate_reset.cycle.CopyFrom(cycle())


def annuity_daily(loan: d.Instrument) -> None:
    """An annuity that is paid and reset, and so levelled, daily."""
    floats(loan)
    loan.amortisation = d.AMORTISATION_ANNUITY
    loan.contract.principal_cycle.CopyFrom(cycle())


def _annuity_daily(request: s.PreviewInstrumentRequest) -> None:
    annuity_daily(request.instrument)
    request.instrument.maturity_date = after(ANNUITY_DAYS)


def _annuity_for_ever(request: s.PreviewInstrumentRequest) -> None:
    annuity_daily(request.instrument)
    request.from_date, request.instrument.maturity_date = "1900-01-01", LAST


def _annuity_monthly_for_80_years(request: s.PreviewInstrumentRequest) -> None:
    annuity_daily(request.instrument)
    request.instrument.maturity_date = "2104-01-31"
    monthly = cycle(1, n.CYCLE_UNIT_MONTH)
    request.instrument.contract.principal_cycle.CopyFrom(monthly)
    request.instrument.contract.rate_reset.cycle.CopyFrom(monthly)


def _capitalises_daily(request: s.PreviewInstrumentRequest) -> None:
    _every_cycle(request)
    request.instrument.contract.capitalisation_end_date = request.instrument.maturity_date


def _every_cycle(request: s.PreviewInstrumentRequest) -> None:
    contract = request.instrument.contract
    for named in (contract.interest_cycle, request.clauses.fee.cycle):
        named.CopyFrom(cycle())
    contract.interest_base, contract.interest_base_amount_minor = n.INTEREST_BASE_LAGGED, 10**8
    contract.interest_base_cycle.CopyFrom(cycle())
    floats(request.instrument)
    request.clauses.fee.basis, request.clauses.fee.rate = n.FEE_BASIS_PRINCIPAL, "0.01"
    scaling = n.Scaling(cycle=cycle(), index_at_deal="1", effect=n.SCALING_EFFECT_BOTH)
    request.clauses.scaling.CopyFrom(scaling)
    request.instrument.maturity_date = after(EVERY_CYCLE_DAYS)
    for day in days(EVERY_CYCLE_DAYS):
        request.index_path.add(from_date=day, index="0.03")
        request.clauses.scaling_path.add(from_date=day, level="1.1")


def _holidays(count: int, convention: n.BusinessDayConvention) -> Change:
    def change(request: s.PreviewInstrumentRequest) -> None:
        calendar = request.instrument.contract.calendar
        calendar.holidays.extend(days(count))
        calendar.week, calendar.convention = n.BUSINESS_WEEK_MONDAY_TO_FRIDAY, convention
        _annuity_daily(request)

    return change


def _table(count: int, draws: bool = False) -> Change:
    def change(request: s.PreviewInstrumentRequest) -> None:
        loan = request.instrument
        loan.amortisation, loan.maturity_date = d.AMORTISATION_CUSTOM, after(count)
        for number, day in enumerate(days(count)):
            loan.principal_payments.add(payment_date=day, principal_minor=-1 if draws and number % 2 else 2)
        loan.principal_minor = sum(row.principal_minor for row in loan.principal_payments)

    return change


def _index_path(count: int) -> Change:
    def change(request: s.PreviewInstrumentRequest) -> None:
        floats(request.instrument)
        for day in days(count):
            request.index_path.add(from_date=day, index="0.03")

    return change


def _prepayments(count: int) -> Change:
    def change(request: s.PreviewInstrumentRequest) -> None:
        for day in days(count):
            request.clauses.prepayments.add(payment_date=day, amount_minor=1)

    return change


PREVIEWS: dict[str, Change] = {
    "annuity paid and levelled daily, at the bound": _annuity_daily,
    "annuity paid and levelled daily, 1900 to 2200": _annuity_for_ever,
    "annuity paid and levelled monthly for 80 years": _annuity_monthly_for_80_years,
    "every cycle daily, with every path": _every_cycle,
    "the same, interest added to principal daily": _capitalises_daily,
    "5,000 holidays in a row, following": _holidays(5_000, n.BUSINESS_DAY_CONVENTION_SHIFT_CALCULATE_FOLLOWING),
    "5,000 holidays in a row, modified preceding": _holidays(
        5_000, n.BUSINESS_DAY_CONVENTION_CALCULATE_SHIFT_MODIFIED_PRECEDING
    ),
    "5,001 holidays": _holidays(5_001, n.BUSINESS_DAY_CONVENTION_SHIFT_CALCULATE_FOLLOWING),
    "table of 3,859 rows": _table(DAYS),
    "table of 3,859 rows, every second a draw": _table(DAYS, draws=True),
    "table of 60,000 rows": _table(MANY),
    "index path of 3,859 readings, reset daily": _index_path(DAYS),
    "index path of 60,000 readings": _index_path(MANY),
    "3,859 prepayments": _prepayments(DAYS),
    "60,000 prepayments": _prepayments(MANY),
}
