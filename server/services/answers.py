"""Stored documents as answers: what each says is read from its stored bytes, never from what was just computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from seawall.engine.echo.results import DatasetVersionEcho, Warning
from seawall.engine.preview.preview import Preview
from seawall.v1 import assessment_pb2 as a
from seawall.v1 import echo_pb2 as h
from seawall.v1 import loan_pb2 as n
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s

from ..documents.canonical import decode
from ..documents.document import Document, unseal
from ..store.store import StoredDocument
from ..wire.to_message import fill, message
from .computing import CheckedDatasetVersion, CheckedScenario, cash_flows


def dataset_version_read(stored: StoredDocument) -> s.GetDatasetVersionResponse:
    """The figures of a dataset version, as they were registered."""
    response = s.GetDatasetVersionResponse(dataset_version_id=stored.address, recorded_at=timestamp(stored))
    fill(response.dataset_version, unseal(stored.body).value)
    return response


def registered(checked: CheckedDatasetVersion, filed: StoredDocument | None) -> s.RegisterDatasetVersionResponse:
    """A dataset version as it was understood, and stored where it was not only checked."""
    return s.RegisterDatasetVersionResponse(
        dataset_version_id=_id(checked.document, filed),
        echo=message(h.DatasetVersionEcho, checked.echo),
        warnings=_warnings(checked.warnings),
        **_filing(filed),
    )


def scenario_created(checked: CheckedScenario, filed: StoredDocument | None) -> s.CreateScenarioResponse:
    """A scenario as it was understood, and stored where it was not only checked."""
    return s.CreateScenarioResponse(
        scenario_id=_id(checked.document, filed),
        scenario=scenario((filed or checked.document).body),
        echo=message(h.ScenarioEcho, checked.echo),
        warnings=_warnings(checked.warnings),
        **_filing(filed),
    )


def _id(document: Document, filed: StoredDocument | None) -> str:
    """Its content address; that of the first answer where the request id gives one again."""
    return filed.address if filed else document.address


def _filing(filed: Document | StoredDocument | None) -> dict[str, Any]:
    """When a document was stored and whether by this call; nothing of one that was only checked."""
    return {"created": filed.created, "recorded_at": timestamp(filed)} if isinstance(filed, StoredDocument) else {}


def _warnings(warnings: Sequence[Warning]) -> list[h.Warning]:
    return [message(h.Warning, warning, **_what_stands_there(warning)) for warning in warnings]


def _what_stands_there(warning: Warning) -> dict[str, str]:
    """The value that a warning is about, under its name in the API."""
    return {"found": warning.value}


def scenario(body: bytes) -> c.Scenario:
    """A scenario with every assumption resolved."""
    return message(c.Scenario, unseal(body).value)


def report(stored: StoredDocument) -> s.GetReportResponse:
    """A report with its ids."""
    opened = unseal(stored.body)
    response = s.GetReportResponse(
        report_id=stored.address,
        execution_id=opened.parents["execution"],
        created=stored.created,
        recorded_at=timestamp(stored),
    )
    fill(response.report, opened.value)
    return response


def assessment(
    assessed: Document | StoredDocument, echo: DatasetVersionEcho, warnings: Sequence[Warning]
) -> s.AssessDebtServiceResponse:
    """An assessment with its ids, stored or not, and its dataset version as it was understood."""
    opened = unseal(assessed.body)
    return s.AssessDebtServiceResponse(
        assessment_id=assessed.address,
        dataset_version_id=opened.parents["dataset_version"],
        assessment=message(a.Assessment, opened.value),
        echo=message(h.DatasetVersionEcho, echo),
        warnings=_warnings(warnings),
        **_filing(assessed),
    )


def previewed(request: Preview) -> bytes:
    """The cash flows of an instrument, computed; nothing is stored."""
    messages = [message(n.LoanCashFlow, flow) for flow in cash_flows(request)]
    answer = s.PreviewInstrumentResponse(
        cash_flows=messages, currency=request.currency, minor_digits=request.minor_digits
    )
    return answer.SerializeToString()


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
        company_id=fields.get("company_id", ""),
        labels=fields.get("labels", ()),
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
        first_default_period=fields["metrics"]["first_default_period"],
        months_of_runway=fields["metrics"]["months_of_runway"],
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
