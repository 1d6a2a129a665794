"""What stands on a sheet beside a field: what it may be, where rates are in percent, and what is said of a sheet."""

from decimal import Decimal

from seawall.v1.options_pb2 import Unit

from ..files import field_words
from ..files.amounts import SIZES
from ..files.blank import UNITS_PURPOSE
from ..files.hints import FRACTIONS
from .layout import Line

PERCENT = {Unit.UNIT_SHARE: "percent, as 35%", Unit.UNIT_RATE: "percent a year, as 8%"}


def may_be(line: Line) -> str:
    """What a line may be.  Tax rate: required; percent, as 35%, 0% to 100%"""
    if not line.field:
        return f"optional; {' or '.join(SIZES)}"
    rules = field_words.rules_of(line.field)
    others = [other.name.replace("_", " ") for other in field_words.excluded_with(line.field)]
    if others:
        needed = " or ".join(others)
    elif line.required:
        needed = "required"
    elif default := field_words.default_of(line.field):
        needed = f"default {percent(default) if rules.unit in FRACTIONS else default}"
    elif rules.required and len(line.path) > 1:
        needed = f"required with {' '.join(line.path[:-1]).replace('_', ' ')}"
    else:
        needed = "optional"
    several = "a value a month" if line.months > 1 else "list, with commas between" if line.field.is_repeated else ""
    return "; ".join(filter(None, (needed, several, value(line))))


def value(line: Line) -> str:
    """What a value of a line is.  Tax rate: percent, as 35%, 0% to 100%"""
    if not line.field:
        return " or ".join(SIZES)
    rules = field_words.rules_of(line.field)
    if line.field.enum_type:
        return ", ".join(name for name, _ in field_words.choices_of(line.field.enum_type))
    if rules.unit not in FRACTIONS:
        return field_words.value_words(line.field)
    return f"{PERCENT[rules.unit]}, {percent(rules.least)} to {percent(rules.most)}"


def percent(decimal: str) -> str:
    """A fraction in percent.  0.08 is 8%"""
    return f"{(Decimal(decimal) * 100).normalize():f}%"


def purpose(line: Line) -> str:
    """What a line does, and of a choice what each means."""
    if not line.field:
        return UNITS_PURPOSE
    choices = field_words.choices_of(line.field.enum_type) if line.field.enum_type else ()
    return " ".join((field_words.purpose(line.field), *(f"{name}: {meaning}" for name, meaning in choices)))
