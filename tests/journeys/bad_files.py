"""A table of bad files: typical mistakes in a company's or a scenario's file, their places and what is said of them.

`python -m tests.journeys.bad_files` prints the table with what is said today.
"""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from seawall.clients.cli import input_files
from seawall.clients.client import StressClient
from seawall.clients.files import FileRefused, inputs, kinds, read_yaml, refused_by_line
from seawall.server.run import serving
from seawall.v1.dataset_pb2 import DatasetVersion
from tests.journeys.mistakes import (
    Mistake,
    good_book,
    good_csv,
    good_json,
    good_yaml,
    in_csv,
    in_json,
    in_scenario,
    in_yaml,
    line_without,
    replaced,
)
from tests.journeys.spoiled_books import (
    GENERAL,
    LAUGHS,
    after_all,
    archive,
    cell,
    declaring,
    in_list,
    larger,
    lying,
    named_twice,
    on,
    rows,
)


@dataclass(frozen=True)
class Bad:
    """One bad file: what is wrong, the place of its first fault in the file, and words of what is said."""

    suffix: str
    wrong: str
    make: Mistake
    place: str
    words: str
    faults: int = 1
    server: bool = False  #: whether the server refuses it: reading alone finds nothing
    scenario: bool = False

    def __str__(self) -> str:
        return f"{self.suffix} {self.wrong}"


def yaml(wrong: str, make: Mistake, place: str, words: str, faults: int = 1, **more: bool) -> Bad:
    return Bad(".yaml", wrong, make, place, words, faults, **more)


def by_server(bad: Callable[..., Bad], *what: object, faults: int = 1) -> Bad:
    return bad(*what, faults, server=True)


def stress(wrong: str, make: Mistake, place: str, words: str, faults: int = 1, server: bool = True) -> Bad:
    """A scenario's file."""
    return Bad(".yaml", wrong, make, place, words, faults, server, scenario=True)


def book(wrong: str, make: Mistake, place: str, words: str, faults: int = 1, **more: bool) -> Bad:
    return Bad(".xlsx", wrong, make, place, words, faults, **more)


def text(wrong: str, make: Mistake, place: str, words: str, faults: int = 1, **more: bool) -> Bad:
    return Bad(".csv", wrong, make, place, words, faults, **more)


def plain_json(wrong: str, make: Mistake, place: str, words: str, faults: int = 1, **more: bool) -> Bad:
    return Bad(".json", wrong, make, place, words, faults, **more)


REVENUE, TAX = "revenue_annual: 188756000.00", "tax_rate: 0.21"

YAML = (
    yaml("separators of thousands", in_yaml(REVENUE, "revenue_annual: 188,756,000"), "9:19", "write 188756000"),
    yaml("continental separators", in_yaml(REVENUE, "revenue_annual: 188.756.000,00"), "9:19", "write 188756000.00"),
    yaml("blanks between thousands", in_yaml(REVENUE, "revenue_annual: 188 756 000"), "9:19", "write 188756000"),
    yaml("a currency sign", in_yaml(REVENUE, "revenue_annual: $188756000"), "9:19", "write 188756000"),
    yaml("millions by a letter", in_yaml(REVENUE, "revenue_annual: 188.756m"), "9:19", "write 188756000"),
    yaml("an amount in words", in_yaml(REVENUE, "revenue_annual: n/a"), "9:19", "allowed: an amount in major units"),
    yaml("an accountant's minus", in_yaml("equity: 405765000.00", "equity: (405765000)"), "28:11", "write -405765000"),
    yaml("a third of a cent", in_yaml(REVENUE, "revenue_annual: 188756000.005"), "9:19", "with at most 2 decimals"),
    yaml("nothing after a colon", in_yaml(REVENUE, "revenue_annual:"), "9:18", "has no value"),
    yaml("an unknown field", in_yaml(REVENUE, "revenue: 188756000.00"), "9:3", "did you mean revenue_annual?"),
    yaml("the name of the API", in_yaml("  cash: 6", "  cash_minor: 6"), "19:3", "did you mean cash?"),
    yaml(
        "an unknown choice",
        in_yaml(
            "amortisation: bullet\n    payment_interval_months: 3\n    day_count: thirty_360\n    lien: 1",
            "amortisation: anuity\n    payment_interval_months: 3\n    day_count: thirty_360\n    lien: 1",
        ),
        "39:19",
        "did you mean annuity?",
    ),
    yaml(
        "a choice of the API",
        in_yaml("kind: min_liquidity", "kind: COVENANT_KIND_MIN_LIQUIDITY"),
        "72:11",
        "write min_liquidity",
    ),
    yaml("unknown units", in_yaml("minor_digits: 2", "minor_digits: 2\nunits: million"), "6:8", "millions"),
    yaml("no digits of the currency", in_yaml("minor_digits: 2\n", ""), "1:1", "minor_digits: is missing"),
    yaml("a list for a value", in_yaml(TAX, "tax_rate: [0.21]"), "13:13", "found a list of 1; allowed: one value"),
    yaml(
        "a value for fields",
        in_yaml("capital_expenditure_annual: 2152000.00", "revolver: 2152000.00"),
        "29:11",
        "found '2152000.00'",
    ),
    yaml("a truth for a name", in_yaml("CARBO Ceramics Inc", "true"), "1:15", "in quotes where the word is meant"),
    yaml(
        "a fixed and a floating rate",
        in_yaml("fixed_rate: 0.09", "fixed_rate: 0.09\n    floating_rate: {index: 0.04, spread: 0.05}"),
        "38:20",
        "stands beside fixed_rate",
    ),
    yaml("a field twice", in_yaml(REVENUE, f"{REVENUE}\n  {REVENUE}"), "10:3", "occurs twice, first in line 9"),
    yaml("a tab", in_yaml("  cash: 6", "\tcash: 6"), "19:1", "cannot start any token"),
    yaml(
        "a bracket that stays open", in_yaml("[example, public-filing]", "[example, public-filing"), "4:9", "expected"
    ),
    yaml(
        "an alias, of which a few are a billion",
        in_yaml("[example, public-filing]", "&a [x, x]\nb: *a"),
        "4:4",
        "found the alias *a",
    ),
    yaml(
        "a tag that runs code",
        in_yaml("CARBO Ceramics Inc", "!!python/object/apply:os.system [ls]"),
        "1:15",
        "values without a tag",
    ),
    yaml("two documents", in_yaml("currency: USD", "---\ncurrency: USD"), "4:1", "another document"),
    yaml("a name in Latin-1", replaced(good_yaml, "CARBO", "Carb\u00f3", "latin-1"), "1:19", "not UTF-8"),
    yaml("a NUL", in_yaml("CARBO", "CAR\0BO"), "1:18", "character U+0000"),
    yaml("nothing at all", lambda: b"", "", "the file is empty"),
    yaml("a file of 17 MiB", lambda: b"# \n" * (6 * 2**20), "", "is larger than 16 MiB"),
)
YAML_BY_SERVER = tuple(
    by_server(yaml, *what)
    for what in (
        ("a rate in percent", in_yaml("fixed_rate: 0.09", "fixed_rate: 9"), "37:5", "for 9 % write 0.09"),
        ("a percent sign", in_yaml(TAX, "tax_rate: 21%"), "13:3", "write 0.21"),
        (
            "a share in percent",
            in_yaml("cost_of_sales_fixed_share: 0.31", "cost_of_sales_fixed_share: 31"),
            "14:3",
            "0.31",
        ),
        ("a decimal comma", in_yaml(TAX, "tax_rate: 0,21"), "13:3", "write 0.21"),
        (
            "a date of another country",
            in_yaml("as_of_date: 2017-12-31", "as_of_date: 31/12/2017"),
            "6:1",
            "write 2017-12-31",
        ),
        ("a day that is none", in_yaml("maturity_date: 2019-04-01", "maturity_date: 2019-02-30"), "49:5", "MALFORMED"),
        (
            "a loan that has matured",
            in_yaml("maturity_date: 2019-04-01", "maturity_date: 2017-04-01"),
            "49:5",
            "MATURED",
        ),
        ("a line left out", in_yaml("  receivables: 37705000.00\n", ""), "18:1", "balance_sheet.receivables: REQUIRED"),
        ("a negative balance", in_yaml("cash: 68169000.00", "cash: -68169000.00"), "19:3", "allowed: 0.00 to"),
        ("a sign", in_yaml("equity: 405765000.00", "equity: -405765000.00"), "18:1", "811,530,000.00 apart"),
        ("a thousand times too small", in_yaml("cash: 68169000.00", "cash: 68169.00"), "18:1", "UNBALANCED"),
        ("an id twice", in_yaml("related-party-notes", "term-loan"), "45:5", "DUPLICATE"),
        ("a pledge that is not there", in_yaml("inventory, plant]", "inventory, ship]"), "43:52", "ship"),
        ("no rate", in_yaml("    fixed_rate: 0.09\n", ""), "35:5", "instruments[0].fixed_rate: REQUIRED"),
        ("a currency in small letters", in_yaml("currency: USD", "currency: usd"), "4:1", "write USD"),
        ("a currency that is none", in_yaml("currency: USD", "currency: USX"), "4:1", "UNKNOWN_CURRENCY"),
        ("cents of a thousandth", in_yaml("minor_digits: 2", "minor_digits: 3"), "5:1", "CONFLICT"),
        ("a lien of rank 0", in_yaml("lien: 2", "lien: 0"), "53:5", "1 to 99"),
        (
            "eleven weights of months",
            in_yaml("minimum_cash", f"seasonality_weights: {[1] * 11}\nminimum_cash"),
            "30:1",
            "12",
        ),
        ("a name of blanks", in_yaml("CARBO Ceramics Inc", "' '"), "1:1", "company_name"),
        ("a label twice", in_yaml("[example, public-filing]", "[example, example]"), "3:19", "DUPLICATE"),
        ("more interest in kind than all", in_yaml("pik_share: 1", "pik_share: 100"), "48:5", "for 100 % write 1"),
    )
)
SCENARIOS = (
    stress("a horizon of three years", in_scenario("horizon_months: 18", "horizon_months: 36"), "3:1", "6 to 24"),
    stress(
        "a change for a factor",
        in_scenario("revenue_change_factor: 0.75", "revenue_change_factor: -25%"),
        "5:3",
        "0 to 2",
    ),
    stress(
        "a template and assumptions",
        lambda: good_yaml(True).encode() + b"template_name: severe\n",
        "15:1",
        "a template and assumptions",
    ),
    stress(
        "a path of 25 months",
        in_scenario("revenue_change_factor: 0.75", f"revenue_change_factor: {[1] * 25}"),
        "5:3",
        "24",
    ),
    stress(
        "a field of a company",
        in_scenario("horizon_months: 18", "horizon_months: 18\ncash: 5"),
        "4:1",
        "is no field of Scenario",
        server=False,
    ),
)
JSON = (
    plain_json(
        "a comma too many", in_json('"2017-12-31",\n "source', '"2017-12-31",,\n "source'), "10:29", "well-formed JSON"
    ),
    plain_json("a comment", in_json(' "currency"', ' // dollars\n "currency"'), "8:2", "well-formed JSON"),
    plain_json("a number that is none", in_json('"0.21"', "NaN"), "17:15", "found NaN"),
    plain_json("a zero before a number", in_json('"0.21"', "00.21"), "17:16", "well-formed JSON"),
    plain_json(
        "a name twice", in_json('"currency": "USD"', '"currency": "USD", "currency": "USD"'), "8:21", "occurs twice"
    ),
    plain_json("a list at the top", lambda: b"[1, 2]", "1:1", "fields with values"),
    plain_json("half a character", in_json("CARBO", "\\ud800"), "2:18", "half of a pair"),
    plain_json("separators of thousands", in_json('"188756000.00"', '"188,756,000"'), "13:21", "write 188756000"),
    plain_json("an amount by the API's name", in_json('"cash":', '"cash_minor":'), "24:3", "did you mean cash?"),
    plain_json("UTF-16", lambda: good_json().encode("utf-16"), "1:1", "not UTF-8"),
    plain_json("a cut file", lambda: good_json()[:-300].encode(), "88:1", "well-formed JSON"),
)

INCOME, SHEET, DEBT = "Income", "'Balance sheet'", "Debt"
#: Pieces of the XML of a sheet.
ONE = '<c r="{}"><v>1</v></c>'
HIDDEN = '<cols><col min="6" max="6" hidden="1"/></cols>'
MERGED = '</sheetData><mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'
CLAUSE = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>term-loan</t></is></c><c r="J{0}"><v>5</v></c></row>'
HEADINGS, RECEIVABLES = '<row r="4".*?</row>', '<row r="7".*?</row>'  #: of a form or a table, of the balance sheet
FAR, ORDER = "is too far out", "is out of order"
HOSTILE = (
    book("an .xls named .xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "", "save it as .xlsx"),
    book("a CSV file named .xlsx", lambda: good_csv().encode(), "", "is no archive that can be read"),
    book("another archive named .xlsx", archive(lambda parts: {"a": b"b"}), "", "is an archive and no workbook"),
    book("a cut archive", lambda: good_book()[:-2000], "", "is no archive that can be read"),
    book(
        "a byte that flipped", lambda: good_book().replace(b"PK\x03\x04\x14", b"PK\x03\x05\x14", 1), "", "is no archive"
    ),
    book("a zip bomb", archive(larger(33 * 2**20)), "", "inflates to more than 32 MiB"),
    book("a zip bomb that says it is small", lying, "", "is no archive that can be read"),
    book(
        "thousands of parts", archive(lambda parts: parts | {f"xl/{n}": b"" for n in range(2_000)}), "", "2,000 parts"
    ),
    book("two parts of one name", named_twice, "", "two parts of one name"),
    book("a billion laughs", archive(declaring(LAUGHS + "]>")), "", "declares a document type"),
    book(
        "an entity from a file",
        archive(declaring("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>")),
        "",
        "declares",
    ),
    book(
        "a document type elsewhere",
        archive(declaring("<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'>")),
        "",
        "declares",
    ),
    book("macros", archive(lambda parts: parts | {"xl/vbaProject.bin": b"x"}), "", "has macros"),
    book("a million rows", archive(rows(10**6)), "", "has more than 300,000 cells, rows"),
    book("a row far down", after_all(DEBT, f'<row r="1048576">{ONE.format("A1048576")}</row>'), "Debt!A1048576", FAR),
    book("a column far out", after_all(DEBT, f'<row r="99">{ONE.format("XFD99")}</row>'), "Debt!XFD99", FAR),
    book(
        "elements in each other",
        on(DEBT, "<sheetData>", f"{'<x>' * 200}{'</x>' * 200}<sheetData>"),
        "",
        "in each other",
    ),
    book("XML that is none", in_list(("</workbook>", "</work>")), "", "is not well-formed XML"),
    book("a text that is not there", on("Company", 't="inlineStr"><is>.*?</is>', 't="s"><v>9999</v>'), "", "be read"),
    book("a row before others", after_all(DEBT, f'<row r="5">{ONE.format("A5")}</row>'), "Debt!A5", ORDER),
    book(
        "a cell before others",
        on(DEBT, '(<row r="6".*?)</row>', rf"\1{ONE.format('C6')}</row>"),
        "Debt!C6",
        ORDER,
    ),
    book("a hidden row", on(DEBT, '<row r="6"', '<row r="6" hidden="1"'), "Debt!A6", "row 6 is hidden"),
    book("a hidden column", on(DEBT, "<sheetData>", f"{HIDDEN}<sheetData>"), "Debt!F4", "column F is hidden"),
    book(
        "a hidden sheet",
        in_list(('name="Debt"(.*?) state="visible"', r'name="Debt"\1 state="hidden"')),
        DEBT,
        "is hidden",
    ),
    book(
        "a very hidden sheet",
        in_list(('name="Assets"(.*?) state="visible"', r'name="Assets"\1 state="veryHidden"')),
        "Assets",
        "is hidden",
    ),
    book("merged cells", on(INCOME, "</sheetData>", MERGED.format("C5:C6")), "Income!C5", "C5:C6 is merged"),
    book("all cells merged", on(INCOME, "</sheetData>", MERGED.format("A1:XFD1048576")), "Income!A1", "is merged"),
)
SHEETS = (
    book("a formula without a value", cell("Income!C5", "=C6*2"), "Income!C5", "a formula without a value"),
    book("a formula that failed", cell("Income!C5", "#REF!"), "Income!C5", "the error #REF!"),
    book("a name that is a formula", cell("Company!C6", "==HYPERLINK(1)"), "Company!C6", "found the formula"),
    book("a rate without percent", cell("Debt!F5", 3.8, GENERAL), "Debt!F5", "for 3.8 % write 3.8%"),
    book("a share without percent", cell("Income!C10", 31, GENERAL), "Income!C10", "for 31 % write 31%"),
    book("an amount in percent", cell("Income!C5", 188756000, like="C9"), "Income!C5", "allowed: amount, 0 or more"),
    book("separators in a text", cell("Income!C5", "188,756,000"), "Income!C5", "write 188756000"),
    book("a currency in a text", cell("Income!C5", "USD 188756000"), "Income!C5", "write 188756000"),
    book("an accountant's minus in a text", cell("Balance sheet!C15", "(12)"), "'Balance sheet'!C15", "write -12"),
    book("a third of a cent", cell("Income!C5", 188756000.005), "Income!C5", "with at most 2 decimals"),
    book("a date as a number", cell("Debt!C6", 43556, GENERAL), "Debt!C6", "found the number 43556"),
    book(
        "a rate that became a date",
        cell("Debt!F5", datetime(2026, 1, 4), like="C5"),
        "Debt!F5",
        "found the date 2026-01-04",
    ),
    book("a truth for an amount", cell("Income!C5", True), "Income!C5", "found TRUE"),
    book("words for an amount", cell("Income!C5", "n/a"), "Income!C5", "found 'n/a'"),
    book("a required cell left empty", cell("Income!C5", None), "Income!C5", "found nothing; allowed: amount"),
    book(
        "a required cell of a row left empty",
        cell("Debt!B6", None),
        "Debt!B6",
        "instruments[1].principal: found nothing",
    ),
    book(
        "a spread without its index",
        cell("Debt!H6", 0.05),
        "Debt!G6",
        "instruments[1].floating_rate.index: found nothing",
        2,
    ),
    book("a choice in other words", cell("Debt!E5", "Bullet"), "Debt!E5", "write bullet"),
    book("unknown units", cell("Company!C11", "million"), "Company!C11", "millions"),
    book("a figure among the words", cell("Income!B5", 188756000), "Income!B5", "beside the value of Revenue annual"),
    book("a figure in a column without a heading", cell("Debt!Z5", 5), "Debt!Z5", "a column without a heading"),
    book("a figure in a line without a field", cell("Income!C20", 5), "Income!C20", "a line without a field"),
    book(
        "a field of one's own", cell("Balance sheet!A16", "Goodwill"), "'Balance sheet'!A16", "'Goodwill' is no field"
    ),
    book("a line twice", cell("Income!A12", "Revenue annual"), "Income!A12", "occurs twice, first in"),
    book("a line left out", on("Balance sheet", RECEIVABLES, ""), SHEET, "balance_sheet.receivables: found no line"),
    book("a column of another name", cell("Debt!B4", "Principle"), "Debt!B4", "did you mean Principal?"),
    book("a column twice", cell("Debt!G4", "Fixed rate"), "Debt!G4", "the column Fixed rate occurs twice"),
    book("no headings of a table", on(DEBT, HEADINGS, ""), "Debt", "has no line of headings"),
    book("no headings of a form", on(INCOME, HEADINGS, ""), "Income", "has no line of headings"),
    book("a heading twice", cell("Income!D4", "Value"), "Income!D4", "found the heading 'Value'; allowed: each once"),
    book(
        "an id that lost digits",
        cell("Company!C7", 12345678901234567, GENERAL),
        "Company!C7",
        "format the cell as text",
    ),
    book("another heading", cell("Income!D4", "Remarks"), "Income!D4", "found the heading 'Remarks'"),
    book(
        "swapped sheets",
        in_list(('"Income"', '"_"'), ('"Balance sheet"', '"Income"'), ('"_"', '"Balance sheet"')),
        "Income",
        "has the fields of the sheet Balance sheet",
        2,
    ),
    book("a sheet of another name", in_list(('"Debt"', '"Debts"')), "Debts", "did you mean Debt?"),
    book("a sheet left out", in_list(('<sheet [^>]*name="Income"[^>]*/>', "")), "", "has no sheet Income"),
    book("a sheet too many", in_list(('"Clauses"', '"Sheet1"')), "Sheet1", "no sheet is called 'Sheet1'"),
    book(
        "a sheet twice",
        in_list(('"Clauses"', '"Debt."')),
        "'Debt.'",
        "occurs twice, first in",
    ),
    book(
        "a covenant that is not there",
        cell("Covenant steps!A5", "leverage"),
        "'Covenant steps'!A5",
        "allowed: minimum-liquidity",
    ),
    book(
        "a clause twice",
        after_all("Clauses", CLAUSE.format(5) + CLAUSE.format(6)),
        "Clauses!A6",
        "occurs twice, first in",
    ),
)
SHEETS_BY_SERVER = tuple(
    by_server(book, *what)
    for what in (
        ("a rate of 900 %", cell("Debt!F5", 9), "Debt!F5", "for 9 % write 9%"),
        ("a date of another country", cell("Debt!C6", "01.04.2019"), "Debt!C6", "write 2019-04-01"),
        ("a day with a time", cell("Debt!C6", datetime(2019, 4, 1, 12)), "Debt!C6", "MALFORMED"),
        ("a loan that has matured", cell("Debt!C6", datetime(2017, 4, 1)), "Debt!C6", "MATURED"),
        ("a sign", cell("Balance sheet!C15", -405765000), SHEET, "811,530,000.00 apart"),
        ("millions that are not said", cell("Balance sheet!C5", 68.17), SHEET, "UNBALANCED"),
        ("an id twice", cell("Debt!A6", "term-loan"), "Debt!A6", "DUPLICATE"),
        ("a pledge that is not there", cell("Debt!O5", "receivables, ship"), "Debt!O5", "ship"),
        ("no rate", cell("Debt!F5", None), "Debt!A5", "instruments[0].fixed_rate: REQUIRED"),
        ("a currency in small letters", cell("Company!C9", "usd"), "Company!C9", "write USD"),
    )
)
CSV = (
    text("UTF-16", lambda: good_csv().encode("utf-16"), "", "is UTF-16"),
    text("a name in Latin-1", replaced(good_csv, "CARBO", "Carb\u00f3", "latin-1"), "A3", "not UTF-8"),
    text("a NUL", in_csv("CARBO", "CAR\0BO"), "A3", "character U+0000"),
    text("no title of a sheet", lambda: good_csv().partition("\n")[2].encode(), "A1", "before any sheet"),
    text(
        "separators without quotes", in_csv("188756000.00", "188,756,000"), "D24", "without separators of thousands", 2
    ),
    text("separators in quotes", in_csv("188756000.00", '"188,756,000"'), "C24", "write 188756000"),
    text("a rate without percent", in_csv("bullet,9%", "bullet,9"), "F52", "for 9 % write 9%"),
    text("a decimal comma in quotes", in_csv("188756000.00", '"188756000,50"'), "C24", "write 188756000.50"),
    text("a quote that stays open", in_csv("CARBO Ceramics Inc", '"CARBO Ceramics Inc'), "A3", "CSV with quotes"),
    text("a name that is a formula", in_csv("CARBO Ceramics Inc", "=1+1"), "C3", "found the formula"),
    text("a sheet of another name", in_csv("\nDebt\n", "\nDebts\n"), "A49", "did you mean Debt?", 5),
    text("a sheet twice", in_csv("\nSeasonality\n", "\nDebt\n"), "A119", "occurs twice, first in"),
    text("bars between cells", lambda: good_csv().replace(",", "|").encode(), "A1", "has no line of headings", 12),
    text(
        "two hundred thousand cells",
        lambda: good_csv().encode() + b",,,,,\n" * 40_000,
        "A33272",
        "has more than 200,000 cells",
    ),
    text("nothing at all", lambda: b"", "", "the file is empty"),
    text("a line left out", line_without("Inventory *"), "A35", "balance_sheet.inventory: found no line"),
    text(
        "a month without its heading", in_csv("Value,Month 2,", "Value,"), "A93", "has no column Month 2", scenario=True
    ),
    text(
        "a month left out",
        in_csv('number, 0 to 2",0.75,,', 'number, 0 to 2",0.75,,0.8'),
        "D98",
        "no value here",
        scenario=True,
    ),
    text("a required value left empty", in_csv("188756000.00", ""), "C24", "found nothing"),
)
CSV_BY_SERVER = (
    text(
        "a horizon of three years",
        in_csv('6 to 24",18', '6 to 24",36'),
        "C96",
        "horizon_months: OUT_OF_RANGE, found 36",
        server=True,
        scenario=True,
    ),
    *(
        by_server(text, *what)
        for what in (
            ("a percentage of 2100", in_csv(",21%,", ",2100%,"), "C28", "for 21 % write 21%"),
            ("a date of another country", in_csv("2019-04-01", "4/1/2019"), "C53", "write 2019-01-04 or 2019-04-01"),
            ("a thousand times too small", in_csv("68169000.00", "68169.00"), "A35", "UNBALANCED"),
        )
    ),
)
BAD = (*YAML, *YAML_BY_SERVER, *SCENARIOS, *JSON, *HOSTILE, *SHEETS, *SHEETS_BY_SERVER, *CSV, *CSV_BY_SERVER)


async def refusal(bad: Bad, folder: Path, client: StressClient | None, dataset: str) -> FileRefused | None:
    """What is said of a bad file, by its reader or by a server that was to store it; None where nothing is."""
    path = folder / f"bad{bad.suffix}"
    path.write_bytes(bad.make())
    try:
        tree = input_files.load(path, kinds.SCENARIO if bad.scenario else kinds.COMPANY)
        if bad.scenario:
            described, template = inputs.scenario(tree, dataset)
            with refused_by_line(tree, "scenario"):
                if client:
                    await client.create_scenario(described, template_name=template)
        else:
            figures = inputs.dataset_version(tree)
            with refused_by_line(tree, "dataset_version"):
                if client:
                    await client.register(figures)
    except FileRefused as refused:
        return refused
    return None


def good_company(path: Path | None = None) -> DatasetVersion:
    """The company of a file, or the one in which all mistakes are made."""
    tree = input_files.load(path, kinds.COMPANY) if path else read_yaml("FILE", good_yaml())
    return inputs.dataset_version(tree)


async def print_table(folder: Path) -> None:
    """Prints what is wrong with each file, and what is said of it."""
    async with serving(folder / "seawall.db", "127.0.0.1:0") as address, StressClient(address) as client:
        dataset = (await client.register(good_company())).dataset_version_id
        for number, bad in enumerate(BAD, start=1):
            refused = await refusal(bad, folder, client, dataset)
            lines = str(refused).replace(f"{folder}/", "").splitlines() if refused else ["nothing is refused"]
            print(f"{number:3} {bad}\n      {lines[0]}" + (f" (and {len(lines) - 1} more)" if lines[1:] else ""))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(print_table(Path(temporary)))
