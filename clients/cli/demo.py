"""The demo: one company, five scenarios, two replays, a report, and how far it is until something breaks.

It calls a server that is started for it, as any other caller does, and leaves its files behind so that the reader can
go on.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from itertools import count
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from seawall.v1.breaking_point_pb2 import BreakingEvent, BreakingTarget, BreakingThreshold
from seawall.v1.execution_pb2 import ExecutionHeader
from seawall.v1.report_pb2 import Report, ReportView
from seawall.v1.stress_service_pb2 import ReplayOutcome

from ..client import StressClient
from ..files import inputs
from ..report import terminal
from ..report.analysis import attribution_line, breaking_point_lines
from ..report.live import follow
from ..report.sentences import first_default
from ..report.side_by_side import Column, side_by_side
from ..report.story import Story, fetch_story
from ..report.unit import unit_of
from . import extras, server_process
from .command import Command
from .examples import SCENARIOS, example
from .exit_codes import Exit
from .export import write
from .own_server import take_folder
from .page_options import with_causes
from .replay import comparison
from .report import require_reports

SHORT_RUNWAY = BreakingThreshold(figure="months_of_runway", side="THRESHOLD_SIDE_BELOW", months=12)
REPORTED = 3  #: of them, the severe one is reported in full
COMPANY, RESTATED = "carbo_ceramics_2017.yaml", "carbo_ceramics_2017_restated.yaml"

EXPECTED = [ReplayOutcome.REPLAY_OUTCOME_IDENTICAL, ReplayOutcome.REPLAY_OUTCOME_DIFFERENT_DATA]


class Executed(NamedTuple):
    """One scenario with its results."""

    name: str
    file_name: str
    header: ExecutionHeader
    report: Report


def take_arguments(parser: ArgumentParser) -> None:
    take_folder(parser, "where the demo writes its files")


def demo(arguments: Namespace) -> int:
    return asyncio.run(_demo(arguments.folder))


async def _demo(folder: Path) -> int:
    """Run the demo in a fresh folder below `folder`; DONE where both replays compare as they must."""
    extras.require("server", "the server is not installed")
    console = Console()
    left = _fresh(folder)
    async with (
        server_process.started(left / "seawall.db", left / "server.log") as address,
        StressClient(address) as client,
    ):
        caller = _Caller(client, console)
        caller.say(f"A server for this demo listens on {address}; its evidence is in {left / 'seawall.db'}.\n")
        dataset_version_id = await caller.register(COMPANY)
        executed = [await caller.execute(name, dataset_version_id) for name in SCENARIOS]
        caller.compare(executed)
        restated_id = await caller.register(RESTATED)
        results = [
            await caller.replay(executed[0], dataset_version_id, "the same data"),
            await caller.replay(executed[0], restated_id, "the restated data"),
        ]
        await caller.keep_evidence(executed, left)
        analyses = await caller.analyse(executed[0], executed[REPORTED])
        story = await fetch_story(client, executed[REPORTED].header.execution_id)
    ending = await _page(story, left / f"report_{SCENARIOS[REPORTED]}.html")
    caller.say_how_to_go_on(executed, left)
    terminal.show(story, console)
    caller.say("\nHow far until the year is not survived, and which cause does it", style="bold")
    for line in analyses:
        caller.say(f"  {line}")
    caller.say(f"\n{ending}", style="bold")
    return Exit.DONE if results == EXPECTED else Exit.DIVERGED


async def _page(story: Story, path: Path) -> str:
    """Write the page and say where it is; where the reports extra is missing, how to come by one."""
    try:
        require_reports()
    except extras.ExtraMissing as missing:
        return f"There is no page: {missing}"
    (written,) = write(await with_causes(story), html=path)
    return f"The same as a page, with pictures and every month: {written}"


def _fresh(folder: Path) -> Path:
    """The first of demo-1, demo-2, ... that does not exist yet."""
    for number in count(1):
        left = folder / f"demo-{number}"
        if not left.exists():
            break
    left.mkdir(parents=True)
    return left


class _Caller:
    """Calls the server and prints each step."""

    def __init__(self, client: StressClient, console: Console) -> None:
        self._client = client
        self._console = console

    def say(self, line: str = "", style: str = "") -> None:
        self._console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)

    async def register(self, name: str) -> str:
        stored = await self._client.register(inputs.dataset_version(example(name)))
        self.say(f"{name} is registered as\n  {stored.dataset_version_id}\n")
        return stored.dataset_version_id

    async def execute(self, name: str, dataset_version_id: str) -> Executed:
        described, template_name = inputs.scenario(example(f"scenario_{name}.yaml"), dataset_version_id)
        created = await self._client.create_scenario(described, template_name=template_name)
        self.say(f"{described.name}: {described.description}", style="bold")
        events = self._client.execute(created.scenario_id, dataset_version_id)
        started, completed = await follow(events, self._console)
        self.say(f"{first_default(started.header, completed.metrics)}\n")
        answer = await self._client.report(started.header.execution_id, ReportView.REPORT_VIEW_AGGREGATED)
        return Executed(described.name, name, started.header, answer.report)

    def compare(self, executed: list[Executed]) -> None:
        header = executed[0].header
        unit = unit_of(header.opening_total_assets_minor, header.currency, header.minor_digits)
        columns = {
            execution.name: Column(execution.report.aggregated, execution.report.posture) for execution in executed
        }
        terminal.show_table(side_by_side(columns), unit, self._console)
        self.say()

    async def replay(self, executed: Executed, dataset_version_id: str, on: str) -> ReplayOutcome:
        events = self._client.replay(executed.header.execution_id, dataset_version_id)
        started, completed = await follow(events, Console(quiet=True))
        self.say(f"{executed.name} computed again on {on}", style="bold")
        for line in comparison(completed):
            self.say(f"  {line}")
        self.say(f"  {started.header.execution_id}")
        self.say(f"  {first_default(started.header, completed.metrics)}\n")
        return completed.outcome

    async def keep_evidence(self, executed: list[Executed], left: Path) -> None:
        for execution in executed:
            document = await self._client.evidence(execution.header.execution_id)
            (left / f"execution_{execution.file_name}.json").write_bytes(document.body)

    async def analyse(self, base: Executed, stressed: Executed) -> list[str]:
        """How far it is from one to the other until the runway is below a year, and what does it."""
        dataset = base.header.dataset_version_id
        event = BreakingEvent(kind="BREAKING_EVENT_KIND_THRESHOLD", threshold=SHORT_RUNWAY)
        scenario = base.header.scenario_id
        answer = await self._client.breaking_point(scenario, dataset, event, BreakingTarget(template_name="severe"))
        figure = "months_of_runway"
        done = await self._client.attribute(scenario, stressed.header.scenario_id, dataset, figure)
        return [next(breaking_point_lines(answer.breaking_point)), attribution_line(done.attribution)]

    def say_how_to_go_on(self, executed: list[Executed], left: Path) -> None:
        first, last = executed[0].header.execution_id, executed[REPORTED].header.execution_id
        self.say("Left behind: the database, the server's log, and each execution as stored", style="bold")
        for path in sorted(left.iterdir()):
            self.say(f"  {path}")
        self.say("\nTo go on (the first in a terminal of its own)", style="bold")
        seawall = sys.argv[0]
        self.say(f"  {seawall} serve --database {left / 'seawall.db'}")
        self.say(f"  {seawall} show {last}")
        self.say(f"  {seawall} replay {last}")
        self.say(f"  {seawall} report {last} --xlsx {left / 'report.xlsx'}")
        self.say(f"  {seawall} compare {first} {last}")
        self.say(f"  sha256sum {left}/execution_*.json   # the id of each execution\n")


COMMAND = Command(take_arguments, demo)
