"""What the README shows first: it stays short, and its examples give all months of a real execution."""

import re
import sys

import pytest

from tests.journeys import pages
from tests.journeys.serving import run, serving

ADDRESS = "127.0.0.1:50551"


def test_it_is_short_and_opens_with_the_two_commands():
    lines = pages.text_of(pages.README).splitlines()
    assert len(lines) <= 130
    assert lines[2] == "```sh"
    assert [line.split("#")[0].strip() for line in lines[3:5]] == ["make demo", "make test"]


@pytest.mark.parametrize("page", [pages.README], ids=pages.name_of)
async def test_the_python_example_prints_every_month(page, tmp_path):
    (example,) = (block.text for block in pages.blocks(page) if block.language == "python")
    async with serving(tmp_path) as address:
        done = await run(sys.executable, "-c", example.replace(ADDRESS, address))
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(\d+) 20\d\d-\d\d-\d\d \d+$", done.stdout, re.M) == [str(month) for month in range(1, 25)]
