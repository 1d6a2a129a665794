"""Stored reports and assessments as answers. Everything told is read from the stored bytes."""

from seawall.v1 import assessment_pb2 as a
from seawall.v1 import report_pb2 as r
from seawall.v1 import stress_service_pb2 as s

from ..documents.document import unseal
from ..store.store import StoredDocument
from ..wire.to_message import message
from .executions import timestamp


def report_answer(stored: StoredDocument) -> s.GetReportResponse:
    """A report, read back from its document."""
    opened = unseal(stored.body)
    return s.GetReportResponse(
        report_id=stored.address,
        execution_id=opened.parents["execution"],
        created=stored.created,
        recorded_at=timestamp(stored),
        report=message(r.Report, opened.value),
    )


def assessment_answer(stored: StoredDocument) -> s.AssessDebtServiceResponse:
    """An assessment, read back from its document."""
    opened = unseal(stored.body)
    return s.AssessDebtServiceResponse(
        assessment_id=stored.address,
        dataset_version_id=opened.parents["dataset_version"],
        created=stored.created,
        recorded_at=timestamp(stored),
        assessment=message(a.Assessment, opened.value),
    )
