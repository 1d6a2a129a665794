"""The work of a call that leaves the event loop: stored inputs decoded, the engine run on them, its result sealed.

What the engine refuses names the paths that the caller wrote, as if the scenario and the dataset version were in the
request instead of their ids.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from seawall.engine import (
    AssessmentTerms,
    DatasetVersion,
    Execution,
    Fault,
    Refused,
    Scenario,
    assess,
    beside,
    check,
    execute,
)
from seawall.engine.echo.echo import dataset_version_echo, scenario_echo
from seawall.engine.echo.results import DatasetVersionEcho, ScenarioEcho, Warning
from seawall.engine.echo.warnings import dataset_version_warnings, scenario_warnings
from seawall.engine.preview.cash_flows import LoanCashFlow, preview
from seawall.engine.preview.preview import Preview
from seawall.engine.reports import Beside, ReportView, report
from seawall.engine.values.kept import Kept
from seawall.engine.values.value import fields_of

from ..documents.canonical import decode
from ..documents.document import Document, address_of, seal, unseal
from ..store.store import StoredDocument
from ..wire.from_message import wire_path
from ..work.job import pause
from .archive import StoredExecution
from .memory import Input, keep_case, kept_input, take_case
from .price import check_price

#: The runs beside the executions that were reported last, for their other views; by what they are computed from, as its
#: bytes say it. A thousand take some 5 MB.
_BESIDE: Kept[Beside] = Kept(most=1_000)
_FIELDS_OF_SCENARIO = frozenset(field.name for field in fields_of(Scenario))


def computed_execution(
    scenario: Input,
    dataset_version: Input,
    analysis_date: date,
    date_field: str,
    **replay_of: str,
) -> Document:
    """A stored scenario executed on a stored dataset version; `date_field` is the date's path in the request.

    `replay_of` is the address of what it replays, where that is a parent of it.
    """
    with request_paths(date_field):
        execution = _execution(scenario, dataset_version, analysis_date)
    return seal(execution, scenario=scenario.address, dataset_version=dataset_version.address, **replay_of)


def replayed_execution(
    original: StoredExecution, scenario: Input, dataset_version: Input, analysis_date: date
) -> Document:
    """An execution computed again. Unless it is identical, the original is its parent and its address differs."""
    with request_paths("analysis_date"):
        execution = _execution(scenario, dataset_version, analysis_date)
    parents = {**original.parents, "dataset_version": dataset_version.address}
    document = seal(execution, **parents)
    if document.address == original.stored.address:
        return document
    return seal(execution, **(parents | {"replay_of": original.stored.address}))


class CheckedDatasetVersion(NamedTuple):
    """A dataset version that can be stored, and what its caller is shown of it."""

    document: Document
    echo: DatasetVersionEcho
    warnings: tuple[Warning, ...]


class CheckedScenario(NamedTuple):
    """A scenario that can be executed on its dataset version, and what its caller is shown of it."""

    document: Document
    echo: ScenarioEcho
    warnings: tuple[Warning, ...]


def checked_dataset_version(company: DatasetVersion) -> CheckedDatasetVersion:
    """The document of a dataset version, with its echo and its warnings."""
    return CheckedDatasetVersion(seal(company), dataset_version_echo(company), company_warnings(company))


def checked_scenario(scenario: Scenario, dataset_version: Input) -> CheckedScenario:
    """The document of a scenario; refuses one that could not be executed on its dataset version.

    What is checked is what the document says, which is what will be executed.
    """
    document = seal(scenario)
    stored = kept_input(document.address, document.body, dataset_version.tenant)
    scenario, company = stored.open(), dataset_version.open()
    with request_paths("scenario"):
        check_price(company, scenario.horizon_months, company.as_of_date)
        case = check(scenario, company, pause=pause)
    keep_case(case, stored, dataset_version, company.as_of_date)
    warnings = tuple(_under("scenario", Scenario, warning) for warning in scenario_warnings(scenario, company))
    return CheckedScenario(document, scenario_echo(scenario, company), warnings)


def assessed_company(dataset_version: Input) -> tuple[DatasetVersionEcho, tuple[Warning, ...]]:
    """What a caller is shown of the dataset version that it has assessed."""
    company = dataset_version.open()
    return dataset_version_echo(company), company_warnings(company)


def company_warnings(company: DatasetVersion) -> tuple[Warning, ...]:
    """The warnings about a company, with the paths of the API."""
    return tuple(_under("dataset_version", DatasetVersion, warning) for warning in dataset_version_warnings(company))


def _under(holder: str, cls: Any, warning: Warning) -> Warning:
    return warning._replace(field=f"{holder}.{wire_path(cls, warning.field)}")


def cash_flows(request: Preview) -> tuple[LoanCashFlow, ...]:
    """The cash flows of an instrument; nothing is sealed."""
    try:
        return preview(request)
    except Refused as error:
        raise Refused(replace(fault, field=wire_path(Preview, fault.field)) for fault in error.faults) from None


def computed_assessment(dataset_version: Input, terms: AssessmentTerms, analysis_date: date | None) -> Document:
    """The debt service of a stored dataset version, assessed."""
    with request_paths("analysis_date"):
        company = dataset_version.open()
        check_price(company, terms.horizon_months, analysis_date or company.as_of_date)
        assessment = assess(company, terms, analysis_date, pause=pause)
    return seal(assessment, dataset_version=dataset_version.address)


def computed_report(execution: StoredDocument, scenario: Input, dataset_version: Input, view: ReportView) -> Document:
    """A view of a stored execution, beside runs of its scenario and its dataset version that are stored nowhere.

    They share their debts and end with their default, and so cost about what the execution did: its price is asked. The
    granular view shows none of them.
    """
    value, stress, company = unseal(execution.body).value, scenario.open(), dataset_version.open()
    if view is ReportView.GRANULAR:
        runs = Beside(stress.posture, company.minimum_cash, runs=())
    else:
        check_price(company, value.horizon_months, value.analysis_date)
        inputs = (address_of(scenario.body), address_of(dataset_version.body), value.analysis_date)
        runs = _BESIDE.get(inputs) or beside(stress, company, value.analysis_date, pause)
        _BESIDE.add(inputs, runs)
    parents = {"scenario": scenario.address, "dataset_version": dataset_version.address}
    return seal(report(value, view, runs), execution=execution.address, **parents)


def parents_in(document: StoredDocument) -> dict[str, str]:
    """What a stored document was made from: addresses by name."""
    return dict(decode(document.body)["parents"])


def _execution(scenario: Input, dataset_version: Input, analysis_date: date) -> Execution:
    """A stored scenario executed, where the price of that allows it."""
    case = take_case(scenario, dataset_version, analysis_date)
    stress, company = scenario.open(), dataset_version.open()
    check_price(company, stress.horizon_months, analysis_date)
    return execute(stress, company, analysis_date, pause=pause, case=case)


@contextmanager
def request_paths(date_field: str) -> Iterator[None]:
    """What the engine refuses of a scenario or a dataset version, by the paths of the request."""
    try:
        yield
    except Refused as error:
        raise Refused(_in_request(fault, date_field) for fault in error.faults) from None


def _in_request(fault: Fault, date_field: str) -> Fault:
    head = fault.field.partition(".")[0]
    if head == "analysis_date":
        return replace(fault, field=date_field)
    holder: Any = Scenario if head in _FIELDS_OF_SCENARIO else DatasetVersion
    return replace(fault, field=wire_path(holder, fault.field)).under(
        "scenario" if holder is Scenario else "dataset_version"
    )
