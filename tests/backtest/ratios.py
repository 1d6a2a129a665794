"""The firms of the UCI Polish bankruptcy data, each a statement taken back out of its 64 ratios.

Every amount is a share of total assets. docs/backtest.md says what each line assumes.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent.parent / "data" / "backtest"
FILE = DATA / "polish_bankruptcy_year5_half.csv"
SMALLEST_SPLIT = 0.02  #: of sales; what sales less cost less profit on sales leaves below it is noise
NOISE = 0.001  #: of total assets: what attributes with five digits may be apart


class Reading(NamedTuple):
    """What no ratio gives and is set, the same for every firm."""

    lending_rate: float = 0.07  #: index of 4.5 % and spread of 2.5 %: the debt is what interest is paid on
    most_short_term_debt: float = 0.5  #: of short-term liabilities; interest beyond it is a loss that does not recur
    operating_expenses: float = 0.22  #: of cost where the statement is by nature: the median of firms that report them
    trade_credit: float = 1.0  #: of short-term liabilities that are no debt; the rest stands still
    all_liquid_is_cash: bool = False  #: or only what the ratio of liabilities less cash to sales says
    all_debt_is_renewed: bool = False  #: or only short-term debt


READING = Reading()


@dataclass(frozen=True, slots=True)
class Statement:
    """One firm in the year before it is known to have failed or not; shares of total assets."""

    name: str
    bankrupt: bool
    revenue: float
    cost_of_sales: float  #: before depreciation, as operating expenses are
    operating_expenses: float
    depreciation: float
    cash: float
    receivables: float
    inventory: float
    fixed_assets: float
    other_assets: float
    payables: float
    repaid_debt: float  #: in equal parts
    renewed_debt: float
    other_liabilities: float
    z_score: float  #: Altman's Z'', from the ratios as the file has them


class Refusal(NamedTuple):
    """A row of the file that no statement can be made of, and why."""

    name: str
    bankrupt: bool
    reason: str


def rows(reading: Reading = READING, path: Path = FILE) -> Iterator[Statement | Refusal]:
    """Every firm of the file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        for row, fields in enumerate(csv.DictReader(file), 1):
            bankrupt = fields.pop("bankrupt_within_a_year") == "1"
            yield statement(f"row {row}", bankrupt, _numbers(fields), reading)


def statement(name: str, bankrupt: bool, ratios: dict[str, float], reading: Reading) -> Statement | Refusal:
    """The statement behind the ratios of a firm, X1 to X64 by name, those that are missing left out."""
    try:
        return _statement(name, bankrupt, ratios, reading)
    except KeyError as missing:
        return Refusal(name, bankrupt, f"{missing.args[0]} is missing")
    except ValueError as contradiction:
        return Refusal(name, bankrupt, str(contradiction))


def _numbers(fields: dict[str, str]) -> dict[str, float]:
    return {name: float(text) for name, text in fields.items() if text}


def _statement(name: str, bankrupt: bool, x: dict[str, float], reading: Reading) -> Statement:
    short_term = x["X51"]
    revenue = x["X63"] * short_term
    depreciation = _at_least_0("depreciation", _alike(x["X22"] - x["X48"], x["X13"] * revenue - x["X18"]))
    cost = _at_least_0("cost", revenue - x["X22"] - depreciation)
    operating_expenses = cost * _operating_expense_share(x, revenue, reading)

    current_assets = x["X3"] + short_term
    receivables = revenue / x["X61"] if "X61" in x else 0.0
    inventory = revenue / x["X60"] if "X60" in x else 0.0
    liquid = _at_least_0("current assets less stock and receivables", current_assets - inventory - receivables)
    cash = min(_at_least_0("cash", x["X2"] - x["X30"] * revenue), liquid)
    if reading.all_liquid_is_cash:
        cash = liquid

    interest = _at_least_0("financial expenses", x["X11"] - x["X18"]) or max(x["X22"] - x["X18"], 0.0)
    bearing = interest / reading.lending_rate
    long_term_debt = min(bearing, _at_least_0("long-term liabilities", x["X38"] - x["X10"]))
    short_term_debt = min(bearing - long_term_debt, short_term * reading.most_short_term_debt)
    repaid = 0.0 if reading.all_debt_is_renewed else long_term_debt
    payables = (short_term - short_term_debt) * reading.trade_credit
    return Statement(
        name=name,
        bankrupt=bankrupt,
        revenue=revenue,
        cost_of_sales=cost - operating_expenses,
        operating_expenses=operating_expenses,
        depreciation=depreciation,
        cash=cash,
        receivables=receivables,
        inventory=inventory,
        fixed_assets=_at_least_0("fixed assets", 1 - current_assets),
        other_assets=liquid - cash,
        payables=payables,
        repaid_debt=repaid,
        renewed_debt=short_term_debt + long_term_debt - repaid,
        other_liabilities=max(1 - x["X10"] - payables - short_term_debt - long_term_debt, 0.0),
        z_score=3.25 + 6.56 * x["X3"] + 3.26 * x["X6"] + 6.72 * x["X7"] + 1.05 * x["X8"],
    )


def _operating_expense_share(x: dict[str, float], revenue: float, reading: Reading) -> float:
    """Of cost: what lies between sales less cost of products sold and the profit on sales, where a firm reports it."""
    reported = revenue * x["X56"] - x["X35"]
    if reported <= SMALLEST_SPLIT * revenue:
        return reading.operating_expenses
    return min(reported / (revenue - x["X35"]), 1.0)


def _alike(figure: float, again: float) -> float:
    if abs(figure - again) > NOISE:
        raise ValueError("two attributes give a different depreciation")
    return figure


def _at_least_0(name: str, share: float) -> float:
    """The share, 0 where it is noise."""
    if share < -NOISE:
        raise ValueError(f"{name} below 0")
    return share if share > NOISE / 10 else 0.0
