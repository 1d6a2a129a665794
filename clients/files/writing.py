"""A file to fill in, written with the schema of its kind beside it; it never takes the place of another file."""

from pathlib import Path

from .blank import blank
from .kinds import InputKind
from .schema import schema
from .tree import FileFault, FileRefused, Place

SUFFIXES = (".yaml", ".yml")


def write_blank(path: str, kind: InputKind) -> None:
    """Write a YAML file to fill in and its schema."""
    write_new(path, kind, blank(kind))


def write_new(path: str, kind: InputKind, text: str) -> None:
    """Write a YAML file and its schema; raises FileRefused where the name has another suffix or is taken.

    The schema is that of this release: one of another release is replaced.
    """
    if Path(path).suffix.lower() not in SUFFIXES:
        raise FileRefused([FileFault(Place(path), "", "unknown kind of file", " or ".join(SUFFIXES))])
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise FileRefused([FileFault(Place(path), "", "is there already", "a name that is free")]) from error
    Path(path).with_name(kind.schema_file).write_text(schema(kind), encoding="utf-8")
