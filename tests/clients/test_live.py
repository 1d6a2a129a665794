"""Months show as they arrive: coloured on a terminal, plain lines elsewhere, the same figures in both."""

import io
import re

import pytest
from rich.console import Console

from seawall.clients.client.stress_client import Executing
from seawall.clients.report.live import follow
from seawall.v1 import common_pb2, execution_pb2
from seawall.v1.stress_service_pb2 import ExecutionCompleted, ExecutionStarted

HEADER = execution_pb2.ExecutionHeader(
    currency="USD", minor_digits=2, horizon_months=6, opening_total_assets_minor=5_000_000_00
)


async def arriving() -> Executing:
    yield ExecutionStarted(header=HEADER)
    yield month(1, cash=150_000_000, dscr="2.009999", status=execution_pb2.COVERAGE_STATUS_ADEQUATE)
    yield month(2, cash=0, dscr="0.500000", status=execution_pb2.COVERAGE_STATUS_INSUFFICIENT, unpaid=1_234_567)
    yield ExecutionCompleted()


def month(number, cash, dscr, status, unpaid=0):
    return execution_pb2.PeriodResult(
        after_default=unpaid > 0,
        available_liquidity_minor=cash,
        period=number,
        period_end=f"2018-0{number}-28",
        shortfalls=execution_pb2.Shortfalls(total_outstanding_minor=unpaid),
        coverage_last_twelve_months=execution_pb2.Coverage(
            dscr=common_pb2.Ratio(value=dscr),
            fixed_charge_coverage=common_pb2.Ratio(undefined=common_pb2.UNDEFINED_REASON_NEGATIVE),
            status=status,
        ),
    )


async def shown(width=140, **how):
    out = io.StringIO()
    started, completed = await follow(arriving(), Console(file=out, width=width, **how))
    assert isinstance(started, ExecutionStarted)
    assert isinstance(completed, ExecutionCompleted)
    return out.getvalue()


async def test_without_a_terminal_each_month_is_one_plain_line():
    caption, *lines = (await shown()).splitlines()
    assert caption == "amounts in m USD; DSCR and FCCR of the last twelve months; * from the default on"
    assert [line.split() for line in lines] == [
        ["month", "end", "liquidity", "unpaid", "DSCR", "FCCR", "status"],
        ["1", "2018-01-28", "1.500", "0.000", "2.00x", "negative", "adequate"],
        ["2*", "2018-02-28", "0.000", "0.012", "0.50x", "negative", "insufficient"],
    ]


@pytest.mark.parametrize("height", [60, 10])
async def test_on_a_terminal_coverage_and_shortfall_are_coloured(height):
    text = await shown(force_terminal=True, color_system="standard", height=height)
    green, red = "\x1b[32m", "\x1b[31m"
    for colour, figure in [(green, "2.00x"), (green, "adequate"), (red, "0.012"), (red, "0.50x")]:
        assert re.search(re.escape(colour) + " *" + re.escape(figure), text)


async def test_a_terminal_that_is_too_low_is_told_each_month_once():
    text = await shown(force_terminal=True, color_system="standard", height=10)
    assert text.count("2018-01-28") == 1
    assert len(text.splitlines()) == 4


async def test_the_live_table_fits_80_columns_and_breaks_no_word():
    text = await shown(width=80, force_terminal=True, color_system=None, height=60)
    lines = re.sub(r"\x1b\[[0-9?;]*[a-zA-Z]", "", text).replace("\r", "\n").splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[-1] for line in lines if "2018-02-28" in line] == ["insufficient"]
