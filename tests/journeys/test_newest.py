"""`@latest` in place of an id is the newest of its kind, or of one company, and `list` finds what is a company's."""

import json

import pytest
import pytest_asyncio

from tests.clients.test_examples import COMPANY, EXAMPLES
from tests.journeys.serving import seawall, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARBO, BAKERY = "CIK-1009672", "corner-bakery"


async def output(*arguments, address):
    done = await seawall(*map(str, arguments), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def ids_of(*arguments, address):
    """The last ids of a run: dataset version, scenario and execution."""
    shown = await output("run", *arguments, address=address)
    return [line.rsplit(" ", 1)[1] for line in shown.splitlines()[-3:]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(tmp_path_factory):
    """A server with two executions of a company and, newest of all, two of another one."""
    async with serving(tmp_path_factory.mktemp("server")) as address:
        carbo = [await ids_of(COMPANY, name, address=address) for name in ("base", "severe")]
        bakery = [await ids_of(EXAMPLES / "bakery.json", name, address=address) for name in ("mild", "moderate")]
        yield address, carbo, bakery


async def listed(*arguments, address):
    lines = (await output("list", *arguments, "--json", address=address)).splitlines()
    return [next(iter(json.loads(line).values())) for line in lines]


async def test_the_newest_of_a_kind_stands_for_its_id(stored):
    address, _, ((dataset, _, _), (_, scenario, execution)) = stored
    shown = await output("execute", "@latest", "--dataset", "@latest", address=address)
    assert shown.splitlines()[-1] == f"execution {execution}"
    by_id = await output("report", execution, address=address)
    assert await output("report", "@latest", address=address) == by_id
    assert await output("show", "@latest", address=address) == await output("show", execution, address=address)
    assert await output("assess", "@latest", address=address) == await output("assess", dataset, address=address)
    on_newest = ("--dataset", "@latest", "--scenario", "mild")
    assert (await output("validate", *on_newest, address=address)).startswith("Mild, up to ")
    again = await output("scenario", EXAMPLES / "scenario_moderate.yaml", *on_newest[:2], address=address)
    assert again.strip() == scenario


async def test_the_newest_of_a_company_is_not_the_newest_of_all(stored):
    address, ((dataset, _, base), (_, scenario, severe)), _ = stored
    of_carbo = ("--company", CARBO)
    shown = await output("execute", "@latest", "--dataset", "@latest", *of_carbo, address=address)
    assert shown.splitlines()[-1] == f"execution {severe}"
    assert (await output("report", "@latest", *of_carbo, address=address)).startswith("CARBO Ceramics Inc, Severe: ")
    compared = await output("compare", base, "@latest", *of_carbo, "--json", address=address)
    assert compared == await output("compare", base, severe, "--json", address=address)
    by_id = await output("assess", dataset, address=address)
    assert await output("assess", "@latest", *of_carbo, address=address) == by_id
    assert await listed("executions", "--scenario", "@latest", *of_carbo, address=address) == [severe]
    assert await listed("scenarios", "--dataset", "@latest", *of_carbo, "--most", "1", address=address) == [scenario]


async def test_everything_of_a_company_is_listed_newest_first(stored):
    address, carbo, bakery = stored
    (dataset,) = {dataset for dataset, _, _ in bakery}
    for kind in ("companies", "datasets"):
        assert await listed(kind, "--company", BAKERY, address=address) == [dataset]
    for kind, place in (("scenarios", 1), ("executions", 2)):
        newest_first = [ids[place] for ids in reversed([*carbo, *bakery])]
        assert await listed(kind, address=address) == newest_first
        assert await listed(kind, "--company", BAKERY, address=address) == newest_first[:2]
        assert await listed(kind, "--company", CARBO, "--most", "1", address=address) == newest_first[2:3]
        assert await listed(kind, "--company", "nobody", address=address) == []


async def test_the_newest_is_replayed_on_its_own_data_or_on_the_newest(stored):
    address, _, _ = stored
    replayed = await output("replay", "@latest", "--company", CARBO, address=address)
    assert replayed.endswith("replay: IDENTICAL\n")
    on_its_own = await output("replay", "@latest", "--dataset", "@latest", "--company", CARBO, address=address)
    assert on_its_own == replayed


async def test_a_company_that_changes_nothing_is_refused_and_nothing_newest_is_not_found(stored, tmp_path):
    address, ((dataset, _, base), _), _ = stored
    unused = f"--company {BAKERY} is for @latest, which no id here is\n"
    for arguments, code, said in (
        (("report", base, "--company", BAKERY), 2, unused),
        (("execute", "@latest", "--dataset", dataset, "--company", BAKERY), 2, unused),
        (
            ("list", "--dataset", dataset, "--company", BAKERY),
            2,
            "seawall: --company beside an id, allowed: one of them, or @latest for the id\n",
        ),
        (
            ("list", "--dataset", dataset, "--scenario", "@latest", "--company", BAKERY),
            2,
            "seawall: --company beside an id, allowed: one of them, or @latest for the id\n",
        ),
        (("report", "@latest", "--company", "nobody"), 1, "NOT_FOUND: @latest: no execution of nobody is stored\n"),
        (("list", "--dataset", "@latest", "--company", "nobody"), 1, "no dataset version of nobody is stored\n"),
    ):
        refused = await seawall(*arguments, address=address)
        assert (refused.returncode, refused.stdout) == (code, "")
        assert refused.stderr.endswith(said)
    async with serving(tmp_path) as empty:
        refused = await seawall("show", "@latest", address=empty)
        assert (refused.returncode, refused.stderr) == (1, "NOT_FOUND: @latest: no execution is stored\n")
