"""AssessDebtService and GetReport through a real server: answers are evidence, and a repeated call changes nothing."""

import json
from hashlib import sha256
from typing import Any
from uuid import uuid4

import grpc
import pytest
import rfc8785

from seawall.engine import assess, beside, execute
from seawall.engine.reports import ReportView, report
from seawall.engine.values.kept import Kept
from seawall.server.documents.document import unseal
from seawall.server.services import computing
from seawall.server.wire.to_message import message
from seawall.v1 import assessment_pb2 as a
from seawall.v1 import debt_service_pb2 as b
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import report_pb2 as r
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company, income, scenario, term_loan
from tests.server.running import everything_in, faults, reason, registered, with_an_execution

VIEWS = [view.name for view in ReportView]


async def evidence(server, address):
    return await server.evidence.GetEvidence(v.GetEvidenceRequest(address=address))


@pytest.mark.parametrize("view", VIEWS)
async def test_a_report_is_the_engines_and_is_evidence_with_the_execution_as_parent(server, view):
    known = await with_an_execution(server)
    request = s.GetReportRequest(execution_id=known.execution_id, view=f"REPORT_VIEW_{view}")
    answer = await server.stress.GetReport(request)
    assert (answer.execution_id, answer.created) == (known.execution_id, True)

    stress, figures = scenario(known.dataset_version_id, "severe"), company()
    expected = report(execute(stress, figures), ReportView[view], beside(stress, figures))
    assert answer.report == message(r.Report, expected)
    assert answer.report.WhichOneof("body") == view.lower()

    stored = await evidence(server, answer.report_id)
    assert f"sha256:{sha256(stored.body).hexdigest()}" == answer.report_id
    assert rfc8785.dumps(json.loads(stored.body)) == stored.body
    assert (stored.kind, unseal(stored.body).value) == ("report.v2", expected)
    assert json.loads(stored.body)["method"] == answer.report.method == "reports.v2"
    assert {parent.name: parent.address for parent in stored.parents} == {
        "execution": known.execution_id,
        "scenario": known.scenario_id,
        "dataset_version": known.dataset_version_id,
    }

    before = everything_in(server.database)
    again = await server.stress.GetReport(request)
    assert (again.report_id, again.created, again.report) == (answer.report_id, False, answer.report)
    assert everything_in(server.database) == before


async def test_the_views_of_an_execution_share_the_runs_beside_it(server, monkeypatch):
    known = await with_an_execution(server, "moderate")
    ran = []

    def counted(*case: Any) -> Any:
        ran.append(case)
        return beside(*case)

    monkeypatch.setattr(computing, "beside", counted)
    monkeypatch.setattr(computing, "_BESIDE", Kept(1))
    for view in VIEWS * 2:
        await server.stress.GetReport(s.GetReportRequest(execution_id=known.execution_id, view=f"REPORT_VIEW_{view}"))
    assert len(ran) == 1


async def test_the_thresholds_of_a_judgement_are_in_its_evidence(server):
    known = await with_an_execution(server)
    for view in ("AGGREGATED", "EXECUTIVE"):
        request = s.GetReportRequest(execution_id=known.execution_id, view=f"REPORT_VIEW_{view}")
        stored = await evidence(server, (await server.stress.GetReport(request)).report_id)
        table = json.loads(stored.body)[view.lower()]["thresholds"]
        assert {"rule": "dscr_below_minimum", "statement": "DSCR, below this", "value": "1.25"} in table


async def test_the_header_of_an_execution_carries_the_assessment_of_its_stressed_horizon(server):
    known = await with_an_execution(server)
    header = (await server.stress.GetExecution(s.GetExecutionRequest(execution_id=known.execution_id))).header
    execution = execute(scenario(known.dataset_version_id, "severe"), company())
    assert header.debt_service == message(b.DebtService, execution.debt_service)
    assert header.debt_service.ability_level == b.ABILITY_LEVEL_WEAK
    assert header.opening_total_assets_minor == company().balance_sheet.total_assets


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(company(), id="usual"),
        pytest.param(company(instruments=(), revolver=None), id="no debt"),
        pytest.param(
            company(
                instruments=(term_loan(),),
                income_statement=income(revenue_annual=0, cost_of_sales_annual=0, operating_expenses_annual=0),
            ),
            id="nothing known",
        ),
    ],
)
async def test_an_assessment_is_the_engines_and_is_evidence_of_its_dataset_version(server, figures):
    dataset = await registered(server, figures)
    terms = b.AssessmentTerms(horizon_months=36, minimum_dscr="0")
    request = s.AssessDebtServiceRequest(dataset_version_id=dataset, terms=terms)
    answer = await server.stress.AssessDebtService(request)
    assert (answer.dataset_version_id, answer.created) == (dataset, True)
    stored = await evidence(server, answer.assessment_id)
    assert f"sha256:{sha256(stored.body).hexdigest()}" == answer.assessment_id
    assert rfc8785.dumps(json.loads(stored.body)) == stored.body
    opened = unseal(stored.body)
    assert (stored.kind, opened.model) == ("assessment.v2", "month.v2")
    assert opened.value.method == answer.assessment.method == "debt_service.v2"
    assert opened.value == assess(figures, opened.value.terms)
    assert answer.assessment == message(a.Assessment, opened.value)
    assert (await server.stress.AssessDebtService(request)).created is False


async def test_terms_left_out_are_written_out_as_what_they_are(server):
    dataset = await registered(server)
    answer = await server.stress.AssessDebtService(s.AssessDebtServiceRequest(dataset_version_id=dataset))
    resolved: Any = {
        "horizon_months": 12,
        "ebitda_cash_share": "0.7",
        "minimum_dscr": "1.25",
        "minimum_interest_coverage": "2",
        "strong_dscr_margin": "0.5",
        "most_maturity_concentration": "0.5",
    }
    fields = json.loads((await evidence(server, answer.assessment_id)).body)
    assert fields["terms"] == resolved
    assert answer.assessment.terms == b.AssessmentTerms(**resolved)
    request = s.AssessDebtServiceRequest(dataset_version_id=dataset, terms=b.AssessmentTerms(**resolved))
    assert (await server.stress.AssessDebtService(request)).assessment_id == answer.assessment_id
    records = {record["record_id"] for record in fields["assumption_records"]}
    assert {"assumption_debt_service_horizon", "assumption_cash_source", "assumption_horizon_scaling"} <= records


async def test_a_request_id_gives_the_first_answer_again_and_is_refused_with_another_request(server):
    known = await with_an_execution(server)
    name = str(uuid4())
    request = s.GetReportRequest(execution_id=known.execution_id, view=r.REPORT_VIEW_EXECUTIVE, request_id=name)
    assert (await server.stress.GetReport(request)).report_id == (await server.stress.GetReport(request)).report_id
    request.view = r.REPORT_VIEW_GRANULAR
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.GetReport(request)
    assert reason(refused.value) == "REQUEST_ID_REUSED"


NOWHERE = "sha256:" + "f" * 64
UNKNOWN: Any = 9  # a number that no view has


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        (lambda known: s.GetReportRequest(), {"execution_id": "REQUIRED", "view": "REQUIRED"}),
        (lambda known: s.GetReportRequest(execution_id=NOWHERE, view="REPORT_VIEW_GRANULAR"), "EXECUTION_NOT_FOUND"),
        (
            lambda known: s.GetReportRequest(execution_id=known, view="REPORT_VIEW_UNSPECIFIED"),
            {"view": "UNSPECIFIED_ENUM"},
        ),
        (lambda known: s.GetReportRequest(execution_id=known, view=UNKNOWN), {"view": "UNSPECIFIED_ENUM"}),
        (
            lambda known: s.GetReportRequest(execution_id="x", view="REPORT_VIEW_GRANULAR"),
            {"execution_id": "MALFORMED"},
        ),
    ],
)
async def test_a_bad_request_for_a_report_is_refused(server, request_of, expected):
    known = await with_an_execution(server)
    await refused(server, server.stress.GetReport, request_of(known.execution_id), expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dataset_version_id": None}, {"dataset_version_id": "REQUIRED"}),
        ({"dataset_version_id": NOWHERE}, "DATASET_VERSION_NOT_FOUND"),
        ({"terms": {"horizon_months": 0}}, {"terms.horizon_months": "OUT_OF_RANGE"}),
        ({"terms": {"horizon_months": 121}}, {"terms.horizon_months": "OUT_OF_RANGE"}),
        ({"terms": {"ebitda_cash_share": "1.1"}}, {"terms.ebitda_cash_share": "OUT_OF_RANGE"}),
        ({"terms": {"minimum_dscr": "-1"}}, {"terms.minimum_dscr": "OUT_OF_RANGE"}),
        ({"terms": {"minimum_dscr": "NaN"}}, {"terms.minimum_dscr": "MALFORMED"}),
        ({"terms": {"strong_dscr_margin": "1e999999"}}, {"terms.strong_dscr_margin": "MALFORMED"}),
        (
            {"terms": {"minimum_interest_coverage": "0.0000000001", "most_maturity_concentration": ""}},
            {
                "terms.minimum_interest_coverage": "TOO_MANY_DIGITS",
                "terms.most_maturity_concentration": "MALFORMED",
            },
        ),
        ({"analysis_date": "2024-12-30"}, {"analysis_date": "BEFORE_AS_OF"}),
        ({"analysis_date": "2026-06-15"}, {"analysis_date": "MATURED"}),
    ],
)
async def test_a_bad_request_for_an_assessment_is_refused(server, changes, expected):
    dataset = await registered(server)
    fields: dict[str, Any] = {"dataset_version_id": dataset} | changes
    terms = b.AssessmentTerms(**fields.pop("terms")) if "terms" in fields else None
    request = s.AssessDebtServiceRequest(**fields, terms=terms)
    await refused(server, server.stress.AssessDebtService, request, expected)


async def refused(server, call, request, expected):
    before = everything_in(server.database)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call(request)
    assert (faults(error.value) or reason(error.value)) == expected
    assert everything_in(server.database) == before
