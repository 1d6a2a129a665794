"""The story of a company, from its figures to its reports: what a server took, it must be able to use.

A story is told call by call and sees every answer; it raises `Broken` where one, though allowed by itself, does not go
with those before.
"""

from collections.abc import Generator
from random import Random
from typing import Any

from seawall.v1 import analysis_service_pb2 as n
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import report_pb2 as r
from seawall.v1 import stress_service_pb2 as s
from seawall.v1 import sweep_service_pb2 as w
from seawall.v1.breaking_point_pb2 import AssumptionWay, BreakingEvent, BreakingTarget
from seawall.v1.scenario_pb2 import Scenario
from seawall.v1.sensitivity_pb2 import AssumptionRange
from seawall.v1.sweep_pb2 import SweepAxis, SweepGrid, SweepPlan

from . import companies
from .calls import Answer, Call, answered, call, ids_in
from .values import day

Trial = Generator[Call, Answer, None]


class Broken(Exception):
    """The server does not keep a promise."""


def whole_story(luck: Random, company: Any, careful: bool = False) -> Trial:
    """Register, create, execute, replay, report, assess and read it all back; ends where the server refuses.

    What a server takes as a scenario it can execute, and what it executed it can replay, report and read.
    """
    dataset = yield from _id("dataset_version_id", s.RegisterDatasetVersionRequest(dataset_version=company))
    if not dataset:
        return
    assessed = s.AssessDebtServiceRequest(dataset_version_id=dataset)
    assessed.terms.horizon_months = luck.choice((1, 12, 24, 120))
    if luck.random() < 0.5:
        assessed.analysis_date = day(luck).isoformat()
    yield call(s.AssessDebtServiceRequest(dataset_version_id=dataset) if careful else assessed)
    yield from _right(s.GetDatasetVersionRequest(dataset_version_id=dataset))
    described = s.CreateScenarioRequest(scenario=companies.scenario(luck, dataset))
    if careful:
        described.scenario.ClearField("assumptions")
        described.scenario.ClearField("course")
    if careful or luck.random() < 0.3:
        described.template_name = luck.choice(("mild", "moderate", "severe"))
        described.scenario.ClearField("assumptions")
    scenario = yield from _id("scenario_id", described)
    if scenario:
        yield from _executed(luck, dataset, scenario)
    if careful:
        yield from _analysed(dataset, scenario)
        yield from _swept(dataset)
        yield from _read_back(dataset, scenario)


def _executed(luck: Random, dataset: str, scenario: str) -> Trial:
    source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset)
    stream: dict[str, Any] = {
        "start_period": luck.choice((1, 1, 2, 6, 7)),
        "periods_per_message": luck.choice((1, 5, 24)),
    }
    execution = yield from _streamed(s.ExecuteRequest(scenario=source, **stream))
    replayed = yield from _streamed(s.ReplayRequest(execution_id=execution, dataset_version_id=dataset, **stream))
    if replayed != execution:
        raise Broken(f"a replay gave {replayed}, the execution was {execution}")
    for view in luck.sample(r.ReportView.keys()[1:], luck.choice((1, 3))):
        yield from _right(s.GetReportRequest(execution_id=execution, view=view))
    for request in (
        s.GetExecutionRequest(execution_id=execution),
        s.GetScenarioRequest(scenario_id=scenario, dataset_version_id=dataset),
        v.GetEvidenceRequest(address=execution),
        v.GetProofRequest(address=execution),
    ):
        yield from _right(request)
    source.analysis_date = day(luck).isoformat()
    yield call(s.ExecuteRequest(scenario=source, **stream))


def _analysed(dataset: str, scenario: str) -> Trial:
    """What is found in many executions of a scenario that can be executed; the answers are stored for later trials."""
    source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset)
    target = BreakingTarget(way=AssumptionWay(assumption="collection_period_extension_days", to_value="40"))
    event, figure = BreakingEvent(kind="BREAKING_EVENT_KIND_DEFAULT"), "totals.net_income_minor"
    ranges = [AssumptionRange(assumption="revenue_change_factor", low="0.9", high="1.1")]
    yield from _right(n.FindBreakingPointRequest(scenario=source, event=event, target=target))
    yield from _right(n.MeasureSensitivityRequest(scenario=source, figure=figure, ranges=ranges))
    created = s.CreateScenarioRequest(template_name="severe")
    created.scenario.MergeFrom(Scenario(dataset_version_id=dataset, name="target", horizon_months=24))
    base = s.CreateScenarioRequest(scenario=created.scenario)
    base_id = yield from _id("scenario_id", base)
    target_id = yield from _id("scenario_id", created)
    source = s.ScenarioSource(scenario_id=base_id, dataset_version_id=dataset)
    for name, period in ((figure, None), ("funds_minor", 9)):
        request = n.AttributeRequest(scenario=source, target_scenario_id=target_id, figure=name, period=period)
        yield from _right(request)


def _swept(dataset: str) -> Trial:
    """A sweep of two rows, run and read."""
    sales = SweepAxis(assumption="revenue_change_factor", values=["1", "0.9"])
    plan = SweepPlan(name="Sales", dataset_version_ids=[dataset], horizon_months=12, grid=SweepGrid(axes=[sales]))
    plan_id = yield from _id("sweep_plan_id", w.CreateSweepRequest(plan=plan))
    for request in (
        w.RunSweepRequest(sweep_plan_id=plan_id),
        w.GetSweepRequest(sweep_plan_id=plan_id),
        w.CancelSweepRequest(sweep_plan_id=plan_id),
        w.ReadSweepRowsRequest(sweep_plan_id=plan_id),
        w.GetSweepRowRequest(sweep_plan_id=plan_id, row=1),
        w.ListSweepsRequest(),
    ):
        yield from _right(request)


def _read_back(dataset: str, scenario: str) -> Trial:
    """Lists, templates and the log."""
    for request in (
        s.ListDatasetVersionsRequest(page_size=1),
        s.ListScenariosRequest(dataset_version_id=dataset),
        s.ListScenarioTemplatesRequest(),
        s.ListExecutionsRequest(scenario_id=scenario),
        v.GetCheckpointRequest(),
        v.GetConsistencyProofRequest(first_size=1),
        v.VerifyEvidenceRequest(),
    ):
        yield from _right(request)


def _id(name: str, request: Any) -> Generator[Call, Answer, str]:
    """The id that a call gives; empty where it is refused."""
    attempt = call(request)
    answer = yield attempt
    return ids_in(attempt, answer).get(name, "")


def _right(request: Any) -> Generator[Call, Answer, list[Any]]:
    """The messages that answer a call that nothing speaks against."""
    attempt = call(request)
    answer = yield attempt
    if not answer.is_ok:
        raise Broken(f"{attempt.method} refuses what was stored: {answer.reason} {answer.text}")
    return answered(attempt, answer)


def _streamed(request: Any) -> Generator[Call, Answer, str]:
    """The execution that a whole stream tells."""
    events = yield from _right(request)
    events_sent = [event.WhichOneof("event") for event in events]
    if events_sent[:1] != ["started"] or events_sent[-1:] != ["completed"] or set(events_sent[1:-1]) > {"periods"}:
        raise Broken(f"a stream is {' '.join(map(str, events_sent))}")
    return str(events[0].execution_id)
