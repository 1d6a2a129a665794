"""Each form of the package starts with what it brings, loads the rest where it is used, and names what is missing."""

import json
import subprocess
import sys

import pytest

from tests.journeys.serving import SEAWALL
from tests.packages.closure import environment
from tests.packages.forms import BRING_SERVER, FORMS, NO_POSTGRES, brought, refused

#: Where an extra is loaded as modules are imported: nowhere else may it be.
LOADS = {
    "reports": ("seawall.clients.page.", "seawall.clients.workbook.", "seawall.clients.sheets.blank_book"),
    "postgres": ("seawall.server.database.postgres",),
    "metrics": ("seawall.server.observing.metrics",),
    "otel": ("seawall.server.observing.traces",),
    "fast": ("seawall.engine.tape.compiled",),
}

IMPORTS = """
import importlib, json, pkgutil, sys
import seawall
refused = []
for package in sys.argv[1:]:
    root = importlib.import_module(f"seawall.{package}")
    for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError:
            refused.append(module.name)
print(json.dumps(refused))
"""

HELP = """
import contextlib, io, json
from seawall.clients.cli import main as cli
from seawall.server.__main__ import main as in_server

def first_line(command, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        command(arguments)
    return out.getvalue().splitlines()[0]

mains = {name: in_server if listed.module == "hand_over" else cli.main for name, listed in cli.COMMANDS.items()}
usages = {name: first_line(main, name, "--help") for name, main in mains.items()}
print(json.dumps({"": first_line(cli.main, "--help"), "version": first_line(cli.main, "--version"), **usages}))
"""


@pytest.fixture(params=FORMS)
def form(request):
    if "fast" in FORMS[request.param]:
        pytest.importorskip("numba", reason="there is no wheel of numba for this machine")
    return request.param


@pytest.fixture
def python(form, tmp_path):
    """Runs something under a form's closure, in an empty folder."""
    (site := tmp_path / "site").mkdir()
    (folder := tmp_path / "work").mkdir()
    closed = environment(FORMS[form], site)

    def run(*command, executable=sys.executable):
        done = subprocess.run(
            [executable, *command], env=closed, cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done, sorted(path.name for path in folder.iterdir())

    return run


def test_every_module_is_imported_but_those_of_a_missing_extra(form, python):
    packages = ("clients", "v1", "engine", "server") if "server" in brought(form) else ("clients", "v1")
    done, _ = python("-c", IMPORTS, *packages)
    refused_modules = json.loads(done.stdout)
    for extra, places in LOADS.items():
        of_extra = [name for name in refused_modules if name.startswith(places)]
        is_there = extra in brought(form) or (extra in BRING_SERVER and "server" not in packages)
        assert bool(of_extra) != is_there
        refused_modules = [name for name in refused_modules if name not in of_extra]
    assert refused_modules == []


def test_every_command_gives_its_help(form, python):
    done, _ = python("-c", HELP)
    usages = json.loads(done.stdout)
    assert usages.pop("").startswith("usage: seawall [-h] [--version] COMMAND")
    assert usages.pop("version").split()[0] == "seawall"
    assert {name for name, usage in usages.items() if not usage.startswith(f"usage: seawall {name} ")} == set()
    assert {"serve", "report", "demo"} <= set(usages)


def test_a_missing_extra_is_named_and_nothing_is_begun(form, python):
    for command, extra in refused(form).items():
        done, left = python(*command.split(), executable=SEAWALL)
        assert (done.returncode, done.stdout, left) == (2, "", []), command
        assert done.stderr.endswith(f": python -m pip install 'seawall[{extra}]'\n"), command
        assert done.stderr.count("\n") == 1, command


def test_what_is_brought_is_used(form, python):
    if "server" in brought(form):
        for command in ("keygen log.key", "db upgrade"):
            done, _ = python(*command.split(), executable=SEAWALL)
            assert done.returncode == 0, done.stderr
    if "postgres" in brought(form):
        done, _ = python("db", "check", "--database", NO_POSTGRES, executable=SEAWALL)
        assert (done.returncode, "Connect call failed" in done.stderr) == (1, True), done.stderr
