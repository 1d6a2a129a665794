"""What a spreadsheet lets into a cell, from the rules of its field: a drop-down or a range, and words beside it."""

from datetime import date, datetime
from typing import Any

from seawall.v1.options_pb2 import Unit

from ..files import field_words
from ..files.amounts import SIZES
from ..files.hints import WHOLE
from . import words
from .layout import Line

MOST_TITLE, MOST_MESSAGE, MOST_CHOICES = 32, 255, 255  #: characters that Excel takes
DAYS = (datetime(1900, 1, 1), datetime(2200, 12, 31))
LARGEST = 10**15  #: of an amount, whatever its units

Area = tuple[int, int, int, int]


def limit(page: Any, line: Line, area: Area, message: bool) -> None:
    """Limits the cells of a line; `message` says beside a chosen cell what it may be and what it does."""
    rule = {"error_title": line.label[:MOST_TITLE], "error_message": words.value(line)[:MOST_MESSAGE], **_rule(line)}
    if message:
        rule |= {"input_title": line.label[:MOST_TITLE], "input_message": _message(line)}
    if message or rule["validate"] != "any":
        page.data_validation(*area, rule)


def _rule(line: Line) -> dict[str, Any]:
    unit, field = unit_of(line), line.field
    if not field:
        return {"validate": "list", "source": [*SIZES]}
    rules = field_words.rules_of(field)
    choices = [name for name, _ in field_words.choices_of(field.enum_type)] if field.enum_type else []
    if choices and not field.is_repeated and len(",".join(choices)) <= MOST_CHOICES:
        return {"validate": "list", "source": choices}
    if unit == Unit.UNIT_DATE and not field.is_repeated:
        return {"validate": "date", "criteria": "between", "minimum": DAYS[0], "maximum": DAYS[1]}
    if unit == Unit.UNIT_MINOR:
        least = 0 if rules.least == "0" else -LARGEST
        return {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": LARGEST}
    if not rules.most:
        return {"validate": "any"}
    most = float(rules.most)
    kind = "integer" if unit in WHOLE else "decimal"
    between = {"validate": kind, "criteria": "between", "minimum": float(rules.least), "maximum": most}
    if unit == Unit.UNIT_RATE and most > 1:  # a rate above 100 % is allowed, and is asked about
        doubt = "More than 100 % a year? A coupon of 3.8 % is typed as 3.8%."
        return {**between, "maximum": 1, "error_type": "warning", "error_message": doubt}
    return between


def _message(line: Line) -> str:
    text = f"{words.may_be(line)}. {words.purpose(line)}"
    return text if len(text) <= MOST_MESSAGE else text[: MOST_MESSAGE - 1].rsplit(" ", 1)[0] + "…"


def unit_of(line: Line) -> int:
    """The unit of a line's values; a choice and the units of the file are text."""
    if not line.field or line.field.enum_type:
        return Unit.UNIT_TEXT
    return field_words.rules_of(line.field).unit


def day(text: str) -> date | None:
    """A day in ISO 8601 that a spreadsheet can have, None where it is another text."""
    try:
        value = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return value if value > DAYS[0] else None
