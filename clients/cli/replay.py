"""`seawall replay`: compute an execution again, and compare with what is stored."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import cast

from rich.console import Console

from seawall.v1.stress_service_pb2 import ReplayCompleted, ReplayOutcome

from ..client import StressClient
from ..client.names import choice_name
from ..report import sentences
from ..report.grid import say
from ..report.live import follow
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import print_objects
from .short_ids import dataset_version_id, execution_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("execution", metavar="EXECUTION_ID")
    parser.add_argument("--dataset", metavar="ID", help="another dataset version; default the execution's own")
    parser.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the execution's own")
    take_company(parser)


async def replay(client: StressClient, arguments: Namespace) -> int:
    company = company_of(arguments, arguments.execution, arguments.dataset)
    execution = await execution_id(client, arguments.execution, company)
    dataset = await _dataset(client, arguments, execution)
    events = client.replay(execution, dataset, analysis_date=arguments.analysis_date)
    if arguments.json:
        completed = cast(ReplayCompleted, await print_objects(events))
    else:
        console = Console()
        started, completed = await follow(events, console)
        sentences.show(started.header, completed.metrics, console)
        say(console, f"execution {started.header.execution_id}")
        for line in comparison(completed):
            say(console, line)
    return Exit.DIVERGED if completed.outcome == ReplayOutcome.REPLAY_OUTCOME_DIVERGED else Exit.DONE


async def _dataset(client: StressClient, arguments: Namespace, execution: str) -> str:
    """The dataset version that was named, else the execution's own."""
    if arguments.dataset:
        return await dataset_version_id(client, arguments.dataset, arguments.latest_of)
    return (await client.execution(execution)).header.dataset_version_id


def comparison(completed: ReplayCompleted) -> Iterator[str]:
    """Whether the replay is identical to what is stored, and the first difference where it diverged."""
    yield f"replay: {choice_name(ReplayOutcome.DESCRIPTOR, completed.outcome).upper()}"
    if completed.HasField("divergence"):
        first = completed.divergence
        yield f"  month {first.period}, {first.figure}: stored {first.stored}, computed now {first.recomputed}"


COMMAND = calling(take_arguments, replay)
