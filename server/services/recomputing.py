"""A stored document computed again from its stored parents, by the functions that computed it for a call."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from seawall.engine import MODEL, AssessmentTerms
from seawall.engine.assessment.debt_service import METHOD as ASSESSMENT_METHOD
from seawall.engine.reports import ReportView
from seawall.engine.reports.report import METHOD as REPORT_METHOD

from ..documents.canonical import decode
from ..documents.document import Document, part
from ..documents.kinds import ASSESSMENT, EXECUTION, REPORT
from ..store.appends import StoredDocument
from .computing import computed_assessment, computed_execution, computed_report
from .memory import Input

Fields = Mapping[str, Any]
Parents = Mapping[str, StoredDocument]

#: What a document says that this release computes, by its kind: the model and the method.
OF_THIS_RELEASE = {
    EXECUTION.name: {"model": MODEL},
    ASSESSMENT.name: {"model": MODEL, "method": ASSESSMENT_METHOD},
    REPORT.name: {"method": REPORT_METHOD},
}


def recomputed(fields: Fields, parents: Parents) -> Document | None:
    """What this release makes of the parents of a document; None where another release made the document.

    Raises what the engine and the reading of a damaged document raise.
    """
    kind = str(fields.get("kind"))
    made_by = OF_THIS_RELEASE.get(kind)
    if made_by is None or any(fields.get(name) != method for name, method in made_by.items()):
        return None
    return RECOMPUTED[kind](fields, parents)


def _execution(fields: Fields, parents: Parents) -> Document:
    day = date.fromisoformat(fields["analysis_date"])
    replay_of = {name: address for name, address in fields["parents"].items() if name in EXECUTION.optional_parents}
    inputs = _input(parents["scenario"]), _input(parents["dataset_version"])
    return computed_execution(*inputs, day, "analysis_date", **replay_of)


def _assessment(fields: Fields, parents: Parents) -> Document:
    terms = part(AssessmentTerms, fields["terms"])
    return computed_assessment(_input(parents["dataset_version"]), terms, date.fromisoformat(fields["analysis_date"]))


def _report(fields: Fields, parents: Parents) -> Document | None:
    """Of an execution of another model there is no report to compare with."""
    execution = parents["execution"]
    if decode(execution.body).get("model") != MODEL:
        return None
    inputs = _input(parents["scenario"]), _input(parents["dataset_version"])
    return computed_report(execution, *inputs, ReportView(fields["view"]))


def _input(stored: StoredDocument) -> Input:
    return Input(stored.address, stored.body)


#: How a kind is computed from the fields and the parents of a document; every kind that callers do not send.
RECOMPUTED = {EXECUTION.name: _execution, ASSESSMENT.name: _assessment, REPORT.name: _report}
