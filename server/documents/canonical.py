"""Canonical bytes: RFC 8785, restricted until every common JSON encoder with sorted keys gives the same bytes.

The restriction: keys of a-z, 0-9 and _, which every encoder sorts alike; integers below 2^53 and no other numbers,
which every encoder writes alike; no U+007F, which some encoders escape.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LONGEST_KEY = 64
MOST_INTEGER = 2**53  #: and beyond; in a document it is text
_TEXT = {str}
DELETE = b"\x7f"  #: which some encoders escape
_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder()
#: A document with more bytes is decoded part by part: one step would keep every other thread from the interpreter.
LARGE_BYTES, PARTS_IN_PARTS = 2**18, 6
_PARTS: dict[bytes, msgspec.json.Decoder[Any]] = {
    b"{": msgspec.json.Decoder(dict[str, msgspec.Raw]),
    b"[": msgspec.json.Decoder(list[msgspec.Raw]),
}


def encode(document: dict[str, Any]) -> bytes:
    """The canonical bytes; raises ValueError for a document that has none."""
    check(document)
    return encode_checked(document)


def check(document: Any) -> None:
    """Raises ValueError for keys and scalars that no document has."""
    _check(document, "")


def scalar(item: Any) -> Any:
    """A text or an integer of a document as it is; raises ValueError for anything else."""
    if type(item) is not str and not (type(item) is int and -MOST_INTEGER < item < MOST_INTEGER):
        check(item)
    return item


def encode_checked(document: Any) -> bytes:
    """The same of what is known to have no other keys and integers than a document may have."""
    body = _ENCODER.encode(document)
    if DELETE in body:
        raise ValueError("U+007F has no canonical form: leave it out of the text")
    return body


def part(document: Any) -> msgspec.Raw:
    """A part of a document that is known to have such keys and integers only, written already."""
    return msgspec.Raw(_ENCODER.encode(document))


def decode(body: bytes | memoryview) -> Any:
    """The document of canonical bytes."""
    return _DECODER.decode(body) if len(body) <= LARGE_BYTES else _decoded_by_part(body, PARTS_IN_PARTS)


def decode_but_items(body: bytes, name: str) -> dict[str, Any]:
    """The same of an object; the items of its list of this name, where it has one, stay bytes."""
    parts = _PARTS[b"{"].decode(body)
    items = parts.pop(name, None)
    fields = {key: decode(memoryview(part)) for key, part in parts.items()}
    return fields if items is None else fields | {name: _PARTS[b"["].decode(items)}


def _decoded_by_part(body: bytes | memoryview, levels: int) -> Any:
    """Each level of parts is one more look at the bytes, so these are few."""
    parts = _PARTS.get(bytes(body[:1]))
    if parts is None or not levels or len(body) <= LARGE_BYTES:
        return _DECODER.decode(body)
    decoded = parts.decode(body)
    for key, part in decoded.items() if isinstance(decoded, dict) else enumerate(decoded):
        decoded[key] = _decoded_by_part(memoryview(part), levels - 1)  # in its place: there may be a million
    return decoded


def _check(item: Any, path: str) -> None:
    """Walks what is not text: a document is long columns of text under few keys."""
    if isinstance(item, dict):
        for key, value in item.items():
            if not _is_key(key):
                raise ValueError(f"{path}: {key!r} is no key of a document: write a-z, 0-9 and _, a letter first")
            if not _is_text(value):
                _check(value, f"{path}.{key}")
    elif isinstance(item, list):
        for position, entry in enumerate(item):
            _check(entry, f"{path}[{position}]")
    elif isinstance(item, msgspec.Raw):
        pass  # as `part` wrote it
    elif isinstance(item, bool) or not isinstance(item, int | str):
        raise ValueError(f"{path}: {type(item).__name__} has no place in a document: write text or an integer")
    elif isinstance(item, int) and abs(item) >= MOST_INTEGER:
        raise ValueError(f"{path}: {item} is too large for an integer of a document: write it as text")


def _is_text(item: Any) -> bool:
    """Text, or a column of it."""
    kind = type(item)
    return kind is str or (kind is list and set(map(type, item)) == _TEXT)


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and len(key) <= _LONGEST_KEY and _is_written_as_key(key)


@lru_cache(maxsize=4096)
def _is_written_as_key(key: str) -> bool:
    """Kept for the few keys that documents have, of which none is long."""
    return _KEY.fullmatch(key) is not None
