"""What commands print: ids that a shell can take, lines for people, one JSON object a line for programs."""

import sys
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

from seawall.v1.echo_pb2 import Warning

from ..client.names import MINOR
from ..files.refusals import in_units_of_file
from ..files.tree import Fields, Place, place_of

E = TypeVar("E", bound=Message)


def as_json(message: Message) -> str:
    """A message by the API's names, in one line; 64-bit integers are strings, as the proto3 mapping has them."""
    return MessageToJson(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True, indent=None
    )


async def print_objects(events: AsyncIterator[E]) -> E:
    """One JSON object a line, named by the kind of message: started, period or completed; gives the last one."""
    async for event in events:
        kind = event.DESCRIPTOR.name.removeprefix("Execution").removeprefix("Replay").removesuffix("Result").lower()
        print_object(kind, event)
    return event


def print_object(kind: str, message: Message) -> None:
    """One JSON object in a line: a message under the name of what it is."""
    print(f'{{"{kind}": {as_json(message)}}}', flush=True)


def print_lines(*lines: str) -> None:
    for line in lines:
        print(line)


def print_warnings(tree: Fields, prefix: str, warnings: Iterable[Warning]) -> None:
    """What looks like a mistake in a file, by its lines, beside the output."""
    for warning in warnings:
        field = warning.field.removeprefix(prefix).removeprefix(".").replace(MINOR, "")
        words = in_units_of_file(tree, prefix, warning.field, f"{warning.found}. {warning.why}")
        place = place_of(tree, field)
        place = Place(place.file) if place == tree.place else place  # the file does not have it
        print(f"warning: {place}: {field}: {words}", file=sys.stderr)


def print_id(what: str, identifier: str, created: bool) -> None:
    """The id alone on standard output, so that a shell can take it; the words beside it."""
    print(identifier)
    print(f"{what} {'stored' if created else 'already stored'}", file=sys.stderr)
