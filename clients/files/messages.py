"""A tree of text becomes a message of the API, exactly, by the type of each field.

Money is written in major units under the API's name without `_minor`: `cash: 68169000.00` becomes cash_minor
6816900000 where the currency has two digits. More decimals than it has are an error; nothing is ever rounded.
"""

import re
from difflib import get_close_matches
from typing import Any, TypeVar

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from seawall.v1.dataset_pb2 import FloatingRate

from ..client.names import MINOR, choice_name, fields_by_file_name
from . import field_words, hints
from .amounts import UNITS, Amounts, amounts_of
from .tree import NO_VALUE, Fields, FileFault, FileRefused, Items, Node, Place, Text, Unusable, by_line

M = TypeVar("M", bound=Message)

PLAIN = Amounts()  #: of a file without amounts
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))  #: how a file says that there is no value, where not quoted
_TRUTHS = ("true", "false")
_SHOWN = 80  #: characters of a wrong value
_BITS = {FieldDescriptor.TYPE_INT32: 31, FieldDescriptor.TYPE_INT64: 63}


def build(message: type[M], tree: Fields, amounts: Amounts = PLAIN) -> M:
    """The message that the tree describes; raises FileRefused with everything that is wrong with it."""
    builder = _Builder(amounts)
    built = message()
    builder.fill(built, tree, "")
    if builder.faults:
        raise FileRefused(builder.faults, built)
    return built


def build_with_amounts(message: type[M], tree: Fields) -> M:
    """The same for a file that states how it writes amounts: the digits of its currency, and thousands or millions."""
    amounts, faults = amounts_of(tree)
    read = {UNITS, *(fault.field for fault in faults)}
    others = {name: value for name, value in tree.values.items() if name not in read}
    try:
        built = build(message, Fields(tree.place, others, tree.names), amounts)
    except FileRefused as refused:
        # Where the size of the amounts is not known, nothing can be said of them.
        raise FileRefused(by_line([*faults, *refused.faults]), None if faults else refused.message) from refused
    if faults:
        raise FileRefused(by_line(faults))
    return built


class _Builder:
    """Walks a tree beside the descriptor of a message and collects every fault, so that all are reported at once."""

    def __init__(self, amounts: Amounts) -> None:
        self.amounts = amounts
        self.faults: list[FileFault] = []

    def fill(self, message: Message, tree: Fields, path: str) -> None:
        fields = fields_by_file_name(message)
        for name, node in tree.values.items():
            at = f"{path}.{name}" if path else name
            if name in fields:
                self._set(message, fields[name], node, at)
            else:
                below = _below(name, fields)
                meant = below or _closest(name, list(fields))
                problem = f"is no field of {message.DESCRIPTOR.name}{f', did you mean {meant}?' if meant else ''}"
                self._fault(tree.names[name], at, problem, ", ".join(fields), meant=f"{at.removesuffix(name)}{meant}")

    def _set(self, message: Message, field: FieldDescriptor, node: Node, path: str) -> None:
        self._refuse_second_of_oneof(message, field, node.place, path)
        if field.is_repeated:
            # One value is a path of one: a constant.
            items = node.items if isinstance(node, Items) else (node,)
            for position, item in enumerate(items):
                at = f"{path}[{position}]" if isinstance(node, Items) else path
                self._add(getattr(message, field.name), field, item, at)
        elif field.message_type:
            nested = getattr(message, field.name)
            nested.SetInParent()
            self._fill_nested(nested, node, path)
        elif (value := self._scalar(field, node, path)) is not None:
            setattr(message, field.name, value)

    def _refuse_second_of_oneof(self, message: Message, field: FieldDescriptor, place: Place, path: str) -> None:
        group = field.containing_oneof
        if group and len(group.fields) > 1 and (earlier := message.WhichOneof(group.name)):
            choices = " and ".join(other.name for other in group.fields)
            self._fault(place, path, f"stands beside {earlier}", f"one of {choices}")

    def _add(self, values: Any, field: FieldDescriptor, node: Node, path: str) -> None:
        if field.message_type:
            self._fill_nested(values.add(), node, path)
        elif (value := self._scalar(field, node, path)) is not None:
            values.append(value)

    def _fill_nested(self, message: Message, node: Node, path: str) -> None:
        if isinstance(node, Fields):
            self.fill(message, node, path)
        else:
            text = node.text if isinstance(node, Text) and isinstance(message, FloatingRate) else ""
            instead = hints.floating_rate(text)
            self._fault(node.place, path, f"found {node.kind}", ", ".join(fields_by_file_name(message)), instead)

    def _scalar(self, field: FieldDescriptor, node: Node, path: str) -> str | int | bool | None:
        if isinstance(node, Unusable):
            self._fault(node.place, path, f"found {node.kind}", node.allowed, node.instead)
            return None
        if not isinstance(node, Text):
            self._fault(node.place, path, f"found {node.kind}", "one value")
            return None
        if node.text in _NOTHING and not node.quoted:
            left_out = "" if field_words.rules_of(field).required else "; or leave the field out"
            self._fault(node.place, path, NO_VALUE, field_words.value_words(field) + left_out)
            return None
        try:
            return _convert(field, node, self.amounts)
        except _Wrong as wrong:
            instead = hints.instead(field, node.text, self.amounts.size.zeros, in_cell=node.place.sheet is not None)
            self._fault(node.place, path, f"found {node.text[:_SHOWN]!r}", wrong.allowed, instead)
            return None

    def _fault(self, place: Place, path: str, problem: str, allowed: str, instead: str = "", meant: str = "") -> None:
        self.faults.append(FileFault(place, path, problem, allowed, instead, meant))


class _Wrong(ValueError):
    def __init__(self, allowed: str) -> None:
        self.allowed = allowed


def _convert(field: FieldDescriptor, node: Text, amounts: Amounts) -> str | int | bool:
    text = node.text
    if field.enum_type:
        return _choice(field.enum_type, text)
    if field.type == FieldDescriptor.TYPE_STRING:
        return _words(node)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _truth(text)
    number = _amount(text, amounts) if field.name.endswith(MINOR) else _whole(text, field)
    bits = _BITS[field.type]
    if not -(2**bits) <= number < 2**bits:
        raise _Wrong(f"a number that fits into {bits + 1} bits")
    return number


def _words(node: Text) -> str:
    """Words, dates and decimals: the server reads them as they were written."""
    if node.text in _TRUTHS and not node.quoted:
        raise _Wrong("text; in quotes where the word is meant")
    try:
        node.text.encode()
    except UnicodeEncodeError:
        raise _Wrong("whole characters: half of a pair says nothing") from None
    return node.text


def _amount(text: str, amounts: Amounts) -> int:
    minor = amounts.minor(text)
    if minor is None:
        raise _Wrong(amounts.allowed)
    return minor


def _whole(text: str, field: FieldDescriptor) -> int:
    if not _WHOLE.fullmatch(text):
        rules = field_words.rules_of(field)
        raise _Wrong("a whole number" + (f" from {rules.least} to {rules.most}" if rules.most else ""))
    return int(text)


def _truth(text: str) -> bool:
    if text not in _TRUTHS:
        raise _Wrong("true or false")
    return text == "true"


def _choice(enum: EnumDescriptor, text: str) -> int:
    # Number 0 is UNSPECIFIED in every enum of the API: it says nothing, so a file has no word for it.
    choices = {choice_name(enum, number): number for number in enum.values_by_number if number}
    if text not in choices:
        raise _Wrong(", ".join(choices))
    return choices[text]


def _below(name: str, fields: dict[str, FieldDescriptor]) -> str:
    """Where a name that is not known stands one level below.  cash: balance_sheet.cash."""
    for field in fields.values():
        inside = field.message_type.fields if field.message_type and not field.is_repeated else ()
        if name in (inner.name.removesuffix(MINOR) for inner in inside):
            return f"{field.name}.{name}"
    return ""


def _closest(name: str, known: list[str]) -> str:
    """The name that is closest to one that is not known, else ends or begins as it does.  rate: fixed_rate."""
    first = name.partition("_")[0]
    close = get_close_matches(name.removesuffix(MINOR), known, n=1)
    alike = [field for field in known if field.endswith(f"_{name}")]
    alike += [field for field in known if first != name and field.startswith(f"{first}_")]
    return next(iter((*close, *alike)), "")
