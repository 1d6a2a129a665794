"""The file of a company or of a scenario, in whichever form people have it."""

from pathlib import Path

from .. import files, sheets
from ..files.kinds import InputKind
from ..files.tree import Fields, FileFault, FileRefused, Place
from . import extras

WRITTEN = (".yaml", ".yml", ".json")
FORMS = "YAML, JSON, XLSX or CSV"  #: what the help of a command says
OTHER_SHEETS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".tsv", ".txt")


def load(path: str | Path, kind: InputKind) -> Fields:
    """The tree of a file; raises FileRefused, and ExtraMissing where the file is a workbook and none can be read."""
    suffix = Path(path).suffix.lower()
    if suffix == sheets.WORKBOOK:
        require_workbooks()
    if suffix in sheets.READERS:
        return sheets.load(path, kind)
    if suffix in WRITTEN:
        return files.load(path)
    allowed = f"{', '.join((*WRITTEN, sheets.WORKBOOK))} or {sheets.CSV}"
    instead = "save it as .xlsx" if suffix in OTHER_SHEETS else ""
    raise FileRefused([FileFault(Place(str(path)), "", "unknown kind of file", allowed, instead)])


def require_workbooks() -> None:
    """Raises `ExtraMissing` where no workbook can be read or written."""
    extras.require("reports", "workbooks are not installed")
