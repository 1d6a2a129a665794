"""Forgeries: what somebody does to a log who owns its database, and may have its key. Who finds it, and where?

`python -m tests.faults.forgeries` prints a table of all of them, each made and looked for on a database of its own.
"""

import asyncio
import inspect
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from seawall.server.database.database import DatabaseRefused
from seawall.server.documents.document import Document, address_of
from seawall.server.log import key_file
from seawall.server.refusals import CallRefused
from seawall.server.verification.findings import Finding
from tests.log.stores import companies, filled, opened, verified
from tests.log.test_schema import HIDDEN
from tests.log.test_store import slipped_in
from tests.log.test_verification import DATASET, EXECUTION, FORGED, TAMPERING, rewritten
from tests.places import Place, run, sqlite_place

KEPT = 5  #: records under the checkpoint that an auditor kept, of 9


class Forgery(NamedTuple):
    """What is done, what finds it and where; nothing does where `where` is empty: it is beyond what anybody kept."""

    forge: Callable[[Place], Any]
    kind: str = ""
    where: str = ""
    kept: int = 9  #: records under the checkpoint that an auditor kept


class Outcome(NamedTuple):
    """What a server says as it starts, and the findings without and with the kept checkpoint."""

    server: str
    alone: list[Finding]
    kept: list[Finding]


def by_statements(*statements: str) -> Callable[[Place], None]:
    return lambda place: place.tamper(*statements)


def past_the_server(*statements: str) -> Callable[[Place], Any]:
    return lambda place: run(place.database, statements)


def with_the_key(first: int) -> Callable[[Place], None]:
    """All from a record on anew, and the checkpoint file with it."""

    def forge(place: Place) -> None:
        place.tamper(*rewritten(place, first))
        _replace_file(place)

    return forge


def cut_off(size: int) -> Callable[[Place], None]:
    """The log as it was at a size, as a backup of then has it, and the checkpoint file with it."""

    def forge(place: Place) -> None:
        place.tamper(
            f"DELETE FROM records WHERE seq >= {size}",
            f"DELETE FROM checkpoints WHERE size > {size}",
            f"DELETE FROM evidence WHERE position > {size}",
        )
        _replace_file(place)

    return forge


def _replace_file(place: Place) -> None:
    ((note,),) = place.rows("SELECT note FROM checkpoints WHERE tenant = 'local' ORDER BY size DESC LIMIT 1")
    place.checkpoint.write_text(note)


def appended(document: Document, **options: Any) -> Callable[[Place], Any]:
    """Stored by a server that does not look at what it stores."""

    async def forge(place: Place) -> None:
        async with opened(place) as store:
            await store.append([document], **options)

    return forge


def slipped(body: bytes) -> Callable[[Place], None]:
    return lambda place: place.tamper(*slipped_in(place, Document("scenario.v2", body, address_of(body))))


def with_a_retired_key(size: int) -> Callable[[Place], Any]:
    """The log goes on under a key that was retired, by somebody who has the old file."""

    async def forge(place: Place) -> None:
        old = {path: path.read_bytes() for path in place.files.key.parent.glob("*.key*")}
        place.replace_key(key_file.rotate, 9)
        place.replace_key(key_file.retire, 9)
        new = {path: path.read_bytes() for path in old}
        _write(old)
        async with opened(place) as store:
            for document in companies(size, first=70):
                await store.append([document])
        _write(new)

    return forge


def _write(files: dict[Path, bytes]) -> None:
    for path, body in files.items():
        path.write_bytes(body)


def _of_rows() -> dict[str, Forgery]:
    forgeries = {}
    for name, (statement, kind, where) in TAMPERING.items():
        forgeries[name] = Forgery(
            by_statements(statement["sqlite"] if isinstance(statement, dict) else statement), kind, where
        )
    return forgeries


BODIES = {
    "no bytes": b"",
    "half of an object": b"{",
    "a list": b"[]",
    "parents that are a list": b'{"parents":[]}',
    "a parent that is a number": b'{"parents":{"scenario":7}}',
    "no text": b"\xcc\xcc",
    "lists in lists": b"[" * 100_000,
}
NEW = companies(1, first=99)[0]
FORGERIES = {
    **_of_rows(),
    **{
        f"a document of {name} is slipped in": Forgery(slipped(body), "WITHOUT_RECORD", address_of(body))
        for name, body in BODIES.items()
    },
    "a document is slipped in": Forgery(lambda place: place.tamper(*slipped_in(place)), "WITHOUT_RECORD", NEW.address),
    **{name: Forgery(appended(document), kind, document.address) for name, (document, kind, _) in FORGED.items()},
    "a company is replayed": Forgery(appended(companies(1)[0], outcome="IDENTICAL"), "RECORD", "record 9"),
    **{name: Forgery(past_the_server(*statements), "SCHEMA", where) for name, (statements, where) in HIDDEN.items()},
    "a trigger is dropped": Forgery(
        past_the_server("DROP TRIGGER records_no_delete"), "SCHEMA", "trigger records_no_delete"
    ),
    "an index is dropped": Forgery(past_the_server("DROP INDEX evidence_by_kind"), "SCHEMA", "index evidence_by_kind"),
    "a record is of another tenant": Forgery(
        by_statements("UPDATE records SET tenant = 'other' WHERE seq = 4"), "RECORD", "record 4"
    ),
    "a document is of another time": Forgery(
        by_statements(f"UPDATE evidence SET recorded_at = '2001-01-01T00:00:00.000000Z' WHERE address = '{DATASET}'"),
        "COLUMN",
        DATASET,
    ),
    "all documents of a kind are deleted": Forgery(
        by_statements("DELETE FROM evidence WHERE kind LIKE 'execution%'"), "WITHOUT_DOCUMENT", EXECUTION
    ),
    "the last record is deleted": Forgery(by_statements("DELETE FROM records WHERE seq = 8"), "HISTORY", "record 8"),
    "all records are deleted": Forgery(
        by_statements("DELETE FROM records WHERE tenant = 'local'"), "HISTORY", "record 0"
    ),
    "all checkpoints are deleted": Forgery(
        by_statements("DELETE FROM checkpoints WHERE tenant = 'local'"), "CHECKPOINT", "checkpoint 9"
    ),
    "the log goes on under a retired key": Forgery(with_a_retired_key(2), "CHECKPOINT", "checkpoint 10"),
    "the log is cut back to a backup": Forgery(cut_off(5), "HISTORY", "record 5"),
    "the log is written anew with the key": Forgery(with_the_key(0), "HISTORY", "record 8 or before"),
    "the end is written anew with the key": Forgery(with_the_key(7), "HISTORY", "record 8 or before"),
    "one kept record is written anew with the key": Forgery(
        with_the_key(4), "HISTORY", "record 4 or before", kept=KEPT
    ),
    "beyond the kept checkpoint, written anew with the key": Forgery(with_the_key(KEPT), kept=KEPT),
    "beyond the kept checkpoint, cut off": Forgery(cut_off(KEPT + 1), kept=KEPT),
    "beyond the kept checkpoint, added with the key": Forgery(appended(NEW), kept=KEPT),
}
UNFOUND = [name for name, forgery in FORGERIES.items() if not forgery.where]


async def outcome(forgery: Forgery, place: Place) -> Outcome:
    """Makes a forgery, and lets everybody look for it."""
    await filled(place)
    ((note,),) = place.rows(f"SELECT note FROM checkpoints WHERE size = {forgery.kept}")
    done = forgery.forge(place)
    if inspect.isawaitable(done):
        await done
    alone, kept = (await verified(place))[0], (await verified(place, note))[0]
    return Outcome(await _start(place), alone, kept)


async def _start(place: Place) -> str:
    """What a server says that does not start."""
    try:
        async with opened(place):
            return ""
    except (CallRefused, DatabaseRefused) as refused:
        return " ".join(str(refused).split())


async def report() -> None:
    """Prints every forgery: who finds it, and where it points."""
    print(
        f"{len(FORGERIES)} forgeries, of which {len(UNFOUND)} stay unfound by design: a stolen key, or a backup, beyond"
        " what anybody kept"
    )
    for name, forgery in FORGERIES.items():
        with tempfile.TemporaryDirectory() as folder:
            found_by = await outcome(forgery, sqlite_place(Path(folder)))
        finders = {
            "server": bool(found_by.server),
            "db verify": bool(found_by.alone),
            "kept checkpoint": bool(found_by.kept),
        }
        who = ", ".join(who for who, finds in finders.items() if finds) or "nobody"
        print(f"{name:52} {who:36} {forgery.kind:16} {forgery.where[:30]}")


if __name__ == "__main__":
    asyncio.run(report())
