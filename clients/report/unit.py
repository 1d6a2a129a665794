"""The unit that fits a company, so that a reader counts no zeros: 16.5 m USD, for one with assets of 500 m."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from ..client.values import major

#: From which total assets in whole units, the zeros of the unit and its letters.
SIZES = ((10**10, 9, "bn"), (10**6, 6, "m"))

#: From how many times its unit, how many decimals.
DECIMALS = ((100, 1), (10, 2), (0, 3))


class Unit(NamedTuple):
    """How a company's amounts are written: in whole units of its currency, in m or in bn, all with equal decimals."""

    currency: str
    minor_digits: int
    zeros: int
    letters: str
    decimals: int

    @property
    def heading(self) -> str:
        """What stands above a column: m USD."""
        return f"{self.letters} {self.currency}".lstrip()

    def figure(self, minor: int) -> str:
        """An amount below such a heading. What the decimals would show as nothing is written as less than the least."""
        least = Decimal((0, (1,), -self.decimals))
        rounded = (major(minor, self.minor_digits).scaleb(-self.zeros)).quantize(least, ROUND_HALF_EVEN)
        if minor and not rounded:
            return f"{'-' if minor < 0 else ''}<{least}"
        return f"{rounded:,}"

    def amount(self, minor: int) -> str:
        """An amount in a sentence.  1650000000 cents is 16.5 m USD; one that would read as nothing is written out."""
        figure = self.figure(minor)
        if "<" in figure:
            return f"{major(minor, self.minor_digits):,} {self.currency}"
        return f"{figure} {self.heading}"


def unit_of(total_assets_minor: int, currency: str, minor_digits: int) -> Unit:
    """The unit of a company by its opening total assets, with more decimals the smaller it is."""
    assets = total_assets_minor // 10**minor_digits
    for least, zeros, letters in SIZES:
        if assets >= least:
            decimals = next(digits for times, digits in DECIMALS if assets >= times * 10**zeros)
            return Unit(currency, minor_digits, zeros, letters, decimals)
    return Unit(currency, minor_digits, 0, "", minor_digits)


#: What a reader can choose, smallest first: total assets in whole units from which it fits, its zeros and letters.
UNITS = {"units": (0, 0, ""), "thousands": (10**5, 3, "k"), "millions": (10**8, 6, "m")}


def unit_named(name: str, currency: str, minor_digits: int) -> Unit:
    """One of UNITS: whole units without decimals, thousands and millions with one.  16.5 m USD, 24.6 k EUR."""
    _, zeros, letters = UNITS[name]
    return Unit(currency, minor_digits, zeros, letters, 1 if zeros else 0)


def fitting(total_assets_minor: int, minor_digits: int) -> str:
    """Of UNITS the largest in which a company's amounts keep their size: millions from total assets of 100 m."""
    assets = total_assets_minor // 10**minor_digits
    return next(name for name, (least, _, _) in reversed(UNITS.items()) if assets >= least)
