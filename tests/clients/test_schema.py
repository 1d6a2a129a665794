"""An editor takes what Seawall takes, and marks what it refuses of a field, before any server is there."""

import json
from copy import deepcopy
from typing import Any

import fastjsonschema
import pytest

from seawall.clients import files
from seawall.clients.client.names import MINOR
from seawall.clients.files import field_words, kinds
from seawall.clients.files.amounts import UNITS
from seawall.clients.files.blank import blank
from seawall.clients.files.schema import schema
from seawall.clients.files.tree import Items, Text
from tests.clients.test_examples import COMPANY, EXAMPLES, RESTATED

CHECKS = {kind.name: fastjsonschema.compile(json.loads(schema(kind))) for kind in (kinds.COMPANY, kinds.SCENARIO)}
NUMBERS = ("number", "integer")


def as_an_editor_reads(tree) -> Any:
    """The values of a file as YAML 1.2 has them: a plain number is one, a date is text."""
    match tree:
        case Text():
            try:
                return tree.text if tree.quoted else json.loads(tree.text)
            except ValueError:
                return tree.text
        case Items():
            return [as_an_editor_reads(item) for item in tree.items]
    return {name: as_an_editor_reads(value) for name, value in tree.values.items()}


def company():
    return as_an_editor_reads(files.load(COMPANY))


@pytest.mark.parametrize("path", [COMPANY, RESTATED, EXAMPLES / "bakery.json"], ids=lambda path: path.name)
def test_the_companies_of_the_examples_are_valid(path):
    CHECKS["company"](as_an_editor_reads(files.load(path)))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("scenario_*.yaml")), ids=lambda path: path.name)
def test_the_scenarios_of_the_examples_are_valid(path):
    CHECKS["scenario"](as_an_editor_reads(files.load(path)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("income_statement.tax_rate", "35%"),
        ("income_statement.tax_rate", 35),
        ("income_statement.revenue_annual", "188,756,000"),
        ("income_statement.revenue_annual", -1),
        ("balance_sheet.cash", None),
        ("balance_sheet.cahs", 1),
        ("currency", "usd"),
        ("minor_digits", 2.5),
        ("as_of_date", "31/12/2017"),
        ("instruments.0.amortisation", "balloon"),
        ("instruments.0.floating_rate", {"index": 0.01, "spread": 0.02}),  # beside a fixed rate
        ("seasonality_weights", [1] * 13),
        ("company_id", "-"),
    ],
)
def test_what_is_wrong_with_a_field_is_marked(path, value):
    wrong = company()
    *around, last = path.split(".")
    place = wrong
    for step in around:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        CHECKS["company"](wrong)


@pytest.mark.parametrize("kind", [kinds.COMPANY, kinds.SCENARIO], ids=lambda kind: kind.name)
def test_the_limits_are_those_of_the_rules(kind):
    read = json.loads(schema(kind))

    def compare(fields, described):
        assert [name for name in described["properties"] if name != UNITS] == [
            field.name.removesuffix(MINOR) for field in fields
        ]
        for field in fields:
            rules = field_words.rules_of(field)
            value = described["properties"][field.name.removesuffix(MINOR)]
            if field.message_type:
                compare(field.message_type.fields, read["definitions"][field.message_type.name])
                continue
            if field.is_repeated:
                assert value["anyOf"][1]["maxItems"] == rules.most_items
                value = value["anyOf"][0]
            assert (value.get("type") in NUMBERS) == bool(rules.most)
            if rules.most:
                assert (value["minimum"], value["maximum"]) == (json.loads(rules.least), json.loads(rules.most))

    compare(kind.fields, read)


@pytest.mark.parametrize("name", ["company_name", "balance_sheet", "capital_expenditure_annual"])
def test_what_is_required_is_missed(name):
    whole = company()
    CHECKS["company"](deepcopy(whole))
    del whole[name]
    with pytest.raises(fastjsonschema.JsonSchemaValueException, match=name):
        CHECKS["company"](whole)


def test_the_files_to_fill_in_name_their_schema_beside_them():
    for kind in (kinds.COMPANY, kinds.SCENARIO):
        assert blank(kind).startswith(f"# yaml-language-server: $schema={kind.schema_file}\n")
