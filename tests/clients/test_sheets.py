"""The sheets have every field of the API, and what stands in them is read as it would be from YAML, cell by cell."""

import json
import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from seawall.clients import files, sheets
from seawall.clients.cli.exit_codes import Exit
from seawall.clients.cli.main import main
from seawall.clients.client.names import MINOR
from seawall.clients.files import field_words, inputs, kinds
from seawall.clients.files.amounts import UNITS
from seawall.clients.files.tree import FileRefused, place_of
from seawall.clients.sheets import balance, blank_book, blank_csv, layout, names, validation
from seawall.v1.options_pb2 import Unit
from tests.clients.test_blank import plain
from tests.clients.test_examples import COMPANY
from tests.companies import company
from tests.journeys.serving import ROOT

SCENARIO = ROOT / "clients" / "examples" / "scenario_recession.yaml"
BLANK = blank_book.blank()
BLANKS = {".xlsx": blank_book.blank, ".csv": lambda *trees: blank_csv.blank(*trees).encode("utf-8-sig")}
BOTH = pytest.mark.parametrize("suffix", BLANKS)
KINDS = pytest.mark.parametrize("kind", [kinds.COMPANY, kinds.SCENARIO], ids=lambda kind: kind.name)
VALUES = {
    Unit.UNIT_MINOR: "1250.5",
    Unit.UNIT_NUMBER: "0.75",
    Unit.UNIT_SHARE: "0.123456789",
    Unit.UNIT_RATE: "0.03875",
    Unit.UNIT_MULTIPLE: "3.5",
    Unit.UNIT_DAYS: "-30.5",
    Unit.UNIT_COUNT: "3",
    Unit.UNIT_MONTHS: "12",
    Unit.UNIT_TEXT: "a-text_4711",
    Unit.UNIT_DATE: "2025-12-31",
}


@pytest.fixture(scope="module")
def blank():
    """The workbook to fill in, as another program reads it."""
    return openpyxl.load_workbook(BytesIO(BLANK))


@pytest.fixture
def made(tmp_path):
    """The path of sheets that have what these trees have."""

    def make(suffix, company=None, scenario=None):
        path = tmp_path / f"made{suffix}"
        path.write_bytes(BLANKS[suffix](company, scenario))
        return path

    return make


def leaves(fields, path=()):
    """The path of every field that holds a value, whatever lists and messages it is in."""
    for field in fields:
        here = (*path, field.name.removesuffix(MINOR))
        yield from leaves(field.message_type.fields, here) if field.message_type else [here]


def filled(fields):
    """Every field with a value, every list with two items."""
    return {field.name.removesuffix(MINOR): _filled(field) for field in fields}


def _filled(field):
    unit = field_words.rules_of(field).unit
    value = next(field_words.choices_of(field.enum_type))[0] if field.enum_type else VALUES.get(unit)
    items = [_item(field.message_type, number) if field.message_type else value for number in range(2)]
    return items if field.is_repeated else items[0]


def _item(message, number):
    """A message; where its first field is an id, one of its own."""
    first = message.fields[0].name
    return {**filled(message.fields), **({first: f"item-{number}"} if first.endswith("_id") else {})}


@KINDS
def test_every_field_has_one_place_on_the_sheets(kind):
    places = [(*sheet.path, *line.path) for sheet in layout.sheets(kind) for line in sheet.lines]
    assert sorted(path for path in places if path != (UNITS,)) == sorted(leaves(kind.fields))


@KINDS
def test_a_label_is_read_back_as_its_field_and_no_two_are_alike(kind):
    for sheet in layout.sheets(kind):
        labels = [blank_csv.heading(line) for line in sheet.columns]
        assert [names.plain(label) for label in labels] == [line.name for line in sheet.columns]
        assert len(sheet.by_name) == len(labels)


@BOTH
@KINDS
def test_a_file_that_uses_every_field_is_the_same_through_sheets(made, suffix, kind):
    every = filled(kind.fields) | ({UNITS: "thousands"} if kind.units else {})
    tree = files.read_json("FILE", repr(every).replace("'", '"'))
    trees = {"company" if kind is kinds.COMPANY else "scenario": tree}
    assert plain(sheets.load(made(suffix, **trees), kind)) == every


def test_what_init_fills_in_is_the_same_company_and_the_same_scenario(tmp_path, capsys):
    book, text = str(tmp_path / "carbo.xlsx"), str(tmp_path / "carbo.csv")
    assert main(["init", "--xlsx", book, "--from", str(COMPANY), str(SCENARIO)]) == Exit.DONE
    assert main(["init", "--csv", text, "--from", book, book]) == Exit.DONE
    assert capsys.readouterr().out.split() == [book, text]
    company, scenario = files.load(COMPANY), files.load(SCENARIO)
    places = {book: (":Debt!D6", ":'Balance sheet'"), text: (":D53", ":A35")}
    for path, (lien, balance_sheet) in places.items():
        tree = sheets.load(path, kinds.COMPANY)
        assert _canonical(tree) == _canonical(company)
        assert str(place_of(tree, "instruments[1].lien")) == f"{path}{lien}"
        assert str(place_of(tree, "balance_sheet")) == f"{path}{balance_sheet}"
        assert inputs.scenario(sheets.load(path, kinds.SCENARIO)) == inputs.scenario(scenario)


def _canonical(tree):
    """The values of a tree, numbers as a document has them: 0.90 is 0.9."""
    return json.loads(re.sub(r'"(-?[0-9]+(?:\.[0-9]*?[1-9])?)\.?0*"', r'"\1"', json.dumps(plain(tree))))


def test_a_workbook_is_the_same_bytes_each_time_and_has_no_formula_but_its_check():
    company = files.read_yaml("FILE", COMPANY.read_text(encoding="utf-8").replace("CARBO Ceramics Inc", '"=1+1"'))
    made = blank_book.blank(company)
    assert made == blank_book.blank(company)
    assert blank_book.blank() == BLANK
    cells = [cell for sheet in openpyxl.load_workbook(BytesIO(made)) for row in sheet for cell in row]
    formulas = [(cell.parent.title, cell.value) for cell in cells if cell.data_type == "f"]
    assert [title for title, _ in formulas] == ["Balance sheet"] * len(layout.CHECKS)
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]


def test_the_check_counts_every_line_of_the_balance_sheet_once_and_all_debt(blank):
    page = blank["Balance sheet"]
    rows = {names.plain(str(row[0].value)): row[2].coordinate for row in page.iter_rows() if row[0].value}
    formulas = [page[rows[names.plain(text)]].value for text in layout.CHECKS]
    of_lines = re.findall(r"\b[A-Z][0-9]+\b", f"{formulas[0]} {formulas[2].partition(')')[0]}")
    assert of_lines == [rows[line.name] for line in balance.SHEET.lines]
    assert formulas[1] == f"=SUM(Debt!B5:B1004,Revolver!{_cell(blank['Revolver'], 'drawn')})"
    assert blank["Debt"]["B4"].value == "Principal *"
    assert formulas[2].endswith(f"+{rows['total_debt']}")
    assert formulas[3] == f"=ROUND({rows['total_assets']}-{rows['total_claims']},8)"


def test_assets_are_what_the_model_calls_assets():
    model = company().balance_sheet
    names_of_lines = [line.name for line in balance.SHEET.lines]
    raised = {name: replace(model, **{name: getattr(model, name) + 1}).total_assets for name in names_of_lines}
    assert {name for name, total in raised.items() if total != model.total_assets} == {*balance.ASSETS}


def _cell(page, name):
    return next(row[2].coordinate for row in page.iter_rows() if row[0].value and names.plain(row[0].value) == name)


@pytest.mark.parametrize(("cash", "apart"), [("68169000.00", 0), ("68169001.50", 1.5)])
def test_the_check_of_a_filled_sheet_shows_what_is_missing(cash, apart):
    tree = files.read_yaml("FILE", COMPANY.read_text(encoding="utf-8").replace("68169000.00", cash))
    cells = {line.name: f"C{row}" for row, line in blank_book.rows_of(balance.SHEET)}
    text, _, value = [*balance.formulas(cells, ["Debt!B5"], 17, tree)][-1]
    assert (text, value) == ("Assets less claims", apart)


def test_a_cell_takes_what_the_rules_of_its_field_allow(blank):
    for sheet, _ in layout.WORKBOOK:
        page = blank[sheet.title]
        for line in sheet.columns:
            where = _below(page, line) if sheet.table else _cell(page, line.name)
            rules = [rule for rule in page.data_validations.dataValidation if where in rule.sqref]
            expected = validation._rule(line)
            if expected["validate"] == "list":
                assert [rule.formula1 for rule in rules] == [f'"{",".join(expected["source"])}"']
            elif line.field and field_words.rules_of(line.field).unit == Unit.UNIT_RATE:
                assert [(rule.type, rule.errorStyle) for rule in rules if float(rule.formula2) == 1] in (
                    [("decimal", "warning")],
                    [],
                )
            assert all(len(rule.prompt or "") <= validation.MOST_MESSAGE for rule in rules)


def _below(page, line):
    return next(f"{cell.column_letter}5" for cell in page[4] if names.plain(cell.value or "") == line.name)


def test_what_a_workbook_says_of_its_size_is_not_believed(made):
    path = made(".xlsx", files.load(COMPANY))
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content))
    assert plain(sheets.load(path, kinds.COMPANY))["company_name"] == "CARBO Ceramics Inc"


def test_what_a_person_types_into_the_blank_is_read(tmp_path):
    book = openpyxl.load_workbook(BytesIO(BLANK))
    facts = plain(files.load(COMPANY))
    for title, values in (("Company", facts), ("Income", facts["income_statement"])):
        for row in book[title].iter_rows():
            value = values.get(names.plain(str(row[0].value)))
            if isinstance(value, str):
                row[2].value = float(value) if re.fullmatch(r"[0-9.]+", value) else value
    balance_sheet = book["Balance sheet"]
    for row in balance_sheet.iter_rows():
        if value := facts["balance_sheet"].get(names.plain(str(row[0].value))):
            row[2].value = float(value)
    book.create_sheet("_working").append([1])  # a sheet of one's own
    book.save(tmp_path / "typed.xlsx")  # without the values of the check, which a spreadsheet computes anew
    typed = inputs.dataset_version(sheets.load(tmp_path / "typed.xlsx", kinds.COMPANY))
    expected = inputs.dataset_version(files.load(COMPANY))
    assert typed.balance_sheet == expected.balance_sheet
    assert typed.income_statement.revenue_annual_minor == expected.income_statement.revenue_annual_minor
    assert typed.minimum_cash_minor == expected.minimum_cash_minor


def test_init_writes_sheets_and_never_over_another_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--xlsx", "mine.xlsx"]) == main(["init", "--csv", "mine.csv"]) == Exit.DONE
    assert (tmp_path / "mine.xlsx").read_bytes() == BLANK
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8-sig") == blank_csv.blank().replace("\r\n", "\n")
    assert capsys.readouterr().out.split() == ["mine.xlsx", "mine.csv"]
    for arguments, code, words in (
        (["--xlsx", "mine.xlsx"], Exit.FILE_AT_FAULT, "mine.xlsx: is there already; allowed: a name that is free"),
        (["--xlsx", "mine.xls"], Exit.FILE_AT_FAULT, "mine.xls: unknown kind of file; allowed: .xlsx"),
        (["mine.yaml", "--from", str(COMPANY)], Exit.WRONG_USAGE, "--from fills in sheets"),
        (["--csv", "new.csv", "--from", *[str(COMPANY)] * 3], Exit.WRONG_USAGE, "a file of a company and one of"),
        (["--csv", "new.csv", "--from", str(SCENARIO)], Exit.FILE_AT_FAULT, "is of a scenario; allowed: the file of a"),
    ):
        assert main(["init", *arguments]) == code
        assert words in capsys.readouterr().err
    assert not (tmp_path / "new.csv").exists()


def test_a_file_that_is_filled_in_by_part_goes_on_as_sheets(tmp_path, capsys):
    part = COMPANY.read_text(encoding="utf-8").replace("maturity_date: 2019-04-01", "maturity_date:", 1)
    (tmp_path / "part.yaml").write_text(part.replace("minor_digits: 2", ""), encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(part.replace("lien: 2", "lien: second"), encoding="utf-8")
    book = tmp_path / "part.xlsx"
    assert main(["init", "--xlsx", str(book), "--from", str(tmp_path / "wrong.yaml")]) == Exit.FILE_AT_FAULT
    assert "instruments[1].lien: found 'second'" in capsys.readouterr().err
    assert not book.exists()
    assert main(["init", "--xlsx", str(book), "--from", str(tmp_path / "part.yaml")]) == Exit.DONE
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(sheets.load(book, kinds.COMPANY))
    places = [str(fault.place).removeprefix(str(book)) for fault in refused.value.faults]
    assert places == [":Company!C10", ":Debt!C6"]


@BOTH
def test_a_blank_names_the_cell_of_every_required_field(made, suffix):
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(sheets.load(made(suffix), kinds.COMPANY))
    needed = [line for sheet in layout.sheets(kinds.COMPANY)[:3] for line in sheet.lines if line.required]
    assert [fault.field.rpartition(".")[2] for fault in refused.value.faults] == [line.name for line in needed]
    assert {fault.problem for fault in refused.value.faults} == {"found nothing"}
    assert all(re.search(r"C[0-9]+$", str(fault.place)) for fault in refused.value.faults)
