"""The Python client: async, typed, patient; one method a call. It knows the API and nothing of what answers it."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import Any, cast
from uuid import uuid4

import grpc

from seawall.v1 import evidence_service_pb2 as evidence
from seawall.v1 import evidence_service_pb2_grpc, stress_service_pb2_grpc
from seawall.v1 import stress_service_pb2 as stress
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.debt_service_pb2 import AssessmentTerms
from seawall.v1.execution_pb2 import PeriodResult
from seawall.v1.report_pb2 import ReportView
from seawall.v1.scenario_pb2 import Scenario, ScenarioTemplate

from .analysis_calls import AnalysisCalls
from .errors import from_rpc_error
from .streams import Call, resumed
from .sweep_calls import SweepCalls

ExecuteCall = Call[stress.ExecutionStarted, stress.ExecutionCompleted]
ReplayCall = Call[stress.ReplayStarted, stress.ReplayCompleted]
Executing = AsyncGenerator[stress.ExecutionStarted | PeriodResult | stress.ExecutionCompleted, None]
Replaying = AsyncGenerator[stress.ReplayStarted | PeriodResult | stress.ReplayCompleted, None]

Verifying = evidence.VerificationProgress | evidence.VerificationFinding | evidence.VerificationResult


class StressClient(AnalysisCalls, SweepCalls):
    """Calls a Seawall server. A call that is cut is made again; what the server refuses is raised as SeawallError.
    `credentials` say what it trusts of a server, and who it is.

    An answer, and each message of a stream, may take `timeout_seconds`; None waits for ever.

    async with StressClient() as client:
        registered = await client.register(dataset_version)
        created = await client.create_scenario(scenario, template_name="severe")
        async for event in client.execute(created.scenario_id, registered.dataset_version_id):
            ...
    """

    def _opened(self, channel: grpc.aio.Channel) -> None:
        super()._opened(channel)
        self._stress_stub = stress_service_pb2_grpc.StressServiceStub(channel)
        self._evidence_stub = evidence_service_pb2_grpc.EvidenceServiceStub(channel)

    @property
    def _stress(self) -> Any:
        self._renew()
        return self._stress_stub

    @property
    def _evidence(self) -> Any:
        self._renew()
        return self._evidence_stub

    async def register(
        self, dataset_version: DatasetVersion, *, request_id: str | None = None, validate_only: bool = False
    ) -> stress.RegisterDatasetVersionResponse:
        """Store the figures of a company, or only check them; the same figures have the same id."""
        request = stress.RegisterDatasetVersionRequest(
            dataset_version=dataset_version, request_id=request_id, validate_only=validate_only
        )
        return await self._call(stress.RegisterDatasetVersionResponse, self._stress.RegisterDatasetVersion, request)

    async def dataset_version(self, dataset_version_id: str) -> stress.GetDatasetVersionResponse:
        """One dataset version."""
        request = stress.GetDatasetVersionRequest(dataset_version_id=dataset_version_id)
        return await self._call(stress.GetDatasetVersionResponse, self._stress.GetDatasetVersion, request)

    async def dataset_versions(
        self, *, company_id: str | None = None, labels: Iterable[str] = ()
    ) -> AsyncIterator[stress.DatasetVersionSummary]:
        """All dataset versions, or those of a company that carry all the labels, newest first, page by page."""
        request = stress.ListDatasetVersionsRequest(company_id=company_id, labels=labels)
        async for page in self._pages(stress.ListDatasetVersionsResponse, self._stress.ListDatasetVersions, request):
            for summary in page.dataset_versions:
                yield summary

    async def preview(self, request: stress.PreviewInstrumentRequest) -> stress.PreviewInstrumentResponse:
        """The dated cash flows of an instrument; nothing is stored."""
        return await self._call(stress.PreviewInstrumentResponse, self._stress.PreviewInstrument, request)

    async def create_scenario(
        self,
        scenario: Scenario,
        *,
        template_name: str | None = None,
        request_id: str | None = None,
        validate_only: bool = False,
        dataset_version: DatasetVersion | None = None,
    ) -> stress.CreateScenarioResponse:
        """Store a scenario, or only check it, with the assumptions of a template where one is named.

        With `validate_only` the dataset version itself may stand in place of the id of a stored one.
        """
        request = stress.CreateScenarioRequest(
            scenario=scenario,
            template_name=template_name,
            request_id=request_id,
            validate_only=validate_only,
            dataset_version=dataset_version,
        )
        return await self._call(stress.CreateScenarioResponse, self._stress.CreateScenario, request)

    async def scenario(self, scenario_id: str, dataset_version_id: str) -> stress.GetScenarioResponse:
        """One scenario, which is always read together with its dataset version."""
        request = stress.GetScenarioRequest(scenario_id=scenario_id, dataset_version_id=dataset_version_id)
        return await self._call(stress.GetScenarioResponse, self._stress.GetScenario, request)

    async def scenarios(self, *, dataset_version_id: str | None = None) -> AsyncIterator[stress.ScenarioSummary]:
        """All scenarios, or those of one dataset version, newest first."""
        request = stress.ListScenariosRequest(dataset_version_id=dataset_version_id)
        async for page in self._pages(stress.ListScenariosResponse, self._stress.ListScenarios, request):
            for summary in page.scenarios:
                yield summary

    async def templates(self) -> list[ScenarioTemplate]:
        """The assumptions to start from, from the mildest to the most severe."""
        method, request = self._stress.ListScenarioTemplates, stress.ListScenarioTemplatesRequest()
        return list((await self._call(stress.ListScenarioTemplatesResponse, method, request)).templates)

    def execute(
        self,
        scenario_id: str,
        dataset_version_id: str,
        *,
        analysis_date: str | None = None,
        start_period: int = 1,
        periods_per_message: int = 1,
        request_id: str | None = None,
    ) -> Executing:
        """Execute a scenario and receive its months, each exactly once even where the connection is cut."""
        source = stress.ScenarioSource(
            scenario_id=scenario_id, dataset_version_id=dataset_version_id, analysis_date=analysis_date
        )

        def open_at(period: int, execution_id: str) -> ExecuteCall:
            request = stress.ExecuteRequest(
                # What has begun is stored: to go on, it is only read.
                scenario=None if execution_id else source,
                execution_id=execution_id or None,
                start_period=period,
                periods_per_message=periods_per_message,
                request_id=None if execution_id else request_id,
            )
            return cast(ExecuteCall, self._stress.Execute(request, metadata=self._metadata()))

        return resumed(open_at, start_period, self._retry, self._timeout_seconds)

    def read(self, execution_id: str, *, start_period: int = 1, periods_per_message: int = 1) -> Executing:
        """The months of a stored execution, as they were when it was executed."""

        def open_at(period: int, _: str) -> ExecuteCall:
            request = stress.ExecuteRequest(
                execution_id=execution_id, start_period=period, periods_per_message=periods_per_message
            )
            return cast(ExecuteCall, self._stress.Execute(request, metadata=self._metadata()))

        return resumed(open_at, start_period, self._retry, self._timeout_seconds)

    def replay(
        self,
        execution_id: str,
        dataset_version_id: str,
        *,
        analysis_date: str | None = None,
        start_period: int = 1,
        periods_per_message: int = 1,
        request_id: str | None = None,
    ) -> Replaying:
        """Compute a stored execution again, on another dataset version if named; receive its months and the comparison.

        The log has one record of it: where the stream is cut, the call that goes on is known by its request id.
        """
        replay_id = request_id or str(uuid4())

        def open_at(period: int, _: str) -> ReplayCall:
            request = stress.ReplayRequest(
                execution_id=execution_id,
                dataset_version_id=dataset_version_id,
                analysis_date=analysis_date,
                start_period=period,
                periods_per_message=periods_per_message,
                request_id=replay_id,
            )
            return cast(ReplayCall, self._stress.Replay(request, metadata=self._metadata()))

        return resumed(open_at, start_period, self._retry, self._timeout_seconds)

    async def execution(self, execution_id: str) -> stress.GetExecutionResponse:
        """One execution without its months."""
        request = stress.GetExecutionRequest(execution_id=execution_id)
        return await self._call(stress.GetExecutionResponse, self._stress.GetExecution, request)

    async def executions(
        self, *, dataset_version_id: str | None = None, scenario_id: str | None = None
    ) -> AsyncIterator[stress.ExecutionSummary]:
        """All executions, or those of one dataset version or scenario, newest first."""
        request = stress.ListExecutionsRequest(dataset_version_id=dataset_version_id, scenario_id=scenario_id)
        async for page in self._pages(stress.ListExecutionsResponse, self._stress.ListExecutions, request):
            for summary in page.executions:
                yield summary

    async def report(
        self, execution_id: str, view: ReportView | str, *, request_id: str | None = None
    ) -> stress.GetReportResponse:
        """One view of a stored execution."""
        request = stress.GetReportRequest(execution_id=execution_id, view=view, request_id=request_id)
        return await self._call(stress.GetReportResponse, self._stress.GetReport, request)

    async def assess_debt_service(
        self,
        dataset_version_id: str,
        *,
        terms: AssessmentTerms | None = None,
        analysis_date: str | None = None,
        request_id: str | None = None,
    ) -> stress.AssessDebtServiceResponse:
        """Whether the company can serve its debt as its loans stand; by default over 12 months."""
        request = stress.AssessDebtServiceRequest(
            dataset_version_id=dataset_version_id, terms=terms, analysis_date=analysis_date, request_id=request_id
        )
        return await self._call(stress.AssessDebtServiceResponse, self._stress.AssessDebtService, request)

    async def proof(self, address: str) -> evidence.GetProofResponse:
        """The receipt of a document's first record, against the newest checkpoint."""
        request = evidence.GetProofRequest(address=address)
        return await self._call(evidence.GetProofResponse, self._evidence.GetProof, request)

    async def checkpoint(self) -> evidence.GetCheckpointResponse:
        """The signed size and root of the log; kept elsewhere, it shows later what was removed or rewritten."""
        method, request = self._evidence.GetCheckpoint, evidence.GetCheckpointRequest()
        return await self._call(evidence.GetCheckpointResponse, method, request)

    async def consistency(
        self, first_size: int, second_size: int | None = None
    ) -> evidence.GetConsistencyProofResponse:
        """The proof that the log of `first_size` records is the beginning of a later one."""
        method = self._evidence.GetConsistencyProof
        request = evidence.GetConsistencyProofRequest(first_size=first_size, second_size=second_size)
        return await self._call(evidence.GetConsistencyProofResponse, method, request)

    async def verify(self, checkpoint: str | None = None, *, recompute: bool = False) -> AsyncIterator[Verifying]:
        """Every hash and signature that the server stores, computed again: progress, findings, one result.

        With `recompute` every figure of what was computed too: executions, assessments, reports and analyses.
        """
        request = evidence.VerifyEvidenceRequest(checkpoint=checkpoint)
        if recompute:  # a server that is older than this field refuses it
            request.recompute = True
        try:
            async for response in self._evidence.VerifyEvidence(request, metadata=self._metadata()):
                yield getattr(response, response.WhichOneof("event"))
        except grpc.aio.AioRpcError as rpc_error:
            raise from_rpc_error(rpc_error) from rpc_error

    async def evidence(self, address: str) -> evidence.GetEvidenceResponse:
        """One document as it was stored: the SHA-256 of its bytes is its address."""
        request = evidence.GetEvidenceRequest(address=address)
        return await self._call(evidence.GetEvidenceResponse, self._evidence.GetEvidence, request)
