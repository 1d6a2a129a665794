"""Two executions line by line, over the months that both have: the second less the first."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import grpc
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import Line, LineNature, Report

from ..client import SeawallError
from ..client.names import choice_name
from ..client.values import major, ratio
from .story import Key, key
from .wording import line_title

Cell = Decimal | str  #: money in major units, a ratio or a rate; or the reason why there is no ratio, or a status


class Difference(NamedTuple):
    """One line that is not the same in both, month 1 first. A line that only one of them has is empty in the other."""

    line: Line
    base: tuple[Cell, ...]
    other: tuple[Cell, ...]
    first_period: int

    @property
    def adds_up(self) -> bool:
        return self.line.nature == LineNature.LINE_NATURE_FLOW

    @property
    def in_one_figure(self) -> tuple[Cell, Cell]:
        """Of a flow the sums, of everything else the last month."""
        return _told(self.base, self.adds_up), _told(self.other, self.adds_up)


def compare(base: Report, other: Report) -> list[Difference]:
    """The lines that differ, in the order of the statements."""
    if (base.currency, base.minor_digits) != (other.currency, other.minor_digits):
        raise SeawallError(
            grpc.StatusCode.FAILED_PRECONDITION,
            f"amounts in {base.currency} cannot be compared with amounts in {other.currency}",
        )
    months = min(base.horizon_months, other.horizon_months)
    before, after = _cells(base, months), _cells(other, months)
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
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        caption=f"{len(differences)} lines differ; amounts in {base.currency}; sums over {months} months where a line"
        f" adds up (+), else month {months}; 'from' is the first month that differs",
    )
    table.add_column("line", overflow="fold")
    for heading in ("base", "other", "difference", "from"):
        table.add_column(heading, justify="right", overflow="fold")
    for one in differences:
        ours, theirs = one.in_one_figure
        name = f"{line_title(one.line)}{' +' if one.adds_up else ''}"
        table.add_row(name, *map(_text, (ours, theirs, _change(ours, theirs))), str(one.first_period))
    console.print(table)


def as_objects(differences: Sequence[Difference]) -> Iterator[str]:
    """One JSON object a line that differs, every month of both."""
    for one in differences:
        changes = [_change(ours, theirs) for ours, theirs in zip(one.base, one.other, strict=False)]
        yield json.dumps(
            {
                "section": one.line.section,
                "item": one.line.item,
                "figure": one.line.figure,
                "first_period": one.first_period,
                "base": list(map(str, one.base)),
                "other": list(map(str, one.other)),
                "difference": list(map(str, changes)),
            }
        )


def _cells(report: Report, months: int) -> dict[Key, tuple[Cell, ...]]:
    return {key(line): tuple(_values(line, report.minor_digits))[:months] for line in report.granular.lines}


def _values(line: Line, digits: int) -> Iterator[Cell]:
    yield from (major(minor, digits) for minor in line.amounts_minor)
    yield from map(ratio, line.ratios)
    yield from map(Decimal, line.rates)
    yield from (choice_name(CoverageStatus.DESCRIPTOR, status) for status in line.statuses)


def _first_difference(base: Sequence[Cell], other: Sequence[Cell]) -> int:
    pairs = enumerate(zip(base, other, strict=False), start=1)
    return next((period for period, (ours, theirs) in pairs if ours != theirs), 1)


def _told(cells: Sequence[Cell], adds_up: bool) -> Cell:
    if not cells:
        return ""
    return sum((cell for cell in cells if isinstance(cell, Decimal)), Decimal(0)) if adds_up else cells[-1]


def _change(base: Cell, other: Cell) -> Cell:
    """Other less base; words have no difference."""
    return other - base if isinstance(base, Decimal) and isinstance(other, Decimal) else ""


def _text(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, Decimal) else cell
