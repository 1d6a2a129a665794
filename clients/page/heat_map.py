"""A sweep of two axes as one page: where in the grid companies default, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from seawall.v1.sweep_pb2 import SweepPlan

from .page import rendered, running

STEP = 5  #: shades, in per cent
PARTS = tuple(range(0, 101, STEP))
Point = tuple[str, str]  #: a value of the axis that goes down, and one of that across


class Cell(NamedTuple):
    """A point of the grid: what is written there, and how dark it is, in per cent."""

    text: str
    part: int


class Line(NamedTuple):
    """The cells beside a value of the axis that goes down."""

    value: str
    cells: Sequence[Cell]


def heat_map(plan: SweepPlan, defaults: Mapping[Point, Sequence[int]], ids: Iterable[tuple[str, str]]) -> str:
    """The page as HTML; `defaults` has the month of the default of each company, 0 for none, by point of the grid.

    Of one company a cell says the month, of several the share of them that defaults.
    """
    down, across = plan.grid.axes
    companies, horizon = len(plan.dataset_version_ids), plan.horizon_months
    write = _month if companies == 1 else _share
    rows = [Line(value, [write(defaults[value, other], horizon) for other in across.values]) for value in down.values]
    failed = sum(month > 0 for months in defaults.values() for month in months)
    total = sum(map(len, defaults.values()))
    month = "the month of the first default; the earlier, the darker. Empty: none inside the horizon."
    share = f"the share of {companies:,} companies with a default inside the horizon."
    return rendered(
        "heat_map.html",
        title=f"{plan.name}: {_words(down.assumption)} and {_words(across.assumption)}",
        running=running(plan.name, "", ""),
        headline=f"{failed:,} of {total:,} rows default within {horizon} months",
        meaning=f"Each cell is {month if companies == 1 else share}",
        down=_words(down.assumption),
        across=_words(across.assumption),
        columns=across.values,
        rows=rows,
        parts=PARTS,
        ids=list(ids),
    )


def by_point(
    plan: SweepPlan, downs: Sequence[int], acrosses: Sequence[int], months: Sequence[int | None]
) -> dict[Point, list[int]]:
    """The months of defaults by point of the grid; the axes' values are in 10^-9, as rows have them."""
    names = [{_nanos(value): value for value in axis.values} for axis in plan.grid.axes]
    points: dict[Point, list[int]] = defaultdict(list)
    for down, across, month in zip(downs, acrosses, months, strict=True):
        points[names[0][down], names[1][across]] += [] if month is None else [month]
    return points


def _month(months: Sequence[int], horizon: int) -> Cell:
    month = months[0] if months else 0
    return Cell(str(month), _shade(100 * (horizon + 1 - month) // horizon)) if month else Cell("", 0)


def _share(months: Sequence[int], _: int) -> Cell:
    percent = 100 * sum(month > 0 for month in months) // len(months) if months else 0
    return Cell(f"{percent} %", _shade(percent))


def _shade(percent: int) -> int:
    return min(percent // STEP * STEP, 100)


def _words(assumption: str) -> str:
    return assumption.replace("_", " ")


def _nanos(text: str) -> int:
    whole, _, part = text.removeprefix("-").partition(".")
    nanos = int(whole) * 10**9 + int(part.ljust(9, "0"))
    return -nanos if text.startswith("-") else nanos
