"""A folder that is there as a whole or not at all, whatever happens meanwhile."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..log.files import sync
from .manifest import BackupRefused

MODE = 0o700  #: evidence is for who runs the installation


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill. It gets its name at the end of the block, once all of it is on the disk; else it is removed.

    Raises `BackupRefused` where something has this name.
    """
    refuse_existing(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished(beside):
        yield beside
        for folder, _, files in os.walk(beside, topdown=False):
            for name in ("", *files):
                sync(Path(folder, name))
        refuse_existing(path)
        beside.rename(path)
    sync(path.parent)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A folder that is removed at the end of the block, where it still has this name."""
    try:
        try:
            path.mkdir(MODE)
        except OSError as error:
            raise BackupRefused(f"{path} cannot be made: {error}") from None
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def refuse_existing(*paths: Path) -> None:
    """Raises `BackupRefused` where one of these is there, even as a link that leads nowhere."""
    for path in paths:
        if os.path.lexists(path):
            raise BackupRefused(f"{path} is there already, and nothing is written over it: name another place")
