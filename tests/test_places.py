"""The PostgreSQL of the tests ends with them, however they end."""

import subprocess
import sys
import time
from pathlib import Path

from tests.journeys.serving import ROOT

STARTS_ONE = """
import time
from tests import places

with places.postgres() as url:
    print(url, flush=True)
    time.sleep(600)
"""


def test_tests_that_are_killed_leave_no_postgresql_behind():
    with subprocess.Popen([sys.executable, "-c", STARTS_ONE], cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout
        folder = Path(tests.stdout.readline().strip().partition("?host=")[2])
        server = (folder / "postmaster.pid").read_text().split()[0]
        assert runs(server)
        tests.kill()
    latest = time.monotonic() + 30
    while folder.exists() or runs(server):
        assert time.monotonic() < latest
        time.sleep(0.05)


def runs(server):
    """A process that nobody has reaped yet, a zombie, does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", server], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] not in ("", "Z")
