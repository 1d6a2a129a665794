"""What a fresh machine installs is what was tested, and the contract's code runs on every version we say it runs on."""

import re
import tomllib
from importlib.metadata import entry_points, requires
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TESTED_PYTHONS = ("3.11", "3.12", "3.13")
PACKAGES = ("seawall.engine", "seawall.server", "seawall.clients", "seawall.v1")

BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
BASE = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = {
    extra: [Requirement(line) for line in lines] for extra, lines in PROJECT["project"]["optional-dependencies"].items()
}

TESTED = EXTRAS.keys() - {"docs"}  #: the extras that a run of the tests has installed


def floor(requirements: list[Requirement], name: str) -> Version:
    """The one version after >= or == of the requirement called `name`."""
    (match,) = (requirement for requirement in requirements if requirement.name == name)
    (version,) = (Version(clause.version) for clause in match.specifier if clause.operator in (">=", "=="))
    return version


def generated(pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (ROOT / "protos/seawall/v1").glob(pattern)]


def test_the_generator_is_pinned_alike_for_a_build_for_development_and_for_the_docs():
    assert floor(BUILD, "grpcio-tools") == floor(EXTRAS["dev"], "grpcio-tools")
    assert floor(BUILD, "grpcio-tools") == floor(EXTRAS["docs"], "grpcio-tools")
    assert [str(r.specifier) for r in BUILD if r.name == "grpcio-tools"] == [f"=={floor(BUILD, 'grpcio-tools')}"]


def test_grpcio_is_asked_for_as_new_as_its_generator_and_as_the_generated_code_checks():
    checked = {m for text in generated("*_pb2_grpc.py") for m in re.findall(r"GRPC_GENERATED_VERSION = '(.+)'", text)}
    assert {floor(BUILD, "grpcio-tools"), floor(BASE, "grpcio")} == {Version(version) for version in checked}


def test_protobuf_is_asked_for_as_new_as_the_generated_code_checks():
    check = re.compile(r"ValidateProtobufRuntimeVersion\(\s*\S+PUBLIC,\s*(\d+),\s*(\d+),\s*(\d+),")
    checked = {".".join(m) for text in generated("*_pb2.py") for m in check.findall(text)}
    assert {floor(BASE, "protobuf")} == {Version(version) for version in checked}


def test_the_grpc_companions_are_no_older_than_the_generator():
    companions = [r for r in [*BASE, *EXTRAS["server"]] if r.name.startswith("grpcio-")]
    assert {floor(companions, r.name) for r in companions} == {floor(BUILD, "grpcio-tools")}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_that_it_is_typed(package):
    assert files(package).joinpath("py.typed").is_file()


def test_the_contract_is_at_hand_beside_its_code():
    assert [path.name for path in files("seawall.v1").iterdir() if path.name.endswith(".proto")]


def test_the_command_is_declared():
    (command,) = entry_points(group="console_scripts", name="seawall")
    assert command.value == "seawall.clients.cli.main:main"


@pytest.mark.parametrize("python", TESTED_PYTHONS)
def test_every_requirement_has_exactly_one_tested_version(python):
    assert without_one_version(python, [*BUILD, *BASE, *(line for extra in TESTED for line in EXTRAS[extra])]) == {}


@pytest.mark.parametrize("python", TESTED_PYTHONS)
def test_what_builds_the_docs_has_exactly_one_tested_version(python):
    pytest.importorskip("sphinx", reason="make docs installs what builds the docs, and runs this")
    assert without_one_version(python, EXTRAS["docs"]) == {}


@pytest.mark.parametrize("python", TESTED_PYTHONS)
def test_every_tested_version_is_one_that_is_asked_for(python):
    for requirement in [*BUILD, *BASE, *(r for extra in EXTRAS.values() for r in extra if r.name != "seawall")]:
        (version,) = pins(python)[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, requirement


def test_the_tested_pythons_are_the_declared_ones():
    declared = re.findall(r"Programming Language :: Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert tuple(declared) == TESTED_PYTHONS
    assert PROJECT["project"]["requires-python"] == f">={TESTED_PYTHONS[0]}"


def without_one_version(python: str, requirements: list[Requirement]) -> dict[str, list[Version]]:
    """Name -> its versions in constraints.txt, of what these bring and what is not there exactly once."""
    pinned, names = pins(python), sorted(map(canonicalize_name, needed(requirements)))
    return {name: pinned.get(name, []) for name in names if len(pinned.get(name, [])) != 1}


def pins(python: str) -> dict[str, list[Version]]:
    """Name -> the versions that constraints.txt holds for this Python on Linux."""
    versions: dict[str, list[Version]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line)
            (clause,) = requirement.specifier
            assert clause.operator == "==", line
            if requirement.marker is None or requirement.marker.evaluate({"python_version": python}):
                versions.setdefault(canonicalize_name(requirement.name), []).append(Version(clause.version))
    return versions


def needed(requirements: list[Requirement]) -> set[str]:
    """Every distribution that these requirements bring, however indirectly."""
    pending = [*requirements]
    visited: set[tuple[str, str]] = set()
    while pending:
        requirement = pending.pop()
        for extra in ["", *requirement.extras]:
            if (requirement.name, extra) in visited or requirement.name == "seawall":
                continue
            visited.add((requirement.name, extra))
            below = map(Requirement, requires(requirement.name) or [])
            pending += [r for r in below if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {name for name, _ in visited}
