"""Evidence documents: a value of the engine as canonical bytes whose SHA-256 is its id, and back.

One walk over the fields of a value writes it and another reads it; no class has a converter of its own. A field at
its default is left out, so that a field added later leaves the ids of older documents as they are.
Months are written as columns, one text a figure: its values from month 1 on with a space between them, and a run of n
equal ones as `value*n`. A figure that is 0 in every month is left out, or not known in any; what may be not known is
written where it is 0 too. Those of an execution are written from their matrix, and read into one: `execution_months`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from datetime import date
from functools import cache, lru_cache, partial
from hashlib import sha256
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, overload

from seawall.engine import MODEL, AssessmentTerms, Execution, Scenario
from seawall.engine.assessment.results import ScheduleMonth
from seawall.engine.horizon.months import Months
from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.month.results import Month
from seawall.engine.sweeps.plan import Stress, SweepDraws, SweepGrid, SweepPlan, SweepScenario
from seawall.engine.values.assumption_record import AssumptionRecord
from seawall.engine.values.units import Address, AssessmentHorizon, Kind
from seawall.engine.values.value import Field, fields_of

from ..refusals import DifferentModel
from . import canonical, execution_months
from .columns import NOT_KNOWN, months_of
from .execution_months import ZERO_IS_NOTHING
from .kinds import WRITTEN_KINDS, DocumentKind
from .scalars import READ, WRITE

EARLIER_MODEL = "month.v1"  #: of documents that name none and are of a kind that this release does not write
_RECORDS, _LONGEST_KEPT = "assumption_records", 4_096  #: where they stand; bytes of one that is kept
_KIND_OF = {kind.value: kind for kind in WRITTEN_KINDS.values()}

#: Fields that are written out even at their default, so that a scenario shows all that it assumes. A field added later
#: does not join this list: it is left out while neutral.
WRITTEN_OUT: Mapping[Any, frozenset[str]] = {
    Scenario: frozenset({"assumptions", "posture"}),
    Assumptions: frozenset(
        "revenue_change_factor cost_change_factor interest_rate_change_factor interest_rate_shift"
        " liquidity_shock_factor market_value_depreciation_factor collection_period_extension_days"
        " payment_period_reduction_days inventory_period_extension_days inventory_release_share"
        " capital_expenditure_factor refinanced_share interest_rate_scope".split()
    ),
    SweepPlan: frozenset({"posture"}),
    SweepGrid: frozenset({"base"}),
    SweepDraws: frozenset({"base"}),
    SweepScenario: frozenset({"stress"}),
    Stress: frozenset({"assumptions"}),
    AssessmentTerms: frozenset(
        "horizon_months ebitda_cash_share minimum_dscr minimum_interest_coverage strong_dscr_margin"
        " most_maturity_concentration".split()
    ),
}
IN_COLUMNS = (Month, ScheduleMonth)  #: one list a figure, over `horizon_months`
_MOST_MONTHS = AssessmentHorizon.__metadata__[0].high  # type: ignore[attr-defined]
_ADDRESS = Address.__metadata__[0]  # type: ignore[attr-defined]  # a field in this unit is a parent, not a figure


class Fields(Protocol):
    """The fields of a document by their names."""

    @overload
    def get(self, name: str, /) -> Any: ...
    @overload
    def get(self, name: str, default: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Document:
    """Canonical bytes, and what the store files them under; all of it follows from the bytes."""

    kind: str
    body: bytes
    address: str
    parents: tuple[tuple[str, str], ...] = ()
    inputs: str = ""  #: `inputs_of` an execution, to find it again without computing it; else empty
    labels: tuple[tuple[str, str], ...] = ()  #: name of the field and label, by which lists find it


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A document read back."""

    value: Any
    parents: dict[str, str]
    model: str


def seal(value: Any, **parents: str) -> Document:
    """The document of a value whose class is in `WRITTEN_KINDS`, with its parents: name and address."""
    kind = _KIND_OF[type(value)]
    parents |= _addresses(value)
    fields = {"kind": kind.name, **_written(value)}
    inputs = ""
    if parents:
        canonical.check(parents)
        fields["parents"] = parents
    if kind.is_computed:
        fields["model"] = MODEL
    if isinstance(value, Execution) and "replay_of" not in parents:
        inputs = inputs_of(parents["scenario"], parents["dataset_version"], value.analysis_date)
    body = canonical.encode_checked(fields)  # as `_written` writes nothing else
    return Document(kind.name, body, address_of(body), tuple(sorted(parents.items())), inputs, labels_in(kind, fields))


def unseal(body: bytes) -> Unsealed:
    """The value of a document, with its parents and its model; `DifferentModel` where this release computes another."""
    fields = canonical.decode_but_items(body, _RECORDS)
    kind, parents, model = WRITTEN_KINDS.get(fields["kind"]), fields.get("parents", {}), fields.get("model", "")
    if kind is None or model not in ("", MODEL):
        raise DifferentModel(address_of(body), model or EARLIER_MODEL)
    return Unsealed(_read(kind.value, fields, parents), parents, model)


def labels_in(kind: DocumentKind, fields: Fields) -> tuple[tuple[str, str], ...]:
    """The caller's own names in the fields of a document, each with the field that has it."""
    labels = ((name, label) for name in kind.labels for label in _texts(fields.get(name)))
    return tuple(sorted(labels))


def _texts(content: Any) -> list[str]:
    """A text, or the texts in a list; what is stored was not checked as a request is."""
    return [text for text in (content if isinstance(content, list) else [content]) if isinstance(text, str)]


def part(cls: Any, fields: Mapping[str, Any]) -> Any:
    """The value that a part of a document says."""
    return _read(cls, fields, {})


def address_of(body: bytes) -> str:
    """The content address of stored bytes."""
    return f"sha256:{sha256(body).hexdigest()}"


def inputs_of(scenario_id: str, dataset_version_id: str, analysis_date: date) -> str:
    """The inputs of an execution of today's model as a text; the same text is the same execution."""
    return f"{MODEL} {scenario_id} {dataset_version_id} {analysis_date}"


def _addresses(value: Any) -> dict[str, str]:
    links = [field.name for field in fields_of(value.__class__) if field.unit is _ADDRESS]
    return {name.removesuffix("_id"): getattr(value, name) for name in links}


def _written(value: Any) -> dict[str, Any]:
    return {
        name: write(content)
        for name, left_out, write in _writers(value.__class__)
        if (content := getattr(value, name)) not in left_out
    }


class _Writer(NamedTuple):
    """How a field is written."""

    name: str
    left_out: tuple[Any, ...]  #: what is not written
    write: Callable[[Any], Any]


@cache
def _writers(cls: Any) -> tuple[_Writer, ...]:
    always = WRITTEN_OUT.get(cls, frozenset())
    fields = [field for field in fields_of(cls) if field.unit is not _ADDRESS]
    canonical.check({field.name: "" for field in fields})
    left_out = [
        () if field.name in always else (None,) if field.required else (None, field.default) for field in fields
    ]
    return tuple(_Writer(field.name, none, _writer(field)) for field, none in zip(fields, left_out, strict=True))


def _writer(field: Field) -> Callable[[Any], Any]:
    write = _item_writer(field)
    if field.value in IN_COLUMNS:
        return partial(_in_columns, field.value)
    return (lambda items: [write(item) for item in items]) if field.repeated else write


def _item_writer(field: Field) -> Callable[[Any], Any]:
    if field.value is AssumptionRecord:
        return _record_written
    if field.unit:
        return WRITE[field.unit.kind]
    return attrgetter("value") if field.choices else _written


@lru_cache(maxsize=1_024)
def _record_written(record: AssumptionRecord) -> Any:
    """Most records are the same in every execution."""
    return canonical.part(_written(record))


def _in_columns(cls: Any, rows: Sequence[Any]) -> Any:
    if isinstance(rows, Months):
        return canonical.part(execution_months.written(rows))
    return _columns(cls, rows)


def _columns(cls: Any, rows: Sequence[Any]) -> dict[str, Any]:
    """Each figure of `cls` as a list over months; a repeated section as a list of such columns by position."""
    columns: dict[str, Any] = {}
    for field, figures in zip(fields_of(cls), zip(*rows, strict=True), strict=True):
        written: Any
        if field.value is None:
            written = _column(field, figures)
        elif field.repeated:
            written = [_columns(field.value, section) for section in zip(*figures, strict=True)]
        else:
            written = _columns(field.value, figures)
        if written is not None and written != {}:
            columns[field.name] = written
    return columns


def _column(field: Field, figures: Sequence[Any]) -> str | None:
    """100, 100, 90 is "100*2 90"; two months that are not known and 90 are "NOT_KNOWN*2 90"."""
    if field.unit is not None and field.unit.kind in ZERO_IS_NOTHING and all(figure == 0 for figure in figures):
        return None
    runs = [(figure, len(list(run))) for figure, run in groupby(figures)]
    write = _item_writer(field)
    texts = ((NOT_KNOWN if figure is None else str(write(figure)), months) for figure, months in runs)
    return " ".join(text if months == 1 else f"{text}*{months}" for text, months in texts)


def _read(cls: Any, fields: Mapping[str, Any], parents: Mapping[str, str]) -> Any:
    readers, in_columns, addresses = _readers(cls)
    if in_columns or addresses:
        months = {name: _months(rows, fields[name], fields["horizon_months"]) for name, rows in in_columns}
        fields = {**fields, **months, **{name: parents[name.removesuffix("_id")] for name in addresses}}
    return cls(
        *[read(fields[name]) if name in fields or absent is MISSING else absent for name, absent, read in readers]
    )


class _Reader(NamedTuple):
    """How a field is read."""

    name: str
    absent: Any  #: its value where it was left out; MISSING where it may not be
    read: Callable[[Any], Any]


class _Readers(NamedTuple):
    """How a class is read: its fields, those of them that are written in columns, and those that are parents."""

    fields: tuple[_Reader, ...]
    in_columns: tuple[tuple[str, Any], ...]
    addresses: tuple[str, ...]


@cache
def _readers(cls: Any) -> _Readers:
    fields = fields_of(cls)
    return _Readers(
        tuple(_Reader(field.name, None if field.optional else field.default, _reader(field)) for field in fields),
        tuple((field.name, field.value) for field in fields if field.value in IN_COLUMNS),
        tuple(field.name for field in fields if field.unit is _ADDRESS),
    )


def _reader(field: Field) -> Callable[[Any], Any]:
    if field.value in IN_COLUMNS:
        return lambda months: months  # which `_read` has read already
    read = _item_reader(field)
    return (lambda items: tuple([read(item) for item in items])) if field.repeated else read


def _item_reader(field: Field) -> Callable[[Any], Any]:
    if field.value is AssumptionRecord:
        return _record_read
    if field.unit:
        return READ[field.unit.kind]
    return field.choices or partial(_read, field.value, parents={})


def _record_read(part: Any) -> AssumptionRecord:
    """A record, of which `unseal` leaves the bytes as they are."""
    written = bytes(part)
    return _short_record_read(written) if len(written) <= _LONGEST_KEPT else _short_record_read.__wrapped__(written)


@lru_cache(maxsize=1_024)
def _short_record_read(written: bytes) -> AssumptionRecord:
    record: AssumptionRecord = _read(AssumptionRecord, canonical.decode(written), {})
    return record


def _months(cls: Any, columns: Mapping[str, Any], months: int) -> Sequence[Any]:
    """The months of what was written in columns."""
    if not 1 <= months <= _MOST_MONTHS:  # what is stored was not checked as a request is
        raise ValueError(f"horizon_months is {months}, and no document has more than {_MOST_MONTHS}")
    return execution_months.read(columns, months) if cls is Month else tuple(_rows(cls, columns, months))


def _rows(cls: Any, columns: Mapping[str, Any], months: int) -> list[Any]:
    """The months of what `_columns` wrote, one value each."""
    figures = (_figures(field, columns, months) for field in fields_of(cls))
    return [cls(*row) for row in zip(*figures, strict=True)]


def _figures(field: Field, columns: Mapping[str, Any], months: int) -> Sequence[Any]:
    if field.value and field.repeated:
        sections = [_rows(field.value, section, months) for section in columns[field.name]]
        return list(zip(*sections, strict=True)) if sections else [()] * months
    if field.value:
        return _rows(field.value, columns.get(field.name, {}), months)
    if field.name not in columns:
        return [0] * months
    is_integer = field.unit is not None and field.unit.kind in (Kind.COUNT, Kind.FLAG)
    texts = list(islice(months_of(columns[field.name]), months + 1))  # what is stored was not checked as a request is
    if len(texts) != months:
        raise ValueError(f"{field.name} has more or fewer months than {months}")
    read = _item_reader(field)
    figures = {
        text: None if field.optional and text == NOT_KNOWN else read(int(text) if is_integer else text)
        for text in set(texts)
    }
    return [figures[text] for text in texts]
