"""Instruments to preview: loans near every edge with the clauses and paths that only a preview takes."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import loan_pb2 as n
from seawall.v1 import stress_service_pb2 as s

from .loans import INDICES, RATES, about, any_of, cycle, days, floating_rate, instrument, perhaps
from .values import day

CURRENCIES = (("USD", 2), ("USD", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4))


def preview(luck: Random) -> s.PreviewInstrumentRequest:
    """An instrument with its clauses and paths."""
    first = day(luck)
    loan = instrument(luck, first, "loan", draws=luck.random() < 0.2)
    currency, digits = luck.choice(CURRENCIES)
    request = s.PreviewInstrumentRequest(
        instrument=loan, currency=currency, minor_digits=digits, from_date=first.isoformat()
    )
    if loan.HasField("floating_rate") and luck.random() < 0.6:
        for when in days(luck, first, loan.maturity_date, luck.choice((1, 2, 5, 30))):
            request.index_path.add(from_date=when, index=luck.choice(INDICES))
    if luck.random() < 0.5:
        request.clauses.CopyFrom(_clauses(luck, first, loan))
    return request


def _clauses(luck: Random, first: date, loan: d.Instrument) -> n.Clauses:
    maturity = date.fromisoformat(loan.maturity_date)
    clauses = n.Clauses(accrued_interest_minor=perhaps(luck, 0.3, luck.choice((0, 1, -1, 10**15, -(10**15)))))
    if luck.random() < 0.5:
        start = about(luck, first, maturity)
        clauses.start_date = start.isoformat()
        if start > first:
            clauses.premium_discount_minor = luck.choice((0, 1, -1, -(10**15)))
            first = start
    if luck.random() < 0.3:
        for when in days(luck, first, loan.maturity_date, luck.choice((1, 2, 10))):
            clauses.prepayments.add(payment_date=when, amount_minor=_one_of(luck, loan.principal_minor))
        clauses.prepayment_fee = luck.choice(RATES)
    if luck.random() < 0.3:
        clauses.fee.CopyFrom(n.Fee(basis=any_of(luck, n.FeeBasis), cycle=cycle(luck, first, maturity)))
        if clauses.fee.basis == n.FEE_BASIS_ABSOLUTE:
            clauses.fee.amount_minor = luck.choice((0, 1, 10**15))
        else:
            clauses.fee.rate = luck.choice(RATES)
        clauses.fee.accrued_minor = luck.choice((0, 1, 10**15))
    if luck.random() < 0.3:
        _scale(luck, clauses, first, maturity)
    for name in ("purchase", "termination"):
        if luck.random() < 0.2:
            trade = n.Trade(
                settlement_date=days(luck, first, loan.maturity_date, 1)[0], price_minor=luck.choice((0, 1, -(10**15)))
            )
            getattr(clauses, name).CopyFrom(trade)
    return clauses


def _one_of(luck: Random, principal: int) -> int:
    return luck.choice((1, max(principal // 10, 1), max(principal, 1), 10**15))


def _scale(luck: Random, clauses: n.Clauses, first: date, maturity: date) -> None:
    levels: Sequence[str] = ("0.000000001", "1", "100", "103.5", "1000000000")
    clauses.scaling.CopyFrom(
        n.Scaling(
            cycle=cycle(luck, first, maturity), index_at_deal=luck.choice(levels), effect=any_of(luck, n.ScalingEffect)
        )
    )
    for when in days(luck, first, maturity.isoformat(), luck.choice((1, 3))):
        clauses.scaling_path.add(from_date=when, level=luck.choice(("0", *levels)))


def large(luck: Random) -> Any:
    """A list as long as it may be, or longer by one."""
    first, request = (
        date(2024, 1, 31),
        s.PreviewInstrumentRequest(currency="USD", minor_digits=2, from_date="2024-01-31"),
    )
    request.instrument.CopyFrom(instrument(luck, first, "loan"))
    dates = [(first + timedelta(days=number)).isoformat() for number in range(1, 5003)]
    match luck.randrange(4):
        case 0:
            count = luck.choice((1000, 4000, 5000, 5001))
            request.instrument.contract.calendar.holidays.extend(dates[:: luck.choice((1, 1, 2, 7))][:count])
            request.instrument.contract.calendar.convention = any_of(luck, n.BusinessDayConvention)
        case 1:
            request.instrument.floating_rate.CopyFrom(floating_rate(luck))
            for when in dates[: luck.choice((1000, 5000))]:
                request.index_path.add(from_date=when, index=luck.choice(INDICES))
        case 2:
            request.instrument.amortisation = d.AMORTISATION_CUSTOM
            request.instrument.maturity_date = "2044-01-31"
            count = luck.choice((1000, 5000))
            request.instrument.ClearField("contract")
            request.instrument.principal_minor = count
            request.instrument.ClearField("principal_payments")
            for when in dates[:count]:
                request.instrument.principal_payments.add(payment_date=when, principal_minor=1)
        case 3:
            request.instrument.maturity_date = "2044-01-31"
            request.instrument.principal_minor = 10**9
            for when in dates[: luck.choice((1000, 5000))]:
                request.clauses.prepayments.add(payment_date=when, amount_minor=1)
    return request
