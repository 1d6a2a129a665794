"""The files to fill in have every field of the API with its rules, and once filled in they are read like any other."""

import re
from importlib.resources import files as resources
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc  # type: ignore[import-untyped]

from seawall.clients import files
from seawall.clients.cli.exit_codes import Exit
from seawall.clients.cli.main import main
from seawall.clients.client.names import MINOR
from seawall.clients.files import comments, field_words, inputs, kinds
from seawall.clients.files.amounts import UNITS
from seawall.clients.files.blank import blank
from seawall.clients.files.schema import schema
from seawall.clients.files.tree import Fields, FileRefused, Items, Text
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.options_pb2 import Unit
from seawall.v1.scenario_pb2 import Scenario
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import ROOT, seawall, serving

COMPANY_BLANK, SCENARIO_BLANK = blank(kinds.COMPANY), blank(kinds.SCENARIO)
BLANKS: dict[str, Any] = {"company": (COMPANY_BLANK, DatasetVersion), "scenario": (SCENARIO_BLANK, Scenario)}
LEFT_OUT = re.compile(r"(?m)^( *)#((?:  )*)(?=\S)")  # a comment goes on with an odd number of spaces
HEAD = re.compile(r"#?([a-z0-9_]+):")


def fields_of(message):
    """Every field of a message and of those in it, once for each place where it may stand."""
    for field in message.fields:
        yield field
        if field.message_type:
            yield from fields_of(field.message_type)


def uncommented(text):
    """The same file with all that it leaves out put in, and without its comments."""
    while (more := LEFT_OUT.sub(r"\1\2", text)) != text:
        text = more
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


@pytest.mark.parametrize("kind", BLANKS)
def test_every_field_stands_in_the_file_in_its_order_with_what_the_rules_say(kind):
    text, message = BLANKS[kind]
    tree = files.read_yaml("FILE", uncommented(text))

    def compare(tree, message):
        names = [name for name in tree.values if name not in (inputs.TEMPLATE, UNITS)]
        assert names == [field.name.removesuffix(MINOR) for field in message.fields]
        for field in message.fields:
            value = tree.values[field.name.removesuffix(MINOR)]
            if not field.message_type:
                assert isinstance(value, Text)
                assert value.text == field_words.default_of(field)
                continue
            if field.is_repeated:
                assert isinstance(value, Items)
                (value,) = value.items
            assert isinstance(value, Fields)
            compare(value, field.message_type)

    compare(tree, message.DESCRIPTOR)


@pytest.mark.parametrize("kind", BLANKS)
def test_what_a_field_may_be_is_what_its_rules_say(kind):
    text, message = BLANKS[kind]
    one_line = " ".join(re.sub(r"(?m)^[# ]+", "", text).split())
    for field in fields_of(message.DESCRIPTOR):
        rules = field_words.rules_of(field)
        said = field_words.allowed(field)
        assert f"[{said}]" in one_line
        assert ("required" in said) == rules.required
        if rules.most and rules.unit != Unit.UNIT_MINOR:
            assert f"{rules.least} to {rules.most}" in said
        if rules.unit == Unit.UNIT_MINOR:
            assert ("0 or more" in said, "may be below 0" in said) == (rules.least == "0", rules.least[0] == "-")
            assert rules.most == str(10**15)
        if rules.most_items:
            assert f"list of at most {rules.most_items:,}" in said
        if rules.default:
            assert f"default {field_words.default_of(field)}" in said


@pytest.mark.parametrize("kind", BLANKS)
def test_no_sentence_is_left_in_pieces_or_in_the_units_of_the_api(kind):
    text = " ".join(re.sub(r"(?m)^[# ]+", "", BLANKS[kind][0]).split())
    assert not re.search(r"\.,|\.\.|,,| [,;](?= )|minor units|_minor|UNSPECIFIED|neutral [01]\b", text)
    assert max(map(len, BLANKS[kind][0].splitlines())) <= 120


def test_what_is_read_of_the_proto_files_is_what_their_compiler_reads(tmp_path):
    image = tmp_path / "api.binpb"
    protos = sorted(str(path) for path in (ROOT / "protos/seawall/v1").glob("*.proto"))
    paths = [f"-I{ROOT / 'protos'}", f"-I{resources('grpc_tools') / '_proto'}"]
    assert protoc.main(["protoc", "--include_source_info", f"--descriptor_set_out={image}", *paths, *protos]) == 0
    compiled = {}
    for file in FileDescriptorSet.FromString(image.read_bytes()).file:
        at = {tuple(place.path): " ".join(place.leading_comments.split()) for place in file.source_code_info.location}
        for number, message in enumerate(file.message_type):
            compiled[message.name] = at[4, number]
            for position, field in enumerate(message.field):
                compiled[f"{message.name}.{field.name}"] = at[4, number, 2, position]
        for number, enum in enumerate(file.enum_type):
            compiled[enum.name] = at[5, number]
            for position, value in enumerate(enum.value):
                compiled[f"{enum.name}.{value.name}"] = at[5, number, 2, position]
    assert len(compiled) > 500
    read = comments.comments()
    assert {name: read.get(name) for name in compiled} == compiled


def test_a_company_that_is_not_filled_in_is_refused_with_a_line_for_each_required_field():
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(files.read_yaml("FILE", COMPANY_BLANK))
    faults = [fault.field for fault in refused.value.faults]
    lines = COMPANY_BLANK.splitlines()
    assert {lines[fault.place.line - 1].strip() for fault in refused.value.faults} == {
        f"{field.rpartition('.')[2]}:" for field in faults
    }
    top: list[Any] = list(DatasetVersion.DESCRIPTOR.fields)
    required = [field for field in top if field_words.rules_of(field).required]
    expected = {field.name for field in required if not field.message_type} | {
        f"{field.name}.{inner.name}"
        for field in required
        if field.message_type
        for inner in field.message_type.fields
        if field_words.rules_of(inner).required
    }
    assert sorted(faults) == sorted(name.replace(MINOR, "") for name in expected)


def filled(lines, fields):
    """The lines of a blank with these fields filled in, as an analyst does it: # by #, item after item."""
    blocks: list[tuple[str, list[str]]] = []
    for line in lines:
        if match := HEAD.match(line):
            blocks.append((match[1], [line]))
        elif blocks and re.match(r"#?(?:  )+\S", line):
            blocks[-1][1].append(line)
    for name, (head, *inside) in blocks:
        if name not in fields:
            yield from (head, *inside)
            continue
        inside = [line.removeprefix("#") for line in inside] if head.startswith("#") else inside
        match fields[name]:
            case str() as value:
                yield f"{name}: {value}"
            case [dict(), *_] as items:
                yield f"{name}:"
                inside = [re.sub("^(?:  - |    )", "", line) for line in inside]
                for item in items:
                    yield from indented(filled(inside, item), "  - ", "    ")
            case list() as items:
                yield f"{name}: [{', '.join(items)}]"
            case value:
                yield f"{name}:"
                yield from indented(filled([line.removeprefix("  ") for line in inside], value), "  ", "  ")


def indented(lines, first, other):
    return [(first if position == 0 else other) + line for position, line in enumerate(lines)]


def plain(tree):
    match tree:
        case Text():
            return tree.text
        case Items():
            return [plain(item) for item in tree.items]
    return {name: plain(value) for name, value in tree.values.items()}


@pytest.mark.asyncio
async def test_the_blank_filled_in_with_a_companys_facts_is_that_company(tmp_path):
    mine = tmp_path / "carbo.yaml"
    facts = plain(files.load(COMPANY))
    mine.write_text("\n".join(filled(COMPANY_BLANK.splitlines(), facts)), encoding="utf-8")
    async with serving(tmp_path) as address:
        ids = [(await seawall("register", str(file), address=address)).stdout for file in (COMPANY, mine)]
    assert ids[0].startswith("sha256:")
    assert ids[0] == ids[1]


@pytest.mark.asyncio
async def test_the_blank_of_a_scenario_with_a_name_and_a_horizon_is_one_without_stress(tmp_path):
    mine = tmp_path / "neutral.yaml"
    lines = SCENARIO_BLANK.splitlines()
    fields = {"name": "Neutral", "horizon_months": "12", "assumptions": {}, "course": {}}
    mine.write_text("\n".join(filled(lines, fields)), encoding="utf-8")
    async with serving(tmp_path) as address:
        checked = await seawall("validate", str(COMPANY), "--scenario", str(mine), address=address)
    assert checked.returncode == Exit.DONE, checked.stderr
    assert "Neutral, up to 2018-12-31" in checked.stdout


def test_init_writes_a_file_and_never_over_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == Exit.DONE
    assert (tmp_path / "company.yaml").read_text(encoding="utf-8") == COMPANY_BLANK
    assert main(["init", "--scenario", "stress.yml"]) == Exit.DONE
    assert (tmp_path / "stress.yml").read_text(encoding="utf-8") == SCENARIO_BLANK
    assert capsys.readouterr().out.split() == ["company.yaml", "stress.yml"]
    for kind in (kinds.COMPANY, kinds.SCENARIO):
        assert (tmp_path / kind.schema_file).read_text(encoding="utf-8") == schema(kind)

    (tmp_path / "company.yaml").write_text("mine", encoding="utf-8")
    assert main(["init"]) == Exit.FILE_AT_FAULT
    assert capsys.readouterr().err == "company.yaml: is there already; allowed: a name that is free\n"
    assert (tmp_path / "company.yaml").read_text(encoding="utf-8") == "mine"
    assert main(["init", "company.json"]) == Exit.FILE_AT_FAULT
    assert capsys.readouterr().err == "company.json: unknown kind of file; allowed: .yaml or .yml\n"
    assert main(["init", "none/company.yaml"]) == Exit.REFUSED
    assert "No such file or directory" in capsys.readouterr().err


def test_a_short_file_has_what_is_required_or_has_a_default_and_one_debt(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--short", "company.yaml"]) == Exit.DONE
    text = (tmp_path / "company.yaml").read_text(encoding="utf-8")
    assert text.count("\n") < COMPANY_BLANK.count("\n") / 3
    with pytest.raises(FileRefused) as short_refused:
        inputs.dataset_version(files.read_yaml("FILE", text))
    with pytest.raises(FileRefused) as refused:
        inputs.dataset_version(files.read_yaml("FILE", COMPANY_BLANK))
    fields, of_one_debt = ([fault.field for fault in faults.value.faults] for faults in (refused, short_refused))
    assert [field for field in of_one_debt if not field.startswith("instruments")] == fields
    assert [field for field in of_one_debt if field.startswith("instruments")] == [
        f"instruments[0].{name}"
        for name in "instrument_id principal maturity_date lien amortisation fixed_rate".split()
    ]
    assert "#units: millions" in text
    assert main(["init", "--short", "--scenario", "scenario.yaml"]) == Exit.WRONG_USAGE
    assert "--short goes with a company's file alone" in capsys.readouterr().err
