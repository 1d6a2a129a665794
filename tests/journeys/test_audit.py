"""What an auditor does, from the command line, on a real server: as docs/evidence.md says it."""

import sqlite3
import sys
from pathlib import Path

from tests.clients.test_examples import COMPANY
from tests.journeys.serving import ROOT, registered, run, seawall, serving

VERIFY = (sys.executable, "-I", str(ROOT / "clients" / "verify.py"))


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
        await seawall("assess", dataset, address=address)
        options = ("--key", str(key), "--checkpoint", str(kept), "--receipt", str(receipt), "--recompute")
        done = await seawall("verify", *options, address=address)
        assert done.returncode == 0, done.stderr
        assert "begins with the 1 record of" in done.stderr
        assert "1 computed again: intact" in done.stderr
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
            *(("--keep", tmp_path), ("--keep", empty), ("--keep", binary), ("--keep", tmp_path / "nope" / "kept")),
        ]:
            trusted = ("--key", str(key)) if option == "--keep" else ()
            done = await seawall("verify", option, str(file), *trusted, address=address)
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


def test_the_offline_verifier_knows_the_standard_library_alone():
    lines = Path(VERIFY[2]).read_text(encoding="utf-8").splitlines()
    imports = [line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))]
    assert set(imports) <= sys.stdlib_module_names
