"""The code of one language, by its plugins of buf.gen.yaml."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from google.rpc import error_details_pb2

ROOT = Path(__file__).resolve().parent.parent.parent
BUF = Path(sys.executable).parent / "buf"
TEMPLATE: Mapping[str, Any] = yaml.safe_load((ROOT / "buf.gen.yaml").read_text(encoding="utf-8"))


class Missing(Exception):
    """What a language needs is not on this machine; the text says what."""


def require(*commands: str) -> None:
    """Raises `Missing` unless these commands are on the PATH."""
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        raise Missing(f"not on the PATH: {', '.join(missing)}")


def generate(
    folder: str, *, error_details: bool = False, environment: Mapping[str, str] = MappingProxyType({})
) -> None:
    """What goes to `folder` by buf.gen.yaml, made anew; with the messages of google.rpc where a language has none."""
    plugins = [plugin for plugin in TEMPLATE["plugins"] if plugin["out"] == folder]
    shutil.rmtree(ROOT / folder, ignore_errors=True)
    inputs = [["protos"]]
    if error_details:
        details = Path(error_details_pb2.__file__).with_name("error_details.proto")
        inputs.append([str(details.parents[2]), "--path", str(details)])
    for words in inputs:
        template = json.dumps({"version": TEMPLATE["version"], "plugins": plugins})
        run(str(BUF), "generate", *words, "--template", template, environment=environment)


def run(*command: str, folder: Path = ROOT, environment: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run to its end, with its output shown; raises CalledProcessError where it fails."""
    subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=True, timeout=600)
