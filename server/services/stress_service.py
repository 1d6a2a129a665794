"""The work of StressService: each call looks up, computes, seals and answers, as its row in `calls` says."""

from collections.abc import AsyncIterator
from dataclasses import replace

from seawall.engine import TEMPLATES, Fault, Reason, Refused, Scenario
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s

from ..documents.canonical import decode
from ..documents.document import inputs_of, seal
from ..documents.kinds import DATASET_VERSION, EXECUTION, SCENARIO
from ..refusals import NotFound, Trouble
from ..store.appends import StoredDocument
from ..wire.to_message import message
from . import answers, requests
from .answers import timestamp
from .archive import Answer, Archive, StoredExecution, read_execution
from .computing import (
    as_of_date,
    cash_flows,
    check_that_it_runs,
    computed_assessment,
    computed_execution,
    computed_report,
    replayed_execution,
)
from .paging import page
from .replay import compare, replay_outcome
from .streams import execute_stream, execution_read, is_large, refuse_start_beyond, replay_stream


async def register_dataset_version(
    archive: Archive, request: requests.RegisterDatasetVersion
) -> s.RegisterDatasetVersionResponse:
    """Stores the figures of a company."""
    stored = await archive.file(await archive.documents.run(seal, request.dataset_version))
    return s.RegisterDatasetVersionResponse(
        dataset_version_id=stored.address, created=stored.created, recorded_at=timestamp(stored)
    )


async def get_dataset_version(archive: Archive, request: requests.GetDatasetVersion) -> bytes:
    """Reads the figures of a dataset version."""
    stored = await archive.dataset_version(request.dataset_version_id)
    return await archive.answer(answers.dataset_version_read, stored)


async def list_dataset_versions(archive: Archive, request: requests.ListDatasetVersions) -> bytes:
    """A page of dataset versions, newest first."""
    listed = await page(archive.store, DATASET_VERSION, request, with_parents={})
    return await archive.answer(answers.dataset_versions, *listed)


def template_with_assumptions(message: s.CreateScenarioRequest) -> tuple[Fault, ...]:
    """A template and assumptions exclude each other, even neutral ones: which of them would count?"""
    if not (message.HasField("template_name") and message.scenario.HasField("assumptions")):
        return ()
    return (Fault("template_name", Reason.CONFLICT, "a template and assumptions", "one of the two"),)


async def create_scenario(archive: Archive, request: requests.CreateScenario) -> s.CreateScenarioResponse:
    """Stores a scenario that can be executed."""
    scenario = _with_template(request)
    dataset_version = await archive.dataset_version(scenario.dataset_version_id)
    await archive.engine.run(check_that_it_runs, scenario, dataset_version)
    stored = await archive.file(seal(scenario))
    return s.CreateScenarioResponse(
        scenario_id=stored.address,
        created=stored.created,
        scenario=answers.scenario(stored),
        recorded_at=timestamp(stored),
    )


async def get_scenario(archive: Archive, request: requests.GetScenario) -> s.GetScenarioResponse:
    """Reads a scenario together with its dataset version's id."""
    stored = await archive.scenario_of(request.dataset_version_id, request.scenario_id)
    return s.GetScenarioResponse(
        scenario_id=stored.address, scenario=answers.scenario(stored), recorded_at=timestamp(stored)
    )


async def list_scenarios(archive: Archive, request: requests.ListScenarios) -> bytes:
    """A page of scenarios, newest first."""
    listed = await page(archive.store, SCENARIO, request, with_parents={"dataset_version": request.dataset_version_id})
    return await archive.answer(answers.scenarios, *listed)


async def list_scenario_templates(
    archive: Archive, request: requests.ListScenarioTemplates
) -> s.ListScenarioTemplatesResponse:
    """The engine's templates, from the mildest to the most severe."""
    templates = [
        c.ScenarioTemplate(name=name, assumptions=message(c.Assumptions, template.assumptions))
        for name, template in TEMPLATES.items()
    ]
    return s.ListScenarioTemplatesResponse(templates=templates)


async def execute(archive: Archive, request: requests.Execute) -> AsyncIterator[Answer]:
    """Computes and stores the whole execution, then streams it."""
    stored = await _executed(archive, request)
    events = execute_stream(stored, request, await archive.receipt(stored))
    async for event in archive.stream(is_large(stored), events):
        yield event


async def get_execution(archive: Archive, request: requests.GetExecution) -> bytes:
    """Reads the header and the metrics of an execution."""
    return await archive.answer(execution_read, await archive.execution(request.execution_id))


async def list_executions(archive: Archive, request: requests.ListExecutions) -> bytes:
    """A page of executions, newest first."""
    with_parents = {"dataset_version": request.dataset_version_id, "scenario": request.scenario_id}
    listed = await page(archive.store, EXECUTION, request, with_parents)
    return await archive.answer(answers.executions, *listed)


async def replay(archive: Archive, request: requests.Replay) -> AsyncIterator[Answer]:
    """Computes an execution again, stores what is not identical, then streams it with the comparison."""
    original = await archive.documents.run(read_execution, await archive.execution(request.execution_id))
    refuse_start_beyond(original.value.horizon_months, request.start_period)
    stored = await _replayed(archive, request, original)
    receipt = await archive.receipt(stored)
    execution = await archive.documents.run(read_execution, stored)
    comparison = await archive.documents.run(compare, original, execution)
    events = replay_stream(execution, request, comparison, receipt)
    async for event in archive.stream(is_large(stored), events):
        yield event


async def preview_instrument(archive: Archive, request: requests.PreviewInstrument) -> bytes:
    """Computes the cash flows of an instrument; nothing is stored."""
    flows = await archive.engine.run(cash_flows, request)
    return await archive.answer(answers.cash_flows, flows, request.currency, request.minor_digits)


async def get_report(archive: Archive, request: requests.GetReport) -> bytes:
    """Reports on an execution and stores the report."""
    execution = await archive.execution(request.execution_id)
    stored = await archive.file_once(computed_report, execution, request.view)
    return await archive.answer(answers.report, stored)


async def assess_debt_service(archive: Archive, request: requests.AssessDebtService) -> bytes:
    """Assesses a dataset version and stores the assessment."""
    dataset_version = await archive.dataset_version(request.dataset_version_id)
    stored = await archive.file_once(computed_assessment, dataset_version, request.terms, request.analysis_date)
    return await archive.answer(answers.assessment, stored)


async def _executed(archive: Archive, request: requests.Execute) -> StoredDocument:
    """The execution that a request names, by its id or by its scenario."""
    if request.scenario:
        return await _scenario_executed(archive, request, request.scenario)
    return await archive.execution(request.execution_id or "")


async def _scenario_executed(
    archive: Archive, request: requests.Execute, source: requests.ScenarioSource
) -> StoredDocument:
    """The execution of a scenario: found by what it is computed from, or else computed and stored."""
    scenario = await archive.scenario_of(source.dataset_version_id, source.scenario_id)
    dataset_version = await archive.dataset_version(source.dataset_version_id)
    refuse_start_beyond(decode(scenario.body)["horizon_months"], request.start_period)
    first_answer = await archive.first_answer()
    if first_answer:
        return first_answer
    day = source.analysis_date
    if day is None:
        day = await archive.documents.run(as_of_date, dataset_version)
    document = await archive.computed_from(inputs_of(scenario.address, dataset_version.address, day))
    if document is None:
        document = await archive.engine.run(
            computed_execution, scenario, dataset_version, day, "scenario.analysis_date"
        )
    return await archive.file(document)


async def _replayed(archive: Archive, request: requests.Replay, original: StoredExecution) -> StoredDocument:
    """The execution computed again, and stored where it is not identical."""
    dataset_version = await archive.dataset_version(request.dataset_version_id)
    scenario = await archive.scenario(original.parents["scenario"])
    first_answer = await archive.first_answer()
    if first_answer:
        return first_answer
    day = request.analysis_date or original.value.analysis_date
    document = await archive.engine.run(replayed_execution, original, scenario, dataset_version, day)
    outcome = replay_outcome(original, document.address, (scenario.address, dataset_version.address, day))
    return await archive.file(document, outcome.name)


def _with_template(request: requests.CreateScenario) -> Scenario:
    if request.template_name is None:
        return request.scenario
    if request.template_name not in TEMPLATES:
        raise NotFound(Trouble.TEMPLATE_NOT_FOUND, "template", request.template_name)
    try:
        template = TEMPLATES[request.template_name]
        return replace(request.scenario, assumptions=template.assumptions, course=template.course)
    except Refused as error:
        raise Refused(fault.under("scenario") for fault in error.faults) from None
