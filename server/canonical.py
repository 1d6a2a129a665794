"""Canonical bytes: RFC 8785, restricted so far that every common JSON encoder with sorted keys gives the same ones.

The restriction: keys of a-z, 0-9 and _, so that no order of sorting is in doubt; integers below 2^53 and no other
numbers, so that no way of writing one is; no U+007F, which some encoders escape.
"""

import json
import re
from typing import Any

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MOST_INTEGER = 2**53


def encode(document: dict[str, Any]) -> bytes:
    """The canonical bytes; refuses, as a ValueError, what has none."""
    _check(document, "")
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def decode(body: bytes) -> Any:
    """The document of canonical bytes."""
    return json.loads(body)


def _check(held: Any, path: str) -> None:
    match held:
        case str():
            if "\x7f" in held:
                raise ValueError(f"{path}: U+007F has no canonical form")
        case list():
            if not _is_plain(held):
                for position, item in enumerate(held):
                    _check(item, f"{path}[{position}]")
        case dict():
            for key, item in held.items():
                if not (isinstance(key, str) and _KEY.fullmatch(key)):
                    raise ValueError(f"{path}: {key!r} is no key of a document")
                _check(item, f"{path}.{key}")
        case bool():
            raise ValueError(f"{path}: {held} has no place in a document")
        case int():
            if abs(held) >= _MOST_INTEGER:
                raise ValueError(f"{path}: {held} is too large for a number of a document")
        case _:
            raise ValueError(f"{path}: {type(held).__name__} has no place in a document")


def _is_plain(held: list[Any]) -> bool:
    """Whether a list is all text without U+007F: most lists are a column of amounts, and there are many."""
    return set(map(type, held)) == {str} and "\x7f" not in "".join(held)
