"""The log: executions a second committed with their receipt, beside bare commits of the same bytes in the same run."""

import asyncio
import logging
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg

from seawall.engine import execute
from seawall.server.database.sqlite import PRAGMAS
from seawall.server.documents.document import Document, seal
from seawall.server.log.tenants import LOCAL
from seawall.server.verification.findings import Result
from seawall.server.verification.verify import verify
from tests import places
from tests.bench.clock import line, title
from tests.companies import AS_OF, company, scenario
from tests.places import Place

EXECUTIONS, MONTHS = 200, 24
CALLERS = (1, 16)


def report() -> None:
    """Both databases in turn."""
    logging.getLogger("seawall.server").setLevel(logging.ERROR)
    parents, executions = documents()
    title(f"log: {EXECUTIONS} executions of {MONTHS} months, each committed with its receipt")
    line("bytes of one execution", f"{sum(len(document.body) for document in executions) / EXECUTIONS / 1000:.1f} kB")
    with everywhere() as databases:
        for name, make in databases.items():
            bare = asyncio.run(BARE[name](make(), executions))
            line(f"{name}: bare INSERT commits, one after another", f"{bare:.0f} a second")
            for callers in CALLERS:
                place = make()
                rate = asyncio.run(committed(place, parents, executions, callers))
                line(f"{name}: {callers} callers", f"{rate:.0f} a second, {rate / bare:.2f} x bare")
            line(f"{name}: one receipt proven", f"{asyncio.run(proven(place, executions)) * 1e3:.2f} ms")
            line(f"{name}: verified", f"{asyncio.run(verified(place)):.0f} records a second")
            if isinstance(place.database, Path):
                size = place.database.stat().st_size / EXECUTIONS / 1000
                line(f"{name}: the file, with log and indexes", f"{size:.1f} kB an execution")


def documents() -> tuple[list[Document], list[Document]]:
    """What an execution stands on, and executions from day after day."""
    dataset = seal(company())
    stress = seal(scenario(dataset.address, horizon_months=MONTHS))
    parents = {"scenario": stress.address, "dataset_version": dataset.address}
    days = [AS_OF + timedelta(days=number) for number in range(EXECUTIONS)]
    base = scenario(dataset.address, horizon_months=MONTHS)
    executions = [seal(execute(base, company(), day), **parents) for day in days]
    return [dataset, stress], executions


@contextmanager
def everywhere() -> Iterator[dict[str, Callable[[], Place]]]:
    """How to make a new place on each database."""
    with places.postgres(on_disk=True) as url, tempfile.TemporaryDirectory() as folder:

        def fresh() -> Path:
            return Path(tempfile.mkdtemp(dir=folder))

        yield {
            "SQLite": lambda: places.sqlite_place(fresh()),
            "PostgreSQL": lambda: places.postgres_place(url, fresh()),
        }


async def committed(place: Place, parents: Sequence[Document], executions: Sequence[Document], callers: int) -> float:
    """Executions a second, by callers who each wait for one answer before they ask again."""
    store = place.store()
    await store.open()
    await store.of().append(parents)
    waiting = iter(executions)

    async def call() -> None:
        for document in waiting:
            (stored,) = await store.of().append([document])
            assert stored.receipt

    started = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    rate = len(executions) / (perf_counter() - started)
    await store.close()
    return rate


async def proven(place: Place, executions: Sequence[Document]) -> float:
    """Seconds for the receipt of a document that is stored, one after the other."""
    store = place.store()
    await store.open()
    started = perf_counter()
    for document in executions:
        assert (await store.of().proofs.inclusion(document.address)).receipt
    seconds = (perf_counter() - started) / len(executions)
    await store.close()
    return seconds


async def verified(place: Place) -> float:
    """Records a second, with the documents they are about."""
    store = place.store()
    await store.open()
    started = perf_counter()
    async for event in verify(store.database, LOCAL, store.of().keys):
        last = event
    rate = EXECUTIONS / (perf_counter() - started)
    assert isinstance(last, Result)
    assert last.findings == 0
    await store.close()
    return rate


async def bare_sqlite(place: Place, executions: Sequence[Document]) -> float:
    with closing(sqlite3.connect(place.database, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        connection.execute("CREATE TABLE bare (body BLOB)")
        started = perf_counter()
        for document in executions:
            connection.execute("INSERT INTO bare VALUES (?)", (document.body,))
        return len(executions) / (perf_counter() - started)


async def bare_postgres(place: Place, executions: Sequence[Document]) -> float:
    connection = await asyncpg.connect(str(place.database))
    await connection.execute("CREATE TABLE bare (body bytea)")
    started = perf_counter()
    for document in executions:
        await connection.execute("INSERT INTO bare VALUES ($1)", document.body)
    rate = len(executions) / (perf_counter() - started)
    await connection.close()
    return rate


BARE: dict[str, Callable[[Place, Sequence[Document]], Coroutine[Any, Any, float]]] = {
    "SQLite": bare_sqlite,
    "PostgreSQL": bare_postgres,
}
