"""A stored execution as the messages of a stream: started, its months, completed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from google.protobuf.message import Message

from seawall.engine import Execution
from seawall.engine.horizon.results import Wall
from seawall.engine.month.recovery import Recovery
from seawall.engine.values.assumption_record import AssumptionRecord
from seawall.v1 import execution_pb2 as e
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.log_pb2 import Receipt

from ..documents.document import Document
from ..refusals import FieldRefused, Trouble
from ..store.appends import StoredDocument
from ..wire.months_to_message import written
from ..wire.to_message import message
from ..wire.varints import SIZED, sized, tag
from . import requests
from .answers import execution_parents, timestamp
from .archive import StoredExecution, read_execution
from .computing import computed_execution
from .memory import Input
from .replay import Comparison, compare

M = TypeVar("M", bound=Message)
Requested = requests.Execute | requests.Replay
RESPONSES: Mapping[Any, Any] = {requests.Execute: s.ExecuteResponse, requests.Replay: s.ReplayResponse}
#: A message takes no further month from here on, so that with the largest month it stays below the 4 MiB that clients
#: receive.
MESSAGE_BYTES = 3 * 2**20
LONGEST_KEPT = 4_096  #: letters of a record whose message is kept


class StreamParts(NamedTuple):
    """What a stream says of an execution, as it stands in its document, in the bytes in which it leaves."""

    header: bytes
    periods: tuple[bytes, ...]  #: each a response with some months
    metrics: bytes


def parts_of(execution: StoredExecution, request: Requested) -> StreamParts:
    """The parts of an execution that was read, from the start period on; refuses one beyond the last period."""
    refuse_start_beyond(execution.value.horizon_months, request.start_period)
    return StreamParts(
        header(execution).SerializeToString(),
        tuple(packed(execution.value, request, RESPONSES[type(request)], execution.stored.address)),
        metrics(execution.value).SerializeToString(),
    )


def stream_parts(document: Document | StoredDocument, request: Requested) -> StreamParts:
    """The same of an execution that is read from its document."""
    return parts_of(read_execution(document), request)


def executed_stream_parts(
    scenario: Input, dataset_version: Input, analysis_date: date, request: requests.Execute
) -> tuple[Document, StreamParts]:
    """A stored scenario executed on a stored dataset version, and the parts as its document says them."""
    document = computed_execution(scenario, dataset_version, analysis_date, "scenario.analysis_date")
    return document, stream_parts(document, request)


def replayed_parts(
    stored: StoredDocument, original: StoredExecution, request: requests.Replay
) -> tuple[StreamParts, Comparison]:
    """The parts of a replay, and how it compares with what was replayed."""
    replayed = read_execution(stored)
    return parts_of(replayed, request), compare(original, replayed)


def execute_stream(stored: StoredDocument, parts: StreamParts, receipt: Receipt) -> Iterator[bytes]:
    """The answer to Execute."""
    started = s.ExecutionStarted(**_filing(stored), receipt=receipt)
    completed = s.ExecutionCompleted(receipt=receipt)
    yield from _stream(s.ExecuteResponse, stored.address, parts, started, completed)


def replay_stream(
    stored: StoredDocument, parts: StreamParts, comparison: Comparison, receipt: Receipt
) -> Iterator[bytes]:
    """The answer to Replay: the recomputed execution, and how it compares with the one that was replayed."""
    compared: dict[str, Any] = {
        "outcome": f"REPLAY_OUTCOME_{comparison.outcome.name}",
        "divergence": s.Divergence(**comparison.divergence._asdict()) if comparison.divergence else None,
        "receipt": receipt,
    }
    started, completed = s.ReplayStarted(**_filing(stored), **compared), s.ReplayCompleted(**compared)
    yield from _stream(s.ReplayResponse, stored.address, parts, started, completed)


def _stream(kind: Any, execution_id: str, parts: StreamParts, started: Message, completed: Message) -> Iterator[bytes]:
    """The responses of this kind: what is in bytes already stands before what the call adds."""
    before = kind(execution_id=execution_id).SerializeToString()
    first = _field(started, "header", parts.header) + started.SerializeToString()
    last = _field(completed, "metrics", parts.metrics) + completed.SerializeToString()
    yield before + _field(kind, "started", first)
    yield from parts.periods
    yield before + _field(kind, "completed", last)


def _field(holder: Any, name: str, content: bytes) -> bytes:
    """A message in a field of another one."""
    return tag(holder.DESCRIPTOR.fields_by_name[name], SIZED) + sized(content)


def _filing(stored: StoredDocument) -> dict[str, Any]:
    return {"created": stored.created, "recorded_at": timestamp(stored)}


def refuse_start_beyond(horizon_months: int, start_period: int) -> None:
    """A stream may begin one period after the last; then it has started and completed only."""
    most = horizon_months + 1
    if start_period > most:
        raise FieldRefused(Trouble.START_PERIOD_OUT_OF_RANGE, "start_period", str(start_period), f"1 to {most}")


def execution_read(stored: StoredDocument) -> s.GetExecutionResponse:
    """The answer to GetExecution: an execution without its months."""
    execution = read_execution(stored)
    return s.GetExecutionResponse(
        header=header(execution), metrics=metrics(execution.value), recorded_at=timestamp(stored)
    )


def header(execution: StoredExecution) -> e.ExecutionHeader:
    """What every figure of an execution stands on."""
    header = message(
        e.ExecutionHeader,
        execution.value,
        execution_id=execution.stored.address,
        model=execution.model,
        assumption_records=[],
        **execution_parents(execution.parents),
    )
    header.MergeFromString(b"".join(map(_record, execution.value.assumption_records)))
    return header


def _record(record: AssumptionRecord) -> bytes:
    """A record as an entry of its header."""
    return _short_record(record) if sum(map(len, record)) <= LONGEST_KEPT else _short_record.__wrapped__(record)


@lru_cache(maxsize=1_024)
def _short_record(record: AssumptionRecord) -> bytes:
    """Most records are the same in every execution."""
    return e.ExecutionHeader(assumption_records=[message(e.AssumptionRecord, record)]).SerializeToString()


def metrics(execution: Execution) -> e.CumulativeMetrics:
    """The whole horizon in a few figures."""
    figures = execution.metrics
    return message(
        e.CumulativeMetrics,
        figures,
        first_default_facility=_facility(execution, figures.first_default_facility),
        wall=_wall(execution, figures.wall),
        recovery=None if figures.recovery is None else _recovery(execution, figures.recovery),
    )


def _wall(execution: Execution, wall: Wall) -> e.Wall:
    """What falls due after the horizon, with names in place of positions."""
    return message(e.Wall, wall, facilities=_by_facility(e.FacilityWall, execution, wall.facilities))


def _recovery(execution: Execution, recovery: Recovery) -> e.Recovery:
    """Who is paid what, with names in place of positions."""
    fulcrum = _facility(execution, recovery.fulcrum)
    facilities = _by_facility(e.FacilityRecovery, execution, recovery.facilities)
    return message(e.Recovery, recovery, fulcrum=fulcrum, facilities=facilities)


def _facility(execution: Execution, position: int) -> e.Facility | None:
    """The facility at a position, from 1 on; none at 0."""
    return message(e.Facility, execution.facilities[position - 1]) if position else None


def _by_facility(kind: type[M], execution: Execution, rows: Sequence[Any]) -> list[M]:
    """A message for each facility, with its id and its lien."""
    return [
        message(kind, row, facility_id=facility.facility_id, lien=facility.lien)
        for facility, row in zip(execution.facilities, rows, strict=True)
    ]


def packed(execution: Execution, request: Requested, kind: Any, execution_id: str) -> Iterator[bytes]:
    """The responses with the months from the start period on: at most so many in one, and fewer where they are large.

    They are put together from bytes, as `wire.months_to_message` writes them.
    """
    before = kind(execution_id=execution_id).SerializeToString() + tag(kind.DESCRIPTOR.fields_by_name["periods"], SIZED)
    of_month = tag(s.ExecutionPeriods.DESCRIPTOR.fields_by_name["periods"], SIZED)
    months: list[bytes] = []
    size = 0
    for month in written(execution, request.start_period):
        if months and (len(months) == request.periods_per_message or size + len(month) > MESSAGE_BYTES):
            yield before + sized(b"".join(months))
            months, size = [], 0
        months.append(of_month + sized(month))
        size += len(month)
    if months:
        yield before + sized(b"".join(months))
