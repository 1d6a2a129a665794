"""What fields and choices are called in files and reports: `cash` is cash_minor, `thirty_360` a choice of an enum."""

import re
from typing import cast

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

MINOR = "_minor"  #: the end of an amount's name in the API; files and reports say amounts in major units, without it


def fields_by_file_name(message: Message) -> dict[str, FieldDescriptor]:
    """The fields of a message by what they are called in a file.  cash_minor is cash."""
    fields = cast("list[FieldDescriptor]", message.DESCRIPTOR.fields)  # types-protobuf names a second, like class
    return {field.name.removesuffix(MINOR): field for field in fields}


def field_at(message: Message, path: str) -> FieldDescriptor | None:
    """The field at a path of the API, as instruments[2].floating_rate.cap; None where there is no such field."""
    inside: Descriptor | None = cast("Descriptor", message.DESCRIPTOR)
    field = None
    for name in re.findall(r"[a-z][a-z0-9_]*", path):
        field = inside.fields_by_name.get(name) if inside else None
        inside = field.message_type if field else None
    return field


def choice_name(enum: EnumDescriptor, number: int) -> str:
    """What a value of an enum is called in a file.  DAY_COUNT_THIRTY_360 is thirty_360."""
    return str(enum.values_by_number[number].name).removeprefix(_prefix(enum)).lower()


def _prefix(enum: EnumDescriptor) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", enum.name).upper() + "_"
