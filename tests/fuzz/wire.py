"""Requests as bytes that no serialiser would write."""

from collections.abc import Callable
from random import Random

MOST_UNKNOWN = 300
BEYOND = (40, 15000, 2**29 - 1)  #: numbers that no field has


def varint(number: int) -> bytes:
    """As the wire writes a number of 64 bits."""
    number &= 2**64 - 1
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def unknown_field(luck: Random, numbers: tuple[int, ...] = BEYOND) -> bytes:
    """A field of any wire type under one of some numbers."""
    number = luck.choice(numbers)
    match luck.randrange(5):
        case 0:
            return varint(number << 3) + varint(luck.getrandbits(64))
        case 1:
            return varint(number << 3 | 1) + luck.randbytes(8)
        case 2:
            body = luck.randbytes(luck.choice((0, 1, 40)))
            return varint(number << 3 | 2) + varint(len(body)) + body
        case 3:
            return varint(number << 3 | 5) + luck.randbytes(4)
    return varint(number << 3 | 3) + varint(1 << 3) + b"\x01" + varint(number << 3 | 4)  # a group


def garbled(luck: Random, body: bytes) -> bytes:
    """Some bytes of a request changed, lost, repeated or added."""
    for _ in range(luck.choice((1, 1, 2, 5))):
        body = luck.choice(CHANGES)(luck, body)
    return body


def _flip(luck: Random, body: bytes) -> bytes:
    at = luck.randrange(len(body) + 1)
    return body[:at] + bytes(byte ^ 1 << luck.randrange(8) for byte in body[at : at + 1]) + body[at + 1 :]


def _overwrite(luck: Random, body: bytes) -> bytes:
    at = luck.randrange(len(body) + 1)
    piece = luck.randbytes(luck.choice((1, 2, 8)))
    return body[:at] + piece + body[at + len(piece) :]


def _insert(luck: Random, body: bytes) -> bytes:
    at = luck.randrange(len(body) + 1)
    return body[:at] + luck.choice((luck.randbytes(luck.randint(1, 12)), b"\xff" * 12, b"\x00")) + body[at:]


def _cut(luck: Random, body: bytes) -> bytes:
    at = luck.randrange(len(body) + 1)
    return body[:at] + body[at + luck.choice((1, 2, 10, len(body))) :]


def _repeat(luck: Random, body: bytes) -> bytes:
    start, end = sorted((luck.randrange(len(body) + 1), luck.randrange(len(body) + 1)))
    return body[:end] + body[start:end] * luck.choice((1, 1, 2, 20))


def _twice(luck: Random, body: bytes) -> bytes:
    """Two messages in a row are one: lists join, of what is single the last counts, messages merge."""
    return body + body


def _add_fields(luck: Random, body: bytes) -> bytes:
    """Unknown ones, or known ones of a wire type that they do not have."""
    return body + b"".join(unknown_field(luck, (1, 2, 7, *BEYOND)) for _ in range(luck.choice((1, 2, MOST_UNKNOWN))))


def _nest(luck: Random, body: bytes) -> bytes:
    """Messages in messages, or groups in groups, below what is there."""
    number, depth = luck.choice((1, 2, 13, 40)), luck.choice((3, 30, 99, 101, 1000))
    if luck.random() < 0.3:
        return body + varint(number << 3 | 3) * depth + varint(number << 3 | 4) * luck.choice((depth, depth - 1, 0))
    nested = b""
    for _ in range(depth):
        nested = varint(number << 3 | 2) + varint(len(nested)) + nested
    return body + nested


def _break_a_text(luck: Random, body: bytes) -> bytes:
    """Bytes that are no UTF-8, where a text may be."""
    letters = [at for at, byte in enumerate(body) if 0x30 <= byte <= 0x7A]
    if not letters:
        return body
    at = luck.choice(letters)
    piece = luck.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5", b"\x80"))
    return body[:at] + piece + body[at + len(piece) :]


def _anything(luck: Random, body: bytes) -> bytes:
    return luck.randbytes(luck.choice((0, 1, 2, 10, 100, 5000)))


CHANGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(_flip, _flip, _overwrite, _insert, _cut, _repeat),
    *(_twice, _add_fields, _nest, _break_a_text, _anything),
)
