"""The work of a call that leaves the event loop: decoding, the engine, sealing.

What the engine refuses is told with the paths that the caller wrote, as if the scenario and the dataset version stood
in the request instead of their ids.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from seawall.engine import AssessmentTerms, DatasetVersion, Fault, Refused, Scenario, assess, check, execute
from seawall.engine.preview.cash_flows import LoanCashFlow, preview
from seawall.engine.preview.preview import Preview
from seawall.engine.reports import ReportView, report
from seawall.engine.values.value import fields_of

from ..documents.canonical import decode
from ..documents.document import Document, seal, unseal
from ..store.store import StoredDocument
from ..wire.from_message import wire_path
from .executions import StoredExecution

_OF_SCENARIO = frozenset(field.name for field in fields_of(Scenario))


def compute(
    scenario: StoredDocument, dataset_version: StoredDocument, analysis_date: date, date_field: str
) -> Document:
    """Executes a stored scenario on a stored dataset version and seals what comes out."""
    with _as_asked(date_field):
        execution = execute(unseal(scenario.body).value, unseal(dataset_version.body).value, analysis_date)
    return seal(execution, scenario=scenario.address, dataset_version=dataset_version.address)


def recompute(
    original: StoredExecution, scenario: StoredDocument, dataset_version: StoredDocument, analysis_date: date
) -> Document:
    """The same again. What is not identical to the original names it as a parent, and so has its own address."""
    with _as_asked("analysis_date"):
        execution = execute(unseal(scenario.body).value, unseal(dataset_version.body).value, analysis_date)
    parents = {**original.parents, "dataset_version": dataset_version.address}
    again = seal(execution, **parents)
    if again.address == original.stored.address:
        return again
    return seal(execution, **(parents | {"replay_of": original.stored.address}))


def check_that_it_runs(scenario: Scenario, dataset_version: StoredDocument) -> None:
    """Refuses a scenario that could not be executed on its dataset version."""
    with _as_asked("scenario"):
        check(scenario, unseal(dataset_version.body).value)


def cash_flows(asked: Preview) -> tuple[LoanCashFlow, ...]:
    """The cash flows of an instrument; nothing is sealed."""
    try:
        return preview(asked)
    except Refused as error:
        raise Refused(replace(fault, field=wire_path(Preview, fault.field)) for fault in error.faults) from None


def assessed(dataset_version: StoredDocument, terms: AssessmentTerms, analysis_date: date | None) -> Document:
    """Assesses the debt service of a stored dataset version and seals what comes out."""
    with _as_asked("analysis_date"):
        assessment = assess(unseal(dataset_version.body).value, terms, analysis_date)
    return seal(assessment, dataset_version=dataset_version.address)


def reported(execution: StoredDocument, view: ReportView) -> Document:
    """Looks at a stored execution and seals what is seen."""
    return seal(report(unseal(execution.body).value, view), execution=execution.address)


def as_of_date(dataset_version: StoredDocument) -> date:
    """The day that its balances are of, and that an execution starts from unless another one is given."""
    return date.fromisoformat(decode(dataset_version.body)["as_of_date"])


@contextmanager
def _as_asked(date_field: str) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise Refused(_told(fault, date_field) for fault in error.faults) from None


def _told(fault: Fault, date_field: str) -> Fault:
    head = fault.field.partition(".")[0]
    if head == "analysis_date":
        return replace(fault, field=date_field)
    holder: Any = Scenario if head in _OF_SCENARIO else DatasetVersion
    return replace(fault, field=wire_path(holder, fault.field)).under(
        "scenario" if holder is Scenario else "dataset_version"
    )
