"""Evidence documents: a value of the engine as canonical bytes whose SHA-256 is its id, and back.

One walk over the shape of a value writes every field and another reads it; no class has a converter of its own.
A field at its default is left out, so that a field added later leaves the ids of older documents as they are.
Months are written as columns, one list a cell: what is 0 in every month is left out, and as in an assumption's path
the last value holds to the end, so that a constant is one value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from seawall.engine import MODEL, AssessmentTerms, Execution
from seawall.engine.assessment.results import ScheduleMonth
from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.month.results import Month
from seawall.engine.values.units import Address, Kind
from seawall.engine.values.value import Field, fields_of

from . import canonical
from .kinds import KINDS
from .scalars import READ, WRITE

_KIND_OF = {kind.value: kind for kind in KINDS.values()}

#: Assumptions are written out even where they are neutral, so that a scenario says all that it assumes. One added
#: later does not join this list: it is left out while neutral.
_WRITTEN_OUT = {
    Assumptions: frozenset(
        "revenue_change_factor cost_change_factor interest_rate_change_factor interest_rate_shift"
        " liquidity_shock_factor market_value_depreciation_factor collection_period_extension_days"
        " payment_period_reduction_days capital_expenditure_factor refinanced_share interest_rate_scope".split()
    ),
    AssessmentTerms: frozenset(
        "horizon_months ebitda_cash_share minimum_dscr minimum_interest_coverage strong_dscr_margin"
        " most_maturity_concentration".split()
    ),
}
_IN_COLUMNS = (Month, ScheduleMonth)  #: one list a cell, over `horizon_months`
_ADDRESS = Address.__metadata__[0]  # type: ignore[attr-defined]  # a field of this domain is a parent, not a figure
_ZERO_IS_NOTHING = (Kind.AMOUNT, Kind.DECIMAL, Kind.COUNT)


@dataclass(frozen=True, slots=True)
class Document:
    """Canonical bytes with what the store files them under; all of it follows from the bytes."""

    kind: str
    body: bytes
    address: str
    parents: tuple[tuple[str, str], ...] = ()
    inputs: str = ""  #: what an execution was computed from, to find it without computing; else empty


@dataclass(frozen=True, slots=True)
class Opened:
    """A document read back."""

    value: Any
    parents: dict[str, str]
    model: str


def seal(value: Any, **parents: str) -> Document:
    """The document of a value of one of the classes in `KINDS`, with what it stands on."""
    kind = _KIND_OF[type(value)]
    parents |= _addresses(value)
    held = {"kind": kind.name, **_written(value)}
    inputs = ""
    if parents:
        held["parents"] = parents
    if kind.is_computed:
        held["model"] = MODEL
    if isinstance(value, Execution) and "replay_of" not in parents:
        inputs = inputs_of(parents["scenario"], parents["dataset_version"], value.analysis_date)
    body = canonical.encode(held)
    return Document(kind.name, body, address_of(body), tuple(sorted(parents.items())), inputs)


def unseal(body: bytes) -> Opened:
    """What `seal` sealed."""
    held = canonical.decode(body)
    parents = held.get("parents", {})
    return Opened(_read(KINDS[held["kind"]].value, held, parents), parents, held.get("model", ""))


def address_of(body: bytes) -> str:
    """The content address of stored bytes."""
    return f"sha256:{sha256(body).hexdigest()}"


def inputs_of(scenario_id: str, dataset_version_id: str, analysis_date: date) -> str:
    """What an execution of today's model is computed from; the same text is the same execution."""
    return f"{MODEL} {scenario_id} {dataset_version_id} {analysis_date}"


def _addresses(value: Any) -> dict[str, str]:
    links = [field.name for field in fields_of(value.__class__) if field.unit is _ADDRESS]
    return {name.removesuffix("_id"): getattr(value, name) for name in links}


def _written(value: Any) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for field in _fields_to_write(value):
        item = getattr(value, field.name)
        if field.value in _IN_COLUMNS:
            held[field.name] = _columns(field.value, item)
        elif field.repeated:
            held[field.name] = [_one_written(field, each) for each in item]
        else:
            held[field.name] = _one_written(field, item)
    return held


def _fields_to_write(value: Any) -> Iterator[Field]:
    always = _WRITTEN_OUT.get(type(value), frozenset())
    for field in fields_of(value.__class__):
        item = getattr(value, field.name)
        neutral = item is None or item == field.default
        if field.unit is not _ADDRESS and (not neutral or field.name in always or field.value in _WRITTEN_OUT):
            yield field


def _one_written(field: Field, item: Any) -> Any:
    if field.unit:
        return WRITE[field.unit.kind](item)
    return item.value if field.choices else _written(item)


def _columns(cls: Any, cells: Sequence[Any]) -> dict[str, Any]:
    """Each cell of `cls` as a list over months; a repeated section as a list of such columns by position."""
    held: dict[str, Any] = {}
    for field, column in zip(fields_of(cls), zip(*cells, strict=True), strict=True):
        written: Any
        if field.value is None:
            written = _column(field, column)
        elif field.repeated:
            written = [_columns(field.value, row) for row in zip(*column, strict=True)]
        else:
            written = _columns(field.value, column)
        if written is not None and written != {}:
            held[field.name] = written
    return held


def _column(field: Field, column: Sequence[Any]) -> list[Any] | None:
    last, held = column[-1], len(column)
    while held > 1 and column[held - 2] == last:
        held -= 1
    if held == 1 and last == 0 and field.unit and field.unit.kind in _ZERO_IS_NOTHING:
        return None
    return [_one_written(field, cell) for cell in column[:held]]


def _read(cls: Any, held: Mapping[str, Any], parents: Mapping[str, str]) -> Any:
    values: dict[str, Any] = {}
    for field in fields_of(cls):
        if field.unit is _ADDRESS:
            values[field.name] = parents[field.name.removesuffix("_id")]
        elif field.value in _IN_COLUMNS:
            values[field.name] = tuple(_rows(field.value, held[field.name], held["horizon_months"]))
        elif field.name in held or (field.required and not field.optional):
            item = held[field.name]
            values[field.name] = (
                tuple(_one_read(field, each) for each in item) if field.repeated else _one_read(field, item)
            )
        elif field.optional:
            values[field.name] = None
    return cls(**values)


def _one_read(field: Field, item: Any) -> Any:
    if field.unit:
        return READ[field.unit.kind](item)
    return field.choices(item) if field.choices else _read(field.value or type(None), item, {})


def _rows(cls: Any, held: Mapping[str, Any], months: int) -> list[Any]:
    """What `_columns` wrote, as one value a month."""
    return [cls(*cells) for cells in zip(*(_cells(field, held, months) for field in fields_of(cls)), strict=True)]


def _cells(field: Field, held: Mapping[str, Any], months: int) -> Sequence[Any]:
    if field.value and field.repeated:
        rows = [_rows(field.value, columns, months) for columns in held[field.name]]
        return list(zip(*rows, strict=True)) if rows else [()] * months
    if field.value:
        return _rows(field.value, held.get(field.name, {}), months)
    if field.name not in held:
        return [0] * months
    column = [_one_read(field, cell) for cell in held[field.name]]
    return column + column[-1:] * (months - len(column))
