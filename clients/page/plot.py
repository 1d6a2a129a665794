"""The frame of a chart: a plain scale, its grid and its months. Colours come from the page, by class.

A chart is drawn twice: for a page, and for a telephone, whose frame is narrow, so that its letters keep their size.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import NamedTuple

import svg

HEIGHT = 250
LEFT, TOP, BOTTOM = 62, 14, 30
Place = Callable[[int], float]  #: where a value stands
INNER_HEIGHT = HEIGHT - TOP - BOTTOM


class Frame(NamedTuple):
    """How wide a chart is, and below how many bars a label finds room."""

    name: str  #: of the class by which the page shows it
    width: int
    right: int  #: of which this is empty, for the half of the last label
    most_labels: int

    @property
    def inner_width(self) -> int:
        return self.width - LEFT - self.right

    def x(self, position: int, count: int) -> float:
        """The middle of the place of a bar, 0 the first."""
        return round(LEFT + self.inner_width * (2 * position + 1) / (2 * count), 1)

    def bar_width(self, count: int) -> float:
        return round(self.inner_width / count * 0.64, 1)


WIDE, NARROW = Frame("wide", 760, 14, 12), Frame("narrow", 370, 18, 4)


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


def chart(
    name: str,
    title: str,
    description: str,
    legend: Sequence[tuple[str, str]],
    draw: Callable[[Frame], Sequence[svg.Element]],
) -> Chart:
    """A chart in both frames, of which a page shows the one that fits."""
    markup = "\n".join(_drawn(name, title, description, frame, draw(frame)) for frame in (WIDE, NARROW))
    return Chart(name, title, description, tuple(legend), markup)


def _drawn(name: str, title: str, description: str, frame: Frame, elements: Sequence[svg.Element]) -> str:
    """The picture, named and described for those who do not see it."""
    ids = f"{name}-{frame.name}-title", f"{name}-{frame.name}-desc"
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, frame.width, HEIGHT),
        class_=[frame.name],
        elements=[svg.Title(id=ids[0], text=escape(title)), svg.Desc(id=ids[1], text=escape(description)), *elements],
        extra={"role": "img", "aria-labelledby": " ".join(ids)},
    )
    return picture.as_str()


def grid(frame: Frame, scale: Scale, label: Callable[[int], str]) -> list[svg.Element]:
    """A line and a label for each tick; the one of 0 stands out."""
    elements: list[svg.Element] = []
    for tick in scale.ticks:
        elements.append(level(frame, scale.y(tick), "axis" if tick == 0 else "grid"))
        elements.append(svg.Text(x=LEFT - 6, y=scale.y(tick) + 3.5, text=label(tick), class_=["tick", "end"]))
    return elements


def level(frame: Frame, y: float, kind: str) -> svg.Element:
    """A line from side to side."""
    return svg.Line(x1=LEFT, x2=frame.width - frame.right, y1=y, y2=y, class_=[kind])


def months_below(frame: Frame, ends: Sequence[str]) -> list[svg.Element]:
    """The number of a month above the year and month that it ends in; of many months every third, or every sixth."""
    every = next(step for step in (1, 3, 6) if len(ends) <= step * frame.most_labels)
    return [
        svg.Text(x=frame.x(month - 1, len(ends)), y=HEIGHT - below, text=text, class_=["tick", "middle"])
        for month, end in enumerate(ends, start=1)
        if month % every == 0 or (month == 1 and every <= 3)
        for below, text in ((17, str(month)), (4, end[:7]))
    ]


def default(frame: Frame, first_month: int, count: int) -> list[svg.Element]:
    """A field behind the months from that of the default on, and its name."""
    left = round(LEFT + frame.inner_width * (first_month - 1) / count, 1)
    width = round(frame.width - frame.right - left, 1)
    is_early = width > frame.inner_width / 2
    label = svg.Text(
        x=left + 4 if is_early else left - 4,
        y=TOP - 3,
        text=f"default, month {first_month}",
        class_=["tick"] if is_early else ["tick", "end"],
    )
    return [svg.Rect(x=left, y=TOP, width=width, height=INNER_HEIGHT, class_=["shade"]), label]


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


class Step(NamedTuple):
    """A bar of a bridge: from what was there before, or from 0 where it is a sum."""

    label: str
    amount: int
    is_sum: bool


def bridge(
    frame: Frame, steps: Sequence[Step], caption: Callable[[Step], str], label: Callable[[int], str]
) -> list[svg.Element]:
    """Bars that begin where the one before ends. In a narrow frame a number stands for a label."""
    levels, level_before = [], 0
    for step in steps:
        base = 0 if step.is_sum else level_before
        levels.append((base, base + step.amount))
        level_before = base + step.amount
    scale = scale_of([height for ends in levels for height in ends])
    elements, width = grid(frame, scale, label), frame.bar_width(len(steps))
    for position, (step, (base, top)) in enumerate(zip(steps, levels, strict=True)):
        x, row = frame.x(position, len(steps)), HEIGHT - (18 if position % 2 else 6)
        text = step.label if frame is WIDE else str(position + 1)
        elements.append(svg.Text(x=x, y=row, text=escape(text), class_=["tick", "middle"]))
        kind = "cash" if step.is_sum else "gain" if step.amount >= 0 else "unpaid"
        elements.append(bar(x, width, (scale.y(top), scale.y(base)), kind, caption(step)))
    return elements
