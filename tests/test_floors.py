"""Imports point downhill, and the engine stays a sum: same arguments, same bytes, for ever.

tests -> everything; clients -> v1; server -> engine, v1; engine, v1 -> nobody.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("protos", "engine", "server", "clients", "tests")
FLOORS = {"protos": "v1", "engine": "engine", "server": "server", "clients": "clients"}  # folder -> seawall.NAME
MAY_IMPORT = {
    "protos": {"v1"},
    "engine": {"engine"},
    "server": {"server", "engine", "v1"},
    "clients": {"clients", "v1"},
    "tests": {"engine", "server", "clients", "v1"},
}
BARE = {"engine", "server", "clients"}  # a second copy of each module, whose classes are equal to nothing

PURE = frozenset(
    "__future__ bisect calendar collections collections.abc dataclasses datetime decimal enum fractions functools"
    " hashlib itertools json math numpy numpy.typing operator re string types typing".split()
)
INTEGER_MATH = frozenset("comb factorial gcd isqrt lcm perm prod".split())
FORBIDDEN_CALLS = frozenset(
    "__import__ breakpoint eval exec getcontext getLogger input now open print setcontext today utcnow".split()
)
NUMPY_IO_OR_LUCK = frozenset("fromfile genfromtxt load loadtxt memmap random save savetxt savez tofile".split())
BATCH_PRIMITIVE = "engine/numbers/batch.py"  # a float64 estimates a quotient there, and integers decide it


def sources() -> list[str]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "_pb2" not in path.name)
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def faults(path: str, source: str) -> list[str]:
    """What is wrong with the module at `path` (relative to the top folder), each as 'line: what'."""
    tree = ast.parse(source, path)
    found = [*uphill(path, tree)]
    if path.startswith("engine/"):
        found += impurities(path, tree)
    return [f"{line}: {what}" for line, what in sorted(found)]


def uphill(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    floor = path.partition("/")[0]
    for line, name in imports(path, tree):
        top, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if top in BARE:
            yield line, f"bare import of {top}: say seawall.{top}"
        elif top == "tests" and floor != "tests":
            yield line, "imports tests"
        elif name == "seawall":
            yield line, "imports the namespace: name the package in it"
        elif top == "seawall" and target not in MAY_IMPORT[floor]:
            yield line, f"uphill: {floor} imports seawall.{target}"


def imports(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Absolute name of every module that is imported: as a statement, relatively, or by a call with a literal name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute(path, node)
            if module in ("seawall", ""):
                yield from ((node.lineno, f"{module}.{alias.name}".lstrip(".")) for alias in node.names)
            else:
                yield node.lineno, module
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__") and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield node.lineno, argument.value


def absolute(path: str, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    package = list(PurePosixPath(path).parent.parts)
    if package[0] == "protos":
        package = package[1:]
    elif package[0] in FLOORS:
        package = ["seawall", *package]
    base = package[: len(package) - (node.level - 1)]
    return ".".join([*base, *([node.module] if node.module else [])])


def called(node: ast.Call) -> str:
    """The last part of what is called: now, for now() and for datetime.datetime.now()."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def impurities(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    numpy_names, math_names = aliases(tree, "numpy"), aliases(tree, "math")
    for line, name in imports(path, tree):
        if name not in PURE and not name.startswith("seawall."):
            yield line, f"imports {name}, which is not on the list of pure modules"
    for node in ast.walk(tree):
        match node:
            case ast.AsyncFunctionDef() | ast.AsyncFor() | ast.AsyncWith() | ast.Await():
                yield node.lineno, "async"
            case ast.Call() if called(node) in FORBIDDEN_CALLS:
                yield node.lineno, f"calls {called(node)}()"
            case ast.ImportFrom(module="decimal"):
                yield from named(node, lambda name: name in FORBIDDEN_CALLS)
            case ast.ImportFrom(module="math"):
                yield from named(node, lambda name: name not in INTEGER_MATH)
            case ast.ImportFrom(module="numpy"):
                yield from named(node, lambda name: name in NUMPY_IO_OR_LUCK)
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                if owner in math_names and attribute not in INTEGER_MATH:
                    yield node.lineno, f"math.{attribute} is not an integer function"
                if owner in numpy_names and attribute in NUMPY_IO_OR_LUCK:
                    yield node.lineno, f"numpy.{attribute}"
            case ast.Constant(value=float() | complex() as value) if path != BATCH_PRIMITIVE:
                yield node.lineno, f"float literal {value!r}"


def named(node: ast.ImportFrom, forbidden: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    names = (alias.name for alias in node.names if forbidden(alias.name))
    return ((node.lineno, f"imports {node.module}.{name}") for name in names)


def aliases(tree: ast.Module, module: str) -> set[str]:
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    return {alias.asname or alias.name for node in statements for alias in node.names if alias.name == module}


@pytest.mark.parametrize("path", sources())
def test_every_module_keeps_to_its_floor(path):
    assert faults(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_the_walk_meets_all_five_folders():
    assert {path.partition("/")[0] for path in sources()} == set(FOLDERS)


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("engine/a.py", "from seawall.server.store import Store", "uphill: engine imports seawall.server"),
        ("engine/a.py", "from seawall.v1 import dataset_pb2", "uphill: engine imports seawall.v1"),
        ("engine/a.py", "from ..clients import cli", "uphill: engine imports seawall.clients"),
        ("engine/a.py", "from .. import server", "uphill: engine imports seawall.server"),
        ("engine/deep/a.py", "from ...server import store", "uphill: engine imports seawall.server"),
        ("engine/a.py", "def f():\n    import seawall.server", "uphill: engine imports seawall.server"),
        ("server/a.py", "import seawall.clients.cli", "uphill: server imports seawall.clients"),
        ("server/a.py", "from seawall import clients, engine", "uphill: server imports seawall.clients"),
        ("server/a.py", "import seawall", "imports the namespace"),
        ("clients/a.py", "from seawall.engine import execute", "uphill: clients imports seawall.engine"),
        ("clients/a.py", "from seawall.server import main", "uphill: clients imports seawall.server"),
        ("clients/a.py", "importlib.import_module('seawall.server')", "uphill: clients imports seawall.server"),
        ("protos/build_hook.py", "from seawall.engine import execute", "uphill: protos imports seawall.engine"),
        ("server/a.py", "from tests.journeys import helpers", "imports tests"),
        ("engine/a.py", "import tests.bench", "imports tests"),
        ("tests/test_a.py", "import engine", "bare import of engine"),
        ("server/a.py", "from engine.month import step", "bare import of engine"),
        ("clients/a.py", "import server.store as store", "bare import of server"),
        ("tests/test_a.py", "from clients import cli", "bare import of clients"),
        ("engine/a.py", "async def f(): ...", "async"),
        ("engine/a.py", "d = datetime.datetime.now()", "calls now()"),
        ("engine/a.py", "d = date.today()", "calls today()"),
        ("engine/a.py", "t = open('x').read()", "calls open()"),
        ("engine/a.py", "t = path.open()", "calls open()"),
        ("engine/a.py", "print(1)", "calls print()"),
        ("engine/a.py", "decimal.getcontext().prec = 50", "calls getcontext()"),
        ("engine/a.py", "from decimal import getcontext as g", "imports decimal.getcontext"),
        ("engine/a.py", "import logging", "imports logging"),
        ("engine/a.py", "import os", "imports os"),
        ("engine/a.py", "import random", "imports random"),
        ("engine/a.py", "from time import monotonic", "imports time"),
        ("engine/a.py", "import sqlalchemy", "imports sqlalchemy"),
        ("engine/a.py", "import math\nx = math.sqrt(2)", "math.sqrt is not an integer function"),
        ("engine/a.py", "from math import exp", "imports math.exp"),
        ("engine/a.py", "import numpy as np\nx = np.random.default_rng()", "numpy.random"),
        ("engine/a.py", "from numpy import random", "imports numpy.random"),
        ("engine/a.py", "rate = 0.5", "float literal 0.5"),
        ("engine/a.py", "big = 1e9", "float literal 1000000000.0"),
    ],
)
def test_each_rule_can_fail(path, source, fault):
    assert any(fault in found for found in faults(path, source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engine/a.py", "from seawall.engine.month import step\nfrom .month import step\nfrom . import month"),
        ("engine/a.py", "import math\nimport numpy as np\nfrom decimal import Context\nx = math.lcm(360, 365)"),
        ("engine/a.py", '"""Once 0.5, print() and now() are only words."""\nopening = 5  # 0.5'),
        ("engine/numbers/batch.py", "half = 0.5"),
        ("server/a.py", "from seawall import engine\nfrom seawall.v1 import dataset_pb2\nprint(0.5)"),
        ("clients/a.py", "from seawall.v1 import dataset_pb2\nfrom .client import StressClient"),
        ("tests/test_a.py", "from seawall import engine, server\nfrom tests.journeys import x\nfrom .y import z"),
        ("protos/build_hook.py", "from grpc_tools import protoc"),
    ],
)
def test_what_is_allowed_passes(path, source):
    assert faults(path, source) == []
