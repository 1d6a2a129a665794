"""The demo: one company, four scenarios over 24 months, two replays, on a server started for it.

It calls the server as any other caller does, and leaves its files behind so that the reader can go on.
"""

import sys
from importlib.resources import as_file
from importlib.resources import files as resources
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from seawall.clients import commands, files, messages, server_process
from seawall.clients.client import StressClient
from seawall.clients.figures import first_default, not_paid, peak_funding_need, runs_out
from seawall.clients.live import follow
from seawall.clients.tree import Fields
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader
from seawall.v1.stress_service_pb2 import ReplayOutcome

SCENARIOS = ("base", "mild", "moderate", "severe")
COMPANY, RESTATED = "carbo_ceramics_2017.yaml", "carbo_ceramics_2017_restated.yaml"

EXPECTED = [ReplayOutcome.REPLAY_OUTCOME_IDENTICAL, ReplayOutcome.REPLAY_OUTCOME_DIFFERENT_DATA]


class Executed(NamedTuple):
    """One scenario and what came out."""

    name: str
    header: ExecutionHeader
    metrics: CumulativeMetrics


async def run(folder: str) -> int:
    """Run the demo in a fresh folder below `folder`; 0 where both replays came out as they must."""
    console = Console()
    left = _fresh(Path(folder))
    async with (
        server_process.started(left / "seawall.db", left / "server.log") as address,
        StressClient(address) as client,
    ):
        console.print(f"A server for this demo listens on {address}; its evidence is in {left / 'seawall.db'}.\n")
        dataset_version_id = await _register(client, COMPANY, console)
        executed = [await _execute(client, name, dataset_version_id, console) for name in SCENARIOS]
        console.print(_comparison(executed))
        restated_id = await _register(client, RESTATED, console)
        outcomes = [
            await _replay(client, executed[0], dataset_version_id, "the same data", console),
            await _replay(client, executed[0], restated_id, "the restated data", console),
        ]
        await _keep_evidence(client, executed, left)
    _say_how_to_go_on(left, executed[-1], console)
    return commands.DONE if outcomes == EXPECTED else commands.DIVERGED


def _fresh(folder: Path) -> Path:
    """The first of demo-1, demo-2, ... that does not exist yet."""
    number = 1
    while True:
        left = folder / f"demo-{number}"
        try:
            left.mkdir(parents=True)
        except FileExistsError:
            number += 1
        else:
            return left


def _example(name: str) -> Fields:
    with as_file(resources("seawall.clients") / "examples" / name) as path:
        return files.load(path)


async def _register(client: StressClient, name: str, console: Console) -> str:
    tree = _example(name)
    stored = await client.register(messages.build(DatasetVersion, tree, messages.minor_digits(tree)))
    console.print(f"{name} is registered as\n  {stored.dataset_version_id}\n", highlight=False)
    return stored.dataset_version_id


async def _execute(client: StressClient, name: str, dataset_version_id: str, console: Console) -> Executed:
    described, template_name = commands.scenario_of(_example(f"scenario_{name}.yaml"), dataset_version_id)
    created = await client.create_scenario(described, template_name=template_name)
    events = client.execute(created.scenario_id, dataset_version_id)
    console.print(f"{described.name}: {described.description}", style="bold", highlight=False)
    started, completed = await follow(events, console)
    console.print()
    return Executed(described.name, started.header, completed.metrics)


def _comparison(executed: list[Executed]) -> Table:
    table = Table(title="When cash runs out, and what is not paid", show_lines=True)
    for heading in ("scenario", "cash", "first default", "left unpaid", "peak funding need"):
        table.add_column(heading, overflow="fold")
    for name, header, metrics in executed:
        unpaid = "\n".join(not_paid(header, metrics)) or "nothing"
        need = peak_funding_need(header, metrics)
        table.add_row(name, runs_out(header, metrics), first_default(header, metrics), unpaid, need)
    return table


async def _replay(
    client: StressClient, executed: Executed, dataset_version_id: str, on: str, console: Console
) -> ReplayOutcome:
    events = client.replay(executed.header.execution_id, dataset_version_id)
    started, completed = await follow(events, Console(quiet=True))
    console.print(f"{executed.name} computed again on {on}", style="bold")
    for line in commands.outcome(completed):
        console.print(f"  {line}", highlight=False)
    console.print(f"  {started.header.execution_id}", highlight=False)
    console.print(f"  {runs_out(started.header, completed.metrics)}\n", highlight=False)
    return completed.outcome


async def _keep_evidence(client: StressClient, executed: list[Executed], left: Path) -> None:
    for name, header, _ in executed:
        document = await client.evidence(header.execution_id)
        (left / f"execution_{name.lower()}.json").write_bytes(document.body)


def _say_how_to_go_on(left: Path, last: Executed, console: Console) -> None:
    seawall = sys.argv[0]
    console.print(
        "Left behind: the database, the log of the server, and each execution as it was stored:", style="bold"
    )
    for path in sorted(left.iterdir()):
        console.print(f"  {path}", highlight=False)
    console.print("\nTo go on (the first in a terminal of its own):", style="bold")
    for command in (
        f"{seawall} serve --database {left / 'seawall.db'}",
        f"{seawall} show {last.header.execution_id}",
        f"{seawall} replay {last.header.execution_id}",
        f"sha256sum {left}/execution_*.json   # each is the id of its execution",
    ):
        console.print(f"  {command}", highlight=False, markup=False, soft_wrap=True)
