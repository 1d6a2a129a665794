"""Files that are there as a whole or not at all, whatever happens meanwhile."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Replaces a file: the new bytes reach the disk before they take the old one's place.

    Where the path is a link it stays one, and what it leads to is replaced.
    """
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    beside = os.path.join(folder, f".{name}.{os.getpid()}")
    try:
        with _opened(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode) as descriptor:
            left = memoryview(text.encode())
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        os.replace(beside, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise
    sync(folder)


def stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is replaced or written; None where there is none, or nobody may look."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def lock_of(path: Path) -> Path:
    """The file beside a file that is locked in its place, since each replacement of that is another file."""
    path = Path(os.path.realpath(path))
    return path.with_name(f".{path.name}.lock")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A lock for a file and who replaces it; its own file stays.

    Raises `BlockingIOError` at once where somebody else has the lock: they may never release it.
    """
    with _opened(lock_of(path), os.O_RDWR | os.O_CREAT) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def sync(path: Path | str) -> None:
    """Onto the disk with a file, or with the names in a folder: a rename is only as lasting as that."""
    with _opened(path, os.O_RDONLY) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _opened(path: Path | str, flags: int, mode: int = 0o644) -> Iterator[int]:
    descriptor = os.open(path, flags, mode)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
