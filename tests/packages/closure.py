"""An interpreter that has what one form brings, and nothing else: the rest of this environment is refused.

Which distributions a form brings is read from the metadata, however indirectly; which modules, from their files. A
`sitecustomize` sets it up, so that it also holds for the processes that a command starts.
"""

import os
import sys
from importlib.metadata import distribution, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SITE = '''"""Made by tests/packages/closure.py: finds the modules and the distributions of one form only."""
import re
import sys

MODULES = {modules!r}
DISTRIBUTIONS = {distributions!r}


class Only:
    def __init__(self, finders):
        self.finders = finders

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in MODULES and not top.startswith("_sysconfigdata_"):  # Python's own, but not in its list
            return None
        specs = (finder.find_spec(name, path, target) for finder in self.finders)
        return next((spec for spec in specs if spec), None)

    def find_distributions(self, *context):
        for finder in self.finders:
            for distribution in getattr(finder, "find_distributions", lambda *_: ())(*context):
                if re.sub("[-_.]+", "-", distribution.metadata["Name"]).lower() in DISTRIBUTIONS:
                    yield distribution


sys.meta_path[:] = [Only(sys.meta_path[:])]
'''


def environment(extras: tuple[str, ...], folder: Path) -> dict[str, str]:
    """The environment in which Python has only what `seawall[extras]` brings; `folder` keeps what sets it up."""
    distributions = closure(extras)
    modules = {"seawall", *sys.stdlib_module_names}
    for name in distributions - {"seawall"}:
        modules |= modules_of(name)
    text = SITE.format(modules=sorted(modules), distributions=sorted(distributions))
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    other_variables = {name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")}
    return {**other_variables, "PYTHONPATH": str(folder)}


def closure(extras: tuple[str, ...]) -> set[str]:
    """Every distribution that `pip install seawall[extras]` brings, itself included."""
    pending, visited = [("seawall", extra) for extra in ("", *extras)], set()
    while pending:
        name, extra = pending.pop()
        if (name, extra) in visited:
            continue
        visited.add((name, extra))
        for requirement in map(Requirement, requires(name) or []):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                pending += [(canonicalize_name(requirement.name), further) for further in ("", *requirement.extras)]
    return {name for name, _ in visited}


def modules_of(name: str) -> set[str]:
    """The names under which a distribution is imported."""
    tops = {file.parts[0] for file in distribution(name).files or ()}
    return {top.partition(".")[0] for top in tops if not top.endswith((".dist-info", ".pth"))} - {"", "__pycache__"}
