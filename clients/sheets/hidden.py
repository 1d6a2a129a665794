"""What the XML of a sheet has and no reader of it says: hidden and merged cells, formulas that were never computed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from ..files.tree import FileFault, Place, letters
from .grid import fault, refused

MOST_ROWS, MOST_COLUMNS = 20_000, 200  #: of a sheet
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
TRUE = ("1", "true")


@dataclass
class Unseen:
    """Reads a sheet once; raises FileRefused where a cell stands too far out."""

    place: Place
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    uncomputed: list[Place] = field(default_factory=list)  #: formulas without a value
    row = column = 0
    formula = filled = value = False

    def read(self, stream: IO[bytes]) -> None:
        """Collects faults and formulas; a sheet that reaches too far out is refused at once."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(stream)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if handle := _HANDLERS.get(name):
            handle(self, attributes)

    def _text(self, text: str) -> None:
        self.filled = self.filled or (self.value and not text.isspace())

    def _end(self, name: str) -> None:
        self.value = False
        if name.rpartition(" ")[2] == "c":
            self._after_cell()

    def _columns(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in TRUE:
            self.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def _row(self, attributes: Mapping[str, str]) -> None:
        before, self.row, self.column = self.row, int(attributes.get("r", self.row + 1)), 0
        self._refuse_disorder(before < self.row)
        if attributes.get("hidden") in TRUE:
            self.hidden_rows.add(self.row)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        match = _CELL.fullmatch(attributes.get("r", ""))
        before, self.column = self.column, _number(match[1]) if match else self.column + 1
        self._refuse_disorder(before < self.column and (not match or int(match[2]) == self.row))
        self.formula = self.filled = False
        if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
            allowed = f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
            raise refused(self._at(), "is too far out", allowed, "delete the rows and columns around it")

    def _refuse_disorder(self, in_order: bool) -> None:
        """Rows and cells ascend; what does not is read by some programs and left out by others."""
        if not in_order:
            raise refused(self._at(), "is out of order", "rows and cells in order", "save it anew in a spreadsheet")

    def _formula(self, _: Mapping[str, str]) -> None:
        self.formula = True

    def _value(self, _: Mapping[str, str]) -> None:
        self.value = True

    def _merged(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("ref", "")
        match = _CELL.match(reference)
        at = self._at(int(match[2]), _number(match[1])) if match else self.place
        self.faults.append(fault(at, f"{reference} is merged", "a cell for each value", "unmerge the cells"))

    def _after_cell(self) -> None:
        if self.formula and not self.filled:
            self.uncomputed.append(self._at())
        if not self.filled:
            return
        if self.row in self.hidden_rows:
            self.hidden_rows.discard(self.row)
            self._hide(f"row {self.row}")
        for columns in [columns for columns in self.hidden_columns if columns[0] <= self.column <= columns[1]]:
            self.hidden_columns.remove(columns)
            self._hide(f"column {letters(self.column)}")

    def _hide(self, what: str) -> None:
        problem = f"{what} is hidden and has values"
        self.faults.append(fault(self._at(), problem, "what can be seen", "show it, or empty it"))

    def _at(self, row: int = 0, column: int = 0) -> Place:
        return Place(self.place.file, row or self.row, column or self.column or 1, self.place.sheet)


Handler = Callable[[Unseen, Mapping[str, str]], None]
_HANDLERS: dict[str, Handler] = {
    "col": Unseen._columns,
    "row": Unseen._row,
    "c": Unseen._cell,
    "f": Unseen._formula,
    "v": Unseen._value,
    "t": Unseen._value,
    "mergeCell": Unseen._merged,
}


def _number(column: str) -> int:
    """The number of a column.  AB is 28."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
