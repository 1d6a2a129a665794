"""Backups: taken while somebody writes, restored to either kind of database, and refused where they are not whole."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from seawall.server.database.tables import metadata
from seawall.server.log import key_file
from tests.journeys.serving import seawall
from tests.log.stores import companies, filled, opened
from tests.places import Place, postgres_place, sqlite_place


def rows(place):
    """Every row of the evidence."""
    return {name: sorted(place.rows(f"SELECT * FROM {name}"), key=repr) for name in metadata.tables}


def empty_place(kind, folder, request) -> Place:
    """A place of its own with nothing in it, not even tables."""
    folder.mkdir()
    if kind == "sqlite":
        return sqlite_place(folder)
    place = postgres_place(request.getfixturevalue("postgres"), folder, template="template0")
    place.files.key.unlink()  # that of the backup's log is needed
    return place


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


async def test_a_backup_restores_to_the_same_rows_of_the_other_kind_of_database(place, tmp_path, request):
    """All there is to try: a copy of pages and one of rows, and each way back."""
    kind = "postgres" if isinstance(place.database, Path) else "sqlite"
    await filled(place)
    backup = tmp_path / "backup"
    done = await seawall("db", "backup", str(backup), *place.arguments)
    assert (done.returncode, "0 findings" in done.stdout, "verified" in done.stdout) == (0, True, True), done.stderr
    assert names_in(backup) == ["checkpoints", "evidence.db", "log.key.pub", "manifest.json"]
    (private, *_) = set(key_file.load(place.files.key).private_lines) - set(key_file.load(place.files.key).lines)
    secret = private.split()[1][-30:].encode()  # of 44 digits of base 64
    assert secret in place.files.key.read_bytes()
    assert not [path for path in backup.rglob("*") if path.is_file() and secret in path.read_bytes()]
    restored = empty_place(kind, tmp_path / "restored", request)
    done = await seawall("db", "restore", str(backup), *restored.arguments)
    assert (done.returncode, "0 findings" in done.stdout, "verified" in done.stdout) == (0, True, True), done.stderr
    assert rows(restored) == rows(place)
    assert restored.checkpoint.read_bytes() == place.checkpoint.read_bytes()
    shutil.copy(place.files.key, restored.files.key)
    async with opened(restored) as store:
        await store.append(companies(1, first=900))
    again = await seawall("db", "restore", str(backup), *restored.arguments)
    assert (again.returncode, "nothing is written over" in again.stderr) == (1, True)


async def test_checkpoints_that_are_there_stay_and_show_what_a_restore_lost(sqlite_place, tmp_path):
    await filled(sqlite_place)
    backup = tmp_path / "backup"
    await seawall("db", "backup", str(backup), *sqlite_place.arguments)
    async with opened(sqlite_place) as store:
        await store.append(companies(1, first=900))
    newest = sqlite_place.checkpoint.read_text()
    sqlite_place.database.unlink()
    done = await seawall("db", "restore", str(backup), *sqlite_place.arguments)
    assert (done.returncode, "checkpoints stays as it is" in done.stdout) == (0, True), done.stderr
    assert sqlite_place.checkpoint.read_text() == newest
    with pytest.raises(Exception, match="records are missing"):
        async with opened(sqlite_place):
            pass
    async with opened(sqlite_place, accept_truncation=True):
        pass


def in_manifest(change):
    def spoil(backup):
        path = backup / "manifest.json"
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return spoil


def piped(path):
    path.unlink()
    os.mkfifo(path)


def flipped(backup):
    body = bytearray((backup / "evidence.db").read_bytes())
    body[len(body) // 2] ^= 1
    (backup / "evidence.db").write_bytes(body)


def with_other_evidence(backup):
    """Everything fits together, but a record of it was taken away."""
    with closing(sqlite3.connect(backup / "evidence.db")) as connection, connection:
        connection.execute("DROP TRIGGER records_no_delete")
        connection.execute("DELETE FROM records WHERE tenant = 'local' AND seq = 3")
    body = (backup / "evidence.db").read_bytes()
    change = {"bytes": len(body), "sha256": sha256(body).hexdigest()}
    in_manifest(lambda document: document["files"].update({"evidence.db": change}))(backup)


SPOILED = {
    "a flipped bit": (flipped, "evidence.db is damaged"),
    "no evidence": (lambda backup: (backup / "evidence.db").unlink(), "evidence.db is missing"),
    "no checkpoint": (lambda backup: (backup / "checkpoints/local").unlink(), "checkpoints/local is missing"),
    "a file beside the evidence": (
        lambda backup: (backup / "evidence.db-wal").touch(),
        "does not belong to the backup",
    ),
    "a link": (lambda backup: (backup / "more").symlink_to("/"), "does not belong to the backup"),
    "no manifest": (lambda backup: (backup / "manifest.json").unlink(), "is no backup, or an incomplete one"),
    "half a manifest": (lambda backup: (backup / "manifest.json").write_text('{"a": '), "manifest.json is damaged"),
    "a list": (lambda backup: (backup / "manifest.json").write_text("[]"), "it is no object of"),
    "another format": (in_manifest(lambda document: document.update(format="other")), "its format is not"),
    "more fields": (in_manifest(lambda document: document.update(more="other")), "it is no object of"),
    "a number": (in_manifest(lambda document: document.update(step=4)), "a value is no text"),
    "a step of a later release": (in_manifest(lambda document: document.update(step="9999")), "does not know"),
    "files in a list": (in_manifest(lambda document: document.update(files=[])), "manifest.json is damaged"),
    "a pipe": (lambda backup: piped(backup / "evidence.db"), "evidence.db is no file"),
    "a pipe for a manifest": (lambda backup: piped(backup / "manifest.json"), "manifest.json is no file"),
    "a path": (in_manifest(lambda document: document["files"].update({"../x": {}})), "manifest.json is damaged"),
    "no evidence in it": (in_manifest(lambda document: document["files"].pop("evidence.db")), "it must name"),
    "other evidence": (with_other_evidence, "was removed again"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A backup to spoil."""
    folder = tmp_path_factory.mktemp("sound")
    place = sqlite_place(folder)

    async def taken():
        await filled(place)
        return await seawall("db", "backup", str(folder / "backup"), *place.arguments)

    assert asyncio.run(taken()).returncode == 0
    return folder / "backup"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_backup_that_is_damaged_or_incomplete_is_refused_and_nothing_is_left(kind, sound, tmp_path, request):
    target = empty_place(kind, tmp_path / "target", request)
    before = names_in(tmp_path / "target")
    spoiled = SPOILED if kind == "sqlite" else {"other evidence": SPOILED["other evidence"]}
    for number, (name, (spoil, words)) in enumerate(spoiled.items()):
        backup = tmp_path / f"{number}"
        shutil.copytree(sound, backup)
        spoil(backup)
        done = await seawall("db", "restore", str(backup), *target.arguments)
        assert (done.returncode, words in done.stderr) == (1, True), (name, done.stderr)
        assert names_in(tmp_path / "target") == before, name
    done = await seawall("db", "restore", str(sound), *target.arguments)
    assert done.returncode == 0, done.stderr


async def test_nothing_is_left_of_a_backup_that_cannot_be_taken(sqlite_place, tmp_path):
    await filled(sqlite_place)
    before = names_in(tmp_path)
    (tmp_path / "there").mkdir()
    taken = await seawall("db", "backup", str(tmp_path / "there"), *sqlite_place.arguments)
    assert (taken.returncode, "there is there already" in taken.stderr) == (1, True)
    nowhere = await seawall("db", "backup", str(tmp_path / "no" / "folder"), *sqlite_place.arguments)
    assert (nowhere.returncode, "cannot be made" in nowhere.stderr) == (1, True)
    (tmp_path / "there").rmdir()
    sqlite_place.tamper("DELETE FROM records WHERE tenant = 'local' AND seq = 3")
    damaged = await seawall("db", "backup", str(tmp_path / "backup"), *sqlite_place.arguments)
    assert (damaged.returncode, "is not kept" in damaged.stderr) == (1, True)
    sqlite_place.tamper("UPDATE alembic_version SET version_num = '0003'")
    older = await seawall("db", "backup", str(tmp_path / "backup"), *sqlite_place.arguments)
    assert (older.returncode, "one log for all tenants" in older.stderr) == (1, True)
    assert names_in(tmp_path) == before


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
async def test_a_restore_is_not_put_beside_what_sqlite_would_read_with_it(sound, tmp_path, end):
    (tmp_path / f"new.db{end}").touch()
    done = await seawall("db", "restore", str(sound), "--database", str(tmp_path / "new.db"))
    assert (done.returncode, f"new.db{end} is there already" in done.stderr) == (1, True)
    assert names_in(tmp_path) == [f"new.db{end}"]


async def test_a_backup_that_is_ended_leaves_nothing_or_all_of_it(sqlite_place, tmp_path):
    await filled(sqlite_place)
    arguments = ("db", "backup", str(tmp_path / "backup"), *sqlite_place.arguments)
    nowhere = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "seawall.server", *arguments, stdout=nowhere, stderr=nowhere
    )
    beside = tmp_path / f".backup.{process.pid}"
    async with asyncio.timeout(60):
        while process.returncode is None and not beside.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.002)
    os.kill(process.pid, signal.SIGTERM)
    code = await asyncio.wait_for(process.wait(), 60)
    assert (code, beside.exists()) in ((130, False), (0, False))
    assert (tmp_path / "backup").exists() == (code == 0)
