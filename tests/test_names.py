"""A name is the trade's noun: words that say nothing of what they hold are no names, anywhere.

`python -m tests.test_names` prints where they stand.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("protos", "engine", "server", "clients", "tests", "docs")
VAGUE = frozenset("told held found asked one given".split())
LIBRARIES = frozenset(("one",))  #: methods that others named: the only row of an SQLAlchemy result
API_FIELDS = frozenset(("found",))  #: as Warning.found, read from a message
#: What they were called before: each has one name, in STYLE's words the trade's.
RETIRED = {
    "engine": frozenset(
        "Cell Plan Structure Opening Outcome Standing Level Fallen Leg Turn Lending lending stand Domain".split()
    )
}


def sources() -> list[str]:
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "_pb2" not in path.name)
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that a module gives or uses, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.Attribute(attr=name) if name not in LIBRARIES | API_FIELDS:
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str() as name):
                yield node.value.lineno, name
            case (
                ast.ExceptHandler(name=str() as name)
                | ast.MatchAs(name=str() as name)
                | ast.MatchStar(name=str() as name)
            ):
                yield node.lineno, name
            case ast.Import() | ast.ImportFrom():
                yield from ((node.lineno, alias.asname) for alias in node.names if alias.asname)


def vague_names(path: str, source: str) -> list[str]:
    """The names of the ban list, each as 'line: name'."""
    banned = VAGUE | RETIRED.get(path.partition("/")[0], frozenset())
    return [f"{line}: {name}" for line, name in sorted(names(ast.parse(source))) if name.strip("_") in banned]


@pytest.mark.parametrize("path", sources())
def test_every_name_is_a_noun_of_the_trade(path):
    assert vague_names(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "def f(asked): ...",
        "def _found(): ...",
        "for one in rows: ...",
        "f(held=1)",
        "x.given",
        "import json as held",
        "class Cell: ...",
        "match x:\n    case told: ...",
        "try: ...\nexcept OSError as found: ...",
    ],
)
def test_each_vague_name_is_seen(source):
    assert vague_names("engine/values/a.py", source)


if __name__ == "__main__":
    left = {path: vague_names(path, (ROOT / path).read_text(encoding="utf-8")) for path in sources()}
    for path, lines in left.items():
        print("".join(f"{path}:{line}\n" for line in lines), end="")
    print(f"{sum(map(len, left.values()))} names of the ban list in {len(left)} modules")
