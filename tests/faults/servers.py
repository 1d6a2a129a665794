"""Servers as processes of their own, and callers who remember what was acknowledged."""

import asyncio
import sys
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from tempfile import TemporaryFile

import grpc

from seawall.clients import verify
from seawall.server.log import tree
from seawall.server.store.opening import LogFiles
from seawall.v1 import stress_service_pb2 as s
from tests.companies import AS_OF
from tests.log.stores import verified
from tests.places import Place
from tests.server.running import Running, created, registered

DAYS = 500  #: on so many days from the first one no loan of the company has matured
SERVE = (sys.executable, "-m", "seawall.server", "serve", "--address")


@asynccontextmanager
async def started(place, address="127.0.0.1:0", *options):
    """A server process on a place, on a free port unless told; gives the process and its address."""
    command = (*SERVE, address, *place.arguments, *options)
    with TemporaryFile() as log:  # a pipe that nobody reads would stop the server that fills it
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            log.seek(0)
            assert line, log.read().decode()
            yield process, line.split()[-1]
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Member:
    """One of several servers on a database, which is stopped and started again on its address."""

    def __init__(self, place, *options):
        self.files, self._place, self._options = place.files, place, options
        self._running = AsyncExitStack()
        self.address = "127.0.0.1:0"

    async def start(self):
        server = started(self._place, self.address, *self._options)
        self._process, self.address = await self._running.enter_async_context(server)

    async def stop(self):
        """Its exit code after SIGTERM."""
        self._process.terminate()
        code = await asyncio.wait_for(self._process.wait(), 60)
        await self._running.aclose()
        return code


@asynccontextmanager
async def members(place, folder, *options, count=3):
    """Servers on one database, each with a folder of checkpoint files of its own."""
    servers = [
        Member(Place(place.database, LogFiles(place.files.key, folder / f"server-{number}")), *options)
        for number in range(count)
    ]
    async with AsyncExitStack() as stack:
        for server in servers:
            await server.start()
            stack.push_async_callback(server._running.aclose)
        yield servers


@dataclass
class Acknowledged:
    """What servers acknowledged: executions by id, with the receipt that came."""

    place: Place
    receipts: dict[str, str] = field(default_factory=dict)
    failed: list[grpc.aio.AioRpcError] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def execute(self, address, numbers):
        """Executes one of the many executions after another, until the server goes away."""
        async with grpc.aio.insecure_channel(address) as channel:
            try:
                server = Running(address, self.place.database, channel)
                dataset = await registered(server)
                for number in numbers:
                    await self._execute_number(server, dataset, number)
            except grpc.aio.AioRpcError as error:
                self.failed.append(error)

    async def until(self, count):
        """Waits until so many executions are acknowledged."""
        async with self.news:
            enough = self.news.wait_for(lambda: len(self.receipts) >= count)
            await asyncio.wait_for(enough, 60)

    async def _execute_number(self, server, dataset, number):
        months, day = divmod(number, DAYS)
        scenario = await created(server, dataset, "severe", 6 + months)
        analysis_date = (AS_OF + timedelta(days=day)).isoformat()
        source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset, analysis_date=analysis_date)
        async for event in server.stress.Execute(s.ExecuteRequest(scenario=source)):
            if event.WhichOneof("event") == "started":
                self.receipts[event.execution_id] = event.started.receipt.tlog_proof
                async with self.news:
                    self.news.notify_all()

    async def check(self):
        """Nothing that was acknowledged is lost or wrong, and every receipt is of a beginning of the log."""
        findings, result = await verified(self.place, self.place.checkpoint.read_text())
        assert findings == []
        stored = {address for (address,) in self.place.rows("SELECT address FROM evidence")}
        lost = self.receipts.keys() - stored
        assert lost == set()
        leaves = [
            tree.leaf_hash(body)
            for (body,) in self.place.rows("SELECT body FROM records WHERE tenant = 'local' ORDER BY seq")
        ]
        public = self.place.keys.lines
        roots = {}
        frontier = tree.Frontier()
        for leaf in leaves:
            frontier.add(leaf)
            roots[frontier.size] = frontier.root()
        for address, receipt in self.receipts.items():
            shown = verify.check_receipt(receipt, public)
            assert shown.record["subject"] == address
            assert roots[shown.checkpoint.size] == shown.checkpoint.root
        return f"{len(self.receipts)} acknowledged, 0 lost, 0 wrong, {result.records} records"
