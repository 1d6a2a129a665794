"""What is loaded is what is used: no numpy for one execution, no pictures for a page of help."""

import json
import subprocess
import sys

import pytest

from tests.journeys.serving import ROOT

LOADED = """
import json
print(json.dumps(sorted({*sys.modules, *(name.partition(".")[0] for name in sys.modules)})))
"""

HELP = """
import contextlib, io, sys
from seawall.clients.cli import main as cli
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    cli.main(["--help"])
"""

EXECUTIONS = """
import json, sys
from seawall.engine import Scenario, execute_all
from tests.companies import company
case = (Scenario("sha256:" + "0" * 64, "Base", 24), company(), None)
"""
ONE_EXECUTION = f"{EXECUTIONS}from seawall.engine import execute\nexecute(*case)"
MANY_EXECUTIONS = f"{EXECUTIONS}execute_all([case] * 16)"

ONE_CALL = """
import asyncio, sys, tempfile
from pathlib import Path
from seawall.clients import files
from seawall.clients.files import inputs
from seawall.clients.client import StressClient
from seawall.server.run import serving
from seawall.v1.scenario_pb2 import Scenario

async def main(folder):
    company = inputs.dataset_version(files.load("clients/examples/carbo_ceramics_2017.yaml"))
    async with serving(folder / "seawall.db", "127.0.0.1:0") as address, StressClient(address) as client:
        dataset = (await client.register(company)).dataset_version_id
        severe = Scenario(dataset_version_id=dataset, name="Severe", horizon_months=24)
        scenario = (await client.create_scenario(severe, template_name="severe")).scenario_id
        assert [event async for event in client.execute(scenario, dataset)]

with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(Path(folder)))
"""

ARRAYS = {"numpy", "seawall.engine.numbers.batch"}
COMPILED = {"numba", "seawall.engine.tape.compiled"}  # where thousands are computed
PAGES = {"jinja2", "svg", "xlsxwriter", "openpyxl", "seawall.clients.page.charts"}
SERVER = {"sqlalchemy", "cryptography"}
OLDER_DATABASE = {"alembic", "mako"}
OBSERVED = {"prometheus_client", "opentelemetry"}  # where an operator asks for it
CLIENT = {"grpc", "rich", "yaml", "seawall.clients.client"}


@pytest.mark.parametrize(
    ("script", "used", "unused"),
    [
        (HELP, {"seawall.clients.cli.main"}, {*CLIENT, *ARRAYS, *PAGES, *SERVER, *OLDER_DATABASE, "seawall.server"}),
        (ONE_EXECUTION, {"seawall.engine.execute"}, COMPILED),
        (MANY_EXECUTIONS, ARRAYS, PAGES),
        (ONE_CALL, SERVER, {*COMPILED, *PAGES, *OLDER_DATABASE, *OBSERVED, "asyncpg", "jwt"}),
    ],
    ids=["help", "one execution", "many executions", "one call of a server"],
)
def test_only_what_is_used_is_loaded(script, used, unused):
    done = subprocess.run(
        [sys.executable, "-c", script + LOADED], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert used <= loaded
    assert unused & loaded == set()
