"""A large message, parsed piece by piece.

The parser keeps every other thread from the interpreter until it is done: with 4 MiB of short texts, a tenth of a
second. The bytes of a message are its fields one after the other, and pieces of them are parsed into the same message.
"""

from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from google.protobuf.message import Message

M = TypeVar("M", bound=Message)
Piece = tuple[int, int, int]  #: from and to which byte, and the number of the field whose content it is, 0 for no such
PIECE_BYTES = 2**16
MOST_UNKNOWN = 1_000  #: of one message: a request with so many is refused, whatever comes after them
NUMBER, EIGHT_BYTES, SIZED, GROUP, GROUP_END, FOUR_BYTES = range(6)  #: how a field is written: the low bits of its key
LONG = 2**7  #: the bit of a byte of a number that another byte follows
LONGEST = 10  #: bytes of a number
_FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}


def parsed(kind: type[M], body: bytes) -> M:
    """The message of these bytes, without the unknown fields beyond `MOST_UNKNOWN`; raises the parser's DecodeError."""
    message = kind()
    _merge(message, body)
    return message


def _merge(message: Any, body: bytes) -> None:
    if len(body) <= PIECE_BYTES:
        message.MergeFromString(body)
        return
    fields = message.DESCRIPTOR.fields_by_number
    parts = {number for number, field in fields.items() if field.message_type}
    for begin, end, number in _pieces(body, fields.keys(), parts):
        if number:
            _merge(_part(message, fields[number]), body[begin:end])
        else:
            message.MergeFromString(body[begin:end])


def _part(message: Any, field: Any) -> Any:
    """The message in a field; of a list, the next one."""
    content = getattr(message, field.name)
    if hasattr(content, "add"):
        return content.add()
    content.SetInParent()
    return content


def _pieces(body: bytes, known: Collection[int], parts: Collection[int]) -> Iterator[Piece]:
    """The fields of a message, some at a time, and the content of each large one that is a message itself.

    What is cut off or malformed is in the last piece: the parser says what is wrong with it. The loop is as short as it
    can be, since a message may have a million fields.
    """
    begun = at = unknown = 0
    try:
        while at < len(body):
            key, content = body[at], at + 1
            if key >= LONG:
                key, content = _number(body, at)
            if key & 7 == SIZED:
                size = body[content]
                content += 1
                if size >= LONG:
                    size, content = _number(body, content - 1)
                end = content + size
            else:
                end = _end(body, key, content)
            if end > len(body):
                break
            number = key >> 3
            unknown += number not in known
            if unknown > MOST_UNKNOWN and number not in known:
                if begun < at:
                    yield begun, at, 0
                begun = end
            elif end - begun > PIECE_BYTES:
                yield begun, at, 0
                begun = at
                if end - at > PIECE_BYTES and key & 7 == SIZED and number in parts:
                    yield content, end, number
                    begun = end
            at = end
    except LookupError:
        pass
    yield begun, len(body), 0


def _end(body: bytes, key: int, at: int) -> int:
    """Where a field ends that is not written with its size, and whose content begins here."""
    wire = key & 7
    if wire == NUMBER:
        return _number(body, at)[1]
    if wire != GROUP:
        return at + _FIXED[wire]
    depth = 1
    while depth:
        key, at = _number(body, at)
        wire = key & 7
        if wire == SIZED:
            size, at = _number(body, at)
            at += size
        elif wire in (GROUP, GROUP_END):
            depth += 1 if wire == GROUP else -1
        else:
            at = _end(body, key, at)
    return at


def _number(body: bytes, at: int) -> tuple[int, int]:
    """The number that is written there, and where it ends: seven bits a byte, the lowest first."""
    number = 0
    for shift in range(0, 7 * LONGEST, 7):
        byte = body[at]
        at += 1
        number |= (byte & LONG - 1) << shift
        if byte < LONG:
            return number, at
    raise LookupError
