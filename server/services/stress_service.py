"""The work of StressService: each call looks up, computes, seals, answers. `calls` says what is asked of each."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from seawall.engine import TEMPLATES, Fault, Reason, Refused, Scenario
from seawall.v1 import loan_pb2 as n
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.log_pb2 import Receipt

from ..documents.canonical import decode
from ..documents.document import inputs_of, seal
from ..documents.kinds import DATASET_VERSION, EXECUTION, SCENARIO
from ..refusals import FieldRefused, NotFound, Trouble
from ..store.appends import StoredDocument
from ..wire.to_message import message
from . import requests
from .archive import Archive
from .computing import as_of_date, assessed, cash_flows, check_that_it_runs, compute, recompute, reported
from .executions import StoredExecution, header, metrics, packed, read_execution, summary, timestamp
from .paging import Page, page
from .replay import Comparison, compare, outcome_of
from .reporting import assessment_answer, report_answer
from .stored_inputs import dataset_version_summary, figures_of, scenario_of, scenario_summary

T = TypeVar("T")


async def register_dataset_version(
    archive: Archive, asked: requests.RegisterDatasetVersion
) -> s.RegisterDatasetVersionResponse:
    """Stores the figures."""
    stored = await archive.file(await to_thread(seal, asked.dataset_version))
    return s.RegisterDatasetVersionResponse(
        dataset_version_id=stored.address, created=stored.created, recorded_at=timestamp(stored)
    )


async def get_dataset_version(archive: Archive, asked: requests.GetDatasetVersion) -> s.GetDatasetVersionResponse:
    """Reads them back."""
    stored = await archive.dataset_version(asked.dataset_version_id)
    figures = await to_thread(figures_of, stored)
    return s.GetDatasetVersionResponse(
        dataset_version_id=stored.address, dataset_version=figures, recorded_at=timestamp(stored)
    )


async def list_dataset_versions(archive: Archive, asked: requests.ListDatasetVersions) -> s.ListDatasetVersionsResponse:
    """Newest first."""
    found = await page(archive.store, DATASET_VERSION, asked, {})
    summaries = await _each(dataset_version_summary, found)
    return s.ListDatasetVersionsResponse(dataset_versions=summaries, next_page_token=found.next_page_token)


def assumptions_given_twice(request: s.CreateScenarioRequest) -> tuple[Fault, ...]:
    """A template and assumptions exclude each other, even neutral ones: which of them would count?"""
    if not (request.HasField("template_name") and request.scenario.HasField("assumptions")):
        return ()
    return (Fault("template_name", Reason.CONFLICT, "a template and assumptions", "one of the two"),)


async def create_scenario(archive: Archive, asked: requests.CreateScenario) -> s.CreateScenarioResponse:
    """Stores a scenario that can be executed."""
    scenario = _with_template(asked)
    dataset_version = await archive.dataset_version(scenario.dataset_version_id)
    await to_thread(check_that_it_runs, scenario, dataset_version)
    stored = await archive.file(seal(scenario))
    return s.CreateScenarioResponse(
        scenario_id=stored.address,
        created=stored.created,
        scenario=scenario_of(stored),
        recorded_at=timestamp(stored),
    )


async def get_scenario(archive: Archive, asked: requests.GetScenario) -> s.GetScenarioResponse:
    """Reads it back."""
    stored = await archive.scenario_made_for(asked.dataset_version_id, asked.scenario_id)
    return s.GetScenarioResponse(
        scenario_id=stored.address, scenario=scenario_of(stored), recorded_at=timestamp(stored)
    )


async def list_scenarios(archive: Archive, asked: requests.ListScenarios) -> s.ListScenariosResponse:
    """Newest first."""
    found = await page(archive.store, SCENARIO, asked, {"dataset_version": asked.dataset_version_id})
    summaries = await _each(scenario_summary, found)
    return s.ListScenariosResponse(scenarios=summaries, next_page_token=found.next_page_token)


async def list_scenario_templates(
    archive: Archive, asked: requests.ListScenarioTemplates
) -> s.ListScenarioTemplatesResponse:
    """Those of the engine."""
    templates = [
        c.ScenarioTemplate(name=name, assumptions=message(c.Assumptions, assumptions))
        for name, assumptions in TEMPLATES.items()
    ]
    return s.ListScenarioTemplatesResponse(templates=templates)


async def execute(archive: Archive, asked: requests.Execute) -> AsyncIterator[s.ExecuteResponse]:
    """Computes and stores the whole execution, then streams it."""
    execution = await _executed(archive, asked)
    receipt = await archive.receipt(execution.stored)
    for event in _execute_events(execution, asked, receipt):
        yield event


async def get_execution(archive: Archive, asked: requests.GetExecution) -> s.GetExecutionResponse:
    """Reads its header and metrics."""
    execution = await to_thread(read_execution, await archive.execution(asked.execution_id))
    return s.GetExecutionResponse(
        header=header(execution), metrics=metrics(execution.execution), recorded_at=timestamp(execution.stored)
    )


async def list_executions(archive: Archive, asked: requests.ListExecutions) -> s.ListExecutionsResponse:
    """Newest first."""
    with_parents = {"dataset_version": asked.dataset_version_id, "scenario": asked.scenario_id}
    found = await page(archive.store, EXECUTION, asked, with_parents)
    summaries = await _each(summary, found)
    return s.ListExecutionsResponse(executions=summaries, next_page_token=found.next_page_token)


async def replay(archive: Archive, asked: requests.Replay) -> AsyncIterator[s.ReplayResponse]:
    """Computes an execution again, stores what is not identical, then streams it with the comparison."""
    original = await to_thread(read_execution, await archive.execution(asked.execution_id))
    _refuse_start_beyond(original.execution.horizon_months, asked.start_period)
    stored = await _replayed(archive, asked, original)
    receipt = await archive.receipt(stored)
    execution = await to_thread(read_execution, stored)
    for event in _replay_events(execution, asked, compare(original, execution), receipt):
        yield event


async def preview_instrument(archive: Archive, asked: requests.PreviewInstrument) -> s.PreviewInstrumentResponse:
    """Computes its cash flows; nothing is stored."""
    flows = await to_thread(cash_flows, asked)
    messages = await to_thread(lambda: [message(n.LoanCashFlow, flow) for flow in flows])
    return s.PreviewInstrumentResponse(cash_flows=messages, currency=asked.currency, minor_digits=asked.minor_digits)


async def get_report(archive: Archive, asked: requests.GetReport) -> s.GetReportResponse:
    """Looks at an execution and stores what is seen."""
    execution = await archive.execution(asked.execution_id)
    return await to_thread(report_answer, await archive.file_once(reported, execution, asked.view))


async def assess_debt_service(archive: Archive, asked: requests.AssessDebtService) -> s.AssessDebtServiceResponse:
    """Assesses a dataset version and stores the assessment."""
    dataset_version = await archive.dataset_version(asked.dataset_version_id)
    stored = await archive.file_once(assessed, dataset_version, asked.terms, asked.analysis_date)
    return await to_thread(assessment_answer, stored)


async def _executed(archive: Archive, asked: requests.Execute) -> StoredExecution:
    """The execution that is asked for, by its id or by its scenario."""
    if asked.scenario:
        return await to_thread(read_execution, await _scenario_executed(archive, asked, asked.scenario))
    execution = await to_thread(read_execution, await archive.execution(asked.execution_id or ""))
    _refuse_start_beyond(execution.execution.horizon_months, asked.start_period)
    return execution


async def _scenario_executed(
    archive: Archive, asked: requests.Execute, source: requests.ScenarioSource
) -> StoredDocument:
    """The execution of a scenario: found by what it is computed from, or else computed and stored."""
    scenario = await archive.scenario_made_for(source.dataset_version_id, source.scenario_id)
    dataset_version = await archive.dataset_version(source.dataset_version_id)
    _refuse_start_beyond(decode(scenario.body)["horizon_months"], asked.start_period)
    answered = await archive.answered()
    if answered:
        return answered
    day = source.analysis_date
    if day is None:
        day = await to_thread(as_of_date, dataset_version)
    document = await archive.computed_from(inputs_of(scenario.address, dataset_version.address, day))
    if document is None:
        document = await to_thread(compute, scenario, dataset_version, day, "scenario.analysis_date")
    return await archive.file(document)


async def _replayed(archive: Archive, asked: requests.Replay, original: StoredExecution) -> StoredDocument:
    """The execution computed again, and stored where it is not identical."""
    dataset_version = await archive.dataset_version(asked.dataset_version_id)
    scenario = await archive.scenario(original.parents["scenario"])
    answered = await archive.answered()
    if answered:
        return answered
    day = asked.analysis_date or original.execution.analysis_date
    again = await to_thread(recompute, original, scenario, dataset_version, day)
    outcome = outcome_of(original, again.address, (scenario.address, dataset_version.address, day))
    return await archive.file(again, outcome.name)


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


async def _each(summarise: Callable[[StoredDocument], T], found: Page) -> list[T]:
    return await to_thread(lambda: [summarise(stored) for stored in found.documents])
