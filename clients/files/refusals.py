"""What the server refuses of a file, by the lines of the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..client import SeawallError
from ..client.names import MINOR
from .tree import Fields, FileFault, FileRefused, Place, place_of


@contextmanager
def refused_by_line(tree: Fields, prefix: str) -> Iterator[None]:
    """A refusal that names fields below `prefix` of the request becomes a `FileRefused` that names lines."""
    try:
        yield
    except SeawallError as error:
        if not error.violations:
            raise
        raise FileRefused(list(_faults(error, tree, prefix))) from error


def _faults(error: SeawallError, tree: Fields, prefix: str) -> Iterator[FileFault]:
    for violation in error.violations:
        field = violation.field.removeprefix(prefix).removeprefix(".").replace(MINOR, "")
        yield FileFault(place_of(tree, field), field, f"{violation.reason}, {violation.description}")
    named = len(error.violations)  # an answer is bounded
    if unnamed := int(error.metadata.get("faults", named)) - named:
        yield FileFault(Place(tree.place.file), "", f"and {unnamed} more")
