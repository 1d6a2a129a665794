"""What deploy/ has for one machine fits the program: the image and the unit of systemd begin as the server does."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seawall.server.__main__ import _parser as parser
from seawall.server.run import GRACE_SECONDS
from seawall.server.settings.sources import resolve
from seawall.server.settings.table import BY_KEY
from seawall.server.stopping import CLOSING_SECONDS, DRAIN_SECONDS

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
MODULE = ["/opt/seawall/bin/python", "-m", "seawall.server"]  #: as the image begins, and the unit
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = dict(
    line.partition("=")[::2]
    for line in (DEPLOY / "seawall.service").read_text(encoding="utf-8").splitlines()
    if "=" in line and not line.startswith("#")
)
STOPPING_SECONDS = GRACE_SECONDS + CLOSING_SECONDS  #: after the load balancer knows


def settings(words, folder) -> Any:
    """The settings of a command line, whose configuration file is there and empty."""
    (folder / "seawall.toml").touch()
    arguments = parser().parse_args(words)
    assert arguments.config
    arguments.config = folder / "seawall.toml"
    resolve(arguments, arguments.command, {})
    return arguments


def test_the_image_begins_as_the_server_and_names_settings_that_there_are():
    assert f"ENTRYPOINT {MODULE}".replace("'", '"') in IMAGE
    variables = [word.partition("=")[0] for word in IMAGE.split() if word.startswith("SEAWALL_")]
    assert len(variables) == 3
    assert {setting.variable for setting in BY_KEY.values()} >= set(variables)


def test_the_unit_starts_a_server_and_gives_it_time_to_stop(tmp_path):
    words = shlex.split(UNIT["ExecStart"])
    assert words[:3] == MODULE
    options = settings(words[3:], tmp_path)
    assert options.command == "serve"
    assert f"%d/{UNIT['LoadCredential'].partition(':')[0]}" == str(options.key)
    assert int(UNIT["TimeoutStopSec"]) >= DRAIN_SECONDS + STOPPING_SECONDS
    states = [f"/var/lib/{name}" for name in UNIT["StateDirectory"].split()]
    assert [state for state in states if options.checkpoints.is_relative_to(state)]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_takes_the_unit(tmp_path):
    unit = (DEPLOY / "seawall.service").read_text(encoding="utf-8").replace(MODULE[0], sys.executable)
    (tmp_path / "seawall.service").write_text(unit)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "seawall.service")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    about = [line for line in done.stderr.splitlines() if "seawall.service" in line]
    assert (done.returncode, about) == (0, []), done.stderr


@pytest.mark.skipif(not shutil.which("hadolint"), reason="hadolint is not on this machine")
def test_hadolint_has_nothing_to_say_of_the_image():
    command = ["hadolint", str(DEPLOY / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
