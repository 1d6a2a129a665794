"""The command line against a real server: ids on standard output, faults by line on standard error, exit codes."""

import hashlib
import json

import pytest
import pytest_asyncio

from tests.clients.test_examples import COMPANY, EXAMPLES, RESTATED
from tests.journeys.serving import seawall, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    async with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


async def output(*arguments, address):
    done = await seawall(*map(str, arguments), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def test_from_a_file_to_an_execution_that_is_replayed_and_shown(address):
    dataset = await output("register", COMPANY, address=address)
    assert await output("register", COMPANY, address=address) == dataset
    scenario = await output("scenario", EXAMPLES / "scenario_base.yaml", "--dataset", dataset, address=address)

    shown = await output("execute", scenario, "--dataset", dataset, address=address)
    assert "cash runs out in month 15 (2019-03-31); first left unpaid: operating" in shown
    assert "first default in month 15 (2019-03-31): interest of term-loan, lien 1" in shown
    execution = shown.splitlines()[-1].removeprefix("execution ")

    assert shown.splitlines()[:-1] == (await output("show", execution, address=address)).splitlines()
    assert (await output("replay", execution, address=address)).endswith("replay: IDENTICAL")
    restated = await output("register", RESTATED, address=address)
    assert (await output("replay", execution, "--dataset", restated, address=address)).endswith(
        "replay: DIFFERENT_DATA"
    )

    for identifier in (dataset, scenario, execution):
        body = (await seawall("show", identifier, "--bytes", address=address)).stdout
        assert f"sha256:{hashlib.sha256(body.encode()).hexdigest()}" == identifier
    assert json.loads(await output("show", dataset, address=address))


async def test_a_program_reads_one_object_a_line(address, tmp_path):
    text = COMPANY.read_text(encoding="utf-8")
    another = tmp_path / "another.yaml"
    another.write_text(text.replace("company_name: ", "company_name: Another "), encoding="utf-8")
    dataset = json.loads(await output("register", another, "--json", address=address))
    assert dataset["created"] is True
    scenario = await output(
        "scenario", EXAMPLES / "scenario_severe.yaml", "--dataset", dataset["dataset_version_id"], address=address
    )
    lines = await output("execute", scenario, "--dataset", dataset["dataset_version_id"], "--json", address=address)
    events = [json.loads(line) for line in lines.splitlines()]
    assert [next(iter(event)) for event in events] == ["started", *["period"] * 24, "completed"]
    assert [event["period"]["period"] for event in events[1:-1]] == list(range(1, 25))
    assert events[-1]["completed"]["metrics"]["first_shortfall_period"] == 3


@pytest.mark.parametrize("name", ["bakery.json", "carbo_ceramics_2017_restated.yaml"])
async def test_every_example_is_taken(address, name):
    dataset = await output("register", EXAMPLES / name, address=address)
    for scenario in sorted(EXAMPLES.glob("scenario_*.yaml")):
        identifier = await output("scenario", scenario, "--dataset", dataset, address=address)
        assert "execution sha256:" in await output("execute", identifier, "--dataset", dataset, address=address)


async def test_templates_are_listed(address):
    assert [line for line in (await output("templates", address=address)).splitlines() if line[0] != " "] == [
        "mild",
        "moderate",
        "severe",
    ]


async def test_what_the_server_refuses_is_told_by_the_line_of_the_file(address, tmp_path):
    text = (
        COMPANY.read_text(encoding="utf-8")
        .replace("  lien: 2", "  lien: 200")
        .replace("tax_rate: 0.21", "tax_rate: 21%")
    )
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    done = await seawall("register", str(wrong), address=address)
    assert done.returncode == 3
    lines = text.splitlines()
    tax, lien = (next(n for n, line in enumerate(lines, 1) if text in line) for text in ("tax_rate: 21%", "lien: 200"))
    first, second = done.stderr.strip().splitlines()
    assert first.startswith(f"{wrong}:{tax}:3: income_statement.tax_rate: MALFORMED")
    assert second.startswith(f"{wrong}:{lien}:5: instruments[1].lien: OUT_OF_RANGE")


async def test_exit_codes(address, tmp_path):
    nothing = "sha256:" + "0" * 64
    (tmp_path / "wrong.yaml").write_text("minor_digits: 2\ncahs: 1\n", encoding="utf-8")
    for arguments, code, words in [
        (["show", nothing], 1, "NOT_FOUND EVIDENCE_NOT_FOUND"),
        (["execute", nothing, "--dataset", nothing], 1, "NOT_FOUND"),
        (["register", str(tmp_path / "wrong.yaml")], 3, "wrong.yaml:2:1: cahs: is no field of DatasetVersion"),
        (["register", str(tmp_path / "none.yaml")], 3, "No such file"),
        (["register"], 2, "usage"),
        (["register", str(tmp_path / "wrong.yaml"), "--server", "127.0.0.1:1"], 3, "wrong.yaml:2:1: cahs"),
        (["show", nothing, "--server", ""], 2, "found '', allowed: HOST:PORT"),
        (["show", nothing, "--server", "localhost:99999"], 2, "found 'localhost:99999', allowed: HOST:PORT"),
        (["show", "\udcff"], 2, "not UTF-8"),
        (
            ["show", nothing, "--server", "127.0.0.1:1"],
            4,
            "No server answers at 127.0.0.1:1. Start one with: seawall serve",
        ),
    ]:
        done = await seawall(*arguments, address=address)
        assert (done.returncode, words in done.stderr) == (code, True), (arguments, done.stderr)
