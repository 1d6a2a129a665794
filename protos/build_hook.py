"""Turns the API into Python: hatchling runs this while it builds, and `make protos` after an edit.

The code is generated beside the .proto files and never committed. In a checkout the four folders are also linked under
build/dev/seawall, so that they have the same names as in an installed wheel.
"""

import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from grpc_tools import protoc
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
API = PROTOS / "seawall" / "v1"
PACKAGES = {"engine": ROOT / "engine", "server": ROOT / "server", "clients": ROOT / "clients", "v1": API}


class ApiHook(BuildHookInterface[Any]):
    """An sdist carries the .proto files and compiles them where it is installed; a wheel carries the code."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        compile_api()
        if version == "editable":
            link_packages()


def compile_api() -> None:
    """Generate messages, stubs and types for every .proto file, and drop what a removed one left behind."""
    sources = sorted(API.glob("*.proto"))
    if not sources:
        sys.exit(f"no .proto file in {API}")
    arguments = [
        "protoc",
        f"-I{PROTOS}",
        f"-I{files('grpc_tools') / '_proto'}",  # google.protobuf.Timestamp lives there
        f"--python_out={PROTOS}",
        f"--pyi_out={PROTOS}",
        f"--grpc_python_out={PROTOS}",
        *map(str, sources),
    ]
    if protoc.main(arguments) != 0:
        sys.exit("the .proto files do not compile")
    stems = {source.stem for source in sources}
    for generated in [*API.glob("*_pb2.py"), *API.glob("*_pb2.pyi"), *API.glob("*_pb2_grpc.py")]:
        if generated.name.rpartition("_pb2")[0] not in stems:
            generated.unlink()


def link_packages() -> None:
    """Link build/dev/seawall/NAME to each folder, relatively, so that a checkout may be moved."""
    namespace = ROOT / "build" / "dev" / "seawall"
    namespace.mkdir(parents=True, exist_ok=True)
    for name, folder in PACKAGES.items():
        link, target = namespace / name, os.path.relpath(folder, namespace)
        if not (link.is_symlink() and os.readlink(link) == target):
            link.unlink(missing_ok=True)
            link.symlink_to(target, target_is_directory=True)


if __name__ == "__main__":
    compile_api()
    link_packages()
