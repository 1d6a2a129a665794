"""A bad file, whatever its form, is refused with the place of what is wrong and a sentence, and nothing is stored."""

import pytest
import pytest_asyncio

from seawall.clients.cli.exit_codes import Exit
from seawall.clients.client import StressClient
from seawall.server.run import serving
from tests.journeys.bad_files import BAD, good_company, refusal
from tests.journeys.mistakes import good_book, good_csv, good_json, good_yaml
from tests.journeys.serving import seawall
from tests.journeys.spoiled_books import bare_book
from tests.server.running import everything_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory):
    """A server that stores the good company, its client, and the company's id."""
    database = tmp_path_factory.mktemp("bad-files") / "seawall.db"
    async with serving(database, "127.0.0.1:0") as address, StressClient(address) as client:
        dataset = (await client.register(good_company())).dataset_version_id
        yield database, client, dataset


def check(bad, refused, path):
    assert refused, "nothing is refused"
    first, *others = [str(fault) for fault in refused.faults]
    place = f"{path}:{bad.place}" if bad.place else f"{path}"
    assert first.startswith(f"{place}: "), first
    assert bad.words in first
    assert 1 + len(others) == bad.faults, others


@pytest.mark.parametrize("bad", [bad for bad in BAD if not bad.server], ids=str)
async def test_a_file_that_cannot_be_read_says_so_without_a_server(bad, tmp_path):
    check(bad, await refusal(bad, tmp_path, None, "sha256:" + "0" * 64), tmp_path / f"bad{bad.suffix}")


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad.server], ids=str)
async def test_what_a_server_refuses_of_a_file_has_its_place_and_is_not_stored(bad, served, tmp_path):
    database, client, dataset = served
    before = everything_in(database)
    check(bad, await refusal(bad, tmp_path, client, dataset), tmp_path / f"bad{bad.suffix}")
    assert everything_in(database) == before


async def test_the_good_files_are_good_in_every_form(served, tmp_path):
    database, client, dataset = served
    before = everything_in(database)
    forms = {".yaml": good_yaml().encode(), ".json": good_json().encode(), ".xlsx": good_book(), "2.xlsx": bare_book()}
    for suffix, content in {**forms, ".csv": good_csv().encode()}.items():
        (tmp_path / f"good{suffix}").write_bytes(content)
        stored = await client.register(good_company(tmp_path / f"good{suffix}"))
        assert (stored.dataset_version_id, stored.created) == (dataset, False)
    assert everything_in(database) == before


async def test_there_are_more_than_a_hundred_in_every_form():
    assert len(BAD) == len({str(bad) for bad in BAD}) > 100
    assert {bad.suffix for bad in BAD} == {".yaml", ".json", ".xlsx", ".csv"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.xls", "unknown kind of file; allowed: .yaml, .yml, .json, .xlsx or .csv; save it as .xlsx"),
        ("a.xlsm", "save it as .xlsx"),
        ("a.toml", "unknown kind of file"),
        ("a", "unknown kind of file"),
        ("none.xlsx", "No such file or directory; allowed: a file that can be read"),
        ("folder.csv", "Is a directory; allowed: a file that can be read"),
    ],
)
async def test_a_command_says_what_files_it_takes(name, words, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    done = await seawall("register", str(tmp_path / name), address="127.0.0.1:1")
    assert (done.returncode, done.stdout) == (Exit.FILE_AT_FAULT, "")
    assert words in done.stderr
