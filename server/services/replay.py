"""How a replay compares with the stored execution: identical, on other data, or diverged, and at which figure."""

from collections.abc import Iterator
from datetime import date
from enum import Enum, auto
from typing import Any, NamedTuple

from seawall.engine.values.value import Field, fields_of

from ..documents.scalars import WRITE
from .archive import StoredExecution, read_execution

Difference = tuple[str, str, str]
Inputs = tuple[str, str, date]  #: ids of the scenario and the dataset version, and the analysis date


class ReplayOutcome(Enum):
    """What the comparison says; the API has the same names."""

    IDENTICAL = auto()
    DIFFERENT_DATA = auto()
    DIVERGED = auto()


class Divergence(NamedTuple):
    """The first figure that differs; `period` 0 for a figure of the whole horizon."""

    period: int
    figure: str
    stored: str
    recomputed: str


class Comparison(NamedTuple):
    """The outcome of a replay, and its first difference if it diverged."""

    outcome: ReplayOutcome
    divergence: Divergence | None = None


def compare(original: StoredExecution, replayed: StoredExecution) -> Comparison:
    """The comparison of two stored documents; it reads nothing else, so a repeated call says the same.

    Of the original the months may be missing: they are read where it diverged.
    """
    outcome = replay_outcome(original, replayed.stored.address, _inputs(replayed))
    diverged = outcome is ReplayOutcome.DIVERGED
    return Comparison(outcome, _first_divergence(read_execution(original.stored), replayed) if diverged else None)


def replay_outcome(original: StoredExecution, address: str, inputs: Inputs) -> ReplayOutcome:
    """The outcome of a replay, from its address and the inputs it was computed from."""
    if address == original.stored.address:
        return ReplayOutcome.IDENTICAL
    return ReplayOutcome.DIVERGED if inputs == _inputs(original) else ReplayOutcome.DIFFERENT_DATA


def _inputs(execution: StoredExecution) -> Inputs:
    return execution.parents["scenario"], execution.parents["dataset_version"], execution.value.analysis_date


def _first_divergence(original: StoredExecution, replayed: StoredExecution) -> Divergence:
    """Month by month, then the figures of the whole horizon, then the model's name."""
    stored, recomputed = original.value, replayed.value
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


def _text(field: Field, figure: Any) -> str:
    if isinstance(figure, Enum):
        return str(figure.value)
    return str(WRITE[field.unit.kind](figure)) if field.unit else str(figure)
