"""What a verification reports."""

from enum import Enum, auto
from typing import NamedTuple


class FindingKind(Enum):
    """What can be wrong; the API has the same names and says what each means."""

    ADDRESS = auto()
    CANONICAL_FORM = auto()
    COLUMN = auto()
    PARENT = auto()
    WITHOUT_RECORD = auto()
    WITHOUT_DOCUMENT = auto()
    RECORD = auto()
    TREE = auto()
    CHECKPOINT = auto()
    HISTORY = auto()
    SCHEMA = auto()
    DATABASE = auto()
    REQUEST = auto()
    COMPUTATION = auto()


class Finding(NamedTuple):
    """One fault, and where it is."""

    kind: FindingKind
    where: str
    description: str


class Progress(NamedTuple):
    """How far a verification has come; the total is 0 until it is known."""

    checked: int
    total: int
    waiting: bool = False  #: for another verification to end


class OtherRelease(NamedTuple):
    """How many documents another release made, whose model or method this one does not compute."""

    name: str  #: their kind, with the model and the method that they name
    documents: int


class Result(NamedTuple):
    """How much was checked, and how many findings there are."""

    documents: int
    records: int
    checkpoints: int
    findings: int
    checkpoint: str
    recomputed: int = 0  #: documents that were computed again
    other_releases: tuple[OtherRelease, ...] = ()  #: those that were not


Event = Progress | Finding | Result
