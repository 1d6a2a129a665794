"""What an operator does with a log and its database: keys, upgrades, and checks that leave everything as it is."""

import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

from seawall.server.database import schema
from seawall.server.database.connect import database_of
from seawall.server.database.database import StoreUnavailable
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import registered, seawall, serving


async def test_a_key_is_made_rotated_and_retired(tmp_path):
    file = tmp_path / "log.key"
    made = await seawall("keygen", str(file), "--name", "example.com/log")
    assert made.stdout.startswith("example.com/log example.com/log+")
    assert file.stat().st_mode & 0o777 == 0o600
    assert (await seawall("keygen", str(file))).returncode == 1
    nameless = await seawall("keygen", str(tmp_path / "other.key"), "--name", "")
    assert (nameless.returncode, "cannot name a log" in nameless.stderr) == (1, True)
    assert not (tmp_path / "other.key").exists()
    refused = await seawall("keygen", "--rotate", str(file))
    words = f"there is no checkpoint file {tmp_path / 'log.checkpoints' / '_operator'}"
    assert (refused.returncode, words in refused.stderr) == (1, True)
    assert (await seawall("keygen", "--rotate", str(file), "--size", "-1")).returncode == 2
    done = await seawall("keygen", "--rotate", str(file), "--size", "0")
    assert [line.split()[2:] for line in done.stdout.splitlines()] == [["0", "-"], ["1", "-"]]
    done = await seawall("keygen", "--retire", str(file), "--size", "5")
    assert [line.split()[2:] for line in done.stdout.splitlines()] == [["0", "5"], ["1", "-"]]
    assert done.stdout == (tmp_path / "log.key.pub").read_text()
    assert (await seawall("keygen", "--rotate", str(file), "--size", "Acme=3")).returncode == 2
    done = await seawall("keygen", "--rotate", str(file), "--size", "5", "--size", "acme=3")
    assert [
        (line.split()[0].removeprefix("example.com/log"), line.split()[2]) for line in done.stdout.splitlines()
    ] == [
        *(("", "0"), ("", "1"), ("", "6")),
        *(("/acme", "0"), ("/acme", "4")),
    ]


async def test_a_database_is_made_and_checked(tmp_path):
    database = tmp_path / "seawall.db"
    assert (await seawall("db", "upgrade", "--database", str(database))).returncode == 0
    done = await seawall("db", "check", "--database", str(database))
    assert (done.returncode, "0 faults" in done.stdout) == (0, True)
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER records_no_delete")
    done = await seawall("db", "check", "--database", str(database))
    assert (done.returncode, "records_no_delete" in done.stdout) == (1, True)


async def test_a_database_is_held_to_its_checkpoint_file_and_left_as_it_is(tmp_path):
    database, folder = tmp_path / "seawall.db", tmp_path / "seawall.db.checkpoints"
    checkpoint = folder / "local"
    async with serving(tmp_path) as address:
        await registered(address)
        older = checkpoint.read_text()
        await seawall("register", str(COMPANY), address=address)
    newest, sound = checkpoint.read_text(), database.read_bytes()

    async def verified(*options):
        done = await seawall("db", "verify", "--database", str(database), *options)
        return done.returncode, done.stdout

    code, output = await verified()
    assert (code, "checked against the 2 records of" in output, "0 findings" in output) == (0, True, True)
    code, output = await verified("--recompute", "--processes", "2")
    assert (code, "2 documents, 3 records, 0 computed again, 0 findings" in output) == (0, True)  # one of the operator
    code, output = await verified("--tenant", "local")
    assert (code, "2 documents, 2 records, 0 findings" in output) == (0, True)
    assert (await verified("--tenant", "_operator"))[0] == 2
    assert (await verified("--processes", "0"))[0] == 2
    checkpoint.rename(tmp_path / "kept")
    code, output = await verified("--tenant", "local")
    assert (code, "No checkpoint file at" in output) == (0, True)
    assert (await verified("--checkpoints", str(tmp_path / "kept")))[0] == 0
    code, output = await verified("--checkpoints", str(tmp_path / "nope"))
    assert (code, f"CHECKPOINT {tmp_path / 'nope'}: there is no checkpoint" in output) == (1, True)
    for content in (b"", b"\xff\x00", b"nonsense\n"):
        checkpoint.write_bytes(content)
        code, output = await verified()
        assert (code, f"CHECKPOINT {checkpoint}: it is no checkpoint" in output, "1 finding" in output) == (
            1,
            True,
            True,
        )
    assert database.read_bytes() == sound

    with closing(sqlite3.connect(database)) as connection, connection:
        stored = "address IN (SELECT address FROM evidence)"
        for table, remaining in (
            ("records", "tenant = '_operator' OR seq < 1"),
            ("checkpoints", "tenant = '_operator' OR size < 2"),
            ("evidence", "position < 2"),
            ("labels", stored),
        ):
            (trigger,) = connection.execute(
                "SELECT sql FROM sqlite_schema WHERE name = ?", [f"{table}_no_delete"]
            ).fetchone()
            connection.execute(f"DROP TRIGGER {table}_no_delete")
            connection.execute(f"DELETE FROM {table} WHERE NOT ({remaining})")
            connection.execute(trigger)
    checkpoint.write_text(older)
    assert (await verified("--tenant", "local"))[0] == 0
    code, output = await verified()  # the operator's log has how far it went
    assert (code, "HISTORY checkpoint 2: the operator's log has another" in output) == (1, True)
    checkpoint.write_text(newest)
    code, output = await verified()
    assert (code, "HISTORY record 1" in output) == (1, True)


@pytest.fixture
def read_only(tmp_path):
    """A folder that is mounted read-only as often as a test says; skipped where this process may not mount."""
    mounted = tmp_path / "mounted"
    mounted.mkdir()

    def mount(folder):
        for options in (["--bind", str(folder)], ["-o", "remount,ro,bind"]):
            done = subprocess.run(["mount", *options, str(mounted)], capture_output=True, check=False)
            if done.returncode:
                pytest.skip(done.stderr.decode())
        return mounted

    yield mount
    while subprocess.run(["umount", str(mounted)], capture_output=True, check=False).returncode == 0:
        pass


@pytest.mark.parametrize("files", [("",), ("", "-wal"), ("", "-wal", "-shm")], ids=["whole", "with -wal", "as it runs"])
async def test_a_copy_is_verified_on_read_only_media_with_the_public_key_alone(tmp_path, read_only, files):
    media, kept = tmp_path / "media", tmp_path / "kept"
    media.mkdir()
    async with serving(tmp_path) as address:
        await registered(address)
        await seawall("register", str(COMPANY), address=address)
        for name in files if len(files) > 1 else ():
            shutil.copy(tmp_path / f"seawall.db{name}", media / f"copy.db{name}")
        if len(files) == 1:
            backup, source = sqlite3.connect(media / "copy.db"), sqlite3.connect(tmp_path / "seawall.db")
            with closing(backup), closing(source):
                source.backup(backup)
    shutil.copy(tmp_path / "seawall.db.key.pub", media / "log.pub")
    shutil.copy(tmp_path / "seawall.db.checkpoints" / "local", kept)
    before = contents(media)
    for folder in (media, read_only(media)):
        options = ("--database", str(folder / "copy.db"), "--key", str(folder / "log.pub"), "--checkpoints", str(kept))
        done = await seawall("db", "verify", *options)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "2 documents, 2 records, 0 findings" in done.stdout
        assert contents(folder) == before


def contents(folder):
    """Its files; of -shm, which holds the locks of readers, only that it is there."""
    return {path.name: b"" if path.suffix == ".db-shm" else path.read_bytes() for path in folder.iterdir()}


async def test_a_database_that_is_written_while_it_is_read_without_locks_is_not_relied_on(tmp_path):
    file = tmp_path / "seawall.db"
    writing = database_of(file)
    await schema.upgrade(writing)
    await writing.dispose()
    reading = database_of(file, read_only=True)
    reading.check_place()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE another (x)")
    with pytest.raises(StoreUnavailable, match="was written while it was read"):
        reading.check_place()
    await reading.dispose()


async def test_a_server_needs_a_key_that_signs(tmp_path):
    public = tmp_path / "log.key.pub"
    await seawall("keygen", str(tmp_path / "log.key"))
    done = await seawall("serve", "--database", str(tmp_path / "seawall.db"), "--key", str(public), "--address=[::1]:0")
    assert (done.returncode, "it has no key that signs" in done.stderr) == (1, True)


@pytest.mark.parametrize("command", ["check", "verify"])
async def test_looking_at_a_database_neither_makes_nor_changes_it(tmp_path, command):
    nothing = tmp_path / "nope.db"
    done = await seawall("db", command, "--database", str(nothing))
    assert (done.returncode, f"there is no database {nothing}" in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []
    old = tmp_path / "a new?name%20.db"
    async with serving(tmp_path) as address:
        await registered(address)
    for name in ("", ".key", ".checkpoints"):
        (tmp_path / f"seawall.db{name}").rename(tmp_path / f"{old.name}{name}")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = await seawall("db", command, "--database", str(old))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


async def test_looking_at_an_older_database_does_not_upgrade_it(tmp_path):
    database = tmp_path / "seawall.db"
    older = database_of(database)
    await schema.upgrade(older)
    await older.dispose()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    before = database.read_bytes()
    for command in ("check", "upgrade"):
        done = await seawall("db", command, "--database", str(database))
        assert (done.returncode, "one log for all tenants" in done.stderr) == (1, True)
    assert database.read_bytes() == before
