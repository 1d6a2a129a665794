"""Input files as people write them: YAML or JSON whose scalars stay text until something converts them exactly.

A plain YAML loader loses cents, turns NO into False and 12:30:45 into 45045. Here nothing is resolved: a file becomes a
tree of text, each piece with its line and column, and `messages` converts it by the type of each field.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from .tree import Fields, FileFault, FileRefused, Items, Node, Place, Text

MOST_BYTES = 16 * 2**20  #: of a file


def load(path: str | Path) -> Fields:
    """The tree of a YAML or JSON file, by its suffix. A file that cannot be read exactly is refused with its line."""
    file = Place(str(path))
    read = _READERS.get(Path(path).suffix.lower())
    if read is None:
        raise _refused(file, "unknown kind of file", ".yaml, .yml or .json")
    try:
        return read(file.file, contents(path).decode("utf-8-sig"))
    except OSError as error:
        raise _refused(file, error.strerror or str(error), "a file that can be read") from error
    except UnicodeDecodeError as error:
        raise _refused(_at(file.file, error.object, error.start), "not UTF-8", "text in UTF-8") from error
    except RecursionError as error:
        raise _refused(file, "nested too deeply", "what a message can hold") from error


def contents(path: str | Path) -> bytes:
    """The bytes of an input file; one that is larger than any is refused before it is read."""
    with open(path, "rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _refused(Place(str(path)), f"is larger than {MOST_BYTES >> 20} MiB", "what a message can hold")
    return content


def read_yaml(file: str, text: str) -> Fields:
    """The tree of a YAML text; `file` names it in faults."""
    try:
        root = yaml.compose(text, Loader=_TextLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "not YAML"
        problem = f"{error.context}, {problem}" if problem.startswith("but ") else problem
        fault = FileFault(_place(file, mark), "", problem, "well-formed YAML", _yaml_hint(text, mark, problem))
        raise FileRefused([fault]) from error
    except yaml.reader.ReaderError as error:
        raise _refused(
            _at(file, text, error.position), f"character U+{error.character:04X}", "printable text"
        ) from error
    if root is None:
        raise _refused(Place(file), "the file is empty", "fields with values")
    return _top(_from_yaml(file, root))


_YAML_HINTS = {
    "mapping values": "begin the fields of one level in the same column",
    "found the alias": "write what it stands for",
}
_NO_SPACE = re.compile(r"(?m)^[ -]*[a-z_]+:(?![ \n])[^\s\[{]")


def _yaml_hint(text: str, mark: yaml.Mark | None, problem: str) -> str:
    """What to write instead, at the mistakes that a parser describes worst."""
    line = mark.line if mark else 0
    if "\t" in "".join(text.splitlines()[line : line + 1])[: mark.column + 1 if mark else 0]:
        return "write spaces in place of the tab"
    if match := _NO_SPACE.search(text):
        return f"write a space after the colon in line {text.count(chr(10), 0, match.start()) + 1}"
    return next((hint for words, hint in _YAML_HINTS.items() if problem.startswith(words)), "")


class _TextLoader(yaml.SafeLoader):
    """A safe loader that resolves no scalar and refuses aliases: a few of them can stand for a billion items."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the name and the type are PyYAML's

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: yaml.AliasEvent = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, f"found the alias *{event.anchor}", cast(yaml.Mark, event.start_mark)
            )
        return super().compose_node(parent, index)


_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))


def _from_yaml(file: str, node: yaml.Node) -> Node:
    place = _place(file, node.start_mark)
    if node.tag not in _PLAIN_TAGS:
        raise _refused(place, f"found the tag {node.tag}", "values without a tag")
    match node:
        case yaml.MappingNode(value=pairs):
            named = [(_yaml_name(file, key), _from_yaml(file, value)) for key, value in pairs]
            return _fields(place, named)
        case yaml.SequenceNode(value=items):
            return Items(place, tuple(_from_yaml(file, item) for item in items))
    return Text(place, node.value, quoted=isinstance(node, yaml.ScalarNode) and node.style is not None)


def _yaml_name(file: str, key: yaml.Node) -> Text:
    name = _from_yaml(file, key)
    if not isinstance(name, Text):
        raise _refused(name.place, f"found {name.kind} for a name", "the name of a field")
    return name


def _fields(place: Place, named: list[tuple[Text, Node]]) -> Fields:
    names: dict[str, Place] = {}
    for name, _ in named:
        if name.text in names:
            raise _refused(
                name.place, f"{name.text} occurs twice, first in line {names[name.text].line}", "each field once"
            )
        names[name.text] = name.place
    return Fields(place, {name.text: value for name, value in named}, names)


def _place(file: str, mark: yaml.Mark | None) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


def _at(file: str, content: Any, position: int) -> Place:
    """The place of a character of a text, or of a byte of one."""
    before = content[:position]
    newline = "\n" if isinstance(content, str) else b"\n"
    return Place(file, before.count(newline) + 1, position - before.rfind(newline))


def _top(tree: Node) -> Fields:
    if not isinstance(tree, Fields):
        raise _refused(tree.place, f"found {tree.kind}", "fields with values")
    return tree


def _refused(place: Place, problem: str, allowed: str) -> FileRefused:
    return FileRefused([FileFault(place, "", problem, allowed)])


def read_json(file: str, text: str) -> Fields:
    """The tree of a JSON text. The standard parser checks it, but gives no places: its pieces are walked once more."""
    try:
        json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        raise _refused(Place(file, error.lineno, error.colno), error.msg, "well-formed JSON") from error
    pieces = _JsonPieces(file, text)
    return _top(_from_json(pieces, next(pieces)))


_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")  #: which the standard parser takes, and JSON has not
_JSON_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s:,{}\[\]"]+', re.DOTALL)


class _JsonPieces(Iterator[tuple[Place, str]]):
    """Braces, brackets and scalars of a well-formed JSON text, each with its place."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.matches = _JSON_PIECE.finditer(text)
        self.lines = [0, *(end.end() for end in re.finditer("\n", text))]
        self.line = 0

    def __next__(self) -> tuple[Place, str]:
        match = next(self.matches)
        while self.line + 1 < len(self.lines) and self.lines[self.line + 1] <= match.start():
            self.line += 1
        return Place(self.file, self.line + 1, match.start() - self.lines[self.line] + 1), match.group()


def _from_json(pieces: _JsonPieces, piece: tuple[Place, str]) -> Node:
    place, text = piece
    if text == "{":
        return _fields(place, [(_json_text(*name), _from_json(pieces, next(pieces))) for name in _until("}", pieces)])
    if text == "[":
        return Items(place, tuple(_from_json(pieces, item) for item in _until("]", pieces)))
    return _json_text(place, text)


def _until(end: str, pieces: _JsonPieces) -> Iterator[tuple[Place, str]]:
    while (piece := next(pieces))[1] != end:
        yield piece


def _json_text(place: Place, piece: str) -> Text:
    if piece[0] == '"':
        return Text(place, json.loads(piece), quoted=True)
    if piece in _NO_NUMBERS:
        raise _refused(place, f"found {piece}", "numbers, text, lists and objects")
    return Text(place, "" if piece == "null" else piece, quoted=False)


_READERS = {".yaml": read_yaml, ".yml": read_yaml, ".json": read_json}
