"""A stored execution as messages. Everything told is read from the stored bytes, never from what was just computed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from seawall.engine import Execution
from seawall.v1 import execution_pb2 as e
from seawall.v1 import stress_service_pb2 as s

from ..documents.canonical import decode
from ..documents.document import unseal
from ..store.store import StoredDocument
from ..wire.to_message import message

#: A message stops taking months here, so that with the largest month it stays below the 4 MiB that clients receive.
MESSAGE_BYTES = 3 * 2**20


@dataclass(frozen=True, slots=True)
class StoredExecution:
    """An execution read back from its document, with what the store knows of it."""

    stored: StoredDocument
    execution: Execution
    parents: dict[str, str]
    model: str


def read_execution(stored: StoredDocument) -> StoredExecution:
    """Decodes the stored bytes."""
    opened = unseal(stored.body)
    return StoredExecution(stored, opened.value, opened.parents, opened.model)


def timestamp(stored: StoredDocument) -> Timestamp:
    """When the server stored it first."""
    recorded_at = Timestamp()
    recorded_at.FromJsonString(stored.recorded_at)
    return recorded_at


def header(told: StoredExecution) -> e.ExecutionHeader:
    """What every figure stands on."""
    return message(
        e.ExecutionHeader,
        told.execution,
        execution_id=told.stored.address,
        model=told.model,
        **_links(told.parents),
    )


def metrics(execution: Execution) -> e.CumulativeMetrics:
    """The whole horizon in a few figures."""
    position = execution.header.first_default_facility
    facility = message(e.Facility, execution.facilities[position - 1]) if position else None
    return message(e.CumulativeMetrics, execution.header, first_default_facility=facility)


def summary(stored: StoredDocument) -> s.ExecutionSummary:
    """One execution in a list, without decoding its months."""
    held = decode(stored.body)
    return s.ExecutionSummary(
        execution_id=stored.address,
        analysis_date=held["analysis_date"],
        horizon_months=held["horizon_months"],
        first_shortfall_period=held["header"]["first_shortfall_period"],
        first_default_period=held["header"]["first_default_period"],
        recorded_at=timestamp(stored),
        **_links(held["parents"]),
    )


def period(execution: Execution, number: int) -> e.PeriodResult:
    """One month, number 1 to the horizon."""
    month = execution.months[number - 1]
    facilities = [
        message(e.FacilityMonth, row, facility_id=facility.facility_id, lien=facility.lien)
        for facility, row in zip(execution.facilities, month.facilities, strict=True)
    ]
    categories = [
        message(e.CategoryExposure, row, category=name)
        for name, row in zip(execution.category_names, month.categories, strict=True)
    ]
    return message(
        e.PeriodResult,
        month,
        period=number,
        period_end=execution.period_ends[number - 1].isoformat(),
        facilities=facilities,
        categories=categories,
    )


def packed(execution: Execution, start: int, most: int) -> Iterator[s.ExecutionPeriods]:
    """The months from `start` on, at most `most` in a message and fewer where they are large."""
    held: list[e.PeriodResult] = []
    size = 0
    for number in range(start, execution.horizon_months + 1):
        month = period(execution, number)
        if held and (len(held) == most or size + month.ByteSize() > MESSAGE_BYTES):
            yield s.ExecutionPeriods(periods=held)
            held, size = [], 0
        held.append(month)
        size += month.ByteSize()
    if held:
        yield s.ExecutionPeriods(periods=held)


def _links(parents: Mapping[str, str]) -> dict[str, Any]:
    return {
        "scenario_id": parents["scenario"],
        "dataset_version_id": parents["dataset_version"],
        "replay_of": parents.get("replay_of", ""),
    }
