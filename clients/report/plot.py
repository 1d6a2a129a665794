"""The frame of a chart: a plain scale, its grid and its months. Colours come from the page, by class."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import NamedTuple

import svg

WIDTH, HEIGHT = 760, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 10, 14, 30
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM


class Chart(NamedTuple):
    """A picture with its text: markup for the page, and what it shows in words."""

    name: str
    title: str
    description: str
    legend: tuple[tuple[str, str], ...]  #: class of the mark and what it stands for
    markup: str


class Scale(NamedTuple):
    """Values on the height of a chart, in whole units; `ticks` from bottom to top."""

    ticks: tuple[int, ...]

    def y(self, value: int) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return round(TOP + INNER_HEIGHT * (high - value) / (high - low), 1)


def scale_of(values: Iterable[int]) -> Scale:
    """Round ticks around values and 0: steps of 1, 2 or 5 times a power of ten, four to eight of them."""
    extent = [0, *values]
    low, high = min(extent), max(extent)
    step = nice_step(max(high - low, 1))
    first, last = low // step, -(-high // step)
    return Scale(tuple(step * n for n in range(first, max(last, first + 1) + 1)))


def nice_step(span: int) -> int:
    """The smallest step of 1, 2 or 5 times a power of ten that crosses a span in at most six.  100 by 20."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 6 >= span:
                return factor * power
        power *= 10


def x_of(position: int, count: int) -> float:
    """The middle of the place of a month, 0 the first."""
    return round(LEFT + INNER_WIDTH * (2 * position + 1) / (2 * count), 1)


def bar_width(count: int) -> float:
    return round(INNER_WIDTH / count * 0.64, 1)


def drawn(name: str, title: str, description: str, elements: Sequence[svg.Element]) -> str:
    """The picture, named and described for those who do not see it."""
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT),
        elements=[
            svg.Title(id=f"{name}-title", text=escape(title)),
            svg.Desc(id=f"{name}-desc", text=escape(description)),
            *elements,
        ],
        extra={"role": "img", "aria-labelledby": f"{name}-title {name}-desc"},
    )
    return picture.as_str()


def grid(scale: Scale, label: Callable[[int], str]) -> list[svg.Element]:
    """A line and a label for each tick; the one of 0 stands out."""
    elements: list[svg.Element] = []
    for tick in scale.ticks:
        y, mark = scale.y(tick), "axis" if tick == 0 else "grid"
        elements.append(svg.Line(x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_=[mark]))
        elements.append(svg.Text(x=LEFT - 6, y=y + 3.5, text=label(tick), class_=["tick", "end"]))
    return elements


def months_below(ends: Sequence[str]) -> list[svg.Element]:
    """The number of each month above the year and month that it ends in; of many months every third."""
    every = 1 if len(ends) <= 12 else 3
    return [
        svg.Text(x=x_of(month - 1, len(ends)), y=HEIGHT - below, text=text, class_=["tick", "middle"])
        for month, end in enumerate(ends, start=1)
        if month % every == 0 or month == 1
        for below, text in ((17, str(month)), (4, end[:7]))
    ]


def shade(first_month: int, count: int) -> svg.Element:
    """A field behind the months from one on."""
    left = round(LEFT + INNER_WIDTH * (first_month - 1) / count, 1)
    return svg.Rect(x=left, y=TOP, width=round(WIDTH - RIGHT - left, 1), height=INNER_HEIGHT, class_=["shade"])


def bar(x: float, width: float, ends: tuple[float, float], kind: str, caption: str) -> svg.Element:
    """A bar between two heights; what it says appears when pointed at."""
    top, height = min(ends), round(abs(ends[0] - ends[1]), 1)
    return svg.Rect(
        x=round(x - width / 2, 1),
        y=top,
        width=width,
        height=height,
        class_=[kind],
        elements=[svg.Title(text=escape(caption))],
    )


def line(points: Sequence[tuple[float, float]], kind: str) -> svg.Element:
    """One stroke through some points."""
    first, *others = points
    return svg.Path(d=[svg.M(*first), *(svg.L(*point) for point in others)], class_=["stroke", kind])
