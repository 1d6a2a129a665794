"""What an auditor does, from the command line, on a real server: as docs/evidence.md says it."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from seawall.server import schema
from seawall.server.__main__ import main as server_command
from seawall.server.databases import database_of
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import ROOT, run, seawall, serving

VERIFY = (sys.executable, "-I", str(ROOT / "clients" / "verify.py"))
EXAMPLES = ROOT / "clients" / "examples"


async def registered(address):
    done = await seawall("register", str(EXAMPLES / "bakery.json"), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def test_five_commands(tmp_path):
    key, kept, receipt, body = (tmp_path / name for name in ("seawall.db.key.pub", "kept", "receipt", "body"))
    async with serving(tmp_path) as address:
        dataset = await registered(address)
        done = await seawall("verify", "--key", str(key), "--keep", str(kept), address=address)
        assert (done.returncode, "intact" in done.stderr) == (0, True), done.stderr
        receipt.write_text((await seawall("show", dataset, "--receipt", address=address)).stdout)
        body.write_text((await seawall("show", dataset, "--bytes", address=address)).stdout)
        done = await run(*VERIFY, "--key", str(key), str(receipt), str(body))
        assert done.returncode == 0, done.stderr
        assert "action: registered" in done.stdout
        assert "the document is the one" in done.stdout
        done = await run(*VERIFY, "--key", str(key), "--checkpoint", str(kept))
        assert done.returncode == 0, done.stderr
        await seawall("register", str(COMPANY), address=address)
        options = ("--key", str(key), "--checkpoint", str(kept), "--receipt", str(receipt))
        done = await seawall("verify", *options, address=address)
        assert done.returncode == 0, done.stderr
        assert "begins with the 1 records" in done.stderr
    done = await seawall("db", "verify", "--database", str(tmp_path / "seawall.db"))
    assert done.returncode == 0, done.stdout


async def test_what_is_wrong_has_an_exit_status_of_its_own(tmp_path):
    key, receipt = tmp_path / "seawall.db.key.pub", tmp_path / "receipt"
    async with serving(tmp_path) as address:
        dataset = await registered(address)
        receipt.write_text((await seawall("show", dataset, "--receipt", address=address)).stdout)
        with sqlite3.connect(tmp_path / "seawall.db") as connection:
            connection.execute("DROP TRIGGER evidence_no_update")
            connection.execute("UPDATE evidence SET body = CAST(body || ' ' AS BLOB)")
        done = await seawall("verify", "--key", str(key), address=address)
        assert done.returncode == 6
        assert dataset in done.stderr.replace("\n", "")
        assert "evidence_no_update" in done.stderr
        wrong = await seawall("verify", "--json", "--key", str(key), address=address)
        assert (wrong.returncode, '"intact": false' in wrong.stdout) == (6, True)
    done = await seawall("db", "verify", "--database", str(tmp_path / "seawall.db"))
    assert done.returncode == 1
    assert dataset in done.stdout
    receipt.write_text(receipt.read_text().replace("index 0", "index 1"))
    assert (await run(*VERIFY, "--key", str(key), str(receipt))).returncode == 1


async def test_a_file_that_is_none_is_no_reason_to_check_less(tmp_path):
    key, empty, binary = tmp_path / "seawall.db.key.pub", tmp_path / "empty", tmp_path / "binary"
    empty.touch()
    binary.write_bytes(b"\xff\x00")
    async with serving(tmp_path) as address:
        await registered(address)
        for option, file in [
            *(("--checkpoint", empty), ("--receipt", empty), ("--key", empty)),
            *(("--checkpoint", binary), ("--receipt", binary), ("--key", binary)),
            *(
                ("--checkpoint", tmp_path / "nope"),
                ("--key", tmp_path / "nope"),
                ("--key", tmp_path / "seawall.db.key"),
            ),
            ("--keep", tmp_path),
        ]:
            done = await seawall("verify", option, str(file), address=address)
            assert done.returncode == 3, (option, file, done.stderr)
            assert "Traceback" not in done.stderr
            assert "PRIVATE" not in done.stderr
        (tmp_path / "note").write_text("not\nsigned\n")
        options = ("--json", "--key", str(key), "--checkpoint", str(tmp_path / "note"))
        done = await seawall("verify", *options, address=address)
        assert done.returncode == 6
        assert "WRONG: " in done.stderr
    assert (await run(*VERIFY, "--key", str(tmp_path / "nope"), "--checkpoint", str(empty))).returncode == 2


async def test_what_is_found_is_told_as_it_is(tmp_path):
    """No name in a database is taken for a style of the terminal."""
    async with serving(tmp_path) as address:
        await registered(address)
        with sqlite3.connect(tmp_path / "seawall.db") as connection:
            connection.execute('CREATE TABLE "x[/y][conceal]" (a)')
        done = await seawall("verify", address=address)
        assert done.returncode == 6
        assert "x[/y][conceal]" in done.stderr.replace("\n", "")


async def test_a_key_is_made_rotated_and_retired(tmp_path):
    file = tmp_path / "log.key"
    made = await seawall("keygen", str(file), "--name", "example.com/log")
    assert made.stdout.startswith("example.com/log+")
    assert file.stat().st_mode & 0o777 == 0o600
    assert (await seawall("keygen", str(file))).returncode == 1
    nameless = await seawall("keygen", str(tmp_path / "other.key"), "--name", "")
    assert (nameless.returncode, "cannot name a log" in nameless.stderr) == (1, True)
    assert not (tmp_path / "other.key").exists()
    assert len((await seawall("keygen", "--rotate", str(file))).stdout.split()) == 2
    assert len((await seawall("keygen", "--retire", str(file))).stdout.split()) == 2


async def test_a_database_is_made_and_checked(tmp_path):
    database = tmp_path / "seawall.db"
    assert (await seawall("db", "upgrade", "--database", str(database))).returncode == 0
    done = await seawall("db", "check", "--database", str(database))
    assert (done.returncode, "0 faults" in done.stdout) == (0, True)
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER records_no_delete")
    done = await seawall("db", "check", "--database", str(database))
    assert (done.returncode, "records_no_delete" in done.stdout) == (1, True)


async def test_a_database_is_held_to_its_checkpoint_file_and_left_as_it_is(tmp_path, capsys):
    database, checkpoint = tmp_path / "seawall.db", tmp_path / "seawall.db.checkpoint"
    async with serving(tmp_path) as address:
        await registered(address)
        older = checkpoint.read_text()
        await seawall("register", str(COMPANY), address=address)
    newest, sound = checkpoint.read_text(), database.read_bytes()

    async def verified(*more):
        command = ["db", "verify", "--database", str(database), *more]
        code = await asyncio.to_thread(server_command, command)  # which runs a loop of its own
        return code, capsys.readouterr().out

    code, told = await verified()
    assert (code, "held to the 2 records of" in told, "0 findings" in told) == (0, True, True)
    checkpoint.rename(tmp_path / "kept")
    code, told = await verified()
    assert (code, "there is no checkpoint file" in told) == (0, True)
    assert (await verified("--checkpoint", str(tmp_path / "kept")))[0] == 0
    code, told = await verified("--checkpoint", str(tmp_path / "nope"))
    assert (code, f"CHECKPOINT {tmp_path / 'nope'}: there is no such file" in told) == (1, True)
    for content in (b"", b"\xff\x00", b"nonsense\n"):
        checkpoint.write_bytes(content)
        code, told = await verified()
        assert (code, f"CHECKPOINT {checkpoint}: it is no checkpoint" in told, "1 findings" in told) == (1, True, True)
    assert database.read_bytes() == sound

    with closing(sqlite3.connect(database)) as connection, connection:
        for table, remaining in (("records", "seq < 1"), ("checkpoints", "size < 2"), ("evidence", "position < 2")):
            (trigger,) = connection.execute(
                "SELECT sql FROM sqlite_schema WHERE name = ?", [f"{table}_no_delete"]
            ).fetchone()
            connection.execute(f"DROP TRIGGER {table}_no_delete")
            connection.execute(f"DELETE FROM {table} WHERE NOT ({remaining})")
            connection.execute(trigger)
    checkpoint.write_text(older)
    assert (await verified())[0] == 0
    checkpoint.write_text(newest)
    code, told = await verified()
    assert (code, "HISTORY record 1" in told) == (1, True)


@pytest.mark.parametrize("command", ["check", "verify"])
async def test_looking_at_a_database_neither_makes_nor_changes_it(tmp_path, command):
    nothing = tmp_path / "nope.db"
    done = await seawall("db", command, "--database", str(nothing))
    assert (done.returncode, f"there is no database {nothing}" in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []
    old = tmp_path / "a new?name%20.db"
    async with serving(tmp_path) as address:
        await registered(address)
    for name in ("", ".key", ".checkpoint"):
        (tmp_path / f"seawall.db{name}").rename(tmp_path / f"{old.name}{name}")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = await seawall("db", command, "--database", str(old))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


async def test_looking_at_an_older_database_does_not_upgrade_it(tmp_path):
    database = tmp_path / "seawall.db"
    older = database_of(database)
    await schema.upgrade(older, schema.FIRST)
    await older.dispose()
    before = database.read_bytes()
    done = await seawall("db", "check", "--database", str(database))
    assert (done.returncode, "seawall db upgrade" in done.stderr) == (1, True)
    assert database.read_bytes() == before


def test_the_offline_verifier_knows_the_standard_library_alone():
    lines = Path(VERIFY[2]).read_text(encoding="utf-8").splitlines()
    imports = [line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))]
    assert set(imports) <= sys.stdlib_module_names
