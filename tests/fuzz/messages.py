"""Messages of any kind from its descriptor, and changes to messages that were right."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from .values import value
from .wire import unknown_field

DEEPEST = 6
Ids = tuple[str, ...]


def random_message(luck: Random, kind: Descriptor, ids: Ids, depth: int = 0) -> Any:
    """A message with some of its fields, each with some value."""
    message: Any = GetMessageClass(kind)()
    present = luck.choice((0.2, 0.6, 0.9, 1))
    for field in _fields(kind):
        if luck.random() < present:
            _fill(luck, message, field, ids, depth)
    if luck.random() < 0.05:
        message.MergeFromString(unknown_field(luck))
    return message


def _fill(luck: Random, message: Any, field: Any, ids: Ids, depth: int = 0) -> None:
    """Gives a field a value, or a list of them."""
    items = luck.choice((0, 1, 1, 2, 3, 12, 13)) if field.is_repeated else 1
    for _ in range(items):
        if field.message_type is None:
            _set(message, field, value(luck, field, ids))
        elif depth < DEEPEST:
            item = random_message(luck, field.message_type, ids, depth + 1)
            content = getattr(message, field.name)
            (content.add() if field.is_repeated else content).CopyFrom(item)
            if not field.is_repeated:
                content.SetInParent()


def _set(message: Any, field: Any, scalar: Any) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(scalar)
    else:
        setattr(message, field.name, scalar)


def mutated(luck: Random, message: Any, ids: Ids, times: int) -> Any:
    """A copy with so many changes somewhere in it."""
    changed = type(message)()
    changed.CopyFrom(message)
    for _ in range(times):
        luck.choice(CHANGES)(luck, luck.choice(list(_nodes(changed))), ids)
    return changed


def _nodes(message: Any) -> Iterator[Any]:
    """A message and those in it."""
    yield message
    for field, content in message.ListFields():
        if field.message_type is not None:
            for item in content if field.is_repeated else (content,):
                yield from _nodes(item)


def _fields(kind: Descriptor) -> list[Any]:
    return list(kind.fields)


def _change_a_value(luck: Random, node: Any, ids: Ids) -> None:
    fields = [field for field in _fields(node.DESCRIPTOR) if field.message_type is None and not field.is_repeated]
    if fields:
        field = luck.choice(fields)
        _set(node, field, value(luck, field, ids))


def _change_a_field(luck: Random, node: Any, ids: Ids) -> None:
    if _fields(node.DESCRIPTOR):
        _fill(luck, node, luck.choice(_fields(node.DESCRIPTOR)), ids)


def _leave_a_field_out(luck: Random, node: Any, ids: Ids) -> None:
    if node.ListFields():
        node.ClearField(luck.choice(node.ListFields())[0].name)


def _change_a_list(luck: Random, node: Any, ids: Ids) -> None:
    lists = [(field, content) for field, content in node.ListFields() if field.is_repeated]
    if not lists:
        return
    field, content = luck.choice(lists)
    items = list(content)
    match luck.randrange(6):
        case 0:
            items.reverse()
        case 1:
            luck.shuffle(items)
        case 2:
            items.append(items[0])
        case 3:
            del items[luck.randrange(len(items))]
        case 4:
            items *= luck.choice((2, 3, 13))
        case 5 if field.message_type is None:
            items[luck.randrange(len(items))] = value(luck, field, ids)
    copies = [_copy(item) for item in items]
    node.ClearField(field.name)
    getattr(node, field.name).extend(copies)


def _copy(item: Any) -> Any:
    if not isinstance(item, Message):
        return item
    copied = type(item)()
    copied.CopyFrom(item)
    return copied


def _add_an_unknown_field(luck: Random, node: Any, ids: Ids) -> None:
    node.MergeFromString(unknown_field(luck))


def _empty(luck: Random, node: Any, ids: Ids) -> None:
    node.Clear()
    if luck.random() < 0.5:
        node.SetInParent()


_OFTEN = (_change_a_value, _change_a_value, _change_a_value, _change_a_field, _change_a_field, _change_a_list)
CHANGES: tuple[Callable[[Random, Any, Ids], None], ...] = (
    *_OFTEN,
    *_OFTEN,
    _leave_a_field_out,
    _leave_a_field_out,
    _add_an_unknown_field,
    _empty,
)
