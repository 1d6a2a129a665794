"""`seawall list`: what is stored, newest first: companies, scenarios or executions."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from google.protobuf.message import Message

from ..client import StressClient
from . import newest
from .calling import calling
from .command import WrongUsage
from .exit_codes import Exit
from .newest import LATEST
from .output import as_json, print_lines
from .short_ids import dataset_version_id, prefix

SHOWN = 15  #: characters of an id: as many digits as nobody mistakes

Rows = Callable[[StressClient, Namespace], Awaitable[Sequence[Message]]]
FILTERS = ("company", "label", "dataset", "scenario")

#: What can be listed: by which filters, how it is read, and the fields of each entry that a reader wants.
KINDS: dict[str, tuple[tuple[str, ...], Rows, tuple[str, ...]]] = {
    "companies": (
        ("company", "label"),
        lambda client, by: newest.first(client.dataset_versions(company_id=by.company, labels=by.label), by.most),
        ("dataset_version_id", "company_name", "company_id", "labels", "as_of_date"),
    ),
    "scenarios": (
        ("company", "dataset"),
        lambda client, by: newest.scenarios(client, by.most, by.company, by.dataset),
        ("scenario_id", "name", "horizon_months", "dataset_version_id"),
    ),
    "executions": (
        ("company", "dataset", "scenario"),
        lambda client, by: newest.executions(client, by.most, by.company, by.dataset, by.scenario),
        ("execution_id", "scenario_id", "dataset_version_id", "months_of_runway", "first_default_period"),
    ),
}
ALIASES = {"datasets": "companies"}  #: a company is listed by its dataset versions, which was its first name here


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "kind",
        type=lambda word: ALIASES.get(word, word),
        choices=KINDS,
        nargs="?",
        default="executions",
        help="companies are their dataset versions; default %(default)s",
    )
    parser.add_argument("--company", metavar="COMPANY_ID", help="only of this company, by your own id of it")
    parser.add_argument(
        "--label", metavar="LABEL", action="append", default=[], help="companies with this label; repeat"
    )
    parser.add_argument("--dataset", metavar="ID", help="scenarios or executions of this dataset version")
    parser.add_argument("--scenario", metavar="ID", help="executions of this scenario")
    parser.add_argument("--most", metavar="N", type=int, default=50, help="how many; default %(default)s")


async def listing(client: StressClient, arguments: Namespace) -> int:
    filters, read, fields = KINDS[arguments.kind]
    _refuse_contradictions(arguments, filters)
    entries = await read(client, await _with_full_ids(client, arguments))
    if arguments.json:
        for entry in entries:
            print(as_json(entry))
        return Exit.DONE
    headings = [name.removesuffix("_id").replace("_", " ") for name in (*fields, "recorded_at")]
    rows = [[*(_cell(name, getattr(entry, name)) for name in fields), _second(entry)] for entry in entries]
    print_lines(*aligned([headings, *rows]))
    return Exit.DONE


def _refuse_contradictions(arguments: Namespace, filters: Sequence[str]) -> None:
    """Raises WrongUsage for a filter that the kind has not, and for a company beside what is of one already."""
    for name in FILTERS:
        if getattr(arguments, name) and name not in filters:
            allowed = " and ".join(f"--{name}" for name in filters)
            raise WrongUsage(f"seawall: {arguments.kind} cannot be listed by --{name}, allowed: {allowed}")
    has_use = arguments.dataset == LATEST or (not arguments.dataset and arguments.scenario in (None, LATEST))
    if arguments.company and not has_use:
        raise WrongUsage(f"seawall: --company beside an id, allowed: one of them, or {LATEST} for the id")


async def _with_full_ids(client: StressClient, arguments: Namespace) -> Namespace:
    """The same filters, by ids that the API takes."""
    by = Namespace(**vars(arguments))
    if by.dataset:
        by.dataset = await dataset_version_id(client, by.dataset, by.company)
    if by.scenario == LATEST:
        by.scenario = (await newest.latest_scenario(client, by.company, by.dataset)).scenario_id
    elif by.scenario:
        by.scenario = prefix(by.scenario)
    return by


def aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows whose columns begin below each other, for people and for awk."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value[:SHOWN] if name.endswith("_id") and value.startswith("sha256:") else value
    return str(value) if isinstance(value, int) else ", ".join(value)


def _second(entry: Any) -> str:
    """When the server stored it first, to the second."""
    return f"{entry.recorded_at.ToDatetime():%Y-%m-%d %H:%M:%S}"


COMMAND = calling(take_arguments, listing)
