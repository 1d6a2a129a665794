"""The calls of AnalysisService: how far until something breaks, what moves a figure how far, and which cause did it."""

from collections.abc import Iterable
from typing import Any

import grpc

from seawall.v1 import analysis_service_pb2 as analysis
from seawall.v1 import analysis_service_pb2_grpc
from seawall.v1.attribution_pb2 import AssumptionGroup
from seawall.v1.breaking_point_pb2 import BreakingEvent, BreakingTarget
from seawall.v1.sensitivity_pb2 import AssumptionRange
from seawall.v1.stress_service_pb2 import ScenarioSource

from .connection import Connection


class AnalysisCalls(Connection):
    """Analyses of a stored scenario on its dataset version; each answer is stored, and has an id."""

    def _opened(self, channel: grpc.aio.Channel) -> None:
        super()._opened(channel)
        self._analysis_stub = analysis_service_pb2_grpc.AnalysisServiceStub(channel)

    @property
    def _analysis(self) -> Any:
        self._renew()
        return self._analysis_stub

    async def breaking_point(
        self,
        scenario_id: str,
        dataset_version_id: str,
        event: BreakingEvent,
        target: BreakingTarget,
        *,
        scan_points: int | None = None,
        analysis_date: str | None = None,
        request_id: str | None = None,
    ) -> analysis.FindBreakingPointResponse:
        """The first step from a scenario to a target with an event; it and the one before are stored as executions."""
        request = analysis.FindBreakingPointRequest(
            scenario=_source(scenario_id, dataset_version_id, analysis_date),
            event=event,
            target=target,
            scan_points=scan_points,
            request_id=request_id,
        )
        return await self._call(analysis.FindBreakingPointResponse, self._analysis.FindBreakingPoint, request)

    async def sensitivity(
        self,
        scenario_id: str,
        dataset_version_id: str,
        figure: str,
        ranges: Iterable[AssumptionRange] = (),
        *,
        analysis_date: str | None = None,
        request_id: str | None = None,
    ) -> analysis.MeasureSensitivityResponse:
        """A figure of the metrics, as `lowest_liquidity_minor`, with each assumption low and high, one at a time."""
        request = analysis.MeasureSensitivityRequest(
            scenario=_source(scenario_id, dataset_version_id, analysis_date),
            figure=figure,
            ranges=ranges,
            request_id=request_id,
        )
        return await self._call(analysis.MeasureSensitivityResponse, self._analysis.MeasureSensitivity, request)

    async def attribute(
        self,
        scenario_id: str,
        target_scenario_id: str,
        dataset_version_id: str,
        figure: str,
        groups: Iterable[AssumptionGroup] = (),
        *,
        period: int | None = None,
        analysis_date: str | None = None,
        request_id: str | None = None,
    ) -> analysis.AttributeResponse:
        """What each group of assumptions did to a figure of the metrics between a base and a target, to the cent.

        Or to `funds_minor`: liquidity less what is unpaid, at the end of the month `period`.
        """
        request = analysis.AttributeRequest(
            scenario=_source(scenario_id, dataset_version_id, analysis_date),
            target_scenario_id=target_scenario_id,
            figure=figure,
            groups=groups,
            period=period,
            request_id=request_id,
        )
        return await self._call(analysis.AttributeResponse, self._analysis.Attribute, request)


def _source(scenario_id: str, dataset_version_id: str, analysis_date: str | None) -> ScenarioSource:
    return ScenarioSource(scenario_id=scenario_id, dataset_version_id=dataset_version_id, analysis_date=analysis_date)
