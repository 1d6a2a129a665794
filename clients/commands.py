"""What each command does between its arguments and its exit code: read, call, show."""

import json
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from typing import TypeVar, cast

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from rich.console import Console

from seawall.v1.stress_service_pb2 import ReplayCompleted, ReplayOutcome

from . import files
from .client import SeawallError, StressClient, view
from .client.names import MINOR, choice_name
from .files import inputs
from .files.tree import Fields, FileFault, FileRefused, Place, place_of
from .report.cash_flows import cash_flows
from .report.live import follow
from .report.sentences import sentences

E = TypeVar("E", bound=Message)

DONE = 0
DIVERGED = 5
WIDE = 300  #: columns: a table of cash flows is told in full, however narrow the terminal


async def register(client: StressClient, arguments: Namespace) -> int:
    tree = files.load(arguments.file)
    dataset_version = inputs.dataset_version(tree)
    try:
        stored = await client.register(dataset_version)
    except SeawallError as error:
        raise _in_the_file(tree, "dataset_version", error) from error
    _say_id(arguments, stored, stored.dataset_version_id, "dataset version", stored.created)
    return DONE


async def scenario(client: StressClient, arguments: Namespace) -> int:
    tree = files.load(arguments.file)
    described, template_name = inputs.scenario(tree, arguments.dataset)
    try:
        stored = await client.create_scenario(described, template_name=template_name)
    except SeawallError as error:
        raise _in_the_file(tree, "scenario", error) from error
    _say_id(arguments, stored, stored.scenario_id, "scenario", stored.created)
    return DONE


async def schedule(client: StressClient, arguments: Namespace) -> int:
    tree = files.load(arguments.file)
    try:
        told = await client.preview(inputs.schedule(tree))
    except SeawallError as error:
        raise _in_the_file(tree, "", error) from error
    if arguments.json:
        _print_lines(*map(as_json, told.cash_flows))
    else:
        Console(width=WIDE).print(cash_flows(told))
    return DONE


async def templates(client: StressClient, arguments: Namespace) -> int:
    for template in await client.templates():
        if arguments.json:
            print(as_json(template))
            continue
        print(template.name)
        assumptions = view(template.assumptions, minor_digits=0)
        for name in dir(assumptions):
            held = getattr(assumptions, name)
            print(f"  {name}: {held if isinstance(held, str) else ', '.join(held)}")
    return DONE


async def execute(client: StressClient, arguments: Namespace) -> int:
    events = client.execute(arguments.scenario, arguments.dataset, analysis_date=arguments.analysis_date)
    if arguments.json:
        await _print_each(events)
        return DONE
    started, completed = await follow(events, Console())
    _print_lines(*sentences(started.header, completed.metrics), f"execution {started.header.execution_id}")
    return DONE


async def replay(client: StressClient, arguments: Namespace) -> int:
    dataset = arguments.dataset or (await client.execution(arguments.execution)).header.dataset_version_id
    events = client.replay(arguments.execution, dataset, analysis_date=arguments.analysis_date)
    if arguments.json:
        completed = cast(ReplayCompleted, await _print_each(events))
    else:
        started, completed = await follow(events, Console())
        _print_lines(*sentences(started.header, completed.metrics), f"execution {started.header.execution_id}")
        _print_lines(*outcome(completed))
    return DIVERGED if completed.outcome == ReplayOutcome.REPLAY_OUTCOME_DIVERGED else DONE


async def show(client: StressClient, arguments: Namespace) -> int:
    document = await client.evidence(arguments.id)
    if arguments.bytes:
        sys.stdout.buffer.write(document.body)  # nothing added: sha256sum of it gives the id
    elif arguments.receipt:
        proof = await client.proof(arguments.id)
        sys.stdout.write(f"{as_json(proof)}\n" if arguments.json else proof.receipt.tlog_proof)
    elif document.kind.startswith("execution.") and not arguments.json:
        started, completed = await follow(client.read(arguments.id), Console())
        _print_lines(*sentences(started.header, completed.metrics))
    elif document.kind.startswith("execution."):
        await _print_each(client.read(arguments.id))
    else:
        _print_lines(json.dumps(json.loads(document.body), indent=None if arguments.json else 2, ensure_ascii=False))
    return DONE


def outcome(completed: ReplayCompleted) -> Iterator[str]:
    """What the comparison of a replay says, with the first difference where there is one."""
    yield f"replay: {choice_name(ReplayOutcome.DESCRIPTOR, completed.outcome).upper()}"
    if completed.HasField("divergence"):
        first = completed.divergence
        yield f"  month {first.period}, {first.figure}: stored {first.stored}, computed now {first.recomputed}"


async def _print_each(events: AsyncIterator[E]) -> E:
    """One JSON object a line, named by what it tells; gives the last one."""
    async for event in events:
        told = event.DESCRIPTOR.name.removeprefix("Execution").removeprefix("Replay").removesuffix("Result").lower()
        print(f'{{"{told}": {as_json(event)}}}', flush=True)
    return event


def as_json(message: Message) -> str:
    """A message by the contract's names, in one line; 64-bit integers are strings, as the proto3 mapping has them."""
    return MessageToJson(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True, indent=None
    )


def _say_id(arguments: Namespace, stored: Message, identifier: str, what: str, created: bool) -> None:
    """The id alone on standard output, so that a shell can take it; the words beside it."""
    if arguments.json:
        print(as_json(stored))
    else:
        print(identifier)
        print(f"{what} {'stored' if created else 'was there already'}", file=sys.stderr)


def _print_lines(*lines: str) -> None:
    for line in lines:
        print(line)


def _in_the_file(tree: Fields, prefix: str, error: SeawallError) -> SeawallError | FileRefused:
    """A refusal of the server, told by the lines of the file where it names fields of it."""
    if not error.violations:
        return error
    faults = []
    for violation in error.violations:
        field = violation.field.removeprefix(prefix).removeprefix(".").replace(MINOR, "")
        faults.append(FileFault(place_of(tree, field), field, f"{violation.reason}, {violation.description}"))
    untold = int(error.metadata.get("faults", len(faults))) - len(faults)
    if untold:  # an answer is bounded
        faults.append(FileFault(Place(tree.place.file), "", f"and {untold} more"))
    return FileRefused(faults)
