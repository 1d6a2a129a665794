"""What an input file holds before anything is converted: text, lists and names, each with its line or its cell."""

import re
from dataclasses import dataclass

from google.protobuf.message import Message


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. Lines and columns count from 1; 0 is the file, or its sheet, as a whole.

    With `sheet` it is a cell: of a workbook as company.xlsx:Debt!C7; a CSV file has no sheet's name, as company.csv:C7.
    """

    file: str
    line: int = 0
    column: int = 0
    sheet: str | None = None

    def __str__(self) -> str:
        if self.sheet is None:
            return f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        sheet = self.sheet if self.sheet.isalnum() else f"'{self.sheet}'" if self.sheet else ""
        cell = f"{letters(self.column)}{self.line}" if self.line else ""
        return ":".join(filter(None, (self.file, "!".join(filter(None, (sheet, cell))))))


def letters(column: int) -> str:
    """What a sheet calls a column.  1 is A, 28 is AB."""
    name = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


NO_VALUE, NOTHING, NO_LINE, IS_MISSING = "has no value", "found nothing", "found no line with it", "is missing"
MISSING = frozenset((NO_VALUE, NOTHING, NO_LINE, IS_MISSING))  #: problems of what is not there


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong with a file: its place, the path of its field, what is wrong, what is allowed, what to write."""

    place: Place
    field: str
    problem: str
    allowed: str = ""
    instead: str = ""
    meant: str = ""  #: the path of the field that was meant, where another name stands

    @property
    def missing(self) -> bool:
        """Whether nothing stands where something must, as in a file that is filled in by part."""
        return self.problem in MISSING

    def __str__(self) -> str:
        field = f"{self.field}: " if self.field else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        instead = f"; {self.instead}" if self.instead else ""
        return f"{self.place}: {field}{self.problem}{allowed}{instead}"


def by_line(faults: list[FileFault]) -> list[FileFault]:
    """The faults of a file in the order of its lines; in a workbook the sheets follow each other as they are met."""
    sheets = {sheet: order for order, sheet in enumerate(dict.fromkeys(fault.place.sheet for fault in faults))}
    return sorted(faults, key=lambda fault: (sheets[fault.place.sheet], fault.place.line, fault.place.column))


class FileRefused(ValueError):
    """Raised with every fault that was found; nothing of the file was used.

    `message` is what the file describes without them, where it describes anything: a server can say what else is wrong.
    """

    def __init__(self, faults: list[FileFault], message: Message | None = None) -> None:
        self.faults = tuple(faults)
        self.message = message
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written. `quoted` tells "NO" from NO; neither is anything but two letters."""

    place: Place
    text: str
    quoted: bool

    @property
    def kind(self) -> str:
        return repr(self.text) if self.quoted or self.text else "nothing"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: tuple["Node", ...]

    @property
    def kind(self) -> str:
        return f"a list of {len(self.items)}"


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with their values. `names` holds the place of each name, which is where an unknown one is at fault."""

    place: Place
    values: dict[str, "Node"]
    names: dict[str, Place]

    @property
    def kind(self) -> str:
        return f"fields ({', '.join(self.values)})"


@dataclass(frozen=True, slots=True)
class Unusable:
    """What a cell has and no field takes as it stands, as a date for an amount: what it is, and what to write."""

    place: Place
    kind: str
    allowed: str
    instead: str = ""


Node = Text | Items | Fields | Unusable


def place_of(tree: Node, field: str) -> Place:
    """The place of `instruments[2].floating_rate.cap`, or of the nearest thing around it that the file has."""
    return nearest(tree, field)[0]


def nearest(tree: Node, field: str) -> tuple[Place, Node]:
    """A field of a file, or the nearest thing around it that the file has: its place and what stands there."""
    place, node = tree.place, tree
    for name, position in re.findall(r"([a-z0-9_]+)|\[(\d+)\]", field):
        if name and isinstance(node, Fields) and name in node.values:
            place, node = node.names[name], node.values[name]
        elif position and isinstance(node, Items) and int(position) < len(node.items):
            node = node.items[int(position)]
            place = node.place
        else:
            break
    return place, node
