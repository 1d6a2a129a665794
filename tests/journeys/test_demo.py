"""The demo, as `make demo` runs it: what it finds is what the README says, and what it leaves behind can be checked."""

import asyncio
import re
from decimal import Decimal
from hashlib import sha256

import pytest

from seawall.clients.client import StressClient, view
from tests.journeys.serving import ROOT, seawall, serving

MILLION = 10**6
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demos")


@pytest.fixture(scope="module")
def demo(folder):
    """What the first demo in the folder says."""
    done = asyncio.run(seawall("demo", "--folder", str(folder)))
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


async def test_the_demo_finds_what_the_readme_says_and_leaves_its_evidence(demo, folder):
    assert re.findall(r"replay: (\w+)", demo) == ["IDENTICAL", "DIFFERENT_DATA"]

    left = folder / "demo-1"
    async with serving(left) as address, StressClient(address) as client:
        holding, breaking, *summaries = [summary async for summary in client.executions()]
        rows = [await row(client, summary.execution_id) for summary in reversed(summaries) if not summary.replay_of]
    assert [line for line in README.splitlines() if line in rows] == rows
    assert [address_of(path) for path in kept(left)] == [summary.execution_id for summary in summaries[:0:-1]]
    assert f"  {summaries[0].execution_id}" in demo.splitlines()
    assert (holding.months_of_runway, breaking.months_of_runway) == (12, 11)


def test_the_demo_ends_with_what_the_worst_scenario_means_and_the_page_that_says_so(demo, folder):
    written = folder / "demo-1/report_severe.html"
    *_, headline = [line for line in demo.splitlines() if line.startswith("CARBO Ceramics Inc, Severe: ")]
    assert headline.endswith(
        "Default in month 9 (2018-09-30), suppliers, operating expenses or tax unpaid: critical risk, 90 of 100 points"
    )
    ending = demo[demo.index(headline) :].splitlines()
    assert [line for line in ending if line in ("Findings", "Key risks", "Recommendations")]
    assert ending[-1] == f"The same as a page, with pictures and every month: {written}"
    assert "  Months of runway below 12: at 0.260000003 of the way to severe, first in month 12, " in demo
    assert "  Months of runway from 14 to 8: working capital -4, liquidity -2" in demo
    page = written.read_text(encoding="utf-8")
    assert headline.partition(": ")[2] in page
    assert ">Cash and commitment out of reach<" in page  # a cause, run on a server of its own: nothing of it is stored
    assert ">not run<" not in page


async def row(client, execution_id):
    """The row of an execution as the README has it."""
    execution = await client.execution(execution_id)
    scenario = await client.scenario(execution.header.scenario_id, execution.header.dataset_version_id)
    metrics = view(execution.metrics, execution.header.minor_digits)
    period = metrics.first_default_period
    recovered = [100 * Decimal(facility.share.value) for facility in execution.metrics.recovery.facilities]
    cells = (
        scenario.scenario.name,
        f"{metrics.months_of_runway} months",
        f"month {period} ({execution.header.period_ends[period - 1]}), {metrics.first_default_kind}",
        f"{metrics.need_at_default / MILLION:.1f}",
        f"month {metrics.covenants[0].first_breach_period}",
        ", ".join(f"{share:.1f} %" for share in recovered),
        f"{metrics.standstill_peak / MILLION:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def address_of(path):
    return f"sha256:{sha256(path.read_bytes()).hexdigest()}"


def kept(folder):
    return [folder / f"execution_{name}.json" for name in ("base", "mild", "moderate", "severe", "workout")]


async def test_a_second_demo_leaves_the_first_alone_and_finds_the_same(demo, folder):
    first = [path.read_bytes() for path in kept(folder / "demo-1")]
    second = await seawall("demo", "--folder", str(folder))
    addresses = re.compile("sha256:[0-9a-f]{64}")
    assert addresses.findall(demo) == addresses.findall(second.stdout) != []
    assert [path.read_bytes() for path in kept(folder / "demo-1")] == first
    assert [path.read_bytes() for path in kept(folder / "demo-2")] == first
