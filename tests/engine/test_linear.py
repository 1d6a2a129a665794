"""Work on a list grows with the list, and not with its square: twice the items take twice the operations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from seawall.engine import Refused, Scenario, execute
from seawall.engine.debt.loan import Scaling, ScalingEffect
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit
from seawall.engine.inputs.company import Asset, DatasetVersion
from seawall.engine.inputs.contract import Contract, Reset
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, PrincipalPayment
from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.clauses import Clauses, IndexReading, Prepayment, ScalingReading
from seawall.engine.values.units import NANO
from tests.engine.loan.loans import loan, preview_of
from tests.engine.loan.test_month_sums import company
from tests.engine.operations import growth, operations

DAILY = Cycle(1, CycleUnit.DAY)
START, LATEST = date(2025, 1, 15), date(2200, 12, 31)


def days(count: int) -> list[date]:
    return [START + timedelta(days=number) for number in range(1, count + 1)]


def a_table_of_more_than_is_owed(size: int) -> None:
    rows = tuple(PrincipalPayment(day, 1) for day in days(size))
    with pytest.raises(Refused):
        loan(amortisation=Amortisation.CUSTOM, principal=0, principal_payments=rows, maturity_date=LATEST)


def debtor(size: int, pledges: Sequence[str]) -> DatasetVersion:
    """A company with so many debts, all secured on some of its assets, each of which has a category of its own."""
    loans = [loan(instrument_id=f"loan-{number}") for number in range(size)]
    return replace(
        company(START, *loans),
        assets=tuple(Asset(asset_id, asset_id, 1, 0) for asset_id in ids(size)),
        instruments=tuple(replace(debt, collateral_asset_ids=tuple(pledges)) for debt in loans),
    )


def ids(size: int) -> list[str]:
    return [f"asset-{number}" for number in range(size)]


def many_debts_and_assets(size: int) -> None:
    execute(Scenario("sha256:" + "0" * 64, "base", 6), debtor(size, ids(2)))


def a_run_of_holidays(size: int) -> None:
    for convention in BusinessDay:
        calendar = Calendar(BusinessWeek.MONDAY_TO_FRIDAY, tuple(days(size)), convention)
        for day in days(size):
            calendar.roll(day)


def daily_readings(size: int) -> None:
    """Resets and scalings each day, that read a path with a value for each of them."""
    end = days(size)[-1] + timedelta(days=1)
    floating = loan(maturity_date=end, floating_rate=FloatingRate(0, 0), contract=Contract(rate_reset=Reset(DAILY)))
    clauses = Clauses(
        scaling=Scaling(DAILY, NANO, ScalingEffect.INTEREST),
        scaling_path=tuple(ScalingReading(day, NANO) for day in days(size)),
    )
    path = tuple(IndexReading(day, number) for number, day in enumerate(days(size)))
    assert len(preview(preview_of(floating, START, index_path=path, clauses=clauses))) > 2 * size


def daily_prepayments(size: int) -> None:
    prepayments = tuple(Prepayment(day, 1) for day in days(size))
    request = preview_of(loan(maturity_date=days(size)[-1]), START, clauses=Clauses(prepayments=prepayments))
    assert len(preview(request)) > size


def a_daily_table(size: int) -> None:
    rows = tuple(PrincipalPayment(day, 1) for day in days(size))
    table = loan(
        amortisation=Amortisation.CUSTOM, principal=size, principal_payments=rows, maturity_date=days(size)[-1]
    )
    assert len(preview(preview_of(table, START))) > size


def daily_levellings(size: int) -> None:
    """A payment and a levelling each day, over periods of which one in a month differs, at one of two rates."""
    end = days(size)[-1] + timedelta(days=1)
    annuity = loan(
        amortisation=Amortisation.ANNUITY,
        maturity_date=end,
        floating_rate=FloatingRate(0, NANO // 20),
        contract=Contract(principal_cycle=DAILY, rate_reset=Reset(DAILY)),
    )
    path = tuple(IndexReading(day, number % 2 * NANO // 100) for number, day in enumerate(days(size)))
    assert len(preview(preview_of(annuity, START, index_path=path))) > 2 * size


@pytest.mark.parametrize(
    ("work", "size"),
    [
        (a_table_of_more_than_is_owed, 200),
        (many_debts_and_assets, 40),
        (a_run_of_holidays, 200),
        (daily_readings, 100),
        (daily_prepayments, 100),
        (a_daily_table, 100),
        (daily_levellings, 100),
    ],
)
def test_twice_the_items_take_twice_the_operations(work, size):
    work(2 * size)  # what is made once and kept is not counted
    assert growth(work, size) < 2.3


def test_too_many_days_are_refused_before_they_are_walked():
    def daily_to(year: int) -> int:
        daily = loan(maturity_date=date(year, 1, 1), contract=Contract(interest_cycle=DAILY))

        def refused() -> None:
            with pytest.raises(Refused):
                preview_of(daily, START)

        return operations(refused)

    assert daily_to(2200) < 1.2 * daily_to(2050)


def test_a_cycle_of_a_century_ago_takes_no_longer():
    def anchored_in(year: int) -> int:
        daily = Cycle(1, CycleUnit.DAY, date(year, 1, 1))
        contract = Contract(principal_cycle=daily, interest_cycle=daily, rate_reset=Reset(daily))
        annuity = loan(amortisation=Amortisation.ANNUITY, floating_rate=FloatingRate(0, 1), contract=contract)
        return operations(lambda: preview(preview_of(annuity, date(2025, 11, 15))))

    anchored_in(2024)
    assert anchored_in(1900) < 1.2 * anchored_in(2025)


class Counted(str):
    """An id that counts how often it is compared with another one."""

    comparisons = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Counted.comparisons += 1
        return str.__eq__(self, other)


def test_a_pledge_is_not_compared_with_every_other():
    pledges = [Counted(asset_id) for asset_id in ids(100)]
    company = debtor(100, pledges)
    Counted.comparisons = 0
    replace(company)
    assert Counted.comparisons <= 2 * 100 * 100
