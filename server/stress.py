"""StressService: an RPC understands what is asked, computes, seals, answers."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from seawall.engine import TEMPLATES, Fault, Reason, Refused, Scenario
from seawall.server import requests
from seawall.server.answers import message
from seawall.server.archive import Archive
from seawall.server.canonical import decode
from seawall.server.computing import (
    as_of_date,
    assessed,
    cash_flows,
    check_that_it_runs,
    compute,
    recompute,
    reported,
)
from seawall.server.documents import inputs_of, seal, unseal
from seawall.server.executions import StoredExecution, header, metrics, packed, read_execution, summary, timestamp
from seawall.server.kinds import DATASET_VERSION, EXECUTION, SCENARIO
from seawall.server.paging import Page, page
from seawall.server.refusals import FieldRefused, NotFound, Trouble
from seawall.server.replay import Comparison, compare, outcome_of
from seawall.server.reporting import assessment_answer, report_answer
from seawall.server.store import Store, Stored
from seawall.server.translate import read
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import loan_pb2 as n
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.log_pb2 import Receipt
from seawall.v1.stress_service_pb2_grpc import StressServiceServicer

T = TypeVar("T")


class StressService(StressServiceServicer):
    """Formulas live in the engine, SQL lives in the store; here they meet."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._archive = Archive(store)

    async def RegisterDatasetVersion(
        self, request: s.RegisterDatasetVersionRequest, context: Any
    ) -> s.RegisterDatasetVersionResponse:
        document = await to_thread(lambda: seal(read(request, requests.RegisterDatasetVersion).dataset_version))
        stored = await self._archive.file(document, request)
        return s.RegisterDatasetVersionResponse(
            dataset_version_id=stored.address, created=stored.created, recorded_at=timestamp(stored)
        )

    async def GetDatasetVersion(self, request: s.GetDatasetVersionRequest, context: Any) -> s.GetDatasetVersionResponse:
        asked = read(request, requests.GetDatasetVersion)
        stored = await self._archive.dataset_version(asked.dataset_version_id)
        figures = await to_thread(_figures, stored)
        return s.GetDatasetVersionResponse(
            dataset_version_id=stored.address, dataset_version=figures, recorded_at=timestamp(stored)
        )

    async def ListDatasetVersions(
        self, request: s.ListDatasetVersionsRequest, context: Any
    ) -> s.ListDatasetVersionsResponse:
        found = await page(self._store, DATASET_VERSION, read(request, requests.ListDatasetVersions), {})
        summaries = await _each(_dataset_version_summary, found)
        return s.ListDatasetVersionsResponse(dataset_versions=summaries, next_page_token=found.next_page_token)

    async def CreateScenario(self, request: s.CreateScenarioRequest, context: Any) -> s.CreateScenarioResponse:
        asked = read(request, requests.CreateScenario, _assumptions_given_twice(request))
        scenario = _with_template(asked)
        dataset_version = await self._archive.dataset_version(scenario.dataset_version_id)
        await to_thread(check_that_it_runs, scenario, dataset_version)
        stored = await self._archive.file(seal(scenario), request)
        return s.CreateScenarioResponse(
            scenario_id=stored.address,
            created=stored.created,
            scenario=_scenario(stored),
            recorded_at=timestamp(stored),
        )

    async def GetScenario(self, request: s.GetScenarioRequest, context: Any) -> s.GetScenarioResponse:
        asked = read(request, requests.GetScenario)
        stored = await self._archive.scenario_made_for(asked.dataset_version_id, asked.scenario_id)
        return s.GetScenarioResponse(
            scenario_id=stored.address, scenario=_scenario(stored), recorded_at=timestamp(stored)
        )

    async def ListScenarios(self, request: s.ListScenariosRequest, context: Any) -> s.ListScenariosResponse:
        asked = read(request, requests.ListScenarios)
        found = await page(self._store, SCENARIO, asked, {"dataset_version": asked.dataset_version_id})
        summaries = await _each(_scenario_summary, found)
        return s.ListScenariosResponse(scenarios=summaries, next_page_token=found.next_page_token)

    async def ListScenarioTemplates(
        self, request: s.ListScenarioTemplatesRequest, context: Any
    ) -> s.ListScenarioTemplatesResponse:
        read(request, requests.ListScenarioTemplates)
        templates = [
            c.ScenarioTemplate(name=name, assumptions=message(c.Assumptions, assumptions))
            for name, assumptions in TEMPLATES.items()
        ]
        return s.ListScenarioTemplatesResponse(templates=templates)

    async def Execute(self, request: s.ExecuteRequest, context: Any) -> AsyncIterator[s.ExecuteResponse]:
        asked = read(request, requests.Execute)
        told = await self._executed(asked, request)
        receipt = await self._archive.receipt(told.stored, request)
        for event in _execute_events(told, asked, receipt):
            yield event

    async def GetExecution(self, request: s.GetExecutionRequest, context: Any) -> s.GetExecutionResponse:
        stored = await self._archive.execution(read(request, requests.GetExecution).execution_id)
        told = await to_thread(read_execution, stored)
        return s.GetExecutionResponse(
            header=header(told), metrics=metrics(told.execution), recorded_at=timestamp(stored)
        )

    async def ListExecutions(self, request: s.ListExecutionsRequest, context: Any) -> s.ListExecutionsResponse:
        asked = read(request, requests.ListExecutions)
        standing_on = {"dataset_version": asked.dataset_version_id, "scenario": asked.scenario_id}
        found = await page(self._store, EXECUTION, asked, standing_on)
        summaries = await _each(summary, found)
        return s.ListExecutionsResponse(executions=summaries, next_page_token=found.next_page_token)

    async def Replay(self, request: s.ReplayRequest, context: Any) -> AsyncIterator[s.ReplayResponse]:
        asked = read(request, requests.Replay)
        original = await to_thread(read_execution, await self._archive.execution(asked.execution_id))
        _refuse_start_beyond(original.execution.horizon_months, asked.start_period)
        stored = await self._replayed(asked, original, request)
        receipt = await self._archive.receipt(stored, request)
        told = await to_thread(read_execution, stored)
        for event in _replay_events(told, asked, compare(original, told), receipt):
            yield event

    async def PreviewInstrument(self, request: s.PreviewInstrumentRequest, context: Any) -> s.PreviewInstrumentResponse:
        asked = read(request, requests.PreviewInstrument)
        flows = await to_thread(cash_flows, asked)
        told = await to_thread(lambda: [message(n.LoanCashFlow, flow) for flow in flows])
        return s.PreviewInstrumentResponse(cash_flows=told, currency=asked.currency, minor_digits=asked.minor_digits)

    async def GetReport(self, request: s.GetReportRequest, context: Any) -> s.GetReportResponse:
        asked = read(request, requests.GetReport)
        execution = await self._archive.execution(asked.execution_id)
        stored = await self._archive.answered(request)
        if stored is None:
            stored = await self._archive.file(await to_thread(reported, execution, asked.view), request)
        return await to_thread(report_answer, stored)

    async def AssessDebtService(self, request: s.AssessDebtServiceRequest, context: Any) -> s.AssessDebtServiceResponse:
        asked = read(request, requests.AssessDebtService)
        dataset_version = await self._archive.dataset_version(asked.dataset_version_id)
        stored = await self._archive.answered(request)
        if stored is None:
            document = await to_thread(assessed, dataset_version, asked.terms, asked.analysis_date)
            stored = await self._archive.file(document, request)
        return await to_thread(assessment_answer, stored)

    async def _executed(self, asked: requests.Execute, request: s.ExecuteRequest) -> StoredExecution:
        """The execution that is asked for, by its id or by its scenario."""
        if asked.scenario:
            return await to_thread(read_execution, await self._scenario_executed(asked, asked.scenario, request))
        told = await to_thread(read_execution, await self._archive.execution(asked.execution_id or ""))
        _refuse_start_beyond(told.execution.horizon_months, asked.start_period)
        return told

    async def _scenario_executed(
        self, asked: requests.Execute, source: requests.ScenarioSource, request: s.ExecuteRequest
    ) -> Stored:
        """The execution of a scenario: found by what it is computed from, or else computed and stored."""
        scenario = await self._archive.scenario_made_for(source.dataset_version_id, source.scenario_id)
        dataset_version = await self._archive.dataset_version(source.dataset_version_id)
        _refuse_start_beyond(decode(scenario.body)["horizon_months"], asked.start_period)
        answered = await self._archive.answered(request)
        if answered:
            return answered
        day = source.analysis_date
        if day is None:
            day = await to_thread(as_of_date, dataset_version)
        document = await self._archive.computed_from(inputs_of(scenario.address, dataset_version.address, day))
        if document is None:
            document = await to_thread(compute, scenario, dataset_version, day, "scenario.analysis_date")
        return await self._archive.file(document, request)

    async def _replayed(self, asked: requests.Replay, original: StoredExecution, request: s.ReplayRequest) -> Stored:
        """The execution computed again, and stored where it is not identical."""
        dataset_version = await self._archive.dataset_version(asked.dataset_version_id)
        scenario = await self._archive.scenario(original.parents["scenario"])
        answered = await self._archive.answered(request)
        if answered:
            return answered
        day = asked.analysis_date or original.execution.analysis_date
        again = await to_thread(recompute, original, scenario, dataset_version, day)
        outcome = outcome_of(original, again.address, (scenario.address, dataset_version.address, day))
        return await self._archive.file(again, request, outcome.name)


def _execute_events(told: StoredExecution, asked: requests.Execute, receipt: Receipt) -> Iterator[s.ExecuteResponse]:
    address, created, recorded_at = told.stored.address, told.stored.created, timestamp(told.stored)
    started = s.ExecutionStarted(header=header(told), created=created, recorded_at=recorded_at, receipt=receipt)
    yield s.ExecuteResponse(execution_id=address, started=started)
    for months in packed(told.execution, asked.start_period, asked.periods_per_message):
        yield s.ExecuteResponse(execution_id=address, periods=months)
    completed = s.ExecutionCompleted(metrics=metrics(told.execution), receipt=receipt)
    yield s.ExecuteResponse(execution_id=address, completed=completed)


def _replay_events(
    told: StoredExecution, asked: requests.Replay, comparison: Comparison, receipt: Receipt
) -> Iterator[s.ReplayResponse]:
    address, created, recorded_at = told.stored.address, told.stored.created, timestamp(told.stored)
    outcome = f"REPLAY_OUTCOME_{comparison.outcome.name}"
    divergence = s.Divergence(**comparison.divergence._asdict()) if comparison.divergence else None
    compared: dict[str, Any] = {"outcome": outcome, "divergence": divergence, "receipt": receipt}
    started = s.ReplayStarted(header=header(told), created=created, recorded_at=recorded_at, **compared)
    yield s.ReplayResponse(execution_id=address, started=started)
    for months in packed(told.execution, asked.start_period, asked.periods_per_message):
        yield s.ReplayResponse(execution_id=address, periods=months)
    completed = s.ReplayCompleted(metrics=metrics(told.execution), **compared)
    yield s.ReplayResponse(execution_id=address, completed=completed)


def _assumptions_given_twice(request: s.CreateScenarioRequest) -> tuple[Fault, ...]:
    """A template and assumptions exclude each other, even neutral ones: which of them would count?"""
    if not (request.HasField("template_name") and request.scenario.HasField("assumptions")):
        return ()
    return (Fault("template_name", Reason.CONFLICT, "a template and assumptions", "one of the two"),)


def _with_template(asked: requests.CreateScenario) -> Scenario:
    if asked.template_name is None:
        return asked.scenario
    if asked.template_name not in TEMPLATES:
        raise NotFound(Trouble.TEMPLATE_NOT_FOUND, "template", asked.template_name)
    try:
        return replace(asked.scenario, assumptions=TEMPLATES[asked.template_name])
    except Refused as error:
        raise Refused(fault.under("scenario") for fault in error.faults) from None


def _refuse_start_beyond(horizon_months: int, start_period: int) -> None:
    """A stream may begin one period after the last, and then gives only its end."""
    most = horizon_months + 1
    if start_period > most:
        raise FieldRefused(Trouble.START_PERIOD_OUT_OF_RANGE, "start_period", str(start_period), f"1 to {most}")


async def _each(summarise: Callable[[Stored], T], found: Page) -> list[T]:
    return await to_thread(lambda: [summarise(stored) for stored in found.documents])


def _figures(stored: Stored) -> d.DatasetVersion:
    return message(d.DatasetVersion, unseal(stored.body).value)


def _scenario(stored: Stored) -> c.Scenario:
    return message(c.Scenario, unseal(stored.body).value)


def _dataset_version_summary(stored: Stored) -> s.DatasetVersionSummary:
    held = decode(stored.body)
    return s.DatasetVersionSummary(
        dataset_version_id=stored.address,
        company_name=held["company_name"],
        currency=held["currency"],
        as_of_date=held["as_of_date"],
        recorded_at=timestamp(stored),
    )


def _scenario_summary(stored: Stored) -> s.ScenarioSummary:
    held = decode(stored.body)
    return s.ScenarioSummary(
        scenario_id=stored.address,
        dataset_version_id=held["parents"]["dataset_version"],
        name=held["name"],
        horizon_months=held["horizon_months"],
        recorded_at=timestamp(stored),
    )
