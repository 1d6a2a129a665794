"""Whether a stored execution and the same computed again say the same, and where they part first."""

from collections.abc import Iterator
from datetime import date
from enum import Enum, auto
from typing import Any, NamedTuple

from seawall.engine.values.value import Field, fields_of

from ..documents.scalars import WRITE
from .executions import StoredExecution

Difference = tuple[str, str, str]
Inputs = tuple[str, str, date]  #: ids of the scenario and the dataset version, and the analysis date


class Outcome(Enum):
    """What the comparison of a replay with the stored execution says; the contract has the same names."""

    IDENTICAL = auto()
    DIFFERENT_DATA = auto()
    DIVERGED = auto()


class Divergence(NamedTuple):
    """The first figure that differs: `period` 0 for what is said about the whole horizon."""

    period: int
    figure: str
    stored: str
    recomputed: str


class Comparison(NamedTuple):
    """What a replay came out as, and where it parts first if it diverged."""

    outcome: Outcome
    divergence: Divergence | None = None


def compare(original: StoredExecution, replayed: StoredExecution) -> Comparison:
    """Reads two documents only, so that a repeated call says what the first one said."""
    outcome = outcome_of(original, replayed.stored.address, _computed_from(replayed))
    return Comparison(outcome, _first_divergence(original, replayed) if outcome is Outcome.DIVERGED else None)


def outcome_of(original: StoredExecution, address: str, computed_from: Inputs) -> Outcome:
    """What a replay came out as, by its address and by what it was computed from."""
    if address == original.stored.address:
        return Outcome.IDENTICAL
    return Outcome.DIVERGED if computed_from == _computed_from(original) else Outcome.DIFFERENT_DATA


def _computed_from(told: StoredExecution) -> Inputs:
    return told.parents["scenario"], told.parents["dataset_version"], told.execution.analysis_date


def _first_divergence(original: StoredExecution, replayed: StoredExecution) -> Divergence:
    """Month by month, then what is said about all of them, then the model's name."""
    stored, recomputed = original.execution, replayed.execution
    for number, months in enumerate(zip(stored.months, recomputed.months, strict=False), start=1):
        for difference in _differences("", *months):
            return Divergence(number, *difference)
    for difference in _differences("", stored._replace(months=()), recomputed._replace(months=())):
        return Divergence(0, *difference)
    return Divergence(0, "model", original.model, replayed.model)


def _differences(path: str, stored: Any, recomputed: Any) -> Iterator[Difference]:
    if stored == recomputed:
        return
    for field in fields_of(stored.__class__):
        pair = getattr(stored, field.name), getattr(recomputed, field.name)
        yield from _in_field(field, f"{path}.{field.name}" if path else field.name, *pair)


def _in_field(field: Field, path: str, stored: Any, recomputed: Any) -> Iterator[Difference]:
    if not field.repeated:
        yield from _in_item(field, path, stored, recomputed)
        return
    for position, pair in enumerate(zip(stored, recomputed, strict=False)):
        yield from _in_item(field, f"{path}[{position}]", *pair)
    if len(stored) != len(recomputed):
        yield path, f"{len(stored)} entries", f"{len(recomputed)} entries"


def _in_item(field: Field, path: str, stored: Any, recomputed: Any) -> Iterator[Difference]:
    if field.value:
        yield from _differences(path, stored, recomputed)
    elif stored != recomputed:
        yield path, _text(field, stored), _text(field, recomputed)


def _text(field: Field, held: Any) -> str:
    if isinstance(held, Enum):
        return str(held.value)
    return str(WRITE[field.unit.kind](held)) if field.unit else str(held)
