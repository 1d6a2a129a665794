"""Database files whose bytes an adversary wrote, past SQLite: pages, trees, and what stands in the place of a file."""

import os
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.faults.scale import times
from tests.places import Place

Change = Callable[[Place], Any]  #: what makes the file of a place hostile
LEAF, INTERIOR = 13, 5  #: the first byte of a page of a table


def of_bytes(change: Callable[[bytearray], bytes | bytearray]) -> Change:
    """Other bytes in the file."""

    def rewrite(place: Place) -> None:
        path = Path(place.database)
        path.write_bytes(change(bytearray(path.read_bytes())))

    return rewrite


def garbage_from(share: float) -> Change:
    """Pages of garbage, from a place in the file on."""

    def change(file: bytearray) -> bytearray:
        start = int(len(file) * share)
        file[start : start + 16_384] = bytes(range(256)) * 64
        return file

    return of_bytes(change)


def deep_tree(place: Place) -> None:
    """The records as a tree of one page a level, deeper than any stack."""
    _grow(place, levels=times(60_000, 200_000), children=1)


def endless_tree(place: Place) -> None:
    """The records as few pages, each of which leads to the next one 200 times: more rows than atoms."""
    _grow(place, levels=15, children=200)


def _grow(place: Place, levels: int, children: int) -> None:
    path, ((size,),) = Path(place.database), place.rows("PRAGMA page_size")
    ((root,),) = place.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'records'")
    file = bytearray(path.read_bytes())
    count = len(file) // size
    own = file[(root - 1) * size : root * size]
    if own[0] != LEAF:
        (right,) = struct.unpack(">I", own[8:12])
        own = file[(right - 1) * size : right * size]
    file[(root - 1) * size : root * size] = _interior(size, count + 1, children)
    struct.pack_into(">I", file, 28, count + levels + 1)
    with path.open("wb") as output:
        output.write(file)
        for level in range(levels):
            output.write(_interior(size, count + level + 2, children))
        output.write(own)


def _interior(size: int, child: int, children: int) -> bytes:
    """A page of a tree whose children are all the same page."""
    cells = b"".join(struct.pack(">IB", child, number % 128) for number in range(children))
    start = size - len(cells)
    pointers = b"".join(struct.pack(">H", start + 5 * number) for number in range(children))
    return (struct.pack(">BHHHBI", INTERIOR, 0, children, start, 0, child) + pointers).ljust(start, b"\0") + cells


def foreign_wal(place: Place) -> None:
    """The -wal of another database, whose pages are good there."""
    other = Path(place.database).with_name("other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for number in range(20):
            connection.execute(f"CREATE TABLE t{number} (a)")
        shutil.copy(f"{other}-wal", f"{place.database}-wal")


def with_a_hole(place: Place) -> None:
    """A terabyte of nothing at the end of the file, whose header counts all these pages."""
    path = Path(place.database)
    with path.open("r+b") as file:
        file.seek(28)
        file.write(struct.pack(">I", 2**28))
    os.truncate(path, 2**40)


def free_list_in_a_circle(place: Place) -> None:
    """The first page of those that are free leads to itself."""
    place.rows("CREATE TABLE gone (a)")
    place.rows("INSERT INTO gone SELECT zeroblob(100000)")
    place.rows("DROP TABLE gone")

    def change(file: bytearray) -> bytearray:
        (size,), (trunk,) = struct.unpack(">H", file[16:18]), struct.unpack(">I", file[32:36])
        struct.pack_into(">I", file, (trunk - 1) * size, trunk)
        return file

    of_bytes(change)(place)


def instead(make: Callable[[Path], Any], end: str = "") -> Change:
    """Something that is no file in the place of the database, or of a file beside it."""

    def change(place: Place) -> None:
        path = Path(f"{place.database}{end}")
        path.unlink(missing_ok=True)
        make(path)

    return change
