"""A stored document computed again from its stored parents, by the functions that computed it for a call."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from seawall.engine import MODEL, AssessmentTerms
from seawall.engine.analysis import attribution, breaking_point, sensitivity
from seawall.engine.analysis.attribution import Attribution, Group
from seawall.engine.analysis.between import NUMBERS, way
from seawall.engine.analysis.breaking_point import BreakingPoint
from seawall.engine.analysis.sensitivity import Ends, Sensitivity
from seawall.engine.assessment.debt_service import METHOD as ASSESSMENT_METHOD
from seawall.engine.reports import ReportView
from seawall.engine.reports.report import METHOD as REPORT_METHOD

from ..documents.canonical import decode
from ..documents.document import Document, part
from ..documents.kinds import ASSESSMENT, ATTRIBUTION, BREAKING_POINT, EXECUTION, REPORT, SENSITIVITY
from ..store.appends import StoredDocument
from .analysing import Attributed, Base, Terms, computed_attribution, computed_breaking_point, sensitivity_again
from .computing import computed_assessment, computed_execution, computed_report
from .memory import Input

Fields = Mapping[str, Any]
Parents = Mapping[str, StoredDocument]

#: What a document says that this release computes, by its kind: the model and the method.
OF_THIS_RELEASE = {
    EXECUTION.name: {"model": MODEL},
    ASSESSMENT.name: {"model": MODEL, "method": ASSESSMENT_METHOD},
    REPORT.name: {"method": REPORT_METHOD},
    BREAKING_POINT.name: {"model": MODEL, "method": breaking_point.METHOD},
    SENSITIVITY.name: {"model": MODEL, "method": sensitivity.METHOD},
    ATTRIBUTION.name: {"model": MODEL, "method": attribution.METHOD},
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


def _breaking_point(fields: Fields, parents: Parents) -> Document:
    stored: BreakingPoint = part(BreakingPoint, fields)
    _refuse_more("scan_points", stored.scan_points, breaking_point.MOST_SCAN)
    terms = Terms(
        stored.event,
        stored.scan_points,
        stored.template_name,
        lambda scenario: way(scenario, stored.base, stored.target, stored.course),
    )
    return computed_breaking_point(_base(stored.analysis_date, parents), terms)[-1]


def _sensitivity(fields: Fields, parents: Parents) -> Document:
    stored: Sensitivity = part(Sensitivity, fields)
    _refuse_more("bars", len(stored.bars), len(NUMBERS))
    ends = [Ends(bar.assumption, bar.low, bar.high) for bar in stored.bars]
    return sensitivity_again(_base(stored.analysis_date, parents), stored.figure, ends)


def _attribution(fields: Fields, parents: Parents) -> Document:
    stored: Attribution = part(Attribution, fields)
    _refuse_more("shares", len(stored.shares), attribution.MOST_GROUPS)
    groups = [Group(share.group, share.assumptions) for share in stored.shares]
    base = _base(stored.analysis_date, parents)
    what = Attributed(stored.figure, stored.period)
    return computed_attribution(base, _input(parents["target_scenario"]), what, groups)


def _refuse_more(what: str, number: int, most: int) -> None:
    """What is stored was not checked as a request is: whoever wrote it could have a verification work for days."""
    if number > most:
        raise ValueError(f"{what} are {number}, and at most {most}")


def _base(analysis_date: date, parents: Parents) -> Base:
    return Base(_input(parents["scenario"]), _input(parents["dataset_version"]), analysis_date)


#: How a kind is computed from the fields and the parents of a document; every kind that callers do not send.
RECOMPUTED = {
    EXECUTION.name: _execution,
    ASSESSMENT.name: _assessment,
    REPORT.name: _report,
    BREAKING_POINT.name: _breaking_point,
    SENSITIVITY.name: _sensitivity,
    ATTRIBUTION.name: _attribution,
}
