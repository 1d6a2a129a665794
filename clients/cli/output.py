"""What commands print: ids that a shell can take, lines for people, one JSON object a line for programs."""

import sys
from collections.abc import AsyncIterator
from typing import TypeVar

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

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
        print(f'{{"{kind}": {as_json(event)}}}', flush=True)
    return event


def print_lines(*lines: str) -> None:
    for line in lines:
        print(line)


def print_id(what: str, identifier: str, created: bool) -> None:
    """The id alone on standard output, so that a shell can take it; the words beside it."""
    print(identifier)
    print(f"{what} {'stored' if created else 'already stored'}", file=sys.stderr)
