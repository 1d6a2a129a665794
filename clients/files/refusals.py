"""What the server refuses of a file, by the lines of the file."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from seawall.v1 import stress_service_pb2 as api
from seawall.v1.options_pb2 import Unit
from seawall.v1.sweep_service_pb2 import CreateSweepRequest

from ..client import SeawallError
from ..client.names import MINOR, field_at
from . import field_words, hints
from .amounts import amounts_of
from .tree import Fields, FileFault, FileRefused, Items, Place, Text, by_line, nearest

#: The request that a file becomes a part of, by the name of that part; of an instrument to preview it is all of it.
REQUESTS = {
    "dataset_version": api.RegisterDatasetVersionRequest(),
    "scenario": api.CreateScenarioRequest(),
    "plan": CreateSweepRequest(),
    "": api.PreviewInstrumentRequest(),
}


#: How a server says that a balance sheet does not balance.
_BALANCE = re.compile(r"found total assets (.+), allowed: equal to (.+), (.+): (.+ apart)")
#: What is wrong with a field whatever stands in the others.
OF_ONE_FIELD = frozenset(
    "REQUIRED MALFORMED TOO_MANY_DIGITS OUT_OF_RANGE UNSPECIFIED_ENUM UNKNOWN_CURRENCY MATURED FLOOR_ABOVE_CAP".split()
)


@contextmanager
def refused_by_line(tree: Fields, prefix: str, known: Sequence[FileFault] = ()) -> Iterator[None]:
    """A refusal that names fields below `prefix` of the request becomes a `FileRefused` that names lines.

    Where faults of files are known, the request lacked the fields at fault: what may only follow from that is left out.
    """
    try:
        yield
    except SeawallError as error:
        if not error.violations:
            raise
        unnamed = int(error.metadata.get("faults", 0)) - len(error.violations)  # an answer is bounded
        more = [FileFault(Place(tree.place.file), "", f"and {unnamed} more")] if unnamed > 0 else []
        if faults := [*_faults(error, tree, prefix, known)]:
            raise FileRefused([*by_line(faults), *more]) from error


def _faults(error: SeawallError, tree: Fields, prefix: str, known: Sequence[FileFault]) -> Iterator[FileFault]:
    own = [fault for fault in known if fault.place.file == tree.place.file]
    missing = [re.sub(r"\[\d+\]$", "", path) for fault in own for path in (fault.field, fault.meant) if path]
    for violation in error.violations:
        path = violation.field.removeprefix(prefix).removeprefix(".").replace(MINOR, "")
        if known and (violation.reason not in OF_ONE_FIELD or any(_overlap(path, field) for field in missing)):
            continue
        place, node = nearest(tree, path)
        field = field_at(REQUESTS[prefix], violation.field)
        in_cell = place.sheet is not None
        instead = hints.instead(field, node.text, in_cell=in_cell) if field and isinstance(node, Text) else ""
        if violation.reason == "UNKNOWN_REFERENCE" and isinstance(node, Text):
            instead = hints.choice([*_ids(tree, "asset_id" if "asset" in path else "instrument_id")], node.text)
        words = in_units_of_file(tree, prefix, violation.field, violation.description, violation.reason)
        if (
            violation.reason == "REQUIRED"
            and field
            and field_words.rules_of(field).required
            and not field.enum_type
            and (value := field_words.value_words(field))
        ):
            words = f"found nothing, allowed: {value}"
        words = _BALANCE.sub(r"assets \1, claims \3: \4; claims are \2", words)
        yield FileFault(place, path, f"{violation.reason}, {words}", instead=instead)


def _ids(tree: Fields, name: str) -> Iterator[str]:
    """The ids that a file gives: of its assets, or of its debts."""
    for items in tree.values.values():
        for node in items.items if isinstance(items, Items) else (items,):
            for field in (name, "revolver_id" if name == "instrument_id" else name):
                identifier = node.values.get(field) if isinstance(node, Fields) else None
                if isinstance(identifier, Text):
                    yield identifier.text


def _overlap(path: str, other: str) -> bool:
    """Whether one of two fields is the other, or in it."""
    return any(f"{inner}.".startswith((f"{outer}.", f"{outer}[")) for inner, outer in ((path, other), (other, path)))


def in_units_of_file(tree: Fields, prefix: str, path: str, words: str, reason: str = "") -> str:
    """What a server says of a field of the request, with the amounts and the choices that the file has."""
    words, field = field_words.as_in_files(words), field_at(REQUESTS[prefix], path)
    of_amounts = field and (field.message_type or field_words.rules_of(field).unit == Unit.UNIT_MINOR)
    return amounts_of(tree)[0].quoted(words) if of_amounts and reason != "WRONG_LENGTH" else words
