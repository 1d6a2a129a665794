"""`seawall run`: from two files to a report in one command, the same as by the commands one after the other."""

import json
import re

import pytest
import pytest_asyncio

from seawall.clients.client import StressClient
from tests.clients.test_examples import COMPANY, EXAMPLES
from tests.journeys.serving import seawall, serving

HEADLINE = (
    "CARBO Ceramics Inc, Severe: Default in month 9 (2018-09-30), suppliers, operating expenses or tax unpaid:"
    " critical risk, 90 of 100 points"
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    async with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


async def output(*arguments, address=""):
    done = await seawall(*map(str, arguments), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def stored_in(address):
    async with StressClient(address) as client:
        return [entry async for entry in client.dataset_versions()], [entry async for entry in client.executions()]


async def test_one_command_does_all_on_a_server_of_its_own_whose_database_stays(tmp_path):
    html, xlsx, folder = tmp_path / "report.html", tmp_path / "report.xlsx", tmp_path / "var"
    shown = await output("run", COMPANY, "severe", "--html", html, "--xlsx", xlsx, "--folder", folder)
    lines = shown.splitlines()
    in_order = ["CARBO Ceramics Inc as of 2017-12-31", "Severe, up to 2019-12-31", HEADLINE, f"written: {html}"]
    places = [lines.index(line) for line in in_order]
    assert places == sorted(places)
    assert any(re.match(r" +9\*  2018-09-30 +0\.0 +5\.6", line) for line in lines[places[1] : places[2]])
    ids = dict(line.rsplit(" ", 1) for line in lines[-3:])
    async with serving(folder) as address:
        (dataset,), (execution,) = await stored_in(address)
        again = await output("run", COMPANY, EXAMPLES / "scenario_severe.yaml", address=address)
    assert ids == {
        "dataset version": dataset.dataset_version_id,
        "scenario": execution.scenario_id,
        "execution": execution.execution_id,
    }
    assert again.splitlines()[-3:] == lines[-3:]
    assert HEADLINE.partition(": ")[2] in html.read_text(encoding="utf-8")
    assert xlsx.stat().st_size


async def test_it_gives_what_the_commands_one_after_the_other_give(address):
    company = EXAMPLES / "bakery.json"
    shown = await output("run", company, "mild", address=address)
    dataset = (await output("register", company, address=address)).strip()
    scenario = (
        await output("scenario", EXAMPLES / "scenario_mild.yaml", "--dataset", dataset, address=address)
    ).strip()
    executed = await output("execute", scenario, "--dataset", dataset, address=address)
    execution = executed.splitlines()[-1].removeprefix("execution ")
    report = await output("report", execution, address=address)
    assert shown.splitlines()[-3:] == [
        f"dataset version {dataset}",
        f"scenario {scenario}",
        f"execution {execution}",
    ]
    assert report in shown
    months = [line for line in executed.splitlines() if re.match(r" +\d+\*?  20", line)]
    assert len(months) == 24
    assert [line for line in shown.splitlines() if line in months] == months


async def test_a_program_reads_each_answer_on_a_line(address, tmp_path):
    html = tmp_path / "report.html"
    lines = (await output("run", COMPANY, "severe", "--json", "--html", html, address=address)).splitlines()
    answers = [json.loads(line) for line in lines]
    kinds = [next(iter(answer)) for answer in answers]
    assert kinds == ["dataset_version", "scenario", "started", *["period"] * 24, "completed", "report"]
    header = answers[2]["started"]["header"]
    assert header["dataset_version_id"] == answers[0]["dataset_version"]["dataset_version_id"]
    assert header["scenario_id"] == answers[1]["scenario"]["scenario_id"]
    assert answers[-1]["report"]["execution_id"] == header["execution_id"]
    assert HEADLINE.endswith(answers[-1]["report"]["report"]["executive"]["headline"])
    assert html.stat().st_size


async def test_a_posture_is_chosen_in_place_of_the_files(address):
    creditors = ("--posture", "workout", "--acceleration-months", "3")
    still, workout = [await output("run", COMPANY, "severe", *more, address=address) for more in ((), creditors)]
    assert "creditors stand still" in still
    assert "all debt is called 3 months after it" in workout
    assert still.splitlines()[-1] != workout.splitlines()[-1]


async def test_month_1_begins_on_the_analysis_date_and_one_that_is_refused_stores_nothing(address):
    before = await stored_in(address)
    for day in ("2017-12-30", "31/01/2018"):
        refused = await seawall("run", str(COMPANY), "severe", "--analysis-date", day, address=address)
        assert refused.returncode == 2
        assert f"found {day}, allowed: the as-of date 2017-12-31 or a day after it" in refused.stderr
    assert await stored_in(address) == before
    shown = await output("run", COMPANY, "severe", "--analysis-date", "2018-01-31", address=address)
    assert re.search(r"\n +1  2018-02-28 ", shown)


async def test_nothing_is_stored_before_both_files_pass(tmp_path):
    company, scenario = tmp_path / "company.yaml", tmp_path / "scenario.yaml"
    company.write_text(COMPANY.read_text(encoding="utf-8").replace("lien: 2", "lien: 200"), encoding="utf-8")
    scenario.write_text("name: Short\nhorizon_months: 3\n", encoding="utf-8")
    another = tmp_path / "another.yaml"
    another.write_text(f"name: A\nhorizon_months: 6\ndataset_version_id: sha256:{'1' * 64}\n", encoding="utf-8")
    async with serving(tmp_path) as address:
        for pair, said in (
            ((company, scenario), ["instruments[1].lien: OUT_OF_RANGE", "horizon_months: OUT_OF_RANGE"]),
            ((COMPANY, scenario), ["horizon_months: OUT_OF_RANGE"]),
            ((company, "mild"), ["instruments[1].lien: OUT_OF_RANGE"]),
            ((COMPANY, another), ["dataset_version_id: found sha256:1111"]),
        ):
            refused = await seawall("run", *map(str, pair), address=address)
            assert refused.returncode == 3
            for line, words in zip(refused.stderr.splitlines(), said, strict=True):
                assert words in line
        assert await stored_in(address) == ([], [])
