"""What the base install leaves out: each extra is loaded where it is used, and named where it is missing."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires


class ExtraMissing(RuntimeError):
    """What a command needs is not installed; the text names the extra that brings it."""


def require(extra: str, what: str) -> None:
    """Raises `ExtraMissing` unless all that an extra brings is installed; `what` needs it."""
    missing = [name for name in brought_by(extra) if not _installed(name)]
    if missing:
        raise ExtraMissing(f"{what} (no {', '.join(missing)}): python -m pip install 'seawall[{extra}]'")


def brought_by(extra: str) -> Iterator[str]:
    """The distributions that an extra names, as the metadata of this install has them."""
    for line in requires("seawall") or ():
        requirement, _, marker = line.partition(";")
        if re.search(rf"\bextra == ['\"]{extra}['\"]", marker):
            yield re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
