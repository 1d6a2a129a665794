"""What to write instead of a value that is refused, where only one thing can have been meant, or one of two dates.

People paste from reports: percent signs, separators of thousands, currencies, accountants' parentheses, dates of their
country. None of these is taken for what it may mean: the fault says what to write.
"""

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Iterator
from datetime import MINYEAR, date
from decimal import Decimal
from difflib import get_close_matches

from google.protobuf.descriptor import FieldDescriptor

from seawall.v1.options_pb2 import Unit

from . import field_words

FRACTIONS = frozenset((Unit.UNIT_SHARE, Unit.UNIT_RATE))  #: what people say in percent
PERCENT = FRACTIONS | {Unit.UNIT_NUMBER}
WHOLE = frozenset((Unit.UNIT_COUNT, Unit.UNIT_MONTHS))
TRUTHS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
#: Letters after an amount, and the zeros that they stand for; the longer ones first.
LARGE = {"thousand": 3, "million": 6, "billion": 9, "mm": 6, "mn": 6, "bn": 9, "k": 3, "m": 6}
SHORT = {"30": "thirty", "30e": "thirty_e", "act": "actual", "a": "actual"}  #: in the names of day counts
#: What people call a choice, and its names here; of several that are among the choices all are named.
CALLED = {
    "amortising": ("linear", "annuity"),
    "amortizing": ("linear", "annuity"),
    "mortgage": ("annuity",),
    "straight_line": ("linear",),
    "interest_only": ("bullet",),
    "io": ("bullet",),
    "balloon": ("bullet",),
    "k": ("thousands",),
    "thousand": ("thousands",),
    "tsd": ("thousands",),
    **dict.fromkeys(("m", "mm", "mn", "mio", "million"), ("millions",)),
}
SYMBOLS = {"US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY or CNY", "$": "USD, or which dollar it is"}
NOTHING = frozenset(("-", "\u2013", "\u2014", "n/a", "na", "n.a.", "nil", "none", "nm", "n.m."))
ORDINALS = {"first": "1", "second": "2", "third": "3", "senior": "1"}
#: Words after a number, and what one of them is in a unit.
COUNTED = {
    "month": {Unit.UNIT_MONTHS: 1},
    "year": {Unit.UNIT_MONTHS: 12},
    "quarter": {Unit.UNIT_MONTHS: 3},
    "day": {Unit.UNIT_DAYS: 1},
    "week": {Unit.UNIT_DAYS: 7},
}
MOST_CHARACTERS = 60  #: of a value that is worth a second look
MOST_DIGITS = 28  #: of a number, which is then exact in any arithmetic

Separated = tuple[re.Pattern[str], str, str]

_COUNTED = re.compile(rf"([0-9]{{1,4}}(?:\.[0-9]+)?) ?({'|'.join(COUNTED)})s?")
_LISTED = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:(?:; *|, +)-?[0-9]+(?:\.[0-9]+)?)+")
_FALL = re.compile(r"[-\u2212]([0-9]{1,3}(?:[.,][0-9]+)?) ?(%?)")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_AROUND = re.compile(r"^(?:[A-Z]{3}\b|[$€£¥])|(?:\b[A-Z]{3}|[$€£¥])$")  # a currency before or after an amount
_DECIMAL_COMMA = (re.compile(r"[0-9]+,[0-9]+"), "", ",")
#: How numbers are separated, each with what separates thousands and what stands before the decimals. The first counts.
_SEPARATED = (
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"), ",", "."),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[1-9][0-9]{0,2}\.[0-9]{3},[0-9]+"), ".", ","),
    (re.compile(r"[1-9][0-9]{0,2}(?:[ _'\u2019\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?"), " _'\u2019\u00a0\u202f", ".,"),
    _DECIMAL_COMMA,
)
_MONTHS = {name.lower(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}


def instead(field: FieldDescriptor, text: str, zeros: int = 0, *, in_cell: bool = False) -> str:
    """What to write in place of a text that a field does not take; empty where that is not plain.

    `zeros` are those that the amounts of the file leave out: 6 in millions. A cell takes percent.
    """
    text = text.strip()[: MOST_CHARACTERS + 1]
    hint = _instead(field, text, zeros) if 0 < len(text) <= MOST_CHARACTERS else ""
    if in_cell and hint.startswith(f"for {text} %"):
        return f"for {text} % write {text}%"
    return "" if hint == _write(text) else hint  # what is written well is refused for another reason


def _instead(field: FieldDescriptor, text: str, zeros: int) -> str:
    rules = field_words.rules_of(field)
    if field.enum_type:
        return choice([name for name, _ in field_words.choices_of(field.enum_type)], text)
    if rules.unit == Unit.UNIT_DATE:
        return _write(*sorted(day.isoformat() for day in set(_days(text)))) or _last_of_month(text)
    if rules.unit == Unit.UNIT_FLAG:
        return _write(TRUTHS.get(text.lower(), ""))
    if rules.unit == Unit.UNIT_TEXT:
        words = (text, text.upper(), re.sub(r"[^A-Za-z0-9_.:-]+", "-", text).strip("-"))
        fits = [word for word in words if rules.pattern and re.fullmatch(rules.pattern, word)]
        return _write(SYMBOLS.get(text, "") if field.name == "currency" else "") or _write(*fits[:1])
    if rules.least == "0" and text.lower() in NOTHING:
        return "write 0 where there is none"
    if rules.unit == Unit.UNIT_MINOR:
        amount = _amount(text, zeros)
        is_outflow = rules.least == "0" and amount.startswith("write -")
        return amount.replace("write -", "costs, balances and outflows are positive: write ") if is_outflow else amount
    if rules.unit in WHOLE and (rank := _rank(text)):
        return _write(rank)
    if (counted := _COUNTED.fullmatch(text.lower())) and rules.unit in COUNTED[counted[2]]:
        return _write(f"{Decimal(counted[1]) * COUNTED[counted[2]][rules.unit]:f}")
    if field.name.endswith("_change_factor") and (fall := _FALL.fullmatch(text)):
        return _fall(Decimal(fall[1].replace(",", ".")), bool(fall[2]))
    if field.is_repeated and _LISTED.fullmatch(text):
        return _write(f"[{', '.join(re.split('[;,] *', text))}]")
    return _number(text, rules.unit, Decimal(rules.most)) if rules.most else ""


def _write(*texts: str) -> str:
    return f"write {' or '.join(filter(None, texts))}" if any(texts) else ""


def choice(choices: list[str], text: str) -> str:
    """What to write in place of no choice.  AMORTISATION_BULLET and Bullet are bullet; anuity is close to annuity."""
    parts = re.split(r"[\s/_-]+", text.lower())
    name = "_".join(SHORT.get(part, part) for part in parts)
    called = [known for known in CALLED.get(name, ()) if known in choices]
    if called:
        return _write(*called)
    named = [known for known in choices if name == known or name.endswith(f"_{known}")]
    if named:
        return _write(max(named, key=len))
    close = get_close_matches(name, choices, n=1)
    return f"did you mean {close[0]}?" if close else ""


def _amount(text: str, zeros: int) -> str:
    """453,867,000 is 453867000, (12) is -12, 1.5 bn in a file of millions is 1500."""
    for letters, size in LARGE.items():
        if (number := text.lower().removesuffix(letters)) != text.lower():
            plain = _plain(number.upper().strip(), _SEPARATED)
            return _write(f"{Decimal(plain).scaleb(size - zeros).normalize():f}") if plain else ""
    plain = _plain(text, _SEPARATED)
    return _write(plain)


def _number(text: str, unit: int, most: Decimal) -> str:
    """35% is 0.35, 50 bp is 0.005, 3.5x is 3.5; a share of 35 that is too large is 0.35."""
    if unit in FRACTIONS and (points := re.fullmatch(r"(-?[0-9]{1,5}(?:\.[0-9]+)?) ?bps?", text.lower())):
        return _write(_hundredth(_hundredth(points[1])))
    percent = text.endswith("%")
    number = text.removesuffix("%").removesuffix("x" if unit == Unit.UNIT_MULTIPLE else "").strip()
    plain = _plain(number, (_DECIMAL_COMMA,))
    if not plain or (percent and unit not in PERCENT) or (unit in WHOLE and "." in plain):
        return ""
    if percent:
        return _write(_hundredth(plain))
    if plain == text:
        meant = unit in FRACTIONS and most < abs(Decimal(plain)) <= 100 * most
        return f"for {plain} % {_write(_hundredth(plain))}" if meant else ""
    return _write(plain)


def floating_rate(text: str) -> str:
    """What to write for a rate over an index.  SOFR + 500 is a spread of 0.05."""
    match = re.fullmatch(r"[A-Za-z0-9 ]{1,20}?\s*\+\s*([0-9]{1,4}(?:\.[0-9]+)?)\s*(bps?|%)?", text.strip())
    if not match:
        return ""
    in_percent = match[2] == "%" or (not match[2] and Decimal(match[1]) < 20)
    spread = _hundredth(match[1]) if in_percent else _hundredth(_hundredth(match[1]))
    return f"write spread: {spread} below it, and index: the rate of the index on the as-of date"


def _fall(change: Decimal, is_percent: bool) -> str:
    """What a change factor is where its change was written.  -20 % and -0.2 are 0.8."""
    share = change / 100 if is_percent or change > 1 else change
    left = f"{(1 - share).normalize():f}"
    return f"for a fall by {(100 * share).normalize():f} % {_write(left)}" if share <= 1 else ""


def _rank(text: str) -> str:
    """2nd is 2, first is 1, 1L is 1."""
    number = re.fullmatch(r"([1-9][0-9]?)(?:st|nd|rd|th|L)", text)
    return number[1] if number else ORDINALS.get(text.lower(), "")


def _hundredth(plain: str) -> str:
    return f"{(Decimal(plain) / 100).normalize():f}"


def _plain(text: str, separated: tuple[Separated, ...]) -> str:
    """A number in plain notation, or nothing where it is none."""
    text = _AROUND.sub("", text.replace("\u2212", "-")).strip()
    if negative := re.fullmatch(r"\((.+)\)|(.+)-|-(.+)", text):
        text = next(filter(None, negative.groups()))
    text = _AROUND.sub("", text.strip()).strip().removeprefix("+")
    for form, thousands, decimals in separated:
        if form.fullmatch(text):
            text = "".join("." if letter in decimals else letter for letter in text if letter not in thousands)
            break
    whole, point, part = text.partition(".")
    text = (whole.lstrip("0") or "0") + (point + part if part else "") if whole or part else ""
    text = f"-{text}" if negative else text
    return text if len(text) <= MOST_DIGITS and _PLAIN.fullmatch(text) else ""


def _days(text: str) -> Iterator[date]:
    """The days that a date may mean.  31/12/2017 is one, 3/4/2017 two; with points the day comes first."""
    if match := re.fullmatch(r"(\d{4})[./-]?(\d{1,2})[./-]?(\d{1,2})(?:[T ].*)?", text):
        yield from _day(match[1], match[2], match[3])
    elif match := re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text):
        day_first = [*_day(match[4], match[3], match[1])]
        yield from day_first
        if match[2] != "." or not day_first:
            yield from _day(match[4], match[1], match[3])
    elif match := re.fullmatch(r"(\d{1,2})\.?[ -]([A-Za-z]+)\.?,?[ -](\d{4})", text):
        yield from _day(match[3], _MONTHS.get(match[2].lower(), 0), match[1])
    elif match := re.fullmatch(r"([A-Za-z]+)\.? (\d{1,2}),? (\d{4})", text):
        yield from _day(match[3], _MONTHS.get(match[1].lower(), 0), match[2])


def _last_of_month(text: str) -> str:
    """The last day of a month that has not so many.  2022-02-30: 2022-02-28."""
    match = re.fullmatch(r"(\d{4})-(\d{2})-(?:29|30|31)", text)
    if not match or not 1 <= int(match[2]) <= len(month_name) - 1 or int(match[1]) < MINYEAR:
        return ""
    return f"the month ends on {match[1]}-{match[2]}-{monthrange(int(match[1]), int(match[2]))[1]}"


def _day(year: str, month: str | int, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return
