"""A file to fill in: every field that it may have, with what it does and what it may be, made from the API.

What is required stands without a value, what has a default stands with it, and all else is commented out: to use it,
take away one `#` from each of its lines. After its `#` a comment goes on with an odd number of spaces, and a line that
is left out with an even one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import NamedTuple, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from ..client.names import MINOR
from . import field_words
from .amounts import UNITS
from .kinds import NAMED_BY_COMMAND, InputKind

WIDTH = 105  #: of a comment
OUT = "#"  #: before a line that is left out
HOW_TO_FILL = (
    "What has nothing after its colon is required. What begins with # and no space is left out: to use it, take one # "
    "away from each of its lines."
)
UNITS_PURPOSE = "What all amounts of this file are in. Left out: major units of the currency."
HEADS = {
    "company": f"""
The figures of a company. Fill them in, then check them: seawall validate FILE
{HOW_TO_FILL}
Amounts are without separators, as 1250000.00, in major units of the currency or in the units that the file names.
Rates and shares are fractions: 0.08 is 8 %.
The income statement is of the last twelve months, the balances are of one date.
""",
    "scenario": f"""
A scenario: what goes wrong, how far and when. As it stands nothing does.
Check it with a company: seawall validate COMPANY FILE
{HOW_TO_FILL}
A list as [1, 0.8, 0.7] has a value for each month from month 1 on, of which the last holds to the end.
A single value is that of all months, or follows the course.
""",
}
SHORT = "Fields that are optional and have no default are left out: seawall init writes a file that has them all."
#: What stands above the field that a part of a company's file begins with.
HEADINGS = {
    "company_name": "The company",
    "income_statement": "Income statement",
    "balance_sheet": "Balance sheet",
    "capital_expenditure_annual_minor": "Investment, cash and tax",
    "instruments": "Debt",
    "assets": "Assets",
    "covenants": "Covenants",
    "seasonality_weights": "The course of a year",
}


class Entry(NamedTuple):
    """What stands in a field, what is said beside it, and what is said above it."""

    value: str = ""
    beside: str = ""
    above: str = ""


def blank(kind: InputKind) -> str:
    """A file to fill in, in the order of the API, which for a company is that of an annual report."""
    return _Blank({}).text(kind, [*_comment(HEADS[kind.name]), *_units(kind)])


def short(kind: InputKind) -> str:
    """The same of a company with one debt, with what is required or has a default alone."""
    head = (*_comment(HEADS[kind.name]), *_comment(SHORT), *_units(kind))
    return _Blank({"instruments[0].instrument_id": Entry()}).text(kind, [*head])


def filled(kind: InputKind, entries: Mapping[str, Entry], head: Iterable[str]) -> str:
    """The same with entries by their paths, as instruments[0].principal, and without what would be left out."""
    return _Blank(entries).text(kind, [line for paragraph in head for line in _comment(paragraph)])


def _units(kind: InputKind) -> Iterator[str]:
    if kind.units:
        yield ""
        yield from _comment(f"{UNITS_PURPOSE} [optional; {' or '.join(kind.units)}]")
        yield f"{OUT}{UNITS}: {kind.units[-1]}"


class _Blank:
    """Writes one file. What a message is, and what each choice means, stands where it comes first."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries
        self.around_entries = {path[: part.start()] for path in entries for part in re.finditer(r"[.\[]", path)}
        self.explained: set[str] = set()  # messages and enums; with entries fields too

    def text(self, kind: InputKind, head: list[str]) -> str:
        lines = [f"# yaml-language-server: $schema={kind.schema_file}", *head]
        heading = ""
        for field in kind.fields:
            heading = HEADINGS.get(field.name, heading)
            if not (block := [*self._field(field, "")]):
                continue
            if heading:
                lines += ["", f"# ---- {heading} ".ljust(WIDTH, "-")]
            short = self.entries and len(block) == 1 and not heading and not lines[-1].startswith(("#", " "))
            lines += block if short else ["", *block]
            heading = ""
        return "\n".join(lines) + "\n"

    def _field(self, field: FieldDescriptor, around: str) -> Iterator[str]:
        """The comment of a field and its lines; of a list without entries the first item."""
        path = f"{around}{field.name.removesuffix(MINOR)}"
        entry = self.entries.get(path, Entry())
        stands = _stands(field) or bool(entry.value) or path in self.around_entries
        if self.entries and not stands and not entry.above:
            return
        yield from _comment(entry.above)
        if not entry.value and not (self.entries and not self._comes_first(field.full_name)):
            yield from _comment("\n".join(self._explanation(field)))
        lines = self._lines(field, path, entry)
        yield from lines if stands else (OUT + line for line in lines)

    def _explanation(self, field: FieldDescriptor) -> Iterator[str]:
        words = [field_words.purpose(field), f"[{field_words.allowed(field)}]"]
        if field.message_type and self._comes_first(field.message_type.name):
            what = field_words.purpose_of_message(field.message_type)
            words[1:1] = [] if what in words[0] else [what]
        yield " ".join(words)
        if field.enum_type:
            choices = dict(field_words.choices_of(field.enum_type))
            meanings = [f"  {name}: {meaning}" for name, meaning in choices.items()]
            yield from meanings if self._comes_first(field.enum_type.name) else [f"  {', '.join(choices)}"]

    def _comes_first(self, name: str) -> bool:
        first = name not in self.explained
        self.explained.add(name)
        return first

    def _lines(self, field: FieldDescriptor, path: str, entry: Entry) -> Iterator[str]:
        name = field.name.removesuffix(MINOR)
        if not field.message_type:
            beside = f"  # {entry.beside}" if entry.beside else ""
            yield f"{name}: {entry.value or field_words.default_of(field)}".rstrip() + beside
            return
        yield f"{name}:"
        if not field.is_repeated:
            yield from (f"  {line}" for line in self._inside(field, f"{path}."))
            return
        places = sorted(part for part in self.around_entries if re.fullmatch(rf"{path}\[[0-9]+\]", part))
        for place in places or [path]:
            inside = self._inside(field, f"{place}.")
            first = next(position for position, line in enumerate(inside) if not line.startswith(OUT))
            yield from (("  - " if position == first else "    ") + line for position, line in enumerate(inside))

    def _inside(self, field: FieldDescriptor, around: str) -> list[str]:
        fields = cast(Descriptor, field.message_type).fields
        return [line for inner in fields for line in self._field(inner, around)]


def _stands(field: FieldDescriptor) -> bool:
    """Whether a field is not left out: it is required, has a default, or is the first of those that exclude others."""
    if others := field_words.excluded_with(field):
        return others[0] == field
    rules = field_words.rules_of(field)
    return (rules.required or bool(rules.default)) and field.name not in NAMED_BY_COMMAND


def _comment(text: str) -> Iterator[str]:
    for paragraph in text.strip().splitlines():
        indent = "# " + " " * (len(paragraph) - len(paragraph.lstrip()))
        yield from wrap(
            paragraph.lstrip(), WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        )
