"""The example company says what the filing says: each figure with a concept behind it is recomputed from the facts."""

import csv
import hashlib
import re
from decimal import Decimal
from importlib.resources import files as resources
from pathlib import Path

import pytest
from google.protobuf import json_format

from seawall.clients import files
from seawall.clients.files import inputs
from seawall.clients.files.sweeps import sweep_plan
from seawall.clients.files.tree import Fields, Items, Text
from seawall.v1.stress_service_pb2 import RegisterDatasetVersionRequest

EXAMPLES = Path(str(resources("seawall.clients") / "examples"))
COMPANY = EXAMPLES / "carbo_ceramics_2017.yaml"
RESTATED = EXAMPLES / "carbo_ceramics_2017_restated.yaml"
REQUEST = EXAMPLES / "register_request.json"
FACTS = Path(__file__).resolve().parent.parent / "data/companies/carbo_ceramics_fy2017_xbrl_facts.csv"
FIGURE = re.compile(r"^[\s-]*(\w+): ([0-9.]+)  # (?!ASSUMPTION)((?:2016:)?[A-Z]\w+(?: [+-] (?:2016:)?[A-Z]\w+)*)$")


def facts():
    """Concept and period -> value: (Assets, 2017-12-31), (SalesRevenueNet, 2017-01-01/2017-12-31)."""
    with FACTS.open(encoding="utf-8", newline="") as rows:
        return {
            (row["concept"].partition(":")[2], row["period"]): Decimal(row["value"]) for row in csv.DictReader(rows)
        }


def fact(known, concept):
    year, _, name = concept.rpartition(":")
    year = year or "2017"
    balance, flow = (name, f"{year}-12-31"), (name, f"{year}-01-01/{year}-12-31")
    (value,) = (known[key] for key in (balance, flow) if key in known)
    return value


def concept_marked():
    """Field, value and concepts of each line that has concepts behind its figure."""
    matches = map(FIGURE.match, COMPANY.read_text(encoding="utf-8").splitlines())
    return [match.groups() for match in matches if match]


@pytest.mark.parametrize(("field", "value", "concepts"), concept_marked(), ids=lambda text: text[:40])
def test_a_figure_is_the_sum_of_its_concepts(field, value, concepts):
    known = facts()
    signed = re.findall(r"([+-]?) ?((?:2016:)?[A-Z]\w+)", concepts)
    assert sum(fact(known, concept) * (-1 if sign == "-" else 1) for sign, concept in signed) == Decimal(value)


def test_every_figure_has_its_concepts_or_is_marked_as_an_assumption_with_the_reason():
    written = re.findall(r"^[ -]*(\w+): (\S.*)$", COMPANY.read_text(encoding="utf-8"), re.MULTILINE)
    marked = [field for field, text in written if re.search("# ASSUMPTION: .", text)]
    identity = (
        "company_name company_id labels currency minor_digits as_of_date source_sha256 instrument_id asset_id category"
        " covenant_id"
    ).split()
    sourced = [field for field, _, _ in concept_marked()]
    # The reason of the fixed share is longer than a line and stands above it.
    assert {field for field, _ in written} - {*marked, *identity, *sourced} == {"cost_of_sales_fixed_share"}
    assert len(written) == len(marked) + len(sourced) + sum(field in identity for field, _ in written) + 1
    assert len(sourced) == 21


def test_the_figures_in_its_comments_are_facts_too():
    known = facts()
    text = re.sub(r"\n\s*# ?", " ", COMPANY.read_text(encoding="utf-8"))
    for value, concept in re.findall(r"\(([0-9,]+\.00),\s+(\w+)\)", text):
        assert abs(fact(known, concept)) == Decimal(value.replace(",", "")), concept
    for concept, value in re.findall(r"\((\w+), ([0-9,]+\.00)\)", text):
        assert fact(known, concept) == Decimal(value.replace(",", "")), concept


def test_the_source_is_the_file_of_facts():
    assert dataset(COMPANY).source_sha256 == hashlib.sha256(FACTS.read_bytes()).hexdigest()


def test_it_balances_at_the_reported_total():
    company = dataset(COMPANY)
    sheet = company.balance_sheet
    current = sheet.cash_minor + sheet.restricted_cash_minor + sheet.receivables_minor + sheet.inventory_minor
    assets = current + sheet.fixed_assets_minor + sheet.other_assets_minor
    debt = sum(loan.principal_minor for loan in company.instruments)
    claims = sheet.payables_minor + sheet.other_liabilities_minor + debt + sheet.equity_minor
    assert assets == claims == 540_598_000_00


def test_the_restated_company_differs_in_the_two_figures_it_marks():
    first, restated = dict(leaves(files.load(COMPANY))), dict(leaves(files.load(RESTATED)))
    assert first.keys() == restated.keys()
    assert {name: (first[name], restated[name]) for name in first if first[name] != restated[name]} == {
        "balance_sheet.cash": ("68169000.00", "58169000.00"),
        "balance_sheet.restricted_cash": ("10216000.00", "20216000.00"),
    }


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if path != REQUEST))
def test_every_example_is_a_message_of_the_api(name):
    tree = files.load(EXAMPLES / name)
    if name.startswith("scenario_"):
        described, template = inputs.scenario(tree, "sha256:" + "0" * 64)
        assert described.name
        template_of = {"workout": "severe"}
        scenario = name.removeprefix("scenario_").removesuffix(".yaml")
        assert template in (None, template_of.get(scenario, scenario))
    elif name.startswith("sweep"):
        plan = sweep_plan(tree)
        assert plan.grid.axes or plan.draws.axes
    elif name.startswith("instrument_"):
        assert inputs.schedule(tree).instrument.instrument_id
    else:
        assert inputs.dataset_version(tree).company_name


def test_the_request_for_grpcurl_is_the_example_in_the_apis_own_json():
    request = json_format.Parse(REQUEST.read_text(encoding="utf-8"), RegisterDatasetVersionRequest())
    assert request == RegisterDatasetVersionRequest(dataset_version=dataset(COMPANY))


def dataset(path):
    return inputs.dataset_version(files.load(path))


def leaves(node, path=""):
    match node:
        case Text():
            yield path, node.text
        case Items():
            for position, item in enumerate(node.items):
                yield from leaves(item, f"{path}[{position}]")
        case Fields():
            for name, value in node.values.items():
                yield from leaves(value, f"{path}.{name}".lstrip("."))
