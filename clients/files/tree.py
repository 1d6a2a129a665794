"""What an input file holds before anything is converted: text, lists and names, each with its line and column."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. Lines and columns count from 1; 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong with a file: its place, the path of its field, what is wrong, what is allowed, what to write."""

    place: Place
    field: str
    problem: str
    allowed: str = ""
    instead: str = ""

    def __str__(self) -> str:
        field = f"{self.field}: " if self.field else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        instead = f"; {self.instead}" if self.instead else ""
        return f"{self.place}: {field}{self.problem}{allowed}{instead}"


def by_line(faults: list[FileFault]) -> list[FileFault]:
    """The faults of a file in the order of its lines."""
    return sorted(faults, key=lambda fault: (fault.place.line, fault.place.column))


class FileRefused(ValueError):
    """Raised with every fault that was found; nothing of the file was used."""

    def __init__(self, faults: list[FileFault]) -> None:
        self.faults = tuple(faults)
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


Node = Text | Items | Fields


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
