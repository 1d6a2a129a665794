"""Whether bytes are what `canonical.encode` writes, decided at the speed of a decoder.

For each kind of document there is a decoder that knows its fields, so that nothing walks what it gives. What it refuses
may still be canonical, as a document of another release: then each key is looked at.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from seawall.engine.values.value import fields_of

from . import canonical
from .document import IN_COLUMNS, Fields
from .kinds import KINDS

_SCALAR: Any = str | Annotated[int, msgspec.Meta(gt=-canonical.MOST_INTEGER, lt=canonical.MOST_INTEGER)]
#: Writes the fields of a struct in their order, and the keys of an object in theirs.
_ENCODER = msgspec.json.Encoder(order="deterministic")


class _Fields(msgspec.Struct):
    """Those of a document of a known kind, or of a part of one."""

    #: In capitals, as no field is. Of a large document: the decoder of the items of each list, which are looked at one
    #: by one, and the parts with such lists.
    ITEM_DECODERS: ClassVar[Mapping[str, msgspec.json.Decoder[Any]]] = {}
    PARTS: ClassVar[Collection[str]] = ()

    def get(self, name: str, default: Any = None) -> Any:
        content = getattr(self, name, msgspec.UNSET)
        return default if content is msgspec.UNSET else content

    def are_canonical(self) -> bool:
        """Whether the items of its lists are, and of those of its parts."""
        for name, decoder in self.ITEM_DECODERS.items():
            for item in self.get(name, ()):
                if _ENCODER.encode(decoder.decode(item)) != memoryview(item):
                    return False
        return all(part.are_canonical() for name in self.PARTS if (part := self.get(name)))


def outline(body: bytes, kind: str) -> Fields:
    """The same as `verified` for who looks at few of the fields: several times faster for a document of this kind."""
    if kind not in KINDS:
        return verified(body)
    try:
        fields: _Fields = _decoder(kind, len(body) > canonical.LARGE_BYTES).decode(body)
        is_canonical = _ENCODER.encode(fields) == body and canonical.DELETE not in body and fields.are_canonical()
    except msgspec.ValidationError:
        return verified(body)
    if not is_canonical:
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
def _decoder(kind: str, is_large: bool = False) -> msgspec.json.Decoder[Any]:
    """Of a kind of today; it refuses other fields, and what no document may have.

    A large document in one step would keep every other thread from the interpreter: then it leaves lists as they are.
    """
    own: dict[str, Any] = {"kind": _SCALAR, "model": _SCALAR}
    parents = (*KINDS[kind].parents, *KINDS[kind].optional_parents)
    if parents:
        own["parents"] = dict[Literal[parents], _SCALAR]  # type: ignore[valid-type]
    return msgspec.json.Decoder(_struct(KINDS[kind].value, own, is_large=is_large))


def _struct(cls: Any, own: dict[str, Any], in_columns: bool = False, is_large: bool = False) -> Any:
    """The fields of a class, and its own, as canonical bytes have them: sorted, and left out where they are neutral."""
    fields, decoders, parts = dict(own), {}, []
    for field in fields_of(cls):
        over_months = field.value in IN_COLUMNS
        is_list = field.repeated and not over_months and (field.value or not in_columns)
        by_item = is_large and is_list and field.value
        item: Any = _SCALAR  # also a figure over months, which is one text
        if field.value:
            item = _struct(field.value, {}, in_columns or over_months, is_large and not by_item)
        if by_item:
            decoders[field.name], item = msgspec.json.Decoder(item), msgspec.Raw
        elif is_large and field.value:
            parts.append(field.name)
        fields[field.name] = list[item] if is_list else item
    defined = [(name, fields[name] | msgspec.UnsetType, msgspec.UNSET) for name in sorted(fields)]
    options: Any = {"bases": (_Fields,), "omit_defaults": True, "forbid_unknown_fields": True, "gc": False}
    return msgspec.defstruct(cls.__name__, defined, namespace={"ITEM_DECODERS": decoders, "PARTS": parts}, **options)
