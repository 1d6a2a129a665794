"""A file that an adversary wrote stops nothing: bounded time and memory, and words that say what is wrong and where."""

import json
import subprocess
import sys

import pytest

from seawall.server.commands import FAILED
from tests.faults.hostile import Outcome, cases
from tests.faults.hostile_files import FILES, SOUND
from tests.faults.scale import LONG

MORE_MB = 300  #: than the same command on a sound file
CASES = list(cases(list(FILES), quick=not LONG))


@pytest.fixture(scope="module")
def outcomes():
    """Each command on each file, all in one process that starts the others."""
    command = [sys.executable, "-m", "tests.faults.hostile", "--json", *([] if LONG else ["--quick"])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [Outcome(*json.loads(line)) for line in done.stdout.splitlines()]
    return {(outcome.file, outcome.command): outcome for outcome in lines}


@pytest.mark.parametrize(("name", "command"), CASES)
def test_a_hostile_file_stops_nothing(outcomes, name, command):
    outcome, words = outcomes[name, command], getattr(FILES[name], command)
    assert words in outcome.printed
    assert "Traceback" not in outcome.printed
    starts = command == "server" and not words
    assert outcome.code == (0 if starts or name == SOUND else FAILED)
    assert outcome.memory_mb < outcomes[SOUND, command].memory_mb + MORE_MB
