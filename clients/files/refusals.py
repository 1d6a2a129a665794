"""What the server refuses of a file, by the lines of the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from seawall.v1 import stress_service_pb2 as api
from seawall.v1.options_pb2 import Unit

from ..client import SeawallError
from ..client.names import MINOR, field_at
from . import field_words, hints
from .amounts import amounts_of
from .tree import Fields, FileFault, FileRefused, Place, Text, by_line, nearest

#: The request that a file becomes a part of, by the name of that part; of an instrument to preview it is all of it.
REQUESTS = {
    "dataset_version": api.RegisterDatasetVersionRequest(),
    "scenario": api.CreateScenarioRequest(),
    "": api.PreviewInstrumentRequest(),
}


@contextmanager
def refused_by_line(tree: Fields, prefix: str) -> Iterator[None]:
    """A refusal that names fields below `prefix` of the request becomes a `FileRefused` that names lines."""
    try:
        yield
    except SeawallError as error:
        if not error.violations:
            raise
        unnamed = int(error.metadata.get("faults", 0)) - len(error.violations)  # an answer is bounded
        more = [FileFault(Place(tree.place.file), "", f"and {unnamed} more")] if unnamed > 0 else []
        raise FileRefused([*by_line([*_faults(error, tree, prefix)]), *more]) from error


def _faults(error: SeawallError, tree: Fields, prefix: str) -> Iterator[FileFault]:
    for violation in error.violations:
        path = violation.field.removeprefix(prefix).removeprefix(".").replace(MINOR, "")
        place, node = nearest(tree, path)
        field = field_at(REQUESTS[prefix], violation.field)
        in_cell = place.sheet is not None
        instead = hints.instead(field, node.text, in_cell=in_cell) if field and isinstance(node, Text) else ""
        words = in_units_of_file(tree, prefix, violation.field, violation.description, violation.reason)
        yield FileFault(place, path, f"{violation.reason}, {words}", instead=instead)


def in_units_of_file(tree: Fields, prefix: str, path: str, words: str, reason: str = "") -> str:
    """What a server says of a field of the request, with its amounts in the units of the file."""
    field = field_at(REQUESTS[prefix], path)
    of_amounts = field and (field.message_type or field_words.rules_of(field).unit == Unit.UNIT_MINOR)
    return amounts_of(tree)[0].quoted(words) if of_amounts and reason != "WRONG_LENGTH" else words
