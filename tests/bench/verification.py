"""A verification of 10,000 records in processor time, beside hashing the same bytes; and what so many records cost a
server that starts with them, or proves one of them."""

import asyncio
import logging
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from time import process_time
from typing import Any

from seawall.engine import assess, beside, execute
from seawall.engine import reports as engine
from seawall.server.documents.document import Document, seal
from seawall.server.services.recomputing import recomputed
from seawall.server.verification.findings import Result
from seawall.server.verification.recompute import Recomputation
from seawall.server.verification.verify import verify
from tests import places
from tests.bench import log
from tests.bench.clock import line, set_aside, title
from tests.companies import company, scenario
from tests.log.stores import opened, resealed
from tests.places import Place

RECORDS, FEW, EXECUTIONS, PROOFS, STARTS = 10_000, 20, 100, 100, 3
MONTHS, SCENARIOS, AT_ONCE = 24, 4, 100


def report() -> None:
    """On SQLite, in one process."""
    logging.getLogger("seawall.server").setLevel(logging.ERROR)
    title(f"verification: {RECORDS} records, {SCENARIOS} executions of {MONTHS} months a company; processor time")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_report(Path(folder)))


async def _report(folder: Path) -> None:
    large, small, computed = [places.sqlite_place(_new(folder / name)) for name in ("large", "small", "computed")]
    parents, executions = log.documents()
    await _fill(large, islice(_documents(), RECORDS))
    await _fill(small, islice(_documents(), FEW))
    await _fill(computed, [*parents, *executions[:EXECUTIONS]])
    with set_aside():
        hashed, verified = _hashed(large), await _verified(large, None)
        line("records verified, each with its document", f"{RECORDS / verified:.0f} a second")
        line("verifying over reading and hashing the same bytes", f"{verified / hashed:.1f} x")
        again = await _verified(computed, Recomputation(recomputed))
        line("executions verified and computed again", f"{EXECUTIONS / again:.0f} a second")
        for what, seconds in WITH_A_LOG.items():
            most, least = await seconds(large), await seconds(small)
            line(f"{what}, {RECORDS} records", f"{most * 1e3:.2f} ms")
            line(f"{what}, over the same with {FEW} records", f"{most / least:.1f} x")


def _documents() -> Iterator[Document]:
    """One company after the other, with all that is made of it; executed once, and sealed for each as its own."""
    dataset, stress = company(), scenario("sha256:" + "0" * 64, horizon_months=MONTHS)
    execution = execute(stress, dataset)
    sealed = seal(execution, scenario=stress.dataset_version_id, dataset_version=stress.dataset_version_id)
    runs, links = beside(stress, dataset), dict.fromkeys(("scenario", "dataset_version"), stress.dataset_version_id)
    views = [
        seal(engine.report(execution, view, runs), execution=sealed.address, **links) for view in engine.ReportView
    ]
    assessment = seal(assess(dataset), dataset_version=stress.dataset_version_id)
    for number in count():
        registered = resealed(seal(dataset), company_name=f"Company {number}")
        parents = {"dataset_version": registered.address}
        yield registered
        yield resealed(assessment, parents=parents)
        for name in range(SCENARIOS):
            created = resealed(seal(stress), name=f"Scenario {name}", parents=parents)
            executed = resealed(sealed, parents=parents | {"scenario": created.address})
            yield from (created, executed)
        of_last = parents | {"scenario": created.address, "execution": executed.address}
        yield from (resealed(view, parents=of_last) for view in views)


async def _fill(place: Place, documents: Iterable[Document]) -> None:
    waiting = iter(documents)
    async with opened(place) as store:
        while together := list(islice(waiting, AT_ONCE)):
            await store.append(together)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _hashed(place: Place) -> float:
    """Seconds to read every document and every record, and to hash each."""
    with closing(sqlite3.connect(place.database)) as connection:
        began = process_time()
        for table in ("evidence", "records"):
            for (body,) in connection.execute(f"SELECT body FROM {table}"):
                sha256(body).digest()
        return process_time() - began


async def _verified(place: Place, recomputation: Recomputation | None) -> float:
    async with opened(place) as store:
        began = process_time()
        async for event in verify(store.database, store.tenant, store.keys, recomputation=recomputation):
            last = event
        seconds = process_time() - began
    assert isinstance(last, Result)
    assert last.findings == 0
    return seconds


async def _started(place: Place) -> float:
    """Seconds to open the store."""
    began = process_time()
    for _ in range(STARTS):
        async with opened(place):
            pass
    return (process_time() - began) / STARTS


async def _proven(place: Place) -> float:
    """Seconds for the receipt of a document, one after the other."""
    addresses = place.rows(f"SELECT address FROM evidence ORDER BY position LIMIT {PROOFS}")
    async with opened(place) as store:
        began = process_time()
        for (address,) in addresses:
            assert (await store.proofs.inclusion(address)).receipt
        return (process_time() - began) / len(addresses)


WITH_A_LOG: dict[str, Callable[[Place], Coroutine[Any, Any, float]]] = {"a start": _started, "GetProof": _proven}
