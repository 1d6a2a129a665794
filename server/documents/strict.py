"""Whether bytes are what `canonical.encode` writes, decided at the speed of a decoder.

The decoder knows the keys of every kind of document, so that nothing walks what it gives. What it refuses may still be
canonical, as a document of another release: then each key is looked at.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from seawall.engine.values.value import fields_of

from . import canonical
from .kinds import KINDS

_DEPTH = 5  #: of objects in one another: most documents have fewer, and what has more is only slower


def verified(body: bytes) -> dict[str, Any]:
    """The document of canonical bytes; raises ValueError, or RecursionError, where they are none."""
    try:
        document: dict[str, Any] = _decoder().decode(body)
        again = canonical.encode_checked(document)
    except msgspec.ValidationError:
        document = canonical.decode(body)
        if not isinstance(document, dict):
            raise ValueError("the bytes are no object") from None
        again = canonical.encode(document)
    if again != body:
        raise ValueError("the bytes are not canonical")
    return document


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    """Gives objects with known keys, lists, text, and integers that a document may have; refuses all else."""
    integer = Annotated[int, msgspec.Meta(gt=-canonical.MOST_INTEGER, lt=canonical.MOST_INTEGER)]
    keys, scalar = Literal[_keys()], str | integer
    item: Any = dict[keys, scalar]  # type: ignore[valid-type]
    for _ in range(_DEPTH - 1):
        item = dict[keys, scalar | list[scalar | item] | item]  # type: ignore[valid-type]
    return msgspec.json.Decoder(item)


def _keys() -> tuple[str, ...]:
    """Every key of the kinds of today."""
    keys = {"kind", "model", "parents"}
    for kind in KINDS.values():
        keys |= {*kind.parents, *kind.optional_parents, *_names_in(kind.value)}
    return tuple(sorted(keys))


def _names_in(cls: Any) -> Iterator[str]:
    for field in fields_of(cls):
        yield field.name
        if field.value:
            yield from _names_in(field.value)
