"""Files that are read again when they change: taken as a whole or not at all, and the last good value stays."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from .tables import FileRefused

SECONDS = 1.0  #: between two looks at the files

log = logging.getLogger("seawall.server")
T = TypeVar("T")


class Reads:
    """Reads files, and knows later whether one of them is another."""

    def __init__(self) -> None:
        self._states: dict[Path, tuple[int, ...]] = {}

    def read(self, path: Path, most_bytes: int) -> bytes:
        """The bytes of a file; raises `FileRefused` where it cannot be read or is larger."""
        self._states[path] = _state(path)
        try:
            with path.open("rb") as file:
                content = file.read(most_bytes + 1)
        except OSError as error:
            raise FileRefused(f"{path} cannot be read: {error.strerror or error}") from None
        if len(content) > most_bytes:
            raise FileRefused(f"{path} has more than {most_bytes} bytes")
        return content

    def changes(self) -> dict[Path, tuple[int, ...]]:
        """The files that were read and are others by now, or gone, each as it stands."""
        now = {path: _state(path) for path in self._states}
        return {path: state for path, state in now.items() if state != self._states[path]}


def _state(path: Path) -> tuple[int, ...]:
    """What differs between two files of one name, or between two contents of one file."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class Reloaded(Generic[T]):
    """A value that files say. The first reading raises what is wrong with them; a later one logs it."""

    def __init__(self, name: str, load: Callable[[Reads], T]) -> None:
        """`name` is what the log calls it; `load` raises `FileRefused`."""
        self._name, self._load, self._reads = name, load, Reads()
        self._changes: dict[Path, tuple[int, ...]] = {}
        self.value = load(self._reads)

    def reload(self) -> None:
        """Takes the files as they are now, if one has changed and none changes still: it may be half written."""
        changes, before = self._reads.changes(), self._changes
        self._changes = changes
        if not changes or changes != before:
            return
        reads = Reads()
        try:
            self.value = self._load(reads)
        except Exception as error:  # whatever is in a file: the watch goes on
            words = error if isinstance(error, FileRefused) else repr(error)
            log.error("The changed %s cannot be taken, and the last good one stays: %s", self._name, words)
        else:
            log.info("The changed %s is taken.", self._name)
        self._reads = reads

    async def watch(self) -> None:
        """Looks at the files every second, for as long as the task runs."""
        while True:
            await asyncio.sleep(SECONDS)
            await asyncio.to_thread(self.reload)
