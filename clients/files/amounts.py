"""How a file writes its amounts: in major units of its currency, or with `units` in thousands or millions of them.

An amount is read exactly, and a refusal quotes amounts as the file has them.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from . import hints
from .tree import IS_MISSING, Fields, FileFault, Text

MOST_DIGITS = 4  #: of a currency
DIGITS, UNITS = "minor_digits", "units"  #: the fields that say how amounts are written; only the first is of the API


class Size(NamedTuple):
    """What amounts are counted in: the zeros that a file leaves out, the letter for them, and an amount as example."""

    zeros: int
    letter: str
    example: str


SIZES = {"thousands": Size(3, "k", "1250.5"), "millions": Size(6, "m", "1.2505")}
ONES = Size(0, "", "1250000")

_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,12}))?")


class Amounts(NamedTuple):
    """The digits of the minor unit, and what the amounts of a file are counted in."""

    minor_digits: int = 0
    size: Size = ONES

    @property
    def decimals(self) -> int:
        """The most that an amount in the file has.  Of cents in millions 8."""
        return self.minor_digits + self.size.zeros

    @property
    def allowed(self) -> str:
        """What an amount in the file is written like."""
        unit = next((unit for unit, size in SIZES.items() if size == self.size), "major units")
        digits = "." + "0" * self.minor_digits if self.size == ONES and self.minor_digits else ""
        return f"an amount in {unit} with at most {self.decimals} decimals, as {self.size.example}{digits}"

    def minor(self, text: str) -> int | None:
        """An amount in minor units, None where it is not exact.  68169000.5 of cents is 6816900050; 0.005 is None."""
        match = _AMOUNT.fullmatch(text)
        if not match or len((match[3] or "").rstrip("0")) > self.decimals:
            return None
        return int(f"{match[1]}{match[2]}{(match[3] or '')[: self.decimals]:0<{self.decimals}}")

    def quoted(self, words: str) -> str:
        """Words about amounts in major units, in those of the file.  1,011,700,000.00 in millions is 1,011.7 m.

        What is less than one of them stays: a difference of 270,000.00 is read better than 0.27 m.
        """
        return _written(self.minor_digits).sub(self._quoted, words) if self.size != ONES else words

    def _quoted(self, match: re.Match[str]) -> str:
        amount = Decimal(match[0].replace(",", "")).scaleb(-self.size.zeros)
        if abs(amount) < 1:
            return match[0]
        whole, _, part = f"{amount:,f}".partition(".")
        return f"{whole}.{part.rstrip('0')}".rstrip(".") + f" {self.size.letter}"


def _written(minor_digits: int) -> re.Pattern[str]:
    """An amount in words, as 540,598,001.00; no date, no percentage and no number that was cut off."""
    decimals = rf"\.[0-9]{{{minor_digits}}}" if minor_digits else ""
    return re.compile(rf"(?<![\w.,-])-?[0-9]{{1,3}}(?:,[0-9]{{3}})*{decimals}(?![\w.,-]*[\w…]|-| ?%)")


def amounts_of(tree: Fields) -> tuple[Amounts, list[FileFault]]:
    """How a file writes its amounts, and what is wrong with how it says so; what it does not say takes any amount."""
    faults = []
    digits, unit = tree.values.get(DIGITS), tree.values.get(UNITS)
    minor_digits, size = MOST_DIGITS, ONES
    if isinstance(digits, Text) and re.fullmatch(f"[0-{MOST_DIGITS}]", digits.text):
        minor_digits = int(digits.text)
    else:
        place, problem = (digits.place, f"found {digits.kind}") if digits else (tree.place, IS_MISSING)
        faults.append(FileFault(place, DIGITS, problem, f"0 to {MOST_DIGITS}, as ISO 4217 has them: 2 for USD"))
    if isinstance(unit, Text) and unit.text in SIZES:
        size = SIZES[unit.text]
    elif unit:
        size = max(SIZES.values())
        allowed = f"{' or '.join(SIZES)}; or leave the field out for major units"
        instead = hints.choice([*SIZES], unit.text) if isinstance(unit, Text) else ""
        faults.append(FileFault(unit.place, UNITS, f"found {unit.kind}", allowed, instead))
    return Amounts(minor_digits, size), faults
