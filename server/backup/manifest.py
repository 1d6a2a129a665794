"""What a backup consists of: every file with its size and hash, and which release made it.

The evidence is a SQLite file whatever database it comes from, so that a backup can be read and verified anywhere. The
private key is in none.
"""

import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..log.tenants import has_log

MANIFEST = "manifest.json"
EVIDENCE = "evidence.db"
PUBLIC_KEY = "log.key.pub"
CHECKPOINTS = "checkpoints"
FORMAT = "seawall.backup.v1"
LARGEST_MANIFEST = 4 * 2**20  #: bytes, with a file for each of 10,000 tenants
KEYS = {"format", "release", "step", "source", "taken_at", "files"}


class BackupRefused(RuntimeError):
    """A backup that is not to be taken there, or that is damaged or incomplete."""


class FileHash(NamedTuple):
    """Of a file its size and its SHA-256, in hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`step` is that of the tables; `files` are by their path in the folder of the backup."""

    release: str
    step: str
    source: str
    taken_at: str
    files: dict[str, FileHash]

    @classmethod
    def of(cls, folder: Path, release: str, step: str, source: str, taken_at: str) -> "Manifest":
        """Of the files in a folder."""
        files = {name: _hash_of(folder / name) for name in _names_in(folder)}
        return cls(release, step, source, taken_at, files)

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(each.bytes for each in self.files.values())

    def write(self, folder: Path) -> None:
        """Into the folder of its files."""
        files = {name: each._asdict() for name, each in self.files.items()}
        document = {"format": FORMAT, **asdict(self), "files": files}
        (folder / MANIFEST).write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def check(self, folder: Path) -> None:
        """Raises `BackupRefused` unless the folder has these files as they were, and no other."""
        names = _names_in(folder)
        for name in sorted({*names, *self.files}):
            if name not in self.files:
                raise BackupRefused(f"{folder / name} does not belong to the backup: its {MANIFEST} does not name it")
            if name not in names:
                raise BackupRefused(f"{folder / name} is missing: the backup is incomplete")
            if _size_of(folder / name) != self.files[name].bytes or _hash_of(folder / name) != self.files[name]:
                raise BackupRefused(f"{folder / name} is damaged: its bytes are not those that {MANIFEST} has")


def read_manifest(folder: Path) -> Manifest:
    """What a backup says that it is; raises `BackupRefused` where it is none, or one of another format."""
    path = folder / MANIFEST
    try:
        _size_of(path)
        with path.open("rb") as file:
            document = json.loads(file.read(LARGEST_MANIFEST))
        return _read(document)
    except OSError as error:
        raise BackupRefused(f"{folder} is no backup, or an incomplete one: {path}: {error.strerror}") from None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BackupRefused(f"{path} is damaged: {error}") from None


def _read(document: Any) -> Manifest:
    """Raises an error of its values for what no release writes."""
    if not isinstance(document, dict) or document.keys() != KEYS:
        raise ValueError(f"it is no object of {', '.join(sorted(KEYS))}")
    if document.pop("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}")
    files = {name: FileHash(**each) for name, each in document.pop("files").items()}
    if EVIDENCE not in files or not all(map(_belongs, files)):
        raise ValueError(f"it must name {EVIDENCE}, and nothing but files of a backup")
    if not all(isinstance(text, str) for text in document.values()):
        raise ValueError("a value is no text")
    return Manifest(**document, files=files)


def _belongs(name: str) -> bool:
    folder, _, tenant = name.rpartition("/")
    return name in (EVIDENCE, PUBLIC_KEY) or (folder == CHECKPOINTS and has_log(tenant))


def _names_in(folder: Path) -> list[str]:
    """Every file but the manifest, and every link, which no backup has."""
    names = []
    for path, folders, files in os.walk(folder):
        names += [Path(path, name).relative_to(folder).as_posix() for name in files]
        names += [Path(path, name).relative_to(folder).as_posix() for name in folders if Path(path, name).is_symlink()]
    return sorted(set(names) - {MANIFEST})


def _size_of(path: Path) -> int:
    """Of a file, in bytes: a pipe would be read for ever, and a link leads out of the backup."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise BackupRefused(f"{path} is no file")
    return status.st_size


def _hash_of(path: Path) -> FileHash:
    with path.open("rb") as file:
        return FileHash(os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())
