"""The file of default quotas, which hold for every tenant without its own: TOML, read again when it changes.

A file that is wrong keeps a server from starting. Under a running one the last good file goes on to hold.
"""

import logging
import tomllib
from pathlib import Path
from typing import Any

from seawall.engine import Refused

from ..documents.accounts import QuotaEntry
from ..log.files import stamp
from ..log.tenants import LOCAL
from .quotas import NAMES, Limits

log = logging.getLogger("seawall.server")

MOST_BYTES = 2**16  #: that are read of it


class QuotaFileRefused(RuntimeError):
    """A file of quotas that cannot be read, or says something else than quotas."""


class QuotaFile:
    """The defaults; without a file nothing is limited."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self.limits: Limits = {}
        if path:
            self._stamp, self.limits = stamp(path), read_quota_file(path)

    def reload(self) -> None:
        """Takes a file that was changed; one that is wrong is said once, and changes nothing."""
        if self._path is None or (now := stamp(self._path)) == self._stamp:
            return
        self._stamp = now
        try:
            self.limits = read_quota_file(self._path)
            log.info("Default quotas are those of the changed %s", self._path)
        except QuotaFileRefused as error:
            log.warning("Default quotas stay as they were: %s", error)


def read_quota_file(path: Path) -> Limits:
    """The limits of a file; `QuotaFileRefused` with its path, the key, what was found and what is allowed."""
    if path.exists() and not path.is_file():  # to open a pipe would wait for who writes to it
        raise QuotaFileRefused(f"{path} is no file")
    try:
        with path.open("rb") as file:
            content = tomllib.loads(file.read(MOST_BYTES).decode())
    except OSError as error:
        raise QuotaFileRefused(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise QuotaFileRefused(f"{path} is no TOML: {error}") from None
    for name in content:
        if name not in NAMES:
            raise QuotaFileRefused(f"{path}: found the key {name!r}, allowed: {', '.join(NAMES)}")
    limits = {name: _text(limit) for name, limit in content.items()}
    try:
        QuotaEntry(LOCAL, **limits)
    except Refused as error:
        faults = "; ".join(f"{fault.field}: found {fault.value}, allowed: {fault.allowed}" for fault in error.faults)
        raise QuotaFileRefused(f"{path}: {faults}") from None
    return limits


def _text(limit: Any) -> str:
    """A whole number as a text; what is no limit stays as it is, to be refused."""
    return str(limit) if isinstance(limit, int) and not isinstance(limit, bool) else limit
