"""A stored execution as the messages of a stream: started, its months, completed."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from google.protobuf.message import Message

from seawall.engine import Execution
from seawall.engine.horizon.results import Wall
from seawall.engine.month.recovery import Recovery
from seawall.engine.values.assumption_record import AssumptionRecord
from seawall.v1 import execution_pb2 as e
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.log_pb2 import Receipt

from ..refusals import FieldRefused, Trouble
from ..store.appends import StoredDocument
from ..wire.months_to_message import written
from ..wire.to_message import message
from ..wire.varints import SIZED, sized, tag
from . import requests
from .answers import execution_parents, timestamp
from .archive import Answer, StoredExecution, read_execution
from .replay import compare

M = TypeVar("M", bound=Message)
Requested = requests.Execute | requests.Replay
#: A message takes no further month from here on, so that with the largest month it stays below the 4 MiB that clients
#: receive.
MESSAGE_BYTES = 3 * 2**20
LONGEST_KEPT = 4_096  #: letters of a record whose message is kept
LARGE_BYTES = 32 * 2**10  #: each message of a larger document is built off the event loop


def execute_stream(stored: StoredDocument, request: requests.Execute, receipt: Receipt) -> Iterator[Answer]:
    """The answer to Execute, from its start period on; the document is read with the first message."""
    execution = read_execution(stored)
    refuse_start_beyond(execution.value.horizon_months, request.start_period)
    execution_id = stored.address
    started = s.ExecutionStarted(**_started(execution), receipt=receipt)
    yield s.ExecuteResponse(execution_id=execution_id, started=started)
    yield from packed(execution.value, request, s.ExecuteResponse, execution_id)
    completed = s.ExecutionCompleted(metrics=metrics(execution.value), receipt=receipt)
    yield s.ExecuteResponse(execution_id=execution_id, completed=completed)


def replay_stream(
    stored: StoredDocument, original: StoredExecution, request: requests.Replay, receipt: Receipt
) -> Iterator[Answer]:
    """The answer to Replay: the recomputed execution, read with the first message, and how it compares with the one
    that was replayed."""
    execution, execution_id = read_execution(stored), stored.address
    comparison = compare(original, execution)
    compared: dict[str, Any] = {
        "outcome": f"REPLAY_OUTCOME_{comparison.outcome.name}",
        "divergence": s.Divergence(**comparison.divergence._asdict()) if comparison.divergence else None,
        "receipt": receipt,
    }
    yield s.ReplayResponse(execution_id=execution_id, started=s.ReplayStarted(**_started(execution), **compared))
    yield from packed(execution.value, request, s.ReplayResponse, execution_id)
    completed = s.ReplayCompleted(metrics=metrics(execution.value), **compared)
    yield s.ReplayResponse(execution_id=execution_id, completed=completed)


def refuse_start_beyond(horizon_months: int, start_period: int) -> None:
    """A stream may begin one period after the last; then it has started and completed only."""
    most = horizon_months + 1
    if start_period > most:
        raise FieldRefused(Trouble.START_PERIOD_OUT_OF_RANGE, "start_period", str(start_period), f"1 to {most}")


def is_large(stored: StoredDocument) -> bool:
    """Whether a message of an execution takes longer to build than to hand over to another thread."""
    return len(stored.body) > LARGE_BYTES


def execution_read(stored: StoredDocument) -> s.GetExecutionResponse:
    """The answer to GetExecution: an execution without its months."""
    execution = read_execution(stored)
    return s.GetExecutionResponse(
        header=header(execution), metrics=metrics(execution.value), recorded_at=timestamp(stored)
    )


def _started(execution: StoredExecution) -> dict[str, Any]:
    stored = execution.stored
    return {"header": header(execution), "created": stored.created, "recorded_at": timestamp(stored)}


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
