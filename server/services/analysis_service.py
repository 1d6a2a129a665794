"""The work of AnalysisService: each call looks up, computes, seals and answers, as its row in `calls` says."""

from seawall.engine import TEMPLATES

from ..documents.kinds import DATASET_VERSION
from ..refusals import NotFound, Trouble
from . import analysis_answers as answers
from .analysing import (
    Attributed,
    Base,
    Terms,
    computed_attribution,
    computed_breaking_point,
    computed_sensitivity,
    way_to,
)
from .analysis_requests import Attribute, FindBreakingPoint, MeasureSensitivity
from .archive import Archive
from .requests import ScenarioSource


async def find_breaking_point(archive: Archive, request: FindBreakingPoint) -> bytes:
    """Looks for the first step with an event, and stores it with the executions on either side."""
    name = request.target.template_name
    if name is not None and name not in TEMPLATES:
        raise NotFound(Trouble.TEMPLATE_NOT_FOUND, "template", name)
    base = await _base(archive, request.scenario)
    terms = Terms(request.event, request.scan_points, name or "", way_to(request.target))
    stored = await archive.file_all_once(base.about, computed_breaking_point, base, terms)
    return await archive.answer(answers.breaking_point, stored)


async def measure_sensitivity(archive: Archive, request: MeasureSensitivity) -> bytes:
    """Measures a figure with each assumption low and high, and stores what it is."""
    base = await _base(archive, request.scenario)
    stored = await archive.file_once(base.about, computed_sensitivity, base, request.figure, request.ranges)
    return await archive.answer(answers.sensitivity, stored)


async def attribute(archive: Archive, request: Attribute) -> bytes:
    """Attributes the change of a figure to groups of assumptions, and stores it."""
    base = await _base(archive, request.scenario)
    target = await archive.input_scenario(request.scenario.dataset_version_id, request.target_scenario_id)
    what = Attributed(request.figure, request.period or 0)
    stored = await archive.file_once(base.about, computed_attribution, base, target, what, request.groups)
    return await archive.answer(answers.attribution, stored)


async def _base(archive: Archive, source: ScenarioSource) -> Base:
    """The scenario and the dataset version that a request names together."""
    scenario = await archive.input_scenario(source.dataset_version_id, source.scenario_id)
    return Base(scenario, await archive.input(DATASET_VERSION, source.dataset_version_id), source.analysis_date)
