"""Figures of a report as text: exact, or rounded so that nothing looks better than it is."""

from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from google.protobuf.descriptor import EnumDescriptor

from seawall.v1.common_pb2 import Ratio
from seawall.v1.report_pb2 import Figure, Line

from ..client.names import choice_name
from ..client.values import major, ratio
from .story import Story

#: What the sections of a month are called where people read.
SECTIONS = {
    "month": "Month",
    "income": "Income",
    "position": "Balance sheet",
    "cash_flow": "Cash flow",
    "needs": "Needs",
    "shortfalls": "Shortfalls",
    "shortfalls.operating": "Shortfalls: operating",
    "shortfalls.debt_service": "Shortfalls: debt service",
    "capital_expenditure": "Capital expenditure",
    "liquidity": "Liquidity",
    "coverage_month": "Coverage of the month",
    "coverage_last_twelve_months": "Coverage of the last twelve months",
    "exposure": "Exposure",
    "facilities": "Facility",
    "categories": "Category of assets",
    "covenants": "Covenant",
}
_ACRONYMS = {"ebitda": "EBITDA", "cfads": "CFADS", "dscr": "DSCR"}


def money(minor: int, digits: int) -> str:
    """6816900000 with two digits is 68,169,000.00."""
    return f"{major(minor, digits):,}"


def amount(value: Decimal, currency: str) -> str:
    """An amount in major units with its currency."""
    return f"{value:,} {currency}"


def words(name: str) -> str:
    """A name of the API as words.  debt_service is debt service."""
    return name.replace("_", " ")


def counted(number: int | str, noun: str) -> str:
    """A number of things.  1 month, 8 months, 2.5 days."""
    return f"{number} {noun}{'' if str(number) == '1' else 's'}"


def ratio_text(value: Ratio) -> str:
    """1.250000, or the reason why there is no value."""
    return words(str(ratio(value)))


#: Why a ratio has no value, where a reader needs to know it; every other reason means that it has no meaning.
REASONS = {"negative": "negative", "insufficient_data": "not known", "not_tested": "not tested"}


def multiple(value: Ratio, rounding: str = ROUND_FLOOR) -> str:
    """1.24x, or n.m., or why. Rounded so that it never looks better: down, and up where less is better, as leverage."""
    shown = multiple_value(value, rounding)
    return shown if isinstance(shown, str) else f"{shown:,}x"


def multiple_value(value: Ratio, rounding: str = ROUND_FLOOR) -> Decimal | str:
    """The number that a multiple shows, 1.24, or why it shows none."""
    exact = defined(value)
    return exact if isinstance(exact, str) else exact.quantize(Decimal("0.01"), rounding)


def defined(value: Ratio) -> Decimal | str:
    """A ratio with all of its digits, or n.m., or why it has none."""
    exact = ratio(value)
    return REASONS.get(exact, "n.m.") if isinstance(exact, str) else exact


def percent(value: Ratio) -> str:
    """0.973000 is 97.3 %; without a value n.m., or why."""
    exact = defined(value)
    if isinstance(exact, str):
        return exact
    return f"{(exact * 100).quantize(Decimal('0.1'), ROUND_HALF_EVEN):,} %"


def percent_of(share: Decimal) -> str:
    """0.65 is 65 %, 0.0725 is 7.25 %."""
    plain = f"{share * 100:,f}"
    return f"{plain.rstrip('0').rstrip('.') if '.' in plain else plain} %"


def percent_of_text(share: str) -> str:
    """A decimal of the API as a percentage."""
    return percent_of(Decimal(share))


def title(name: str) -> str:
    """A name of the API as a heading.  adjusted_ebitda is Adjusted EBITDA."""
    text = in_words(name.replace(".", "_"))
    return text[:1].upper() + text[1:]


def section_title(section: str) -> str:
    """What a section is called; one that this client does not know yet by its own name."""
    return SECTIONS.get(section, title(section))


def line_title(line: Line) -> str:
    """What a line is called beside lines of other sections."""
    section = section_title(line.section)
    return f"{f'{section} {line.item}' if line.item else section}: {title(line.figure)}"


def choice(enum: EnumDescriptor, number: int) -> str:
    """A value of an enum in words.  RULE_DSCR_BELOW_ONE is DSCR below one."""
    return in_words(choice_name(enum, number))


def in_words(name: str) -> str:
    """A name of the API as words, acronyms in capitals.  ebitda_share is EBITDA share."""
    return " ".join(_ACRONYMS.get(part, part) for part in name.split("_"))


def month(story: Story, period: int) -> str:
    """Month 3 with its last day; nothing where it never happens."""
    return f"month {period} ({story.header.period_ends[period - 1]})" if period else "never"


def figure_text(story: Story, figure: Figure) -> str:
    """The exact value that a judgement rests on, with its unit."""
    match figure:
        case _ if figure.HasField("amount_minor"):
            return amount(major(figure.amount_minor, story.minor_digits), story.currency)
        case _ if figure.HasField("ratio"):
            return ratio_text(figure.ratio)
        case _ if figure.HasField("months"):
            return counted(figure.months, "month")
    return figure.words


def compact(minor: int, digits: int) -> str:
    """An amount for the axis of a chart.  4000000000 with two digits is 40m."""
    whole = minor // 10**digits
    for size, letter in ((10**12, "tn"), (10**9, "bn"), (10**6, "m"), (10**3, "k")):
        if abs(whole) >= size and whole % (size // 10) == 0:
            return f"{whole // size}{letter}" if whole % size == 0 else f"{whole / size:.1f}{letter}"
    return f"{major(minor, digits).normalize():,f}"
