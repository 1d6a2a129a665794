"""The workbook in LibreOffice: every formula comes to the engine's figure, and all of it is six landscape pages.

What is recalculated carries no values: they are taken out of the file first. `make workbook` runs it, where
LibreOffice is installed.
"""

import os
import re
import shutil
import subprocess
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from seawall.clients.workbook.workbook import SHEETS, workbook
from tests.clients.test_workbook import STORIES, story_by

pytestmark = [
    pytest.mark.skipif(not os.environ.get("SEAWALL_WORKBOOK"), reason="make workbook"),
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: no soffice on the PATH"),
]
#: Number of a paper in a sheet; width and height of its landscape page in points.
A4, LETTER = (9, 842, 595), (1, 792, 612)
LAST_DIGIT = 1.1e-6  #: of a ratio: a half goes up in a sheet and to even in the engine


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Converts a file with a profile of its own, so that nobody's settings decide."""
    profile: Path = tmp_path_factory.mktemp("libreoffice")

    def convert(content: bytes, form: str) -> bytes:
        folder: Path = tmp_path_factory.mktemp("converted")
        source, target = folder / "workbook.xlsx", folder / "out" / f"workbook.{form}"
        source.write_bytes(content)
        command = ("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form)
        subprocess.run([*command, "--outdir", target.parent, source], check=True, capture_output=True, timeout=300)
        return target.read_bytes()

    return convert


def edited(content: bytes, pattern: bytes, replacement: bytes) -> bytes:
    """The same workbook with something else in its sheets."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(written, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, re.sub(pattern, replacement, part) if "worksheets/" in name else part)
    return written.getvalue()


@pytest.mark.parametrize("name", STORIES)
async def test_every_formula_comes_to_the_engines_figure(name, converted, tmp_path):
    story = await story_by(name, tmp_path)
    content = workbook(story)
    bare = edited(content, rb"(</f>)<v>[^<]*</v>", rb"\1")
    assert bare != content
    recalculated = openpyxl.load_workbook(BytesIO(converted(bare, "xlsx")), data_only=True)
    formulas, values = (openpyxl.load_workbook(BytesIO(content), data_only=only) for only in (False, True))
    compared = 0
    for sheet in SHEETS:
        for row in formulas[sheet].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    ours, theirs = (book[sheet][cell.coordinate].value for book in (values, recalculated))
                    if isinstance(ours, (str, datetime)):
                        assert theirs == ours, (sheet, cell.coordinate)
                    else:
                        assert theirs == pytest.approx(ours, abs=LAST_DIGIT), (sheet, cell.coordinate)
                    compared += 1
    assert compared > 500


@pytest.mark.parametrize("paper", [A4, LETTER], ids=["A4", "Letter"])
@pytest.mark.parametrize("name", STORIES)
async def test_all_of_it_is_six_landscape_pages(name, paper, converted, tmp_path):
    content = edited(workbook(await story_by(name, tmp_path)), rb'paperSize="9"', b'paperSize="%d"' % paper[0])
    pages = re.findall(
        rb"/Type\s*/Page\b.*?/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", converted(content, "pdf"), re.DOTALL
    )
    sizes = [(float(width), float(height)) for width, height in pages]
    assert len(sizes) == len(SHEETS) == 6
    assert all(size == pytest.approx(paper[1:], abs=1) for size in sizes)
