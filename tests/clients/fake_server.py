"""A server that says what a test tells it to say, and a cable in front of it that can be cut."""

import asyncio
from contextlib import asynccontextmanager

import grpc

from seawall.v1 import stress_service_pb2 as stress
from seawall.v1 import stress_service_pb2_grpc
from seawall.v1.execution_pb2 import CumulativeMetrics, ExecutionHeader, PeriodResult

EXECUTION_ID = "sha256:" + "e" * 64
HORIZON = 24
LISTED = 120


class FakeStressService(stress_service_pb2_grpc.StressServiceServicer):
    """Twenty-four months whose figures are their number. `failures` are raised first, one a call."""

    def __init__(self, failures=()):
        self.failures = list(failures)
        self.requests = []

    async def RegisterDatasetVersion(self, request, context):
        await self._note(request, context)
        return stress.RegisterDatasetVersionResponse(dataset_version_id="sha256:" + "d" * 64, created=True)

    async def ListExecutions(self, request, context):
        await self._note(request, context)
        first = int(request.page_token or 0)
        page = [stress.ExecutionSummary(execution_id=str(number)) for number in range(first, min(first + 50, 120))]
        return stress.ListExecutionsResponse(
            executions=page, next_page_token=str(first + 50) if first + 50 < 120 else ""
        )

    async def Execute(self, request, context):
        await self._note(request, context)
        for message in messages(stress.ExecuteResponse, stress.ExecutionStarted, stress.ExecutionCompleted, request):
            yield message

    async def Replay(self, request, context):
        await self._note(request, context)
        for message in messages(stress.ReplayResponse, stress.ReplayStarted, stress.ReplayCompleted, request):
            yield message

    async def _note(self, request, context):
        self.requests.append(request)
        if self.failures:
            failure = self.failures.pop(0)
            await failure(context)


def messages(response, started, completed, request):
    start, pack = request.start_period or 1, request.periods_per_message or 1
    yield response(execution_id=EXECUTION_ID, started=started(header=ExecutionHeader(horizon_months=HORIZON)))
    for first in range(start, HORIZON + 1, pack):
        periods = [month(number) for number in range(first, min(first + pack, HORIZON + 1))]
        yield response(execution_id=EXECUTION_ID, periods=stress.ExecutionPeriods(periods=periods))
    yield response(execution_id=EXECUTION_ID, completed=completed(metrics=CumulativeMetrics(months_of_runway=HORIZON)))


def month(number):
    # Some 30 KB each, as of a company with many loans: the months of one execution do not fit into one read.
    return PeriodResult(period=number, opening_cash_minor=number, period_end="x" * 30_000)


@asynccontextmanager
async def serving(service):
    server = grpc.aio.server()
    stress_service_pb2_grpc.add_StressServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


class Cable:
    """A TCP connection to a server through which a test lets so many bytes of answers pass, and then cuts it.

    `cut_after` has one number for each connection to come; later connections hold.
    """

    def __init__(self, server_address, cut_after=()):
        self.server_address = server_address
        self.cut_after = list(cut_after)
        self.connections = 0

    async def __aenter__(self):
        self._listener = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        host, port = self._listener.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        return self

    async def __aexit__(self, *_):
        self._listener.close()

    async def _connect(self, reader, writer):
        self.connections += 1
        budget = self.cut_after.pop(0) if self.cut_after else None
        host, _, port = self.server_address.rpartition(":")
        server_reader, server_writer = await asyncio.open_connection(host, int(port))
        upstream = asyncio.create_task(self._pass(reader, server_writer, None))
        downstream = asyncio.create_task(self._pass(server_reader, writer, budget))
        await asyncio.wait([upstream, downstream], return_when=asyncio.FIRST_COMPLETED)
        for task in (upstream, downstream):
            task.cancel()
        for end in (writer, server_writer):
            end.transport.abort()

    @staticmethod
    async def _pass(reader, writer, budget):
        while chunk := await reader.read(4096):
            if budget is not None and budget < len(chunk):
                return
            budget = budget - len(chunk) if budget is not None else None
            writer.write(chunk)
            await writer.drain()
