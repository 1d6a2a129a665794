"""What functions keep is bounded by its weight, and changes no result."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

import pytest

from seawall.engine.debt.instrument_loan import loan_of
from seawall.engine.debt.month_timeline import _timeline_of_dates, month_timeline
from seawall.engine.inputs.instruments import Instrument
from seawall.engine.numbers.months import COMPILED_MONTHS, month_end
from seawall.engine.values.faults import Refused
from seawall.engine.values.kept import kept
from seawall.engine.values.units import NANO
from tests.engine.companies import group
from tests.engine.loan.loans import random_preview


def counted(most: int):
    """A function that keeps lists as heavy as they are long, and the lengths that it has computed."""
    computed: list[int] = []

    @kept(most, weight=lambda length, made: len(made))
    def zeros(length: int) -> list[int]:
        computed.append(length)
        return [0] * length

    return zeros, computed


def test_what_was_unused_for_longest_makes_room_until_the_weight_fits():
    zeros, computed = counted(10)
    for length in (3, 4, 3, 5, 3, 4):  # 5 leaves no room for 4
        assert zeros(length) == [0] * length
    assert computed == [3, 4, 5, 4]
    zeros(5)  # which 4 left no room for, as 3 was used last
    assert computed == [3, 4, 5, 4, 5]


def test_what_is_too_heavy_by_itself_is_not_kept_and_drives_out_nothing():
    zeros, computed = counted(10)
    for length in (6, 11, 11, 6):
        zeros(length)
    assert computed == [6, 11, 11]


def test_a_refusal_is_not_kept():
    computed = []

    @kept(10, weight=lambda number, made: 1)
    def refused(number: int) -> int:
        computed.append(number)
        raise Refused([])

    for _ in range(2):
        with pytest.raises(Refused):
            refused(1)
    assert computed == [1, 1]


def test_threads_share_what_is_kept():
    zeros, _ = counted(40)
    rng = Random(7)
    lengths = [rng.randrange(20) for _ in range(2_000)]
    with ThreadPoolExecutor(4) as threads:
        assert [len(made) for made in threads.map(zeros, lengths)] == lengths


def random_loans() -> Iterator[tuple[Instrument, date]]:
    """Loans of every clause that a contract can have, and those of random companies, each with an analysis date."""
    luck = Random("timelines")
    for _ in range(150):
        request = random_preview(luck)
        yield request.instrument, request.from_date
    for number in range(12):
        yield from ((loan, case.analysis_date) for case in group(29, number, 3) for loan in case.company.instruments)


def test_a_timeline_depends_on_no_amount_and_no_rate():
    for instrument, day in random_loans():
        ends = tuple(month_end(day, month) for month in range(COMPILED_MONTHS + 1))
        loan = loan_of(instrument, day, NANO // 20, coupon_is_stressed=instrument.floating_rate is None)
        assert month_timeline(loan, ends) == _timeline_of_dates.__wrapped__(loan, ends), instrument  # type: ignore[attr-defined]
