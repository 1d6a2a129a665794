"""A command that was named no server starts one, else takes that at the default address, else says what to do."""

import socket
import sys

import pytest

from seawall.clients.cli import extras, own_server, server_process
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import seawall, serving


@pytest.fixture
def nobody(monkeypatch):
    """A default address at which no server answers."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setattr(own_server, "DEFAULT_ADDRESS", address)
    return address


@pytest.fixture
def without_the_extra(monkeypatch):
    monkeypatch.setattr(extras, "_installed", lambda name: name != "sqlalchemy")


async def test_a_check_starts_a_server_that_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    checked = await seawall("validate", str(COMPANY), "severe")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("CARBO Ceramics Inc as of 2017-12-31\n")
    assert "\nSevere, up to 2019-12-31\n" in checked.stdout
    assert list(tmp_path.iterdir()) == []


async def test_where_none_can_be_started_one_at_the_default_address_is_used(without_the_extra, monkeypatch, tmp_path):
    async with serving(tmp_path) as address:
        monkeypatch.setattr(own_server, "DEFAULT_ADDRESS", address)
        checked = await seawall("validate", str(COMPANY))
    assert checked.returncode == 0, checked.stderr


async def test_where_there_is_neither_the_words_say_what_to_do(without_the_extra, nobody):
    refused = await seawall("validate", str(COMPANY))
    assert (refused.returncode, refused.stdout) == (4, "")
    assert refused.stderr == (
        f"No server answers at {nobody}, and none can be started here: the server is not installed (no sqlalchemy):"
        " python -m pip install 'seawall[server]'\n"
        "Or name a server that runs elsewhere with --server ADDRESS or SEAWALL_SERVER.\n"
    )


async def test_a_file_at_fault_is_told_before_a_server_is_started(monkeypatch, tmp_path):
    monkeypatch.setattr(server_process, "started", None)
    refused = await seawall("validate", str(tmp_path / "none.yaml"))
    assert (refused.returncode, "No such file" in refused.stderr) == (3, True)


async def test_a_server_that_does_not_start_says_why(monkeypatch):
    ending = (sys.executable, "-c", "raise SystemExit('the disk is full')")
    monkeypatch.setattr(server_process, "SERVER", ending)
    refused = await seawall("validate", str(COMPANY))
    said = "The server did not start. Its log ends with:\n  the disk is full\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (4, "", said)
