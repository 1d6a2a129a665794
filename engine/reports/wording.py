"""Figures in sentences, as a committee writes them; the exact figure stands beside each sentence."""

from ..horizon.results import Execution
from ..numbers.exact import MICRO, UndefinedRatio, half_even
from ..numbers.ratio import is_defined
from ..sentences import reports as sentences
from ..values.in_words import grouped
from ..values.units import NANO
from .beside_results import HeadlineFigures

#: The unit of a company by its opening total assets in whole units: from when, how large, its letters.
UNITS = ((10**10, 10**9, "bn "), (10**6, 10**6, "m "))
REASONS = {
    int(UndefinedRatio.NEGATIVE): sentences.NEGATIVE,
    int(UndefinedRatio.INSUFFICIENT_DATA): sentences.NOT_KNOWN,
}


def money(execution: Execution, amount: int) -> str:
    """Minor units in the unit that fits the company.  1,650,000,000 cents is 16.5 m USD, for one of 500 m.

    With more decimals the smaller the company is; an amount that they would show as nothing is written out.
    """
    whole_unit = 10**execution.minor_digits
    assets = execution.opening_total_assets // whole_unit
    for least, unit, letters in UNITS:
        if assets >= least:
            decimals = 1 if assets >= 100 * unit else 2 if assets >= 10 * unit else 3
            rounded = half_even(amount * 10**decimals, unit * whole_unit)
            if rounded or not amount:
                return f"{grouped(rounded, decimals)} {letters}{execution.currency}"
    return f"{grouped(amount, execution.minor_digits)} {execution.currency}"


def multiple(ratio: int) -> str:
    """A ratio that never looks better than it is.  1.249999 is 1.24x; one without a value is n.m., or says why."""
    if not is_defined(ratio):
        return REASONS.get(ratio, sentences.NOT_MEANINGFUL)
    return f"{grouped(ratio * 100 // MICRO, 2)}x"


def percent(ratio: int) -> str:
    """0.973000 is 97.3 %; one without a value is n.m., or says why."""
    if not is_defined(ratio):
        return REASONS.get(ratio, sentences.NOT_MEANINGFUL)
    return f"{grouped(half_even(ratio * 1000, MICRO), 1)} %"


def percent_of_nanos(share: int) -> str:
    """0.57 is 57 %."""
    tenths = half_even(share * 1000, NANO)
    return f"{grouped(tenths, 1).removesuffix('.0')} %"


def month(execution: Execution, period: int) -> str:
    """Month 3 of a year from the end of 2017 is month 3 (2018-03-31)."""
    return sentences.MONTH.format(period=period, end=execution.period_ends[period - 1])


def words(name: str) -> str:
    """minimum_cash is minimum cash, ebitda is EBITDA."""
    return name.replace("_", " ").replace("ebitda", "EBITDA")


def failure_of(figures: HeadlineFigures) -> str:
    """What a company fails on first.  Interest of the loan a is interest of a."""
    facility = figures.first_default_facility
    return sentences.FAILURES[figures.first_default_kind.value].format(
        facility=facility.facility_id if facility else ""
    )
