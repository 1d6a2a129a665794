"""Files to fill in, as they are written: YAML with its schema beside it, and never in the place of another."""

from collections.abc import Callable
from pathlib import Path

from .blank import blank, short
from .kinds import InputKind
from .schema import schema
from .tree import FileFault, FileRefused, Place

SUFFIXES = (".yaml", ".yml")


def write_blank(path: str, kind: InputKind, is_short: bool = False) -> None:
    """Write a YAML file to fill in and its schema."""
    write_yaml(path, kind, short(kind) if is_short else blank(kind))


def write_yaml(path: str, kind: InputKind, text: str) -> None:
    """Write a YAML file and its schema, which is that of this release: one of another release is replaced."""
    write_new(path, SUFFIXES, text.encode)
    Path(path).with_name(kind.schema_file).write_text(schema(kind), encoding="utf-8")


def write_new(path: str, suffixes: tuple[str, ...], content: Callable[[], bytes]) -> None:
    """Write a file; raises FileRefused where its name has another suffix or is taken."""
    if Path(path).suffix.lower() not in suffixes:
        raise FileRefused([FileFault(Place(path), "", "unknown kind of file", " or ".join(suffixes))])
    made = content()
    try:
        with open(path, "xb") as file:
            file.write(made)
    except FileExistsError as error:
        raise FileRefused([FileFault(Place(path), "", "is there already", "a name that is free")]) from error
