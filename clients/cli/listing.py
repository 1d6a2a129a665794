"""`seawall list`: what is stored, newest first: dataset versions, scenarios or executions."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from google.protobuf.message import Message

from ..client import StressClient
from .calling import calling
from .exit_codes import Exit
from .output import as_json, print_lines
from .short_ids import prefix

SHOWN = 15  #: characters of an id: as many digits as nobody mistakes

Rows = Callable[[StressClient, Namespace], AsyncIterator[Message]]
FILTERS = ("company", "label", "dataset", "scenario")

#: What can be listed: by which filters, how it is read, and the fields of each entry that a reader wants.
KINDS: dict[str, tuple[tuple[str, ...], Rows, tuple[str, ...]]] = {
    "datasets": (
        ("company", "label"),
        lambda client, by: client.dataset_versions(company_id=by.company, labels=by.label),
        ("dataset_version_id", "company_name", "company_id", "labels", "as_of_date"),
    ),
    "scenarios": (
        ("dataset",),
        lambda client, by: client.scenarios(dataset_version_id=_prefix(by.dataset)),
        ("scenario_id", "name", "horizon_months", "dataset_version_id"),
    ),
    "executions": (
        ("dataset", "scenario"),
        lambda client, by: client.executions(dataset_version_id=_prefix(by.dataset), scenario_id=_prefix(by.scenario)),
        ("execution_id", "scenario_id", "dataset_version_id", "months_of_runway", "first_default_period"),
    ),
}


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS, nargs="?", default="executions", help="default %(default)s")
    parser.add_argument("--company", metavar="COMPANY_ID", help="datasets of this company, by your own id of it")
    parser.add_argument(
        "--label", metavar="LABEL", action="append", default=[], help="datasets with this label; repeat"
    )
    parser.add_argument("--dataset", metavar="ID", help="scenarios or executions of this dataset version")
    parser.add_argument("--scenario", metavar="ID", help="executions of this scenario")
    parser.add_argument("--most", metavar="N", type=int, default=50, help="how many; default %(default)s")


async def listing(client: StressClient, arguments: Namespace) -> int:
    filters, read, fields = KINDS[arguments.kind]
    for name in FILTERS:
        if getattr(arguments, name) and name not in filters:
            allowed = " and ".join(f"--{name}" for name in filters)
            print(f"seawall: {arguments.kind} cannot be listed by --{name}, allowed: {allowed}", file=sys.stderr)
            return Exit.WRONG_USAGE
    entries = [entry async for entry in _first(read(client, arguments), arguments.most)]
    if arguments.json:
        for entry in entries:
            print(as_json(entry))
        return Exit.DONE
    headings = [name.removesuffix("_id").replace("_", " ") for name in (*fields, "recorded_at")]
    rows = [[*(_cell(name, getattr(entry, name)) for name in fields), _second(entry)] for entry in entries]
    print_lines(*aligned([headings, *rows]))
    return Exit.DONE


def aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows whose columns begin below each other, for people and for awk."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


async def _first(entries: AsyncIterator[Message], most: int) -> AsyncIterator[Message]:
    """The newest ones; no page is asked for that is not shown."""
    left = most
    while left > 0:
        try:
            yield await anext(entries)
        except StopAsyncIteration:
            return
        left -= 1


def _cell(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value[:SHOWN] if name.endswith("_id") and value.startswith("sha256:") else value
    return str(value) if isinstance(value, int) else ", ".join(value)


def _second(entry: Any) -> str:
    """When the server stored it first, to the second."""
    return f"{entry.recorded_at.ToDatetime():%Y-%m-%d %H:%M:%S}"


def _prefix(text: str | None) -> str | None:
    return prefix(text) if text else None


COMMAND = calling(take_arguments, listing)
