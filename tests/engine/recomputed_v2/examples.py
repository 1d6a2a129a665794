"""Small companies to work out by hand, their amounts as people write them: "1,250.00" is 125000 minor units."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import Company, Loan, Rate, Scenario

AS_OF = date(2024, 12, 31)  #: month 1 is January


def minor(amount: str) -> int:
    """In minor units."""
    whole, _, part = amount.replace(",", "").partition(".")
    return int(whole + part.ljust(2, "0"))


def amounts(*written: str) -> list[int]:
    return [minor(amount) for amount in written]


def nanos(number: str) -> int:
    return int(Fraction(number) * NANO)


def loan(principal: str, rate: str, maturity: date = date(2029, 12, 31), name: str = "loan", **terms: Any) -> Loan:
    """A bullet at a fixed rate, 30/360, paid monthly."""
    return Loan(name, minor(principal), maturity, Rate(coupon=nanos(rate)), **terms)


def company(**figures: Any) -> Company:
    """As of 31 December 2024; amounts as text, and what is left out is 0."""
    values: dict[str, Any] = {"as_of": AS_OF}
    return Company(
        **values | {name: minor(value) if isinstance(value, str) else value for name, value in figures.items()}
    )


def scenario(horizon: int = 12, release: str = "0", **assumptions: str) -> Scenario:
    """Constant assumptions as text."""
    paths: dict[str, tuple[int, ...]] = {name: (nanos(value),) for name, value in assumptions.items()}
    return Scenario(horizon, paths, inventory_release_share=nanos(release))


def column(months: list[dict[str, Any]], figure: str) -> list[Any]:
    return [month[figure] for month in months]
