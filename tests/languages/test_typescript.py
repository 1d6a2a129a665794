"""Without node: what the TypeScript package installs is what it names, and its code names what the API has."""

import json
import re
import tomllib

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import error_details_pb2

from tests.languages.__main__ import TYPESCRIPT
from tests.languages.generate import ROOT, TEMPLATE

PACKAGE = json.loads((TYPESCRIPT / "package.json").read_text(encoding="utf-8"))
LOCK_TEXT = (TYPESCRIPT / "package-lock.json").read_text(encoding="utf-8")
LOCK = json.loads(LOCK_TEXT)
NAMED = {**PACKAGE["dependencies"], **PACKAGE["devDependencies"]}
SOURCES = sorted([*TYPESCRIPT.glob("src/*.ts"), *TYPESCRIPT.glob("test/*.ts")])
#: import { a, type B } from "../gen/FILE_pb.js"
IMPORT = re.compile(r'import (?:type )?\{([^}]*)\} from "\.\./gen/([\w/]+)_pb\.js"')


def test_the_lock_file_holds_exactly_what_the_package_names():
    (root,) = (entry for path, entry in LOCK["packages"].items() if path == "")
    assert {**root["dependencies"], **root["devDependencies"]} == NAMED
    assert {name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in NAMED} == NAMED
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert PACKAGE["version"] == LOCK["version"] == root["version"] == project["version"]


def test_everything_is_pinned_by_its_hash_and_no_registry_is_named():
    installed = [entry for path, entry in LOCK["packages"].items() if path]
    assert all(re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", entry["integrity"]) for entry in installed)
    assert "resolved" not in LOCK_TEXT
    assert "://" not in LOCK_TEXT


def test_what_one_package_demands_of_another_is_there():
    for path, entry in LOCK["packages"].items():
        for peer, demanded in entry.get("peerDependencies", {}).items():
            version = LOCK["packages"][f"node_modules/{peer}"]["version"]
            assert version == demanded or _is_newer_minor(version, demanded), (path, peer)


def _is_newer_minor(version, demanded):
    """2.12.0 where ^2.7.0 is demanded."""
    if demanded[0] != "^":
        return demanded == "*"
    numbers, least = ([int(number) for number in text.split(".")] for text in (version, demanded[1:]))
    return numbers[0] == least[0] and numbers >= least


def test_the_generator_is_as_new_as_the_runtime():
    assert NAMED["@bufbuild/protoc-gen-es"] == NAMED["@bufbuild/protobuf"]
    generator = next(plugin["local"] for plugin in TEMPLATE["plugins"] if plugin["out"] == "clients/typescript/gen")
    assert generator == "clients/typescript/node_modules/.bin/protoc-gen-es"
    assert f"protoc-gen-es {NAMED['@bufbuild/protoc-gen-es']}" in (ROOT / "buf.gen.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_name_that_the_code_takes_from_the_api_is_there(path):
    image = FileDescriptorSet.FromString((ROOT / "tests" / "contract" / "v1.binpb").read_bytes())
    files = {file.name: file for file in image.file}
    details = files["google/rpc/error_details.proto"] = FileDescriptorSet().file.add()
    error_details_pb2.DESCRIPTOR.CopyToProto(details)
    for names, module in IMPORT.findall(path.read_text(encoding="utf-8")):
        file = files[f"{module}.proto"]
        there = {thing.name for things in (file.message_type, file.enum_type, file.service) for thing in things}
        imported = {name.strip().removeprefix("type ").removesuffix("Schema") for name in names.split(",")} - {""}
        assert imported <= there, module


def test_the_names_of_the_api_are_found():
    client = (TYPESCRIPT / "src" / "client.ts").read_text(encoding="utf-8")
    assert {module for _, module in IMPORT.findall(client)} == {
        "seawall/v1/evidence_service",
        "seawall/v1/stress_service",
    }
