"""Which field stands on which sheet, made from the API: a form has a field a line, a table an item a row.

`SHEETS` names the messages that have a sheet of their own. All else stands on the sheet of the message that it is in:
a field that the API gains has its line or its column without a change here.
"""

from functools import cache
from typing import NamedTuple

from google.protobuf.descriptor import FieldDescriptor

from seawall.v1.options_pb2 import Unit

from ..client.names import MINOR
from ..files import field_words
from ..files.amounts import DIGITS, UNITS
from ..files.kinds import COMPANY, NAMED_BY_COMMAND, SCENARIO, InputKind
from .names import label, plain

#: The path of what has a sheet of its own -> its title.
SHEETS = {
    "income_statement": "Income",
    "balance_sheet": "Balance sheet",
    "instruments": "Debt",
    "revolver": "Revolver",
    "assets": "Assets",
    "covenants": "Covenants",
    "covenants.steps": "Covenant steps",
    "seasonality_weights": "Seasonality",
    "instruments.principal_payments": "Repayments",
    "instruments.contract": "Clauses",
    "turnovers": "Turnovers",
}
USUAL = 8  #: sheets of a company, from the first on, that most companies fill in
IMPLIED = frozenset(("assumptions",))  #: messages that the name of a line leaves out
TITLES = {"company": "Company", "scenario": "Scenario"}  #: of the sheet that a kind of file begins with
NUMBERS = frozenset((Unit.UNIT_NUMBER, Unit.UNIT_SHARE, Unit.UNIT_RATE, Unit.UNIT_DAYS))  #: of which a list is a path

#: What heads a part of a form, above the line of a name.
SECTIONS = {
    "company_name": "The company",
    "capital_expenditure_annual": "Investment, cash and tax",
    "revenue_change_factor": "What goes wrong",
    "onset_months": "When constant assumptions act",
    "posture": "After a default",
}
#: What the balance sheet computes below its fields; the last must be 0.
CHECKS = ("Total assets", "Total debt", "Total claims", "Assets less claims")
Path = tuple[str, ...]


class Line(NamedTuple):
    """A field on its sheet; `path` leads to it from the message of the sheet. Only that of the units has no field."""

    path: Path
    field: FieldDescriptor | None
    required: bool

    @property
    def name(self) -> str:
        """What a sheet is read by.  floating_rate_index"""
        return "_".join(name for name in self.path if name not in IMPLIED)

    @property
    def label(self) -> str:
        """What a person reads.  Floating rate index"""
        return label(self.name)

    @property
    def months(self) -> int:
        """Of a list of numbers the most that it has, a cell for each; of all else 1."""
        rules = field_words.rules_of(self.field) if self.field else None
        return rules.most_items if rules and self.field and self.field.is_repeated and rules.unit in NUMBERS else 1


class Sheet(NamedTuple):
    """A sheet: where its message stands in a file, and its fields.

    `key` names the item that a row belongs to, `several` says that an item may have several rows.
    """

    title: str
    path: Path
    lines: tuple[Line, ...]
    table: bool = False
    key: Line | None = None
    required: bool = False
    several: bool = False

    @property
    def name(self) -> str:
        return plain(self.title)

    @property
    def width(self) -> int:
        """The cells for values in a line of a form."""
        return max((line.months for line in self.lines), default=1)

    @property
    def columns(self) -> tuple[Line, ...]:
        """The columns of a table."""
        return (*filter(None, (self.key,)), *self.lines)

    @property
    def by_name(self) -> dict[str, Line]:
        return {line.name: line for line in self.columns}


@cache
def sheets(kind: InputKind) -> tuple[Sheet, ...]:
    """The sheets of a kind of file: first the one that has its name, then in the order of `SHEETS`."""
    fields: dict[Path, FieldDescriptor] = {}  # that have a sheet
    lines: dict[Path, list[Line]] = {(): []}  # of the sheet of each
    for field in kind.fields:
        _place(field, (), (), True, fields, lines)
        if field.name == DIGITS and kind.units:
            lines[()].append(Line((UNITS,), None, required=False))
    own = [_sheet(tuple(path.split(".")), fields, lines) for path in SHEETS if tuple(path.split(".")) in fields]
    return (Sheet(TITLES[kind.name], (), tuple(lines[()]), required=True), *own)


def _place(
    field: FieldDescriptor,
    sheet: Path,
    path: Path,
    required: bool,
    fields: dict[Path, FieldDescriptor],
    lines: dict[Path, list[Line]],
) -> None:
    """Adds a field at `path` of a sheet to the lines of it, or begins the sheet that it has to itself."""
    here = (*path, field.name.removesuffix(MINOR))
    rules = field_words.rules_of(field)
    inside = field.message_type.fields if field.message_type else ()
    if ".".join((*sheet, *here)) in SHEETS:
        whole = (*sheet, *here)
        fields[whole] = field
        lines[whole] = [] if inside else [Line(here, field, required=False)]
        for inner in inside:
            _place(inner, whole, (), True, fields, lines)
    elif inside and field.is_repeated:
        raise LookupError(f"{'.'.join((*sheet, *here))} is a list of messages and has no sheet")
    elif inside:
        for inner in inside:
            _place(inner, sheet, here, required and rules.required, fields, lines)
    else:
        required = required and rules.required and field.name not in NAMED_BY_COMMAND
        lines[sheet].append(Line(here, field, required))


def _sheet(path: Path, fields: dict[Path, FieldDescriptor], lines: dict[Path, list[Line]]) -> Sheet:
    field, above = fields[path], fields.get(path[:-1])
    key = lines[path[:-1]][0] if above and above.is_repeated else None
    title, its_lines = SHEETS[".".join(path)], tuple(lines[path])
    if not field.message_type:
        return Sheet(title, path[:-1], its_lines)
    required = not key and field_words.rules_of(field).required
    return Sheet(title, path, its_lines, field.is_repeated or bool(key), key, required, field.is_repeated)


@cache
def sheet_of(name: str) -> str:
    """The title of the sheet that a line stands on, by its name; empty where it is none, or on several."""
    titles = {sheet.title for kind in (COMPANY, SCENARIO) for sheet in sheets(kind) if name in sheet.by_name}
    return titles.pop() if len(titles) == 1 else ""


#: All sheets, by the names that they are read by.
ALL = {sheet.name: sheet for kind in (COMPANY, SCENARIO) for sheet in sheets(kind)}
#: The sheets of a file of both kinds in their order, each with 0 where it is of the company, 1 of the scenario.
WORKBOOK = tuple((sheet, 0) for sheet in sheets(COMPANY)[:USUAL]) + tuple((sheet, 1) for sheet in sheets(SCENARIO))
WORKBOOK += tuple((sheet, 0) for sheet in sheets(COMPANY)[USUAL:])
