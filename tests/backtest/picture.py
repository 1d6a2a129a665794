"""The picture of docs/backtest.md: calibration by the mildest scenario that breaks a firm, and three ROC curves."""

from collections.abc import Sequence
from typing import Any

import svg

from .measures import Point

TITLE = "Real firms with a revolver of 10 % of sales: how many of each group failed, and how well scores tell"
WIDTH, HEIGHT, TOP, SIZE = 760, 330, 40, 240
LEFT_PANEL, RIGHT_PANEL = 40, 480  #: where each panel begins
BARS = 370  #: the width of the left panel; the right one is a square
HIGHEST_SHARE = 40  #: percent, of the calibration's axis
STYLE = """
text { font: 12px system-ui, 'DejaVu Sans', sans-serif; fill: #57606a }
.title { font-weight: 600 } .grid { stroke: #8c959f; stroke-opacity: .3 } .bar { fill: #1f6feb }
path { fill: none; stroke-width: 2 } .base { stroke: #1f6feb } .summed { stroke: #bc4c00 } .z { stroke: #57606a }
.chance { stroke: #8c959f; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .bar { fill: #58a6ff } .base { stroke: #58a6ff } .summed { stroke: #f0883e }
  .z { stroke: #9198a1 }
}
"""
CURVES = {"base": "base", "summed": "four scenarios", "z": "Altman's Z''"}


def drawn(result: dict[str, Any]) -> str:
    """The picture as SVG."""
    description = svg.Title(text=f"{TITLE}. {_words(result)}")
    elements: list[svg.Element] = [
        description,
        svg.Style(text=STYLE),
        *_calibration(result["calibration"]),
        *_curves(result),
    ]
    picture = svg.SVG(viewBox=svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT), elements=elements, extra={"role": "img"})
    return f"{picture.as_str()}\n"


def _calibration(groups: Sequence[dict[str, Any]]) -> list[svg.Element]:
    """A bar for each group of firms, as high as its share of bankrupt."""
    elements = _frame(LEFT_PANEL, BARS, "Bankrupt, percent, by the mildest scenario that breaks", HIGHEST_SHARE)
    step = BARS / len(groups)
    for n, group in enumerate(groups):
        height = SIZE * group["share"] / HIGHEST_SHARE
        left, middle = LEFT_PANEL + n * step + 6, LEFT_PANEL + (n + 0.5) * step
        elements += [
            svg.Rect(
                x=round(left, 1),
                y=round(TOP + SIZE - height, 1),
                width=round(step - 12, 1),
                height=round(height, 1),
                class_=["bar"],
            ),
            _text(middle, TOP + SIZE - height - 5, f"{group['share']:.1f}", "middle"),
            _text(middle, TOP + SIZE + 17, group["scenario"], "middle"),
            _text(middle, TOP + SIZE + 33, f"{group['firms']:,} firms", "middle"),
        ]
    return elements


def _curves(result: dict[str, Any]) -> list[svg.Element]:
    """The share of the bankrupt that each score has picked, by the share of survivors picked with them."""
    elements = _frame(RIGHT_PANEL, SIZE, "Bankrupt firms picked, percent", 100)
    elements += [_path([(0, 0), (1, 1)], "chance")]
    for n, (name, label) in enumerate(CURVES.items()):
        y = TOP + SIZE - 56 + 18 * n
        elements += [
            _path(result["roc"][name], name),
            svg.Path(d=[svg.M(RIGHT_PANEL + 68, y - 4), svg.H(RIGHT_PANEL + 88)], class_=[name]),
            _text(RIGHT_PANEL + 94, y, label, "start"),
        ]
    for share in (0, 25, 50, 75, 100):
        elements += [_text(RIGHT_PANEL + SIZE * share / 100, TOP + SIZE + 17, str(share), "middle")]
    return [*elements, _text(RIGHT_PANEL + SIZE / 2, TOP + SIZE + 33, "survivors picked with them, percent", "middle")]


def _frame(left: int, width: int, title: str, highest: int) -> list[svg.Element]:
    """A panel with its title and five lines from 0 to the highest."""
    elements: list[svg.Element] = [svg.Text(x=left, y=TOP - 20, text=title, class_=["title"])]
    for quarter in range(5):
        y = round(TOP + SIZE * (1 - quarter / 4), 1)
        elements += [svg.Line(x1=left, x2=left + width, y1=y, y2=y, class_=["grid"])]
        elements += [_text(left - 8, y + 4, str(highest * quarter // 4), "end")]
    return elements


def _path(points: Sequence[Point], name: str) -> svg.Path:
    corners = [(round(RIGHT_PANEL + SIZE * x, 1), round(TOP + SIZE * (1 - y), 1)) for x, y in points]
    return svg.Path(d=[(svg.L if n else svg.M)(x, y) for n, (x, y) in enumerate(corners)], class_=[name])


def _text(x: float, y: float, text: str, anchor: Any) -> svg.Text:
    return svg.Text(x=round(x, 1), y=round(y, 1), text=text, text_anchor=anchor)


def _words(result: dict[str, Any]) -> str:
    groups = [f"{group['scenario']} {group['share']:.1f} %" for group in result["calibration"]]
    return f"Failed within a year, by the mildest scenario that breaks a firm: {', '.join(groups)}."
