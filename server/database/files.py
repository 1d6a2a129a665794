"""The files of a SQLite database, as SQLite does not look at them: what they are, and whether they are still those."""

import os
import stat
from pathlib import Path

from .database import DatabaseRefused, StoreUnavailable

BESIDE = ("wal", "shm", "journal")  #: how the names end of what SQLite keeps beside its file


def refuse_all_but_files(path: Path) -> None:
    """A pipe waits for ever, and a device has no end. SQLite opens what stands beside its file too."""
    for each in (path, *(Path(f"{os.path.realpath(path)}-{end}") for end in BESIDE)):
        try:
            mode = each.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            raise DatabaseRefused(f"{each} cannot be opened: {error.strerror}") from None
        if not stat.S_ISREG(mode):
            raise DatabaseRefused(
                f"{each} is {'a folder' if stat.S_ISDIR(mode) else 'a pipe, a device or a socket'}, no file"
            )


def why_not_opened(path: Path, writes: bool) -> str:
    """Why SQLite cannot open a file, which it does not say."""
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if path.exists() and not os.access(path, os.R_OK | (os.W_OK if writes else 0)):
        return f"this user may not {'read and write' if writes else 'read'} it"
    if writes and not os.access(path.parent, os.W_OK):
        return f"this user may not make the files beside it in {path.parent}"
    return "it is not there, or a file beside it cannot be opened"


def identity(path: Path) -> tuple[int, int]:
    """What stays the same while a file stays where it is."""
    try:
        status = path.stat()
    except OSError as error:
        raise StoreUnavailable(str(error)) from error
    return status.st_dev, status.st_ino


def stamp(path: Path) -> tuple[tuple[int, int], ...]:
    """What changes with every write to the file or its -wal."""
    paths = [path, Path(f"{os.path.realpath(path)}-wal")]
    return tuple((each.stat().st_mtime_ns, each.stat().st_size) for each in paths if each.exists())


def how_to_read(path: Path) -> dict[str, str]:
    """How to open a file so that nothing is written beside it, on a folder that may not be writable.

    An ordinary reader of a WAL file makes its -wal and -shm where they are missing, and fails where it cannot.
    """
    wal, shm, journal = (Path(f"{os.path.realpath(path)}-{end}") for end in BESIDE)
    if journal.exists() or (wal.exists() and shm.exists()):
        return {}  # somebody may be writing: read it together with them
    if wal.exists() and wal.stat().st_size:
        return {"vfs": "unix-none"}  # nobody has it open: without locks the index of the -wal is kept in memory
    return {"immutable": "1"}
