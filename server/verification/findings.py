"""What a verification tells."""

from enum import Enum, auto
from typing import NamedTuple


class FindingKind(Enum):
    """What can be wrong; the contract has the same names and says what each means."""

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


class Finding(NamedTuple):
    """Something that is not as it must be, and where."""

    kind: FindingKind
    where: str
    description: str


class Progress(NamedTuple):
    """How far a verification has come."""

    checked: int
    total: int


class Result(NamedTuple):
    """What was looked at, and how much of it is wrong."""

    documents: int
    records: int
    checkpoints: int
    findings: int
    checkpoint: str
