"""A field of an input file in words: what it does, from the comments of the API, and what it may be, from its rules.

In a file an amount is in major units and a choice has its short name: what the API says of minor units is left to the
head of the file, and what the rules say is left out of the sentence before them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from seawall.v1 import covenant_pb2, dataset_pb2, loan_pb2, options_pb2, scenario_pb2
from seawall.v1.options_pb2 import FieldRules, Unit

from ..client.names import MINOR, choice_name
from .comments import comments

#: What a value is, by its unit.
KINDS = {
    Unit.UNIT_MINOR: "amount",
    Unit.UNIT_NUMBER: "number",
    Unit.UNIT_SHARE: "share, 0.35 is 35 %",
    Unit.UNIT_RATE: "rate of a year, 0.08 is 8 %",
    Unit.UNIT_MULTIPLE: "multiple, 3.5 is 3.5x",
    Unit.UNIT_DAYS: "days",
    Unit.UNIT_COUNT: "whole number",
    Unit.UNIT_MONTHS: "months",
    Unit.UNIT_FLAG: "true or false",
    Unit.UNIT_TEXT: "text",
    Unit.UNIT_DATE: "date, as 2025-12-31",
}
#: What a comment says of a unit, and the words of a file say better.
_SAID_BY_UNIT = re.compile(
    r"\bIn minor units, \S+ to 10\^15\. |Every amount of this message is in its minor units\."
    r"|,? in minor units\b|,? as a (?:negative )?fraction of a year\b|,? ISO 8601\b"
)
_INPUTS = (dataset_pb2, covenant_pb2, loan_pb2, scenario_pb2)
_API_CHOICE = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b")


def rules_of(field: FieldDescriptor) -> FieldRules:
    """The rules of a field; empty ones where it has none."""
    options: Any = field.GetOptions()  # types-protobuf knows no extension of options
    rules: FieldRules = options.Extensions[options_pb2.rules]
    return rules


def excluded_with(field: FieldDescriptor) -> list[FieldDescriptor]:
    """The fields, itself among them, of which only one may be there; none where it excludes no other."""
    group = field.containing_oneof.fields if field.containing_oneof else []
    return [*group] if len(group) > 1 else []  # an optional field is in a group of its own


def purpose(field: FieldDescriptor) -> str:
    """What a field does.  cash_minor: Unrestricted cash."""
    rules = rules_of(field)
    words = _SAID_BY_UNIT.sub("", comments()[f"{cast(Descriptor, field.containing_type).name}.{field.name}"])
    if rules.most:
        limits = f"{_as_power(rules.least)} to {_as_power(rules.most)}"
        words = re.sub(rf"[,.]? {re.escape(limits)}(?:, neutral {rules.default})?(?=[.,;:])", "", words)
    if rules.required:
        words = words.replace("Required.", "")
    if rules.default:
        words = words.replace(f"Default {rules.default}.", "")
    return as_in_files(words)


def purpose_of_message(message: Descriptor) -> str:
    """What a message is.  BalanceSheet: Balances of the as-of date. ..."""
    return as_in_files(comments()[message.name])


def allowed(field: FieldDescriptor) -> str:
    """What a field may be.  cash_sweep_share: default 0; share, 0.35 is 35 %, 0 to 1"""
    rules = rules_of(field)
    needed = "required" if rules.required else f"default {default_of(field)}" if rules.default else "optional"
    if others := excluded_with(field):
        needed = " or ".join(other.name for other in others)
    many = f"list of at most {rules.most_items:,}" if rules.most_items else ""
    return "; ".join(filter(None, (needed, many, value_words(field))))


def value_words(field: FieldDescriptor) -> str:
    """What a value of a field is, of a list each item.  cash_sweep_share: share, 0.35 is 35 %, 0 to 1"""
    rules = rules_of(field)
    return ", ".join(filter(None, ("choice" if field.enum_type else KINDS.get(rules.unit, ""), _range(rules))))


def default_of(field: FieldDescriptor) -> str:
    """What an absent field means, as a file writes it; empty where nothing is assumed."""
    default = rules_of(field).default
    return _choice_names()[default] if field.enum_type and default else default


def choices_of(enum: EnumDescriptor) -> Iterator[tuple[str, str]]:
    """Every choice of an enum with what it means; number 0 says nothing, so a file has no word for it."""
    for value in enum.values:
        if value.number:
            yield choice_name(enum, value.number), as_in_files(comments()[f"{enum.name}.{value.name}"])


def _range(rules: FieldRules) -> str:
    if not rules.most:
        return ""
    if rules.unit != Unit.UNIT_MINOR:
        return f"{rules.least} to {rules.most}"
    return "0 or more" if rules.least == "0" else "may be below 0" if rules.least.startswith("-") else "above 0"


def _as_power(limit: str) -> str:
    """A limit as comments write it.  -1000000000000000 is -10^15."""
    return re.sub(r"10{9,}$", lambda number: f"10^{len(number[0]) - 1}", limit)


def as_in_files(words: str) -> str:
    """Words of the API with the names that files have: cash for cash_minor, bullet for AMORTISATION_BULLET."""
    words = _API_CHOICE.sub(lambda name: _choice_names().get(name[0], name[0]), words)
    return re.sub(rf"(?<=[a-z]){MINOR}\b", "", " ".join(words.split()))


@cache
def _choice_names() -> Mapping[str, str]:
    """The names of all choices of an input file, by those of the API."""
    enums = (enum for module in _INPUTS for enum in module.DESCRIPTOR.enum_types_by_name.values())
    return {value.name: choice_name(enum, value.number) for enum in enums for value in enum.values}
