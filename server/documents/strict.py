"""Whether bytes are what `canonical.encode` writes, decided at the speed of a decoder.

For each kind of document there is a decoder that knows its fields, so that nothing walks what it gives. What it refuses
may still be canonical, as a document of another release: then each key is looked at.
"""

from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from seawall.engine.values.value import Field, fields_of

from . import canonical
from .document import IN_COLUMNS, Fields
from .kinds import KINDS

_SCALAR: Any = str | Annotated[int, msgspec.Meta(gt=-canonical.MOST_INTEGER, lt=canonical.MOST_INTEGER)]
#: Writes the fields of a struct in their order, and the keys of an object in theirs.
_ENCODER = msgspec.json.Encoder(order="deterministic")


class _Fields(msgspec.Struct):
    """Those of a document of a known kind, or of a part of one."""

    def get(self, name: str, default: Any = None) -> Any:
        content = getattr(self, name, msgspec.UNSET)
        return default if content is msgspec.UNSET else content


def outline(body: bytes, kind: str) -> Fields:
    """The same as `verified` for who looks at few of the fields: several times faster for a document of this kind."""
    if kind not in KINDS:
        return verified(body)
    try:
        fields: Fields = _decoder(kind).decode(body)
    except msgspec.ValidationError:
        return verified(body)
    if _ENCODER.encode(fields) != body or canonical.DELETE in body:
        raise ValueError("the bytes are not canonical")
    return fields


def verified(body: bytes) -> dict[str, Any]:
    """The document of canonical bytes; raises ValueError, or RecursionError, where they are none."""
    document = canonical.decode(body)
    if not isinstance(document, dict):
        raise ValueError("the bytes are no object")
    if canonical.encode(document) != body:
        raise ValueError("the bytes are not canonical")
    return document


@cache
def _decoder(kind: str) -> msgspec.json.Decoder[Any]:
    """Of a kind of today; it refuses other fields, and what no document may have."""
    own: dict[str, Any] = {"kind": _SCALAR, "model": _SCALAR}
    parents = (*KINDS[kind].parents, *KINDS[kind].optional_parents)
    if parents:
        own["parents"] = dict[Literal[parents], _SCALAR]  # type: ignore[valid-type]
    return msgspec.json.Decoder(_struct(KINDS[kind].value, own))


def _struct(cls: Any, own: dict[str, Any], in_columns: bool = False) -> Any:
    """The fields of a class, and its own, as canonical bytes have them: sorted, and left out where they are neutral."""
    fields = own | {field.name: _type(field, in_columns) for field in fields_of(cls)}
    defined = [(name, fields[name] | msgspec.UnsetType, msgspec.UNSET) for name in sorted(fields)]
    options: Any = {"bases": (_Fields,), "omit_defaults": True, "forbid_unknown_fields": True, "gc": False}
    return msgspec.defstruct(cls.__name__, defined, **options)


def _type(field: Field, in_columns: bool) -> Any:
    """What a field holds; a figure over months is one text."""
    if field.value in IN_COLUMNS:
        return _struct(field.value, {}, in_columns=True)
    item: Any = _struct(field.value, {}, in_columns) if field.value else _SCALAR
    return list[item] if field.repeated and (field.value or not in_columns) else item
