"""Two executions line by line, over the months that both have: the second less the first."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import grpc
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from seawall.v1.covenant_pb2 import CovenantStatus
from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import Line, LineNature, Report

from ..client import SeawallError
from ..client.names import choice_name
from ..client.values import major, ratio
from .cells import NOT_KNOWN
from .story import Key, key, monthly_amounts
from .wording import line_title

Value = Decimal | str  #: money in major units, a ratio, a rate; why there is no ratio, a status, a mark


class Difference(NamedTuple):
    """One line that is not the same in both, month 1 first. A line that only one of them has is empty in the other."""

    line: Line
    base: tuple[Value, ...]
    other: tuple[Value, ...]
    first_period: int

    @property
    def adds_up(self) -> bool:
        return self.line.nature == LineNature.LINE_NATURE_FLOW

    @property
    def totals(self) -> tuple[Value, Value]:
        """Of a flow the sums, of everything else the last month."""
        return _total(self.base, self.adds_up), _total(self.other, self.adds_up)


def compare(base: Report, other: Report) -> list[Difference]:
    """The lines that differ, in the order of the statements."""
    if (base.currency, base.minor_digits) != (other.currency, other.minor_digits):
        raise SeawallError(
            grpc.StatusCode.FAILED_PRECONDITION,
            f"amounts in {base.currency} cannot be compared with amounts in {other.currency}",
        )
    months = min(base.horizon_months, other.horizon_months)
    before, after = _values_by_line(base, months), _values_by_line(other, months)
    lines = {key(line): line for report in (other, base) for line in report.granular.lines}
    ordered = [key(line) for line in base.granular.lines]
    ordered += [name for name in map(key, other.granular.lines) if name not in before]
    return [
        Difference(lines[name], ours, theirs, _first_difference(ours, theirs))
        for name in ordered
        for ours, theirs in ((before.get(name, ()), after.get(name, ())),)
        if ours != theirs
    ]


def show(base: Report, other: Report, differences: Sequence[Difference], console: Console) -> None:
    """A table of what differs: sums of flows, and the last common month of everything else."""
    months = min(base.horizon_months, other.horizon_months)
    differ = "1 line differs" if len(differences) == 1 else f"{len(differences)} lines differ"
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        caption=f"{differ}; amounts in {base.currency}; sums over {months} months where a line"
        f" adds up (+), else month {months}; 'from' is the first month that differs",
    )
    table.add_column("line", overflow="fold")
    for heading in ("base", "other", "difference", "from"):
        table.add_column(heading, justify="right", overflow="fold")
    for difference in differences:
        ours, theirs = difference.totals
        name = f"{line_title(difference.line)}{' +' if difference.adds_up else ''}"
        table.add_row(name, *map(_text, (ours, theirs, _change(ours, theirs))), str(difference.first_period))
    console.print(table)


def as_objects(differences: Sequence[Difference]) -> Iterator[str]:
    """One JSON object a line that differs, every month of both."""
    for difference in differences:
        changes = [_change(ours, theirs) for ours, theirs in zip(difference.base, difference.other, strict=False)]
        yield json.dumps(
            {
                "section": difference.line.section,
                "item": difference.line.item,
                "figure": difference.line.figure,
                "first_period": difference.first_period,
                "base": list(map(str, difference.base)),
                "other": list(map(str, difference.other)),
                "difference": list(map(str, changes)),
            }
        )


def _values_by_line(report: Report, months: int) -> dict[Key, tuple[Value, ...]]:
    lines = {key(line): tuple(_values(line, report.minor_digits))[:months] for line in report.granular.lines}
    return {name: values for name, values in lines.items() if set(values) != {NOT_KNOWN}}  # which has no line either


def _values(line: Line, digits: int) -> Iterator[Value]:
    yield from (NOT_KNOWN if minor is None else major(minor, digits) for minor in monthly_amounts(line))
    yield from map(ratio, line.ratios)
    yield from map(Decimal, line.rates)
    yield from (choice_name(CoverageStatus.DESCRIPTOR, status) for status in line.statuses)
    yield from (choice_name(CovenantStatus.DESCRIPTOR, test) for test in line.tests)
    yield from ("yes" if mark else "no" for mark in line.marks)


def _first_difference(base: Sequence[Value], other: Sequence[Value]) -> int:
    pairs = enumerate(zip(base, other, strict=False), start=1)
    return next((period for period, (ours, theirs) in pairs if ours != theirs), 1)


def _total(values: Sequence[Value], adds_up: bool) -> Value:
    if not values:
        return ""
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0)) if adds_up else values[-1]


def _change(base: Value, other: Value) -> Value:
    """Other less base; words have no difference."""
    return other - base if isinstance(base, Decimal) and isinstance(other, Decimal) else ""


def _text(value: Value) -> str:
    return f"{value:,}" if isinstance(value, Decimal) else value
