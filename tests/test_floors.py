"""Imports point downhill, and the engine stays a sum: same arguments, same bytes, for ever.

Between packages: tests -> everything; clients -> v1; server -> engine, v1; engine, v1 -> nobody, each by its installed
name. Inside a package a folder is a room, a step of the method: it imports earlier rooms only, and relatively.
`python -m tests.test_floors` prints the rooms and what was counted in them.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

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

#: The rooms of each package, earliest first. What stands beside them, above all rooms, comes last in its own order.
ABOVE = "."
ROOMS = {
    "engine": [
        *"values sentences numbers tape inputs debt compile month assessment horizon".split(),
        *"preview echo reports analysis sweeps".split(),
        *(ABOVE, "execute", "beside", "analyse", "__init__"),
    ],
    "server": [
        *"addresses refusals documents log identity observing work database settings".split(),
        *"store accounts sweeping verification backup wire services".split(),
        *(ABOVE, "run", "stopping", "operate", "backups", "administer", "commands", "__init__", "__main__"),
    ],
    "clients": [*"verify client files facts sheets report page workbook cli".split(), *(ABOVE, "__init__")],
}

PURE = frozenset(
    "__future__ array bisect calendar collections collections.abc dataclasses datetime decimal enum fractions functools"
    " hashlib heapq itertools json math numba numpy numpy.typing operator re string struct threading types"
    " typing".split()
)
INTEGER_MATH = frozenset("comb factorial gcd isqrt lcm perm prod".split())
FORBIDDEN_CALLS = frozenset(
    "__import__ breakpoint eval exec getcontext getLogger input now open print setcontext today utcnow".split()
)
NUMPY_IO_OR_LUCK = frozenset("fromfile genfromtxt load loadtxt memmap random save savetxt savez tofile".split())
#: A float64 estimates a quotient there, and integers decide it.
ESTIMATES = frozenset(("engine/numbers/batch.py", "engine/tape/compiled.py"))


def sources() -> list[str]:
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "_pb2" not in path.name)
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def faults(path: str, source: str) -> list[str]:
    """What is wrong with the module at `path` (relative to the top folder), each as 'line: what'."""
    tree = ast.parse(source, path)
    lines = [*uphill(path, tree), *out_of_room(path, tree)]
    if path.startswith("engine/"):
        lines += impurities(path, tree)
    return [f"{line}: {what}" for line, what in sorted(lines)]


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


def out_of_room(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports inside a package that are not relative, or lead to a later room."""
    package = path.partition("/")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            written = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
            if package in FLOORS and package != "protos" and f"{written}.".startswith(f"seawall.{package}."):
                yield node.lineno, f"inside {package} imports are relative: {written}"
    if package in ROOMS:
        own = step_of(path)
        for line, name in imports(path, tree):
            target = imported_step(package, name)
            if target and ROOMS[package].index(target) > ROOMS[package].index(own):
                yield line, f"back: {own} imports {target}"


def step_of(path: str) -> str:
    """The room of a module, or its own name where it stands above the rooms."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[1]


def imported_step(package: str, name: str) -> str:
    """The room, or the module above the rooms, that an absolute name of this package leads to; else nothing."""
    parts = name.split(".")
    if parts[:2] != ["seawall", package]:
        return ""
    return parts[2] if len(parts) > 2 and parts[2] in ROOMS[package] else "__init__"


def imports(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Absolute name of every module that is imported: as a statement, relatively, or by a call with a literal name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute(path, node)
            if module in ("seawall", "", *(f"seawall.{package}" for package in ROOMS)):
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
            case ast.Constant(value=float() | complex() as value) if path not in ESTIMATES:
                yield node.lineno, f"float literal {value!r}"


def named(node: ast.ImportFrom, forbidden: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    names = (alias.name for alias in node.names if forbidden(alias.name))
    return ((node.lineno, f"imports {node.module}.{name}") for name in names)


def aliases(tree: ast.Module, module: str) -> set[str]:
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    return {alias.asname or alias.name for node in statements for alias in node.names if alias.name == module}


class Room(NamedTuple):
    """What was counted in one room."""

    name: str
    modules: int
    lines: int
    longest: str
    back_arrows: int


def survey(package: str) -> Iterator[Room]:
    """The rooms of a package in their order, with what stands above them."""
    for name in ROOMS[package]:
        modules = [path for path in sources() if path.startswith(f"{package}/") and step_of(path) == name]
        texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in modules}
        lengths = {path: len(text.splitlines()) for path, text in texts.items()}
        arrows = sum(1 for path, text in texts.items() for _ in out_of_room(path, ast.parse(text)))
        if modules:
            longest = max(lengths, key=lambda path: lengths[path])
            yield Room(name, len(modules), sum(lengths.values()), f"{lengths[longest]} {longest}", arrows)


@pytest.mark.parametrize("package", ROOMS)
def test_every_folder_is_a_room_and_says_what_it_is_for(package):
    folders = {path.name for path in (ROOT / package).iterdir() if path.is_dir() and any(path.glob("*.py"))}
    rooms = {
        step for step in ROOMS[package][: ROOMS[package].index(ABOVE)] if not (ROOT / package / f"{step}.py").exists()
    }
    assert folders == rooms
    for room in rooms:
        listing = (
            ast.get_docstring(ast.parse((ROOT / package / room / "__init__.py").read_text(encoding="utf-8"))) or ""
        )
        modules = {path.stem for path in (ROOT / package / room).glob("*.py")} - {"__init__"}
        named = {name for line in re.findall(r"^- (.+?):", listing, re.MULTILINE) for name in line.split(", ")}
        assert named == modules, room


@pytest.mark.parametrize("path", sources())
def test_every_module_keeps_to_its_floor(path):
    assert faults(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_the_walk_meets_all_five_folders():
    assert {path.partition("/")[0] for path in sources()} == set(FOLDERS)


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("engine/values/a.py", "from seawall.server.store import Store", "uphill: engine imports seawall.server"),
        ("engine/values/a.py", "from seawall.v1 import dataset_pb2", "uphill: engine imports seawall.v1"),
        ("engine/values/a.py", "from ...clients import cli", "uphill: engine imports seawall.clients"),
        ("engine/values/a.py", "from ... import server", "uphill: engine imports seawall.server"),
        ("engine/values/a.py", "from ...server import store", "uphill: engine imports seawall.server"),
        ("engine/values/a.py", "def f():\n    import seawall.server", "uphill: engine imports seawall.server"),
        ("engine/values/a.py", "from ..month.state import State", "back: values imports month"),
        ("engine/debt/a.py", "from .. import execute", "back: debt imports execute"),
        ("engine/month/a.py", "from ..reports import report", "back: month imports reports"),
        ("engine/month/a.py", "from .. import MODEL", "back: month imports __init__"),
        ("engine/month/a.py", "from seawall.engine.values.units import NANO", "inside engine imports are relative"),
        ("server/log/a.py", "from ..database.tables import records", "back: log imports database"),
        ("clients/cli/a.py", "from seawall.clients import files", "inside clients imports are relative"),
        ("clients/files/a.py", "from .. import report", "back: files imports report"),
        ("clients/report/a.py", "from ..cli.extras import require", "back: report imports cli"),
        ("clients/verify.py", "from .client import StressClient", "back: verify imports client"),
        ("server/log/a.py", "import seawall.clients.cli.main", "uphill: server imports seawall.clients"),
        ("server/log/a.py", "from seawall import clients, engine", "uphill: server imports seawall.clients"),
        ("server/log/a.py", "import seawall", "imports the namespace"),
        ("clients/cli/a.py", "from seawall.engine import execute", "uphill: clients imports seawall.engine"),
        ("clients/cli/a.py", "from seawall.server import main", "uphill: clients imports seawall.server"),
        ("clients/cli/a.py", "importlib.import_module('seawall.server')", "uphill: clients imports seawall.server"),
        ("protos/build_hook.py", "from seawall.engine import execute", "uphill: protos imports seawall.engine"),
        ("server/log/a.py", "from tests.journeys import helpers", "imports tests"),
        ("engine/values/a.py", "import tests.bench", "imports tests"),
        ("tests/test_a.py", "import engine", "bare import of engine"),
        ("server/log/a.py", "from engine.month import step", "bare import of engine"),
        ("clients/cli/a.py", "import server.store as store", "bare import of server"),
        ("tests/test_a.py", "from clients import cli", "bare import of clients"),
        ("engine/values/a.py", "async def f(): ...", "async"),
        ("engine/values/a.py", "d = datetime.datetime.now()", "calls now()"),
        ("engine/values/a.py", "d = date.today()", "calls today()"),
        ("engine/values/a.py", "t = open('x').read()", "calls open()"),
        ("engine/values/a.py", "t = path.open()", "calls open()"),
        ("engine/values/a.py", "print(1)", "calls print()"),
        ("engine/values/a.py", "decimal.getcontext().prec = 50", "calls getcontext()"),
        ("engine/values/a.py", "from decimal import getcontext as g", "imports decimal.getcontext"),
        ("engine/values/a.py", "import logging", "imports logging"),
        ("engine/values/a.py", "import os", "imports os"),
        ("engine/values/a.py", "import random", "imports random"),
        ("engine/values/a.py", "from time import monotonic", "imports time"),
        ("engine/values/a.py", "import sqlalchemy", "imports sqlalchemy"),
        ("engine/values/a.py", "import math\nx = math.sqrt(2)", "math.sqrt is not an integer function"),
        ("engine/values/a.py", "from math import exp", "imports math.exp"),
        ("engine/values/a.py", "import numpy as np\nx = np.random.default_rng()", "numpy.random"),
        ("engine/values/a.py", "from numpy import random", "imports numpy.random"),
        ("engine/values/a.py", "rate = 0.5", "float literal 0.5"),
        ("engine/values/a.py", "big = 1e9", "float literal 1000000000.0"),
    ],
)
def test_each_rule_can_fail(path, source, fault):
    assert any(fault in line for line in faults(path, source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engine/execute.py", "from .month.month import step\nfrom .month import month"),
        (
            "engine/month/a.py",
            "from . import waterfall\nfrom .waterfall import settle\nfrom ..values.units import NANO",
        ),
        ("server/services/a.py", "from ..store.store import Store\nfrom seawall.engine.values.units import NANO"),
        ("engine/values/a.py", "import math\nimport numpy as np\nfrom decimal import Context\nx = math.lcm(360, 365)"),
        ("engine/values/a.py", '"""Once 0.5, print() and now() are only words."""\nopening = 5  # 0.5'),
        ("engine/numbers/batch.py", "half = 0.5"),
        ("server/log/a.py", "from seawall import engine\nfrom seawall.v1 import dataset_pb2\nprint(0.5)"),
        ("clients/cli/a.py", "from seawall.v1 import dataset_pb2\nfrom ..client import StressClient"),
        ("tests/test_a.py", "from seawall import engine, server\nfrom tests.journeys import x\nfrom .y import z"),
        ("protos/build_hook.py", "from grpc_tools import protoc"),
    ],
)
def test_what_is_allowed_passes(path, source):
    assert faults(path, source) == []


if __name__ == "__main__":
    for package in ROOMS:
        for room in survey(package):
            counts = f"{room.modules:3} modules {room.lines:5} lines {room.back_arrows} arrows back"
            print(f"{package}/{room.name:14}{counts}, longest {room.longest}")
