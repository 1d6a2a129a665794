"""One page of a sensitivity: a tornado, its table, and the residual of all assumptions together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

import svg

from seawall.v1.analysis_service_pb2 import MeasureSensitivityResponse
from seawall.v1.figure_pb2 import FigureValue
from seawall.v1.sensitivity_pb2 import Sensitivity, SensitivityBar

from ..client.names import MINOR
from ..client.values import MICRO
from ..report.analysis import figure_in_words, number_of, sensitivity_cells, value_text
from ..report.wording import compact, title, words
from . import plot
from .page import PageTable, picture, rendered, running
from .plot import HEIGHT, INNER_HEIGHT, LEFT, TOP, WIDE, Chart, Frame

NAMES = 200  #: columns for the names of assumptions, where the frame has room for them


def sensitivity_page(answer: MeasureSensitivityResponse, company: str, scenario: str) -> str:
    """The whole page as HTML; the same bytes for the same answer."""
    sensitivity = answer.sensitivity
    digits, figure = sensitivity.minor_digits, title(sensitivity.figure.removesuffix(MINOR))
    unit = f", {sensitivity.currency}" if sensitivity.figure.endswith(MINOR) else ""
    residuals = [value_text(value, digits) for value in (sensitivity.low_residual, sensitivity.high_residual)]
    return rendered(
        "sensitivity.html",
        title=f"{company}: what moves {figure_in_words(sensitivity.figure)}",
        running=running(company, scenario, answer.sensitivity_id),
        scenario=f"{scenario}, {sensitivity.horizon_months} months from {sensitivity.analysis_date}",
        headline=f"{figure}{unit}: {value_text(sensitivity.base_value, digits)} in the scenario",
        residual=(
            "Each assumption by itself, all others as the scenario has them. What all of them change together beyond"
            f" that, the residual: {residuals[0]} with all low, {residuals[1]} with all high."
        ),
        chart=picture(tornado(sensitivity)),
        table=_table(sensitivity, f"{figure}{unit}"),
        ids=[
            ("sensitivity", answer.sensitivity_id),
            ("scenario", answer.scenario_id),
            ("dataset version", answer.dataset_version_id),
        ],
    )


def _table(sensitivity: Sensitivity, heading: str) -> PageTable:
    headings, rows, sums = sensitivity_cells(sensitivity)
    every = [*map(tuple, rows), tuple(sums)]
    return PageTable(
        "bars", heading, tuple(headings), every, frozenset((0,)), frozenset(), "", frozenset((len(every) - 1,))
    )


def tornado(sensitivity: Sensitivity) -> Chart:
    """A bar for each assumption from its low figure to its high one, the widest on top; a line for the scenario."""
    bars = [bar for bar in sensitivity.bars if None not in _ends(bar)]
    base = _units(sensitivity.base_value)
    values = [value for bar in bars for value in _ends(bar) if value is not None] + ([] if base is None else [base])
    ticks = _ticks(values or [0])

    def draw(frame: Frame) -> list[svg.Element]:
        left = LEFT + NAMES if frame is WIDE else LEFT
        width = frame.width - 2 * frame.right - left  # half of the last label stands beyond its tick

        def x(value: int) -> float:
            return round(left + width * (value - ticks[0]) / (ticks[-1] - ticks[0]), 1)

        elements: list[svg.Element] = []
        for number, tick in enumerate(ticks):
            elements.append(svg.Line(x1=x(tick), x2=x(tick), y1=TOP, y2=TOP + INNER_HEIGHT, class_=["grid"]))
            if frame is WIDE or number % 2 == 0:
                text = escape(_tick(sensitivity, tick))
                elements.append(svg.Text(x=x(tick), y=HEIGHT - 14, text=text, class_=["tick", "middle"]))
        height = INNER_HEIGHT / max(len(bars), 1)
        for row, bar in enumerate(bars):
            middle = round(TOP + height * (row + 0.5), 1)
            name = words(bar.assumption) if frame is WIDE else str(row + 1)
            elements.append(svg.Text(x=left - 6, y=middle + 3.5, text=escape(name), class_=["tick", "end"]))
            elements += _halves(sensitivity, bar, base, x, (middle, height))
        if base is not None:
            elements.append(svg.Line(x1=x(base), x2=x(base), y1=TOP, y2=TOP + INNER_HEIGHT, class_=["axis"]))
        return elements

    legend = (("unpaid", "with the assumption low"), ("cash", "with the assumption high"))
    heading = f"{figure_in_words(sensitivity.figure)} by assumption, low and high"
    return plot.chart("tornado", heading[:1].upper() + heading[1:], " ".join(_sentences(sensitivity)), legend, draw)


def _halves(
    sensitivity: Sensitivity, bar: SensitivityBar, base: int | None, x: plot.Place, row: tuple[float, float]
) -> Iterator[svg.Element]:
    """The two halves of a bar: from the scenario's figure to that of each end."""
    middle, height = row
    for end, value, kind in (("low", bar.low_value, "unpaid"), ("high", bar.high_value, "cash")):
        number = _units(value)
        if number is None:
            continue
        edges = sorted((x(number), x(number if base is None else base)))
        caption = f"{words(bar.assumption)} {end}: {value_text(value, sensitivity.minor_digits)}"
        yield svg.Rect(
            x=edges[0],
            y=round(middle - height * 0.32, 1),
            width=round(max(edges[1] - edges[0], 1), 1),
            height=round(height * 0.64, 1),
            class_=[kind],
            elements=[svg.Title(text=escape(caption))],
        )


def _sentences(sensitivity: Sensitivity) -> Iterator[str]:
    """The same in words, for those who do not see it."""
    digits = sensitivity.minor_digits
    for number, bar in enumerate(sensitivity.bars, start=1):
        low, high = value_text(bar.low_value, digits), value_text(bar.high_value, digits)
        yield f"{number}. {words(bar.assumption)}: {low} low, {high} high."


def _ends(bar: SensitivityBar) -> tuple[int | None, int | None]:
    return _units(bar.low_value), _units(bar.high_value)


def _units(value: FigureValue) -> int | None:
    """A figure in whole units of its own: minor units, millionths of a ratio, months."""
    number = number_of(value)
    return None if number is None else int(number * MICRO if value.HasField("ratio") else number)


def _ticks(values: Sequence[int]) -> list[int]:
    """Round values around all of them; 0 is among them only where it lies between."""
    low, high = min(values), max(values)
    step = plot.nice_step(max(high - low, 1))
    first, last = low // step, -(-high // step)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


def _tick(sensitivity: Sensitivity, tick: int) -> str:
    if sensitivity.base_value.HasField("ratio"):
        return f"{(Decimal(tick) / MICRO).normalize():f}"
    return compact(tick, sensitivity.minor_digits) if sensitivity.figure.endswith(MINOR) else str(tick)
