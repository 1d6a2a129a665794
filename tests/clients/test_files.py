"""A file keeps every character that was written, and whatever cannot be read exactly is refused by line and column."""

import pytest

from seawall.clients import files
from seawall.clients.files.tree import Fields, FileRefused, Items, Text, place_of


@pytest.fixture
def written(tmp_path):
    def write(text, suffix=".yaml"):
        path = tmp_path / f"input{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def values(tree):
    """The tree without its places."""
    match tree:
        case Text():
            return tree.text
        case Items():
            return [values(item) for item in tree.items]
        case Fields():
            return {name: values(value) for name, value in tree.values.items()}


def refusal(path):
    with pytest.raises(FileRefused) as refused:
        files.load(path)
    return str(refused.value).replace(str(path), "FILE")


@pytest.mark.parametrize(
    "scalar",
    ["NO", "12:30:45", "188756000.00", "0.10", "1e3", "010", "0x1F", "2017-12-31", "null", "~", "1_000", ".inf"],
)
def test_a_yaml_scalar_stays_what_was_written(written, scalar):
    assert values(files.load(written(f"figure: {scalar}"))) == {"figure": scalar}


def test_a_json_number_stays_what_was_written(written):
    text = '{"amount": 188756000.00, "rate": 1.10, "many": 0.10000000000000000555, "list": [1E2, "x"]}'
    assert values(files.load(written(text, ".json"))) == {
        "amount": "188756000.00",
        "rate": "1.10",
        "many": "0.10000000000000000555",
        "list": ["1E2", "x"],
    }


def test_yaml_and_json_of_the_same_figures_are_the_same_tree(written):
    yaml = "a: 1.50\nb: [x, {c: '2'}]\n"
    json = '{"a": 1.50,\r\n\t"b": ["x", {"c": "2"}]}'
    assert values(files.load(written(yaml))) == values(files.load(written(json, ".json")))


def test_text_keeps_its_escapes_and_its_letters(written):
    assert values(files.load(written('{"name": "A\\u00e9 \\"{[,:]}\\" \\ud83d\\ude00 ß"}', ".json"))) == {
        "name": 'Aé "{[,:]}" 😀 ß'
    }


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_every_piece_knows_its_line_and_column(written, suffix):
    text = {".yaml": "a:\n  - b: 1\n    c: 2\n", ".json": '{"a":\n  [{"b": 1,\n    "c": 2}]}'}[suffix]
    tree = files.load(written(text, suffix))
    places = [place_of(tree, field) for field in ("a", "a[0].c", "a[0].unknown", "a[7]", "z", "")]
    first_item = (2, 5) if suffix == ".yaml" else (2, 4)
    assert [(place.line, place.column) for place in places] == [
        (1, 1 if suffix == ".yaml" else 2),
        (3, 5),
        first_item,
        (1, 1 if suffix == ".yaml" else 2),
        (1, 1),
        (1, 1),
    ]


@pytest.mark.parametrize(
    ("suffix", "text", "fault"),
    [
        (".yaml", "a: 1\nb: 2\na: 3\n", "FILE:3:1: a occurs twice, first in line 1; allowed: each field once"),
        (".yaml", "x:\n  a: 1\n  a: 1\n", "FILE:3:3: a occurs twice, first in line 2; allowed: each field once"),
        (".json", '{"a": 1,\n "a": 2}', "FILE:2:2: a occurs twice, first in line 1; allowed: each field once"),
        (".yaml", "a: [1, 2\nb: 3", "FILE:2:2: expected ',' or ']', but got ':'; allowed: well-formed YAML"),
        (".yaml", "a: &x 1\nb: *x", "FILE:2:4: found the alias *x; allowed: well-formed YAML"),
        (".yaml", "a: !!float 1", "FILE:1:4: found the tag tag:yaml.org,2002:float; allowed: values without a tag"),
        (".yaml", "a: !!python/name:os.system", "FILE:1:4: found the tag"),
        (".yaml", "? [a]\n: 2", "FILE:1:3: found a list of 1 for a name; allowed: the name of a field"),
        (".yaml", "a: 1\n---\nb: 2", "FILE:2:1: expected a single document in the stream, but found another document"),
        (".yaml", "a:\n\tb: 1", "FILE:2:1: found character '\\t' that cannot start any token"),
        (".yaml", "- 1", "FILE:1:1: found a list of 1; allowed: fields with values"),
        (".yaml", "", "FILE: the file is empty; allowed: fields with values"),
        (".yaml", 'a: "\x01"', "FILE:1:5: character U+0001; allowed: printable text"),
        (".yaml", b"a: \xff", "FILE:1:4: not UTF-8; allowed: text in UTF-8"),
        (".yaml", "[" * 100_000, "FILE: nested too deeply"),
        (".json", "[" * 100_000, "FILE: nested too deeply"),
        (".json", "", "FILE:1:1: Expecting value; allowed: well-formed JSON"),
        (".json", '{"a": 1,}', "FILE:1:9: "),
        (".json", '{"a": 01}', "FILE:1:8: Expecting ',' delimiter; allowed: well-formed JSON"),
        (".json", '{"a": NaN}', "FILE:1:7: found NaN; allowed: numbers, text, lists and objects"),
        (".json", "[1]", "FILE:1:1: found a list of 1; allowed: fields with values"),
        (".toml", "a = 1", "FILE: unknown kind of file; allowed: .yaml, .yml or .json"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_where_it_stands(written, suffix, text, fault):
    assert refusal(written(text, suffix)).startswith(fault)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    assert refusal(tmp_path / "none.yaml") == "FILE: No such file or directory; allowed: a file that can be read"
