"""What differs between executions, line by line over the months that all have: the others less the first."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from seawall.v1.covenant_pb2 import CovenantStatus
from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import Line, LineNature, Report

from ..client.names import choice_name
from ..client.values import major, ratio
from .cells import NOT_KNOWN
from .several import require_one_currency
from .story import Key, key, monthly_amounts

OPENING = frozenset(("opening_cash", "market_value_before"))
#: An amount in minor units; a ratio or a rate; why there is no ratio, a status, a mark.
Value = int | Decimal | str


class Difference(NamedTuple):
    """A line that is not the same in all, month 1 first. An execution without the line has no values."""

    line: Line
    values: tuple[tuple[Value, ...], ...]  #: by execution, the first is the one to start from
    first_period: int  #: in which any other differs from the first

    @property
    def adds_up(self) -> bool:
        return self.line.nature == LineNature.LINE_NATURE_FLOW

    @property
    def totals(self) -> tuple[Value, ...]:
        """Of a flow the sums, of everything else the last month; one for each execution."""
        return tuple(_total(values, self.adds_up) for values in self.values)

    @property
    def largest_change(self) -> Value:
        """Of the others' totals, the one furthest from the first, less the first."""
        first, *others = self.totals
        changes = [_change(first, other) for other in others]
        return max(changes, key=_size)


def compare(reports: Sequence[Report]) -> list[Difference]:
    """The lines that differ between granular reports, in the order of the statements.

    Raises `SeawallError` (FAILED_PRECONDITION) where their amounts are not in one currency with equal digits.
    """
    require_one_currency([(report.currency, report.minor_digits) for report in reports])
    months = min(report.horizon_months for report in reports)
    tables = [_values_by_line(report, months) for report in reports]
    lines = {key(line): line for report in reversed(reports) for line in report.granular.lines}
    ordered = dict.fromkeys(key(line) for report in reports for line in report.granular.lines)
    return [
        Difference(lines[name], values, _first_difference(values))
        for name in ordered
        for values in (tuple(table.get(name, ()) for table in tables),)
        if len(set(values)) > 1
    ]


def largest(differences: Sequence[Difference], number: int) -> list[Difference]:
    """The lines whose amounts change most; of those that change by the same only the first, as they say the same.

    What a month opens with says what the month before closed with, and is left out.
    """
    by_change: dict[int, Difference] = {}
    for difference in differences:
        change = difference.largest_change
        if isinstance(change, int) and change and difference.line.figure not in OPENING:
            by_change.setdefault(abs(change), difference)
    return [by_change[change] for change in sorted(by_change, reverse=True)[:number]]


def as_objects(differences: Sequence[Difference], minor_digits: int) -> Iterator[str]:
    """One JSON object a line that differs: every month of all, amounts in major units."""

    def texts(values: Sequence[Value]) -> list[str]:
        return [str(major(value, minor_digits) if isinstance(value, int) else value) for value in values]

    for difference in differences:
        base, *others = difference.values
        yield json.dumps(
            {
                "section": difference.line.section,
                "item": difference.line.item,
                "figure": difference.line.figure,
                "first_period": difference.first_period,
                "base": texts(base),
                "others": [texts(other) for other in others],
                "differences": [texts(list(map(_change, base, other))) for other in others],
            }
        )


def _values_by_line(report: Report, months: int) -> dict[Key, tuple[Value, ...]]:
    lines = {key(line): tuple(_values(line))[:months] for line in report.granular.lines}
    return {name: values for name, values in lines.items() if set(values) != {NOT_KNOWN}}  # which has no line either


def _values(line: Line) -> Iterator[Value]:
    yield from (NOT_KNOWN if minor is None else minor for minor in monthly_amounts(line))
    yield from map(ratio, line.ratios)
    yield from map(Decimal, line.rates)
    yield from (choice_name(CoverageStatus.DESCRIPTOR, status) for status in line.statuses)
    yield from (choice_name(CovenantStatus.DESCRIPTOR, test) for test in line.tests)
    yield from ("yes" if mark else "no" for mark in line.marks)


def _first_difference(values: Sequence[Sequence[Value]]) -> int:
    """A line that one of them does not have differs from month 1 on."""
    return next(period for period, month in enumerate(zip_longest(*values), start=1) if len(set(month)) > 1)


def _total(values: Sequence[Value], adds_up: bool) -> Value:
    if not values:
        return ""
    return sum(value for value in values if isinstance(value, int)) if adds_up else values[-1]


def _change(base: Value, other: Value) -> Value:
    """Other less base; words have no difference."""
    return "" if isinstance(base, str) or isinstance(other, str) else other - base


def _size(change: Value) -> Decimal:
    """How far a change goes; that of words is behind all others."""
    return Decimal(-1) if isinstance(change, str) else abs(Decimal(change))
