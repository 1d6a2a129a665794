"""What people read of a breaking point, a sensitivity and an attribution, and what they may write as options."""

from io import StringIO

import pytest
from rich.console import Console

from seawall.clients.cli.analysis_options import both_ends, figure_path, named
from seawall.clients.cli.breaking_point import CATEGORIES, EVENTS
from seawall.clients.cli.command import WrongUsage
from seawall.clients.report.analysis import (
    attribution_line,
    breaking_point_lines,
    event_in_words,
    show_attribution,
    show_sensitivity,
)
from seawall.v1.attribution_pb2 import Attribution, AttributionShare
from seawall.v1.breaking_point_pb2 import (
    BindingPoint,
    BreakingEvent,
    BreakingFlip,
    BreakingPoint,
    BreakingStep,
    BreakingThreshold,
    ScanPoint,
)
from seawall.v1.common_pb2 import Ratio
from seawall.v1.figure_pb2 import FigureValue
from seawall.v1.sensitivity_pb2 import Sensitivity, SensitivityBar

HOLDS, BREAKS, REFUSED = (f"BREAKING_POINT_STATE_{name}" for name in ("HOLDS", "BREAKS", "REFUSED"))
COVENANT = BreakingEvent(kind="BREAKING_EVENT_KIND_COVENANT_BREACH", covenant_id="leverage")


def shown(show, message):
    text = StringIO()
    show(message, Console(file=text, width=200))
    return text.getvalue().splitlines()


def minor(amount):
    return FigureValue(amount_minor=amount)


def test_a_path_that_flips_says_so_and_what_nobody_knows():
    point = BreakingPoint(
        event=COVENANT,
        verdict="BREAKING_POINT_VERDICT_BREAKS",
        template_name="severe",
        first_breaking=BreakingStep(step=5, severity="0.5", state=BREAKS),
        before_it=BreakingStep(step=4, severity="0.4", state=REFUSED, reason="instruments: BOUND_EXCEEDED"),
        binding=BindingPoint(period=6, covenant_id="leverage"),
        flips=[BreakingFlip(from_step=0, to_step=5, breaks=True), BreakingFlip(from_step=5, to_step=10)],
        scan=[
            ScanPoint(state=HOLDS),
            ScanPoint(state=REFUSED, reason="instruments: BOUND_EXCEEDED"),
            ScanPoint(state=BREAKS),
            ScanPoint(state=HOLDS),
        ],
    )
    assert list(breaking_point_lines(point)) == [
        "Covenant breach of leverage: at 0.5 of the way to severe, first in month 6, leverage",
        "nobody can say of the step before: instruments: BOUND_EXCEEDED",
        "scan: ·x#·",
        "2 flips in it, not monotone: it breaks and holds by turns",
        "not known at some points: instruments: BOUND_EXCEEDED",
    ]


def test_nothing_and_the_base_have_words_of_their_own():
    scan = [ScanPoint(state=HOLDS)] * 65
    nothing = BreakingPoint(
        event=COVENANT, verdict="BREAKING_POINT_VERDICT_NOTHING_BREAKS", is_monotone=True, scan=scan
    )
    assert next(breaking_point_lines(nothing)) == (
        "Covenant breach of leverage: nowhere on the way to the target, looked at in 65 points"
    )
    base = BreakingPoint(event=COVENANT, verdict="BREAKING_POINT_VERDICT_BASE_BREAKS", binding=BindingPoint(period=3))
    assert next(breaking_point_lines(base)) == "Covenant breach of leverage: the base itself has it, first in month 3"


EVENTS_IN_WORDS = [
    (BreakingEvent(kind="BREAKING_EVENT_KIND_OBLIGATION_UNPAID"), "debt service left unpaid"),
    (
        BreakingEvent(kind="BREAKING_EVENT_KIND_LIQUIDITY_BELOW_MINIMUM", minimum_liquidity_minor=150_00),
        "liquidity below 150.00 USD",
    ),
    (
        BreakingEvent(
            kind="BREAKING_EVENT_KIND_THRESHOLD",
            threshold=BreakingThreshold(figure="coverage_horizon.dscr", side="THRESHOLD_SIDE_BELOW", ratio="1.25"),
        ),
        "coverage horizon: dscr below 1.25",
    ),
    (
        BreakingEvent(
            kind="BREAKING_EVENT_KIND_THRESHOLD",
            threshold=BreakingThreshold(figure="totals.tax_minor", side="THRESHOLD_SIDE_ABOVE", amount_minor=-5),
        ),
        "totals: tax above -0.05 USD",
    ),
]


@pytest.mark.parametrize(("event", "said"), EVENTS_IN_WORDS)
def test_an_event_is_said_with_its_limit(event, said):
    assert event_in_words(event, "USD", 2) == said


def test_causes_stand_by_size_with_the_change_below_them():
    attribution = Attribution(
        currency="USD",
        minor_digits=2,
        figure="lowest_liquidity_minor",
        base_value=minor(1000_00),
        target_value=minor(400_00),
        change=minor(-600_00),
        shares=[
            AttributionShare(group="costs", value=minor(100_00)),
            AttributionShare(group="liquidity", value=minor(0)),
            AttributionShare(group="revenue", value=minor(-700_00)),
        ],
    )
    lines = shown(show_attribution, attribution)
    assert lines[0] == "lowest liquidity in USD: from 1,000.00 to 400.00"
    assert [line.split() for line in lines[3:6]] == [
        ["revenue", "-700.00", "-" * 24],
        ["costs", "100.00", "+" * 3],
        ["liquidity", "0.00"],
    ]
    assert lines[-1].split() == ["change", "-600.00"]
    assert attribution_line(attribution) == (
        "Lowest liquidity in USD from 1,000.00 to 400.00: revenue -700.00, costs 100.00"
    )
    attribution.MergeFrom(Attribution(figure="funds_minor", period=9))
    assert shown(show_attribution, attribution)[0] == "funds at the end of month 9 in USD: from 1,000.00 to 400.00"
    assert attribution_line(attribution).startswith("Funds at the end of month 9 in USD from 1,000.00 to 400.00: ")


def test_a_bar_without_a_swing_says_why():
    negative = FigureValue(ratio=Ratio(undefined="UNDEFINED_REASON_NEGATIVE"))
    unknown = FigureValue(unknown="UNKNOWN")
    sensitivity = Sensitivity(
        figure="coverage_horizon.dscr",
        base_value=FigureValue(ratio=Ratio(value="1.500000")),
        bars=[
            SensitivityBar(
                assumption="cost_change_factor",
                low=["1"],
                high=["1.2", "1"],
                low_value=FigureValue(ratio=Ratio(value="1.600000")),
                high_value=negative,
                swing=unknown,
            )
        ],
        all_low_value=negative,
        all_high_value=negative,
        low_residual=unknown,
        high_residual=unknown,
    )
    lines = shown(show_sensitivity, sensitivity)
    assert lines[0] == "coverage horizon: dscr: 1.500000 in the scenario"
    assert lines[3].split() == ["cost", "change", "factor", "1", "1.2", "1", "1.600000", "negative", "unknown"]
    assert lines[-1] == "residual of all together against each by itself: unknown low, unknown high"


def test_figures_are_written_with_and_without_minor():
    assert figure_path("totals.ebitda") == figure_path("totals.ebitda_minor") == "totals.ebitda_minor"
    assert figure_path("covenants[a.b].least_headroom") == "covenants[a.b].least_headroom_minor"
    assert figure_path("months_of_runway") == "months_of_runway"
    assert figure_path("sales") == "sales"
    assert figure_path("funds") == figure_path("funds_minor") == "funds_minor"


def test_options_with_values_are_read_or_refused():
    assert named("--range", "revenue_change_factor = 0.9..1.1") == ("revenue_change_factor", "0.9..1.1")
    assert both_ends("-10..10") == ("-10", "10")
    assert both_ends("0.5") == (None, "0.5")
    for text in ("0.9", "=1", "revenue="):
        with pytest.raises(WrongUsage, match="allowed: NAME=VALUE"):
            named("--range", text)
    assert {"default", "covenant-breach", "threshold"} <= set(EVENTS)
    assert set(CATEGORIES) == {"operating", "debt-service"}
