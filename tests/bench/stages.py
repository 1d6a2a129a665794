"""Where the processor time of an Execute goes, that of a company never seen: by the functions that it is made of.

`python -m tests.bench.stages` is a process that answers each line with the seconds of each stage, in the mean of some
executions; with BENCH_BEFORE another one does so in an earlier checkout, in turn.
"""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from json import dumps, loads
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time

import grpc

from seawall.engine import check, execute
from seawall.engine.horizon.many import simulate_one
from seawall.engine.tape.players import PLAYERS
from seawall.server.documents.document import seal, unseal
from seawall.server.services import requests
from seawall.server.services.archive import read_execution
from seawall.server.services.streams import execute_stream
from seawall.server.store.store import TenantStore
from seawall.v1.log_pb2 import Receipt
from tests import places
from tests.bench.clock import ROUNDS, Rounds, line, set_aside, title
from tests.bench.companies import company, scenario
from tests.bench.load import write
from tests.bench.processes import EARLIER, child, server
from tests.bench.service import EXECUTE, Stubs

EACH, SEED = 8, 20_260_101
STAGES = {
    "decode": "scenario and dataset version, from their documents",
    "compile": "the scenario on the company as numbers for each month",
    "months": "24 of them, and the header",
    "the rest of the engine": "names, assumption records, debt service",
    "document": "the execution as canonical bytes",
    "read back": "the same bytes as an execution",
    "messages": "24 of months, started and completed, as bytes",
    "store": "document, record and checkpoint, committed to SQLite",
}
WHOLE, REST = "the whole call on the server", "the rest"
OF_THE_REST = "gRPC, look-ups, threads, receipt; below 0 where the server spares a stage"


async def report() -> None:
    """The stages beside the whole call on a server of its own."""
    if sys.platform != "linux":
        print("\nstages: measured on Linux alone")
        return
    title("stages: an Execute of a company never seen, 5 loans, 24 messages; processor time and share of the whole")
    seconds = {checkout: Rounds() for checkout in ("", EARLIER)}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        sides = []
        for number, checkout in enumerate(seconds):
            (folder / f"{number}").mkdir()
            place = places.sqlite_place(folder / f"{number}")
            served = await stack.enter_async_context(server(place, folder / "log", checkout))
            channel = grpc.aio.insecure_channel(served.said.split()[-1])
            stubs = Stubs(await stack.enter_async_context(channel))
            stages = await stack.enter_async_context(child("tests.bench.stages", checkout=checkout))
            sides.append((checkout, served, stubs, stages))
        callers = await stack.enter_async_context(child("tests.bench.load"))
        for number in range(ROUNDS + 1):  # the first warms up
            for checkout, served, stubs, stages in sides:
                write(folder / "calls", await stubs.requests(2 * EACH, 1))
                before = served.processor_seconds()
                await callers.ask(f"{served.said.split()[-1]} {EXECUTE} 1 {folder / 'calls'}")
                taken = {WHOLE: (served.processor_seconds() - before) / (2 * EACH), **loads(await stages.ask(""))}
                for name, each in taken.items() if number else ():
                    seconds[checkout].setdefault(name, []).append(each)
    for checkout, of_checkout in seconds.items():
        _print(of_checkout, "" if len(seconds) == 1 else " (today)" if checkout == "" else f" (of {checkout})")


def _print(seconds: Rounds, suffix: str) -> None:
    whole = seconds.middle(WHOLE)
    rest = whole - sum(seconds.middle(name) for name in STAGES)
    line(f"{WHOLE}{suffix}", f"{1_000 * whole:.2f} ms")
    for name, what in {
        **STAGES,
        REST: "gRPC, looking up, waiting, receipt; below 0 where a server spares a stage",
    }.items():
        taken = rest if name == REST else seconds.middle(name)
        line(f"{name}: {what}", f"{1_000 * taken:7.2f} ms  {taken / whole:5.1%}")


class Stopwatch:
    """Processor seconds by stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def means(self, executions: int) -> dict[str, float]:
        """Of an execution; what is measured with other stages inside it comes without them."""
        made = {name: taken / executions for name, taken in self.seconds.items()}
        made["the rest of the engine"] -= made["months"]
        made["messages"] -= made["read back"]
        return made

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        began = process_time()
        yield
        self.seconds[stage] += process_time() - began


async def _serve() -> None:
    PLAYERS.prepare()  # as a server does
    luck = Random(SEED)
    with TemporaryDirectory() as folder:
        store = places.sqlite_place(Path(folder)).store()
        await store.open()
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            watch = Stopwatch()
            with set_aside():
                for _ in range(EACH):
                    await _executed(luck, store.of(), watch)
            print(dumps(watch.means(EACH)), flush=True)
        await store.close()


async def _executed(luck: Random, store: TenantStore, watch: Stopwatch) -> None:
    """One company from its documents to its messages."""
    dataset = seal(company(luck))
    stress = seal(replace(scenario(), dataset_version_id=dataset.address))
    parents = {"scenario": stress.address, "dataset_version": dataset.address}
    await store.append([dataset, stress])
    with watch.of("decode"):
        described, figures = unseal(stress.body).value, unseal(dataset.body).value
    with watch.of("compile"):
        case = check(described, figures)
    with watch.of("months"):
        simulate_one(case, described.horizon_months)
    with watch.of("the rest of the engine"):
        execution = execute(described, figures, case=case)
    with watch.of("document"):
        document = seal(execution, **parents)
    with watch.of("store"):
        (stored,) = await store.append([document])
    with watch.of("read back"):
        read_execution(stored)
    with watch.of("messages"):
        for event in execute_stream(stored, requests.Execute(execution_id=stored.address), Receipt()):
            _ = event if isinstance(event, bytes) else event.SerializeToString()


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # the store says where its key is, which goes with it
    asyncio.run(_serve())
