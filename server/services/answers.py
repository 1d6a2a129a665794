"""Stored documents as answers: what each says is read from its stored bytes, never from what was just computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from seawall.engine.preview.cash_flows import LoanCashFlow
from seawall.v1 import assessment_pb2 as a
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import loan_pb2 as n
from seawall.v1 import report_pb2 as r
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s

from ..documents.canonical import decode
from ..documents.document import unseal
from ..store.store import StoredDocument
from ..wire.to_message import message


def dataset_version_read(stored: StoredDocument) -> s.GetDatasetVersionResponse:
    """The figures of a dataset version, as they were registered."""
    figures = message(d.DatasetVersion, unseal(stored.body).value)
    return s.GetDatasetVersionResponse(
        dataset_version_id=stored.address, dataset_version=figures, recorded_at=timestamp(stored)
    )


def scenario(stored: StoredDocument) -> c.Scenario:
    """A scenario with every assumption resolved."""
    return message(c.Scenario, unseal(stored.body).value)


def report(stored: StoredDocument) -> s.GetReportResponse:
    """A report with its ids."""
    opened = unseal(stored.body)
    return s.GetReportResponse(
        report_id=stored.address,
        execution_id=opened.parents["execution"],
        created=stored.created,
        recorded_at=timestamp(stored),
        report=message(r.Report, opened.value),
    )


def assessment(stored: StoredDocument) -> s.AssessDebtServiceResponse:
    """An assessment with its ids."""
    opened = unseal(stored.body)
    return s.AssessDebtServiceResponse(
        assessment_id=stored.address,
        dataset_version_id=opened.parents["dataset_version"],
        created=stored.created,
        recorded_at=timestamp(stored),
        assessment=message(a.Assessment, opened.value),
    )


def cash_flows(flows: Sequence[LoanCashFlow], currency: str, minor_digits: int) -> s.PreviewInstrumentResponse:
    """The cash flows of an instrument."""
    messages = [message(n.LoanCashFlow, flow) for flow in flows]
    return s.PreviewInstrumentResponse(cash_flows=messages, currency=currency, minor_digits=minor_digits)


def dataset_versions(documents: Sequence[StoredDocument], next_page_token: str) -> s.ListDatasetVersionsResponse:
    """A page of dataset versions."""
    summaries = map(_dataset_version_summary, documents)
    return s.ListDatasetVersionsResponse(dataset_versions=summaries, next_page_token=next_page_token)


def scenarios(documents: Sequence[StoredDocument], next_page_token: str) -> s.ListScenariosResponse:
    """A page of scenarios."""
    return s.ListScenariosResponse(scenarios=map(_scenario_summary, documents), next_page_token=next_page_token)


def executions(documents: Sequence[StoredDocument], next_page_token: str) -> s.ListExecutionsResponse:
    """A page of executions."""
    return s.ListExecutionsResponse(executions=map(_execution_summary, documents), next_page_token=next_page_token)


def _dataset_version_summary(stored: StoredDocument) -> s.DatasetVersionSummary:
    """A dataset version in a list, without its figures."""
    fields = decode(stored.body)
    return s.DatasetVersionSummary(
        dataset_version_id=stored.address,
        company_name=fields["company_name"],
        currency=fields["currency"],
        as_of_date=fields["as_of_date"],
        recorded_at=timestamp(stored),
    )


def _scenario_summary(stored: StoredDocument) -> s.ScenarioSummary:
    """A scenario in a list, without its assumptions."""
    fields = decode(stored.body)
    return s.ScenarioSummary(
        scenario_id=stored.address,
        dataset_version_id=fields["parents"]["dataset_version"],
        name=fields["name"],
        horizon_months=fields["horizon_months"],
        recorded_at=timestamp(stored),
    )


def _execution_summary(stored: StoredDocument) -> s.ExecutionSummary:
    """An execution in a list; its months are not decoded."""
    fields = decode(stored.body)
    return s.ExecutionSummary(
        execution_id=stored.address,
        analysis_date=fields["analysis_date"],
        horizon_months=fields["horizon_months"],
        first_shortfall_period=fields["header"]["first_shortfall_period"],
        first_default_period=fields["header"]["first_default_period"],
        recorded_at=timestamp(stored),
        **execution_parents(fields["parents"]),
    )


def execution_parents(parents: Mapping[str, str]) -> dict[str, Any]:
    """The parents of an execution under the names of the API."""
    return {
        "scenario_id": parents["scenario"],
        "dataset_version_id": parents["dataset_version"],
        "replay_of": parents.get("replay_of", ""),
    }


def timestamp(stored: StoredDocument) -> Timestamp:
    """When the server stored it first."""
    recorded_at = Timestamp()
    recorded_at.FromJsonString(stored.recorded_at)
    return recorded_at
