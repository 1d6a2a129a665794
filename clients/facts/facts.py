"""A fact as XBRL has it: one concept, over a period or on a day, in one unit, in one filing."""

from decimal import Decimal
from typing import NamedTuple

GAAP = "us-gaap"  #: the taxonomy that is read


class Filing(NamedTuple):
    """What reported a fact; all of it is empty where the source does not say. The newest is the largest."""

    filed: str = ""  #: ISO 8601
    accession: str = ""
    form: str = ""

    def __str__(self) -> str:
        filed = f" filed {self.filed}" if self.filed else ""
        return f"{self.form or 'filing'}{filed}{f', {self.accession}' if self.accession else ''}"


class Fact(NamedTuple):
    """A value of a concept of `GAAP`, exactly as it was reported."""

    concept: str  #: without its taxonomy
    start: str  #: ISO 8601; empty for a balance
    end: str
    unit: str  #: USD, pure, shares
    value: Decimal
    filing: Filing


class CompanyFacts(NamedTuple):
    """The facts of one company, and the file that they are from."""

    file: str
    sha256: str
    company_name: str  #: empty where the file does not say
    cik: int | None
    facts: tuple[Fact, ...]
