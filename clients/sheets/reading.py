"""A workbook or a CSV file of a company or of a scenario, as the tree that YAML would give."""

from pathlib import Path

from ..files.kinds import InputKind
from ..files.reading import contents
from ..files.tree import Fields, Place
from . import csv_file, xlsx_file
from .grid import refused
from .trees import tree

WORKBOOK, CSV = ".xlsx", ".csv"
READERS = {WORKBOOK: xlsx_file.read, CSV: csv_file.read}


def load(path: str | Path, kind: InputKind) -> Fields:
    """The tree of one kind of file out of a file with sheets; raises FileRefused with the cell of each fault."""
    file = Place(str(path))
    try:
        content = contents(path)
    except OSError as error:
        raise refused(file, error.strerror or str(error), "a file that can be read") from error
    return tree(file, READERS[Path(path).suffix.lower()](file.file, content), kind)
