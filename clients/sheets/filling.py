"""What a company or a scenario has for the lines of its sheets: the texts of a tree, as its file writes them."""

from collections.abc import Iterator

from ..files.tree import Fields, Items, Node, Text
from .layout import Line, Path, Sheet

Values = dict[Line, tuple[str, ...]]  #: a text for each cell of a line


def items(sheet: Sheet, tree: Fields | None) -> list[Values]:
    """The rows of a table, or what a form has; empty where the tree has nothing of it."""
    if tree is None:
        return []
    if not sheet.key:
        return [values for node in _every(tree, sheet.path) if (values := _values(sheet, node))]
    owner, part = sheet.path[:-1], sheet.path[-1]
    return [
        {sheet.key: _texts(item, sheet.key), **_values(sheet, node)}
        for item in _every(tree, owner)
        for node in _every(item, (part,))
    ]


def _values(sheet: Sheet, fields: Fields) -> Values:
    return {line: texts for line in sheet.lines if any(texts := _texts(fields, line))}


def _every(fields: Fields, path: Path) -> Iterator[Fields]:
    """The fields at a path, of a list each item."""
    nodes: list[Node] = [fields]
    for name in path:
        inner = [node.values[name] for node in nodes if isinstance(node, Fields) and name in node.values]
        nodes = [item for node in inner for item in (node.items if isinstance(node, Items) else (node,))]
    return (node for node in nodes if isinstance(node, Fields))


def _texts(fields: Fields, line: Line) -> tuple[str, ...]:
    node: Node | None = fields
    for name in line.path:
        node = node.values.get(name) if isinstance(node, Fields) else None
    texts = [item.text for item in (node.items if isinstance(node, Items) else (node,)) if isinstance(item, Text)]
    return tuple(texts) if line.months > 1 else (", ".join(texts),)
