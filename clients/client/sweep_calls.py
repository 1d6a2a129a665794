"""The calls of SweepService: one method each, and `sweep`, which makes them all."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any

import grpc

from seawall.v1 import sweep_service_pb2 as service
from seawall.v1 import sweep_service_pb2_grpc
from seawall.v1.sweep_pb2 import SweepListEntry, SweepPlan, SweepProgress

from .connection import Connection
from .errors import SeawallError, from_rpc_error
from .frames import Frames

SECONDS_A_COMPANY = 0.01  #: at most, to read each of a plan before it is stored
Running = AsyncGenerator[SweepProgress | service.SweepCompleted, None]
Batches = AsyncGenerator[service.ReadSweepRowsResponse, None]


class SweepCalls(Connection):
    """Many companies under many scenarios at once."""

    def _opened(self, channel: grpc.aio.Channel) -> None:
        super()._opened(channel)
        self._sweep_stub = sweep_service_pb2_grpc.SweepServiceStub(channel)

    @property
    def _sweeps(self) -> Any:
        self._renew()
        return self._sweep_stub

    async def sweep(self, plan: SweepPlan, on_progress: Callable[[SweepProgress], None] | None = None) -> "Swept":
        """Store a plan and compute it, or go on with it; its rows are then read as data frames.

        swept = await client.sweep(plan)
        rows = await swept.to_polars()
        """
        created = await self.create_sweep(plan)
        async for event in self.run_sweep(created.sweep_plan_id):
            if isinstance(event, SweepProgress):
                if on_progress:
                    on_progress(event)
            else:
                completed = event
        return Swept(self, created, completed)

    async def create_sweep(
        self, plan: SweepPlan, *, request_id: str | None = None, validate_only: bool = False
    ) -> service.CreateSweepResponse:
        """Store a plan, or only check it; says how many rows it is and what it costs."""
        request = service.CreateSweepRequest(plan=plan, request_id=request_id, validate_only=validate_only)
        reading = SECONDS_A_COMPANY * len(plan.dataset_version_ids)
        return await self._call(service.CreateSweepResponse, self._sweeps.CreateSweep, request, reading)

    async def run_sweep(self, sweep_plan_id: str) -> Running:
        """Compute what is missing of a sweep: its progress, then its summary, however often the connection is cut.

        Who stops listening stops nothing: `cancel_sweep` does.
        """
        request, attempt, rows = service.RunSweepRequest(sweep_plan_id=sweep_plan_id), 1, -1
        while True:
            call = self._sweeps.RunSweep(request, metadata=self._metadata())
            try:
                async for response in call:
                    event = getattr(response, response.WhichOneof("event"))
                    yield event
                    if response.HasField("completed"):
                        return
                    if event.rows_done > rows:  # each call first says where it stands, which is no progress
                        rows, attempt = event.rows_done, 1
                cut = SeawallError(grpc.StatusCode.UNAVAILABLE, "the stream ended without its last message")
            except grpc.aio.AioRpcError as error:
                cut = from_rpc_error(error)
            finally:
                call.cancel()
            attempt += 1
            await self._retry.wait_before(attempt, cut)

    async def sweep_state(self, sweep_plan_id: str) -> service.GetSweepResponse:
        """A plan, where its sweep stands, and its summary once it is complete."""
        request = service.GetSweepRequest(sweep_plan_id=sweep_plan_id)
        return await self._call(service.GetSweepResponse, self._sweeps.GetSweep, request)

    async def sweeps(self) -> AsyncIterator[SweepListEntry]:
        """All sweeps, newest plan first."""
        request = service.ListSweepsRequest()
        async for page in self._pages(service.ListSweepsResponse, self._sweeps.ListSweeps, request):
            for entry in page.sweeps:
                yield entry

    async def cancel_sweep(self, sweep_plan_id: str) -> SweepProgress:
        """Stop a sweep; what is computed is kept."""
        request = service.CancelSweepRequest(sweep_plan_id=sweep_plan_id)
        return (await self._call(service.CancelSweepResponse, self._sweeps.CancelSweep, request)).progress

    async def sweep_row(self, sweep_plan_id: str, row: int) -> service.GetSweepRowResponse:
        """One row with its proof, and its scenario as `create_scenario` takes it."""
        request = service.GetSweepRowRequest(sweep_plan_id=sweep_plan_id, row=row)
        return await self._call(service.GetSweepRowResponse, self._sweeps.GetSweepRow, request)

    async def sweep_batches(self, sweep_plan_id: str, *, first_row: int = 0, columns: Sequence[str] = ()) -> Batches:
        """The rows of a sweep as record batches of Arrow, each once however often the connection is cut."""
        row, attempt = first_row, 1
        while True:
            request = service.ReadSweepRowsRequest(sweep_plan_id=sweep_plan_id, first_row=row, columns=columns)
            call = self._sweeps.ReadSweepRows(request, metadata=self._metadata())
            try:
                async for batch in call:
                    row, attempt = batch.first_row + batch.rows, 1
                    yield batch
                return
            except grpc.aio.AioRpcError as error:
                cut = from_rpc_error(error)
            finally:
                call.cancel()
            attempt += 1
            await self._retry.wait_before(attempt, cut)


class Swept(Frames):
    """A complete sweep: what was computed, and its rows as data frames."""

    def __init__(
        self, calls: SweepCalls, created: service.CreateSweepResponse, completed: service.SweepCompleted
    ) -> None:
        self._calls = calls
        self.sweep_plan_id = created.sweep_plan_id
        self.created = created
        self.completed = completed

    @property
    def minor_digits(self) -> int:
        """Of the currency of its amounts."""
        return self.completed.summary.minor_digits

    def batches(self, columns: Sequence[str] = ()) -> Batches:
        """Its rows as record batches."""
        return self._calls.sweep_batches(self.sweep_plan_id, columns=columns)
