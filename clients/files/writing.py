"""A file that is written for people never takes the place of another one."""

from pathlib import Path

from .tree import FileFault, FileRefused, Place

SUFFIXES = (".yaml", ".yml")


def write_new(path: str, text: str) -> None:
    """Write a YAML file; raises FileRefused where the name has another suffix or is taken."""
    if Path(path).suffix.lower() not in SUFFIXES:
        raise FileRefused([FileFault(Place(path), "", "unknown kind of file", " or ".join(SUFFIXES))])
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise FileRefused([FileFault(Place(path), "", "is there already", "a name that is free")]) from error
