"""A disk that forgets what was not synced, under SQLite.

A VFS of apsw passes everything on to the real files and writes it down: every write, truncation, sync and deletion, and
between them the commits that were acknowledged. From that list a disk can be made as a power cut at any point could
have left it: what was synced is there, of the rest each sector may be there, or torn, or not.
"""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

SECTOR = 512


@dataclass
class Recording:
    """What happened to the files, in order: (what, file, ...)."""

    events: list = field(default_factory=list)

    def acknowledged(self, number):
        self.events.append(("acknowledged", number))


class Disk(apsw.VFS):
    """Writes down what happens to the files of a database."""

    def __init__(self, name: str, recording: Recording) -> None:
        self.recording = recording
        super().__init__(name, "")

    def xOpen(self, name, flags):
        return File(self.recording, name, flags)

    def xDelete(self, name, sync):
        self.recording.events.append(("delete", Path(name).name))
        super().xDelete(name, sync)


class File(apsw.VFSFile):
    """One of them."""

    def __init__(self, recording, name, flags):
        self.events = recording.events
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "").name
        super().__init__("", name, flags)

    def xWrite(self, data, offset):
        self.events.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self.events.append(("truncate", self.name, size))
        super().xTruncate(size)

    def xSync(self, flags):
        super().xSync(flags)
        self.events.append(("sync", self.name))


def cut(recording: Recording, end: int, random: Random) -> tuple[dict[str, bytes], int]:
    """The files as a power cut after `end` events may leave them, and how many commits were acknowledged by then."""
    files: dict[str, bytearray] = {}
    pending: dict[str, list] = {}
    acknowledged = 0
    for what, *details in recording.events[:end]:
        if what == "acknowledged":
            (acknowledged,) = details
        elif what == "sync":
            for change in pending.pop(details[0], []):
                apply(files, *change)
        elif what == "delete":
            files.pop(details[0], None)
            pending.pop(details[0], None)
        else:
            pending.setdefault(details[0], []).append((what, *details))
    for changes in pending.values():
        for change in changes:
            survive(files, change, random)
    return {name: bytes(body) for name, body in files.items()}, acknowledged


def survive(files, change, random):
    """An unsynced change: there, not there, or some of its sectors."""
    what, name, *details = change
    if what == "truncate":
        if random.random() < 0.5:
            apply(files, *change)
        return
    offset, data = details
    fate = random.choice(("there", "gone", "torn"))
    for start in range(0, len(data), SECTOR):
        if fate == "there" or (fate == "torn" and random.random() < 0.5):
            apply(files, "write", name, offset + start, data[start : start + SECTOR])


def apply(files, what, name, place, data=b""):
    body = files.setdefault(name, bytearray())
    if what == "truncate":
        del body[place:]
        return
    if len(body) < place + len(data):
        body.extend(bytes(place + len(data) - len(body)))
    body[place : place + len(data)] = data
