"""The files that come with the client, by their names."""

from importlib.resources import as_file
from importlib.resources import files as resources
from pathlib import Path

from .. import files
from ..files.kinds import SCENARIO
from ..files.tree import Fields, FileFault, FileRefused, Place
from . import input_files

SCENARIOS = ("base", "mild", "moderate", "severe", "workout")  #: each is a file, scenario_NAME.yaml


def example(file_name: str) -> Fields:
    """An example as a tree, whose faults name it like any other file."""
    with as_file(resources("seawall.clients") / "examples" / file_name) as path:
        return files.load(path)


def _named(name: str) -> Fields:
    """The scenario of a name, which also stands for its file in what is said of it."""
    file = resources("seawall.clients") / "examples" / f"scenario_{name}.yaml"
    return files.read_yaml(name, file.read_text(encoding="utf-8"))


def scenario(text: str) -> Fields:
    """The scenario in a file; a word without a suffix is the name of an example, one of `SCENARIOS`."""
    if text in SCENARIOS:
        return _named(text)
    if not Path(text).suffix:
        allowed = f"{', '.join(SCENARIOS)}, or a file: {input_files.FORMS}"
        raise FileRefused([FileFault(Place(text), "", "no scenario of this name", allowed)])
    return input_files.load(text, SCENARIO)
