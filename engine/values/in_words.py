"""Figures in sentences: amounts in major units, as the caller keeps them, and numbers of things with their nouns."""

from typing import NamedTuple


def grouped(figure: int, decimals: int) -> str:
    """A figure whose last digits are decimals, as minor units are.  -101170000000 of two is -1,011,700,000.00."""
    whole, part = divmod(abs(figure), 10**decimals)
    fraction = f".{part:0{decimals}d}" if decimals else ""
    return f"{'-' if figure < 0 else ''}{whole:,}{fraction}"


def counted(number: int, noun: str, several: str = "") -> str:
    """A number of things.  1 month, 0 months, 2 facilities."""
    return f"{number} {noun if number == 1 else several or f'{noun}s'}"


class AmountText(NamedTuple):
    """Words about amounts, a {} for each: a rule between fields of a debt does not know the digits of its currency."""

    words: str
    amounts: tuple[int, ...]

    def in_major_units(self, digits: int) -> str:
        """The words with their amounts in major units."""
        return self.words.format(*(grouped(amount, digits) for amount in self.amounts))

    def __str__(self) -> str:
        """The words where nothing says the digits."""
        return f"{self.words.format(*self.amounts)}, in minor units"


def amount_text(words: str, *amounts: int) -> AmountText:
    """Words about amounts in minor units, as "at most the commitment {}"."""
    return AmountText(words, amounts)
