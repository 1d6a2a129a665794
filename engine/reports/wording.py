"""Figures in sentences: the same digits as in the figure beside them."""

from ..horizon.results import Execution
from ..numbers.ratio import ratio_text
from ..sentences import reports as sentences


def money(execution: Execution, amount: int) -> str:
    """Minor units as people write them.  123456 with two digits is 1,234.56 USD."""
    digits = execution.minor_digits
    whole, part = divmod(abs(amount), 10**digits)
    fraction = f".{part:0{digits}d}" if digits else ""
    return f"{'-' if amount < 0 else ''}{whole:,}{fraction} {execution.currency}"


def ratio(micros: int) -> str:
    """1250000 is 1.250000, a reason is its words."""
    return words(ratio_text(micros).lower())


def month(execution: Execution, period: int) -> str:
    """Month 3 of a year from the end of 2017 is month 3 (2018-03-31)."""
    return sentences.MONTH.format(period=period, end=execution.period_ends[period - 1])


def words(name: str) -> str:
    """debt_service is debt service."""
    return name.replace("_", " ")
