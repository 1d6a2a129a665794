"""Amounts in sentences: in major units, as the caller keeps them, once the digits of the currency are known."""

from typing import NamedTuple


def grouped(figure: int, decimals: int) -> str:
    """A figure whose last digits are decimals, as minor units are.  -101170000000 of two is -1,011,700,000.00."""
    whole, part = divmod(abs(figure), 10**decimals)
    fraction = f".{part:0{decimals}d}" if decimals else ""
    return f"{'-' if figure < 0 else ''}{whole:,}{fraction}"


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
