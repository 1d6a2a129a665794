"""The page of a sensitivity: a tornado that says the same as its table, and stands alone."""

import re
from typing import Any

import html5lib
import pytest

from seawall.clients.page.tornado import sensitivity_page, tornado
from seawall.v1.analysis_service_pb2 import MeasureSensitivityResponse
from seawall.v1.common_pb2 import Ratio
from seawall.v1.figure_pb2 import FigureValue
from seawall.v1.sensitivity_pb2 import Sensitivity, SensitivityBar

IDS: dict[str, Any] = {
    name: "sha256:" + digit * 64
    for name, digit in zip(("sensitivity_id", "scenario_id", "dataset_version_id"), "123", strict=True)
}


def amount(minor):
    return FigureValue(amount_minor=minor)


def ratio(text):
    return FigureValue(ratio=Ratio(value=text))


def answer(value, figure):
    """A scenario at 10 with two assumptions, of which one has no figure low."""
    bars = [
        SensitivityBar(
            assumption="revenue_change_factor",
            low=["0.9"],
            high=["1.1"],
            low_value=value(4),
            high_value=value(16),
            swing=value(12),
        ),
        SensitivityBar(
            assumption="cost_change_factor",
            low=["1.1"],
            high=["0.9"],
            low_value=FigureValue(unknown="ABSENT"),
            high_value=value(11),
            swing=FigureValue(unknown="UNKNOWN"),
        ),
    ]
    sensitivity = Sensitivity(
        analysis_date="2024-12-31",
        horizon_months=12,
        currency="EUR",
        minor_digits=2,
        figure=figure,
        base_value=value(10),
        bars=bars,
        all_low_value=value(3),
        all_high_value=value(18),
        low_residual=value(-1),
        high_residual=value(1),
    )
    return MeasureSensitivityResponse(sensitivity=sensitivity, **IDS)


UNITS = [
    (lambda number: amount(number * 100_000_00), "lowest_liquidity_minor", "1m", "1,600,000.00"),
    (lambda number: ratio(f"{number / 8:.6f}"), "coverage_horizon.dscr", "1.5", "2.000000"),
    (lambda number: FigureValue(months=number), "months_of_runway", "10", "16"),
]


@pytest.mark.parametrize(("value", "figure", "tick", "high"), UNITS)
def test_the_page_is_right_stands_alone_and_has_every_figure(value, figure, tick, high):
    text = sensitivity_page(answer(value, figure), "A & B <Holding>", "bad & worse")
    html5lib.HTMLParser(strict=True).parse(text)
    assert text == sensitivity_page(answer(value, figure), "A & B <Holding>", "bad & worse")
    assert not re.search(r"(src|href)=.https?:|<script", text)
    assert "A &amp; B &lt;Holding&gt;" in text
    assert f">{tick}</text>" in text
    assert f">{high}</td>" in text
    assert all(identifier in text for identifier in IDS.values())


def attributes(markup, element):
    """Those of every such element."""
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(rf"<{element} [^>]*>", markup)]


def test_a_bar_reaches_from_one_figure_to_the_other_with_the_line_of_the_scenario_between():
    markup = tornado(answer(lambda number: FigureValue(months=number), "months_of_runway").sensitivity).markup
    wide = markup[: markup.index("</svg>")]
    bars = [(float(bar["x"]), float(bar["width"]), bar["class"]) for bar in attributes(wide, "rect")]
    (axis,) = [float(line["x1"]) for line in attributes(wide, "line") if line["class"] == "axis"]
    low, high = bars
    assert (low[2], high[2]) == ("unpaid", "cash")
    assert low[0] + low[1] == pytest.approx(axis)
    assert high[0] == pytest.approx(axis)
    assert low[1] == pytest.approx(high[1], abs=0.2)  # from 10 to 4, and to 16
    assert "cost change factor" not in re.sub(r"<desc.*?</desc>", "", wide, flags=re.S)
