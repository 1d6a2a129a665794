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
from seawall.server.services.streams import execute_stream, parts_of
from seawall.server.store.store import TenantStore
from seawall.v1.log_pb2 import Receipt
from tests import places
from tests.bench.clock import ROUNDS, Rounds, line, set_aside, title
from tests.bench.companies import company, scenario
from tests.bench.load import write
from tests.bench.processes import EARLIER, child, server
from tests.bench.service import EXECUTE, Stubs
from tests.processes import at_rest

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
PREPARED, WHOLE, REST = "before it", "the whole call", "the rest"
CALLS = {PREPARED: "RegisterDatasetVersion and CreateScenario, on the server", WHOLE: "Execute, on the server"}
OF_THE_REST = "gRPC, look-ups, threads, receipt; less what the server spares"


async def report() -> None:
    """The stages beside the whole call on a server of its own."""
    if sys.platform != "linux":
        print("\nstages: measured on Linux alone")
        return
    title("stages: an Execute of a company never seen, 5 loans, 24 messages; processor time and share of the whole")
    seconds = {checkout: Rounds() for checkout in dict.fromkeys(("", EARLIER))}
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
        await at_rest(*(served.pid for _, served, _, _ in sides))
        callers = await stack.enter_async_context(child("tests.bench.load"))
        for number in range(ROUNDS + 1):  # the first warms up
            for checkout, served, stubs, stages in sides:
                before = served.processor_seconds()
                write(folder / "calls", await stubs.requests(2 * EACH, 1))
                prepared = served.processor_seconds()
                await callers.ask(f"{served.said.split()[-1]} {EXECUTE} 1 {folder / 'calls'}")
                taken = {PREPARED: prepared - before, WHOLE: served.processor_seconds() - prepared}
                taken = {name: each / (2 * EACH) for name, each in taken.items()} | loads(await stages.ask(""))
                for name, each in taken.items() if number else ():
                    seconds[checkout].setdefault(name, []).append(each)
    _print(seconds[""], seconds[EARLIER])


def _print(today: Rounds, earlier: Rounds) -> None:
    """A row for each stage: today's milliseconds with their share of the whole call, and those of the earlier checkout
    where there is one."""
    whole = today.middle(WHOLE)
    for name, words in {**CALLS, **STAGES, REST: OF_THE_REST}.items():
        taken = _middle(today, name)
        share = "" if name in CALLS else f"{taken / whole:6.1%}"
        beside = "" if earlier is today else f"{1_000 * _middle(earlier, name):9.2f} ms before"
        line(f"{name}: {words}", f"{1_000 * taken:7.2f} ms {share:>6}{beside}")


def _middle(seconds: Rounds, name: str) -> float:
    if name != REST:
        return seconds.middle(name)
    return seconds.middle(WHOLE) - sum(seconds.middle(stage) for stage in STAGES)


class Stopwatch:
    """Processor seconds by stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def means(self, executions: int) -> dict[str, float]:
        """Of an execution; what is measured with other stages inside it comes without them."""
        made = {name: taken / executions for name, taken in self.seconds.items()}
        made["the rest of the engine"] -= made["months"]
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
        read = read_execution(stored)
    with watch.of("messages"):
        parts = parts_of(read, requests.Execute(execution_id=stored.address))
        list(execute_stream(stored, parts, Receipt()))


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # the store says where its key is, which goes with it
    asyncio.run(_serve())
