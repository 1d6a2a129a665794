"""The month of the model plays the contract's own events: its sums are those of the cash flows dated inside it."""

from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from seawall.engine import Refused, Scenario, execute
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit, MonthEnd
from seawall.engine.inputs.company import BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.contract import Base, Contract
from seawall.engine.inputs.instruments import Amortisation, Instrument, PrincipalPayment
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.exact import ACCRUAL_DIVISOR, half_even
from seawall.engine.numbers.months import COMPILED_MONTHS, month_end, month_ticks
from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.preview import Preview
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import loan, preview_of, random_preview
from tests.random_contracts import with_contract

LOANS, SEED = 300, 20_260_102
AMPLE = 5 * 10**13


def company(as_of_date: date, *loans: Instrument, cash: int = AMPLE) -> DatasetVersion:
    """A company that does nothing but pay its debt."""
    debt = sum(instrument.principal for instrument in loans)
    return DatasetVersion(
        company_name="Debtor",
        currency="USD",
        minor_digits=2,
        as_of_date=as_of_date,
        source_sha256="0" * 64,
        income_statement=IncomeStatement(0, 0, 0, 0, 0, 0, 0),
        balance_sheet=BalanceSheet(cash, 0, 0, 0, 0, 0, 0, 0, equity=cash - debt),
        capital_expenditure_annual=0,
        instruments=loans,
    )


def months(debtor: DatasetVersion, number: int = 0):
    """The end and the figures of a loan in each of 24 months of the base case, the loans in the order of their ids."""
    execution = execute(Scenario("sha256:" + "0" * 64, "base", 24), debtor)
    return list(zip(execution.period_ends, (month.facilities[number] for month in execution.months), strict=True))


def event_sums(request: Preview, ends: list[date]) -> list[list[int]]:
    """Cash interest, principal and what capitalises, by the month in which it lies.

    What a level payment does not reach is principal below 0 in the standard, and capitalises in the books.
    """
    sums = [[0, 0, 0] for _ in ends]
    for flow in preview(request):
        if flow.event_date <= ends[-1]:
            unreached = min(flow.principal, 0)
            month = sums[bisect_left(ends, flow.event_date)]
            figures = (flow.interest + unreached, flow.principal - unreached, flow.capitalised - unreached)
            for position, figure in enumerate(figures):
                month[position] += figure
    return sums


def month_sums(loan_months) -> list[list[int]]:
    return [[month.interest_due, month.principal_scheduled, month.interest_capitalised] for _, month in loan_months]


def assert_sums(request: Preview, words: str = "") -> None:
    """Each month of the loan is the sum of its events."""
    paid = months(company(request.from_date, request.instrument))
    assert month_sums(paid) == event_sums(request, [end for end, _ in paid]), words


def unstressed(luck: Random) -> Preview:
    """A random loan whose index stays where it is, as in the base case."""
    request = replace(random_preview(luck), index_path=())
    instrument = request.instrument
    if instrument.amortisation is not Amortisation.LEVEL:
        instrument = replace(instrument, pik_share=luck.choice([0, 0, NANO // 3, NANO]))
    contract = instrument.contract
    if luck.random() < 0.3:
        end = min(request.from_date + timedelta(luck.randint(40, 400)), instrument.maturity_date)
        contract = replace(contract or Contract(), capitalisation_end_date=end)
    return replace(request, instrument=replace(instrument, contract=contract))


def of_any_contract(luck: Random) -> Preview:
    """A random loan of any repayment with any clauses, apart from interest on a base of its own."""
    request = replace(random_preview(luck), index_path=())
    instrument, amortisation = request.instrument, luck.choice(list(Amortisation))
    is_level = amortisation is Amortisation.LEVEL
    whole = replace(
        instrument,
        amortisation=amortisation,
        principal_payments=_table(luck, request) if amortisation is Amortisation.CUSTOM else (),
        pik_share=0 if is_level else luck.choice([0, 0, NANO // 3]),
        contract=Contract(payment=1) if is_level else None,
    )
    whole = with_contract(luck, whole, request.from_date)
    assert whole.contract
    clauses = replace(whole.contract, interest_base=Base.CURRENT, interest_base_cycle=None, interest_base_amount=None)
    return replace(request, instrument=replace(whole, contract=clauses))


def _table(luck: Random, request: Preview) -> tuple[PrincipalPayment, ...]:
    first, last, left = request.from_date, request.instrument.maturity_date, request.instrument.principal
    rows = []
    for day in sorted(luck.sample(range(1, (last - first).days), 4)):
        rows.append(PrincipalPayment(first + timedelta(day), left // 3))
        left -= left // 3
    return (*rows, PrincipalPayment(last, left))


def pays_out(request: Preview, last: date) -> bool:
    """Whether its lender pays out where interest is added to the principal: the part of it that no payment reaches."""
    flows = [flow for flow in preview(request) if flow.event_date <= last]
    adds_interest = {flow.event_date for flow in flows if flow.capitalised}
    return any(flow.principal < 0 and flow.event_date in adds_interest for flow in flows)


@pytest.mark.parametrize("drawn", [unstressed, of_any_contract])
def test_months_add_up_to_the_events_inside_them(drawn):
    luck, refused = Random(SEED), 0
    for number in range(LOANS):
        request = drawn(luck)
        if pays_out(request, month_end(request.from_date, COMPILED_MONTHS)):
            with pytest.raises(Refused, match="does not reach the interest that is added"):
                months(company(request.from_date, request.instrument))
            refused += 1
            continue
        assert_sums(request, f"loan {number} of seed {SEED}: {request}")
    assert refused
    print(f"{LOANS} random loans of seed {SEED}, {refused} refused: each month is the sum of its events")


@pytest.mark.parametrize("pik_share", [0, NANO // 3])
@pytest.mark.parametrize("convention", [each for each in BusinessDay if each is not BusinessDay.NONE])
def test_payments_of_a_weekend_fall_due_on_the_business_day_they_roll_onto(convention, pik_share):
    """Every day repays an even share: three of them come on a Friday or on a Monday."""
    weekdays = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), convention)
    daily = Contract(principal_cycle=Cycle(1, CycleUnit.DAY), calendar=weekdays)
    terms = {"amortisation": Amortisation.LINEAR, "maturity_date": date(2025, 6, 13), "pik_share": pik_share}
    request = preview_of(loan(**terms, contract=daily))
    assert Counter(flow.event_date for flow in preview(request) if flow.principal).most_common(1)[0][1] > 1
    assert_sums(request)


@pytest.mark.parametrize("amortisation", [Amortisation.ANNUITY, Amortisation.CUSTOM])
@pytest.mark.parametrize("count", list(DayCount))
def test_annuities_and_tables_add_up_too(amortisation, count):
    rows = (PrincipalPayment(date(2025, 5, 31), 30_000_000), PrincipalPayment(date(2026, 1, 15), 70_000_000))
    request = preview_of(
        loan(
            amortisation=amortisation,
            day_count=count,
            principal_payments=rows if amortisation is Amortisation.CUSTOM else (),
            contract=Contract(
                interest_cycle=Cycle(1, CycleUnit.QUARTER, date(2024, 11, 30)),
                calendar=Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.SHIFT_CALCULATE_FOLLOWING),
            ),
        )
    )
    assert_sums(request)


@pytest.mark.parametrize(("amortisation", "payment"), [(Amortisation.BULLET, None), (Amortisation.LEVEL, 300_000)])
def test_a_coupon_onto_which_the_end_of_capitalisation_rolls_is_paid(amortisation, payment):
    """30 August 2025 is a Saturday, and the coupon falls on the Sunday: both come on Monday, the coupon first."""
    weekdays = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, (), BusinessDay.SHIFT_CALCULATE_FOLLOWING)
    at_month_end = Cycle(1, CycleUnit.MONTH, date(2025, 8, 31))
    terms = Contract(
        interest_cycle=at_month_end,
        principal_cycle=at_month_end if payment else None,
        payment=payment,
        capitalisation_end_date=date(2025, 8, 30),
        month_end=MonthEnd.END_OF_MONTH,
        calendar=weekdays,
    )
    request = preview_of(loan(amortisation=amortisation, contract=terms))
    rolled = [flow for flow in preview(request) if flow.event_date == date(2025, 9, 1)]
    assert any(flow.interest for flow in rolled)
    assert_sums(request)


def test_two_loans_that_pay_on_the_15th_and_on_the_31st_are_right_in_the_same_month():
    """Months end on the 20th. 1,000,000.00 at 6 %, actual/360.

    To 20 February: on 31 January 16 days from the 15th, on 15 February 31 days from 15 January.
    """
    bullet = loan(day_count=DayCount.ACTUAL_360, maturity_date=date(2027, 1, 31))
    end = Cycle(1, CycleUnit.MONTH, date(2024, 12, 31))
    middle = Cycle(1, CycleUnit.MONTH, date(2024, 12, 15))
    first = replace(bullet, instrument_id="a", contract=Contract(interest_cycle=middle))
    second = replace(bullet, instrument_id="b", contract=Contract(interest_cycle=end))
    both = company(date(2025, 1, 20), first, second)
    fifteenth, thirty_first = ([month.interest_due for _, month in months(both, number)][:2] for number in (0, 1))
    # 26 days from the 20th of January to the 15th of February, then 28 to the 15th of March
    assert fifteenth == [433_333, 466_667]
    # 11 days to the 31st of January, then 28 to the 28th of February
    assert thirty_first == [183_333, 466_667]


def test_without_cash_interest_is_in_arrears_which_bear_interest_and_nothing_is_lost():
    request = preview_of(
        loan(maturity_date=date(2028, 1, 15), contract=Contract(interest_cycle=Cycle(7, CycleUnit.WEEK)))
    )
    paid = months(company(request.from_date, request.instrument, cash=0))
    ends = [end for end, _ in paid]
    arrears: int = 0
    day_count, start = request.instrument.day_count, request.from_date
    for (end, month), (coupons, _, _) in zip(paid, event_sums(request, ends), strict=True):
        late = half_even(arrears * month.rate * month_ticks(day_count, start, end), ACCRUAL_DIVISOR)
        assert month.interest_due == coupons + late
        arrears, start = arrears + coupons + late, end
        assert month.interest_arrears == arrears
    assert paid[-1][1].closing_balance == request.instrument.principal


def test_a_sweep_scales_the_payments_that_remain():
    """An even share of what is left: the part that falls due is the same, to the cents that either rounds."""
    request = preview_of(loan(amortisation=Amortisation.LINEAR, contract=Contract()))
    debtor = company(request.from_date, request.instrument, cash=2 * request.instrument.principal)
    swept = [month for _, month in months(replace(debtor, cash_sweep_share=NANO // 50))]
    plain = [month for _, month in months(debtor)]
    assert swept[0].prepaid > 0
    for unswept, month in list(zip(plain, swept, strict=True))[1:12]:
        proportional = unswept.principal_scheduled * month.opening_balance
        assert abs(month.principal_scheduled * unswept.opening_balance - proportional) <= unswept.opening_balance
