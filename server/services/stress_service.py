"""The work of StressService: each call looks up, computes, seals and answers, as its row in `calls` says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256

from seawall.engine import TEMPLATES, Fault, Reason, Refused, Scenario
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s

from ..documents.document import Document, inputs_of, seal
from ..documents.kinds import DATASET_VERSION, EXECUTION, SCENARIO
from ..refusals import NotFound, Trouble
from ..store.appends import StoredDocument
from ..wire.to_message import message
from . import answers, requests
from .answers import timestamp
from .archive import Answer, Archive, StoredExecution, read_header
from .computing import (
    assessed_company,
    checked_dataset_version,
    checked_scenario,
    computed_assessment,
    computed_report,
    parents_in,
    replayed_execution,
)
from .memory import Input
from .paging import page
from .replay import replay_outcome
from .streams import (
    StreamParts,
    execute_stream,
    executed_stream_parts,
    execution_read,
    refuse_start_beyond,
    replay_stream,
    replayed_parts,
    stream_parts,
)

KINDS_BY_NAME = {"dataset_version": DATASET_VERSION, "scenario": SCENARIO}
#: Stands for the id of a dataset version that is in the same request: the address of nothing, which no document has.
FOLLOWS = "sha256:" + sha256(b"").hexdigest()


async def register_dataset_version(
    archive: Archive, request: requests.RegisterDatasetVersion
) -> s.RegisterDatasetVersionResponse:
    """Stores the figures of a company, or only checks them."""
    checked = await archive.documents.run(checked_dataset_version, request.dataset_version)
    filed = None if request.validate_only else await archive.file(checked.document)
    return answers.registered(checked, filed)


async def get_dataset_version(archive: Archive, request: requests.GetDatasetVersion) -> bytes:
    """Reads the figures of a dataset version."""
    dataset_version_id = await archive.full_id(request.dataset_version_id, "dataset_version_id", DATASET_VERSION)
    stored = await archive.dataset_version(dataset_version_id)
    return await archive.answer(answers.dataset_version_read, stored)


async def list_dataset_versions(archive: Archive, request: requests.ListDatasetVersions) -> bytes:
    """A page of dataset versions, newest first."""
    company = [("company_id", request.company_id)] if request.company_id else []
    with_labels = [*company, *(("labels", label) for label in request.labels)]
    listed = await page(archive.store, DATASET_VERSION, request, with_labels=with_labels)
    return await archive.answer(answers.dataset_versions, *listed)


def template_with_assumptions(message: s.CreateScenarioRequest) -> tuple[Fault, ...]:
    """A template and what it fills in exclude each other, even where that is neutral: which of them would count?"""
    return requests.template_conflicts("template_name", message.scenario) if message.HasField("template_name") else ()


def with_dataset_version_id(message: s.CreateScenarioRequest) -> s.CreateScenarioRequest:
    """The id of a dataset version that is in the request follows from it, and may be left out."""
    if message.HasField("dataset_version") and not message.scenario.HasField("dataset_version_id"):
        message.scenario.dataset_version_id = FOLLOWS
    return message


async def create_scenario(archive: Archive, request: requests.CreateScenario) -> s.CreateScenarioResponse:
    """Stores a scenario that can be executed, or only checks it."""
    scenario = _with_template(request)
    if request.dataset_version is not None:
        document = await archive.documents.run(seal, request.dataset_version)
        scenario, dataset_version = _of_dataset_version(scenario, document), archive.input_of(document)
    else:
        dataset_version = await archive.input(DATASET_VERSION, scenario.dataset_version_id)
    checked = await archive.compute(dataset_version.address, checked_scenario, scenario, dataset_version)
    filed = None if request.validate_only else await archive.file(checked.document)
    if filed and filed.created:
        _remember(archive, archive.input_of(filed), dataset_version)
    return answers.scenario_created(checked, filed)


def _remember(archive: Archive, scenario: Input, dataset_version: Input) -> None:
    """For the execution that mostly follows."""
    archive.memory.keep(SCENARIO, scenario)
    archive.memory.created(inputs_of(scenario.address, dataset_version.address, dataset_version.summary().as_of_date))


async def get_scenario(archive: Archive, request: requests.GetScenario) -> s.GetScenarioResponse:
    """Reads a scenario together with its dataset version's id."""
    scenario_id = await archive.full_id(request.scenario_id, "scenario_id", SCENARIO)
    dataset_version_id = await archive.full_id(request.dataset_version_id, "dataset_version_id", DATASET_VERSION)
    stored = await archive.scenario_of(dataset_version_id, scenario_id)
    return s.GetScenarioResponse(
        scenario_id=stored.address, scenario=answers.scenario(stored.body), recorded_at=timestamp(stored)
    )


async def list_scenarios(archive: Archive, request: requests.ListScenarios) -> bytes:
    """A page of scenarios, newest first."""
    with_parents = await _parents(archive, dataset_version=request.dataset_version_id)
    listed = await page(archive.store, SCENARIO, request, with_parents)
    return await archive.answer(answers.scenarios, *listed)


async def list_scenario_templates(
    archive: Archive, request: requests.ListScenarioTemplates
) -> s.ListScenarioTemplatesResponse:
    """The engine's templates, from the mildest to the most severe."""
    templates = [
        c.ScenarioTemplate(
            name=name,
            description=template.description,
            assumptions=message(c.Assumptions, template.assumptions),
            course=message(c.Course, template.course) if template.course else None,
        )
        for name, template in TEMPLATES.items()
    ]
    return s.ListScenarioTemplatesResponse(templates=templates)


async def execute(archive: Archive, request: requests.Execute) -> AsyncIterator[Answer]:
    """Computes and stores the whole execution, then streams it."""
    stored, parts = await _executed(archive, request)
    for event in execute_stream(stored, parts, await archive.receipt(stored)):
        yield event


async def get_execution(archive: Archive, request: requests.GetExecution) -> bytes:
    """Reads the header and the metrics of an execution."""
    execution_id = await archive.full_id(request.execution_id, "execution_id", EXECUTION)
    return await archive.answer(execution_read, await archive.execution(execution_id))


async def list_executions(archive: Archive, request: requests.ListExecutions) -> bytes:
    """A page of executions, newest first."""
    with_parents = await _parents(archive, dataset_version=request.dataset_version_id, scenario=request.scenario_id)
    listed = await page(archive.store, EXECUTION, request, with_parents)
    return await archive.answer(answers.executions, *listed)


async def replay(archive: Archive, request: requests.Replay) -> AsyncIterator[Answer]:
    """Computes an execution again, stores what is not identical, then streams it with the comparison."""
    original = await archive.documents.run(read_header, await archive.execution(request.execution_id))
    refuse_start_beyond(original.value.horizon_months, request.start_period)
    stored = await _replayed(archive, request, original)
    parts, comparison = await archive.read(replayed_parts, stored, original, request)
    for event in replay_stream(stored, parts, comparison, await archive.receipt(stored)):
        yield event


async def preview_instrument(archive: Archive, request: requests.PreviewInstrument) -> bytes:
    """Computes the cash flows of an instrument; nothing is stored."""
    return await archive.compute("", answers.previewed, request)


async def get_report(archive: Archive, request: requests.GetReport) -> bytes:
    """Reports on an execution and stores the report."""
    execution = await archive.execution(request.execution_id)
    parents = await archive.documents.run(parents_in, execution)
    scenario = await archive.input(SCENARIO, parents["scenario"])
    dataset_version = await archive.input(DATASET_VERSION, parents["dataset_version"])
    stored = await archive.file_once(
        dataset_version.address, computed_report, execution, scenario, dataset_version, request.view
    )
    return await archive.answer(answers.report, stored)


async def assess_debt_service(archive: Archive, request: requests.AssessDebtService) -> bytes:
    """Assesses a dataset version and stores the assessment, or only gives it."""
    dataset_version = await archive.input(DATASET_VERSION, request.dataset_version_id)
    terms, day = request.terms, request.analysis_date
    assessed: Document | StoredDocument
    if request.validate_only:
        assessed = await archive.compute(dataset_version.address, computed_assessment, dataset_version, terms, day)
    else:
        assessed = await archive.file_once(dataset_version.address, computed_assessment, dataset_version, terms, day)
    echo, warnings = await archive.read(assessed_company, dataset_version)
    return await archive.answer(answers.assessment, assessed, echo, warnings)


async def _executed(archive: Archive, request: requests.Execute) -> tuple[StoredDocument, StreamParts]:
    """The execution that a request names, by its scenario or by its id, and what a stream says of it."""
    if request.scenario:
        return await _scenario_executed(archive, request, request.scenario)
    return await _read(archive, request, await archive.execution(request.execution_id or ""))


async def _scenario_executed(
    archive: Archive, request: requests.Execute, source: requests.ScenarioSource
) -> tuple[StoredDocument, StreamParts]:
    """The execution of a scenario: found by what it is computed from, or else computed and stored."""
    scenario = await archive.input_scenario(source.dataset_version_id, source.scenario_id)
    dataset_version = await archive.input(DATASET_VERSION, source.dataset_version_id)
    refuse_start_beyond(scenario.summary().horizon_months, request.start_period)
    first_answer = await archive.first_answer()
    if first_answer:
        return await _read(archive, request, first_answer)
    day = source.analysis_date or dataset_version.summary().as_of_date
    inputs = inputs_of(scenario.address, dataset_version.address, day)
    known = None if archive.memory.is_new(inputs) else await archive.computed_from(inputs)
    if known:
        return await _read(archive, request, await archive.file(known))
    work = scenario, dataset_version, day, request
    document, parts = await archive.compute(dataset_version.address, executed_stream_parts, *work)
    stored = await archive.file(document)
    return (stored, parts) if stored.address == document.address else await _read(archive, request, stored)


async def _read(
    archive: Archive, request: requests.Execute, stored: StoredDocument
) -> tuple[StoredDocument, StreamParts]:
    return stored, await archive.read(stream_parts, stored, request)


async def _replayed(archive: Archive, request: requests.Replay, original: StoredExecution) -> StoredDocument:
    """The execution computed again, and stored where it is not identical."""
    dataset_version = await archive.dataset_version(request.dataset_version_id)
    scenario = await archive.scenario(original.parents["scenario"])
    first_answer = await archive.first_answer()
    if first_answer:
        return first_answer
    day = request.analysis_date or original.value.analysis_date
    inputs = archive.input_of(scenario), archive.input_of(dataset_version)
    document = await archive.compute(dataset_version.address, replayed_execution, original, *inputs, day)
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


def _of_dataset_version(scenario: Scenario, dataset_version: Document) -> Scenario:
    """A scenario for the dataset version of its own request; refused where it names another."""
    if scenario.dataset_version_id not in (FOLLOWS, dataset_version.address):
        field, allowed = "scenario.dataset_version_id", f"that of the dataset version here, {dataset_version.address}"
        raise Refused([Fault(field, Reason.CONFLICT, scenario.dataset_version_id, allowed)])
    return replace(scenario, dataset_version_id=dataset_version.address)


async def _parents(archive: Archive, **prefixes: str | None) -> dict[str, str]:
    """The filters of a list: parents by name, each by its full id."""
    return {
        name: await archive.full_id(prefix, f"{name}_id", KINDS_BY_NAME[name])
        for name, prefix in prefixes.items()
        if prefix
    }
