"""Rows as bytes, and the tree over them: big-endian 64-bit integers, by row in a leaf and by column in a block.

The tree is that of RFC 6962. A block has 4,096 rows, a power of two: its root is a node of the tree over all rows.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from .figures import COLUMNS

BLOCK_ROWS = 4_096
BIG_ENDIAN = ">i8"
Integers = np.ndarray[Any, np.dtype[np.int64]]


def leaf_hash(row: bytes) -> bytes:
    """The hash of a row's bytes."""
    return sha256(b"\x00" + row).digest()


def row_bytes(figures: Sequence[int]) -> bytes:
    """A row as a leaf has it."""
    return np.array(figures, dtype=BIG_ENDIAN).tobytes()


def block_bytes(columns: Integers) -> bytes:
    """Rows by column: all entries of the first column, then all of the second."""
    return columns.astype(BIG_ENDIAN).tobytes()


def columns_in(block: bytes) -> Integers:
    """The columns of a block; raises ValueError where it has no whole number of rows."""
    return np.frombuffer(block, dtype=BIG_ENDIAN).reshape(len(COLUMNS), -1).astype(np.int64)


def leaves_of(block: bytes) -> list[bytes]:
    """The hash of each row of a block."""
    by_row = np.ascontiguousarray(np.frombuffer(block, dtype=BIG_ENDIAN).reshape(len(COLUMNS), -1).T).tobytes()
    size = 8 * len(COLUMNS)
    return [leaf_hash(by_row[start : start + size]) for start in range(0, len(by_row), size)]


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaves, or over the roots of whole blocks and a last one; of none the hash of nothing."""
    if not hashes:
        return sha256().digest()
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root, from below."""
    level, beside = list(hashes), []
    while len(level) > 1:
        neighbour = position ^ 1
        if neighbour < len(level):
            beside.append(level[neighbour])
        level = _above(level)
        position //= 2
    return beside


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The next level of the tree: the hash of each pair, and what stands alone at the end as it is."""
    pairs = [sha256(b"\x01" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)]
    return [*pairs, *level[len(pairs) * 2 :]]
