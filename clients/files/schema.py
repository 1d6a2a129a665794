"""The JSON Schema of an input file, by which an editor completes and checks it, made from the rules of the API.

It checks each field by itself, and lists of fields as lists; what fields mean together the server checks. Amounts are
those of a currency without minor units, the widest there are.
"""

import json
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from seawall.v1.options_pb2 import Unit

from ..client.names import MINOR
from . import field_words
from .amounts import UNITS
from .kinds import NAMED_BY_COMMAND, InputKind

Schema = dict[str, Any]

WHOLE = frozenset((Unit.UNIT_COUNT, Unit.UNIT_MONTHS))
DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
#: An id that is a number needs no quotes, so text may be one.
TEXT = {"type": ["string", "number"]}


def schema(kind: InputKind) -> str:
    """The schema of one kind of file, as JSON of draft 7."""
    definitions: dict[str, Schema] = {}
    body = _object(kind.fields, definitions)
    if kind.units:
        body["properties"][UNITS] = {"enum": [*kind.units]}
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"Seawall: a {kind.name}"}
    return json.dumps({**head, **body, "definitions": definitions}, indent=1, ensure_ascii=False) + "\n"


def _object(fields: tuple[FieldDescriptor, ...], definitions: dict[str, Schema]) -> Schema:
    groups = {others[0].name: others for field in fields if (others := field_words.excluded_with(field))}
    choices = [{"oneOf": [{"required": [other.name]} for other in others]} for others in groups.values()]
    return {
        "type": "object",
        "properties": {field.name.removesuffix(MINOR): _property(field, definitions) for field in fields},
        "required": [
            field.name.removesuffix(MINOR)
            for field in fields
            if field_words.rules_of(field).required and field.name not in NAMED_BY_COMMAND
        ],
        "additionalProperties": False,
        **({"allOf": choices} if choices else {}),
    }


def _property(field: FieldDescriptor, definitions: dict[str, Schema]) -> Schema:
    rules = field_words.rules_of(field)
    value = _message(field.message_type, definitions) if field.message_type else _scalar(field)
    if field.is_repeated:
        several = {"type": "array", "items": value, **({"maxItems": rules.most_items} if rules.most_items else {})}
        value = several if field.message_type else {"anyOf": [value, several]}
    described = {"description": f"{field_words.purpose(field)} [{field_words.allowed(field)}]", **value}
    if default := field_words.default_of(field):
        described["default"] = default if field.enum_type else json.loads(default)
    return described


def _message(message: Descriptor, definitions: dict[str, Schema]) -> Schema:
    if message.name not in definitions:
        definitions[message.name] = {}  # it may hold itself
        definitions[message.name] = _object(tuple(message.fields), definitions)
    return {"allOf": [{"$ref": f"#/definitions/{message.name}"}]}


def _scalar(field: FieldDescriptor) -> Schema:
    rules = field_words.rules_of(field)
    if field.enum_type:
        return {"enum": [choice for choice, _ in field_words.choices_of(field.enum_type)]}
    if rules.unit == Unit.UNIT_DATE:
        return DATE
    if rules.unit == Unit.UNIT_TEXT:
        return {**TEXT, "pattern": f"^(?:{rules.pattern})$"} if rules.pattern else TEXT
    if rules.unit == Unit.UNIT_FLAG:
        return {"type": "boolean"}
    kind = "integer" if rules.unit in WHOLE else "number"
    return {"type": kind, "minimum": json.loads(rules.least), "maximum": json.loads(rules.most)}
