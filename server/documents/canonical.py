"""Canonical bytes: RFC 8785, restricted so far that every common JSON encoder with sorted keys gives the same ones.

The restriction: keys of a-z, 0-9 and _, so that no order of sorting is in doubt; integers below 2^53 and no other
numbers, so that no way of writing one is; no U+007F, which some encoders escape.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MOST_INTEGER = 2**53
_TEXT = {str}
_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder()


def encode(document: dict[str, Any]) -> bytes:
    """The canonical bytes; refuses, as a ValueError, what has none."""
    _check(document, "")
    body = _ENCODER.encode(document)
    if b"\x7f" in body:
        raise ValueError("U+007F has no canonical form")
    return body


def decode(body: bytes) -> Any:
    """The document of canonical bytes."""
    return _DECODER.decode(body)


def _check(held: Any, path: str) -> None:
    """Walk what is not text: a document is long columns of text under few keys."""
    if isinstance(held, dict):
        for key, item in held.items():
            if not _is_key(key):
                raise ValueError(f"{path}: {key!r} is no key of a document")
            if not _is_text(item):
                _check(item, f"{path}.{key}")
    elif isinstance(held, list):
        for position, item in enumerate(held):
            _check(item, f"{path}[{position}]")
    elif isinstance(held, bool) or not isinstance(held, int | str):
        raise ValueError(f"{path}: {type(held).__name__} has no place in a document")
    elif isinstance(held, int) and abs(held) >= _MOST_INTEGER:
        raise ValueError(f"{path}: {held} is too large for a number of a document")


def _is_text(held: Any) -> bool:
    """Text, or a column of it."""
    kind = type(held)
    return kind is str or (kind is list and set(map(type, held)) == _TEXT)


@lru_cache(maxsize=4096)
def _is_key(key: Any) -> bool:
    return isinstance(key, str) and _KEY.fullmatch(key) is not None
