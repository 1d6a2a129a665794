"""The Merkle tree of RFC 6962 over the records of the log, and its proofs.

Record n keeps the hashes that it completes, its own leaf first: record 7 completes the nodes over 1, 2, 4 and 8
records, record 8 its leaf alone. So node (level, k), which covers the records from k * 2^level on, is always entry
`level` of the record (k + 1) * 2^level - 1; nothing is stored twice and a proof reads O(log n) records. The order is
that of Go's sumdb, where these hashes stand one after another.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from hashlib import sha256
from typing import NamedTuple

from seawall.engine.values.in_words import counted

HASH_BYTES = 32
EMPTY = sha256().digest()  #: the root of no records


class Node(NamedTuple):
    """The root of a complete subtree: 2^level records, from number k * 2^level on."""

    level: int
    k: int

    @property
    def record(self) -> int:
        """The record that completes it, and so keeps its hash as entry `level`."""
        return ((self.k + 1) << self.level) - 1


Read = Callable[[Node], bytes]


class ProofRefused(ValueError):
    """A proof that does not show what it should."""


def leaf_hash(record: bytes) -> bytes:
    """The hash of a record's bytes."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def completed(number: int, leaf: bytes, read: Read) -> list[bytes]:
    """The hashes that record `number` completes, its leaf first. Reads those to the left of them."""
    hashes = [leaf]
    while number >> (len(hashes) - 1) & 1:
        level = len(hashes) - 1
        hashes.append(node_hash(read(Node(level, (number >> level) - 1)), hashes[-1]))
    return hashes


class Frontier:
    """The complete subtrees over all records so far, from the left: enough to add to the tree and to know its root."""

    def __init__(self) -> None:
        self.size = 0
        self.hashes: list[bytes] = []

    def add(self, leaf: bytes) -> list[bytes]:
        """Adds a record, and gives the hashes that it completes."""
        hashes = completed(self.size, leaf, lambda _: self.hashes.pop())
        self.hashes.append(hashes[-1])
        self.size += 1
        return hashes

    def root(self) -> bytes:
        """The root over all records so far."""
        return _fold(self.hashes) if self.hashes else EMPTY


def cover(start: int, end: int) -> Iterator[Node]:
    """The fewest complete subtrees over the records from `start` to before `end`, from the left.

    `start` is 0, or a multiple of the largest power of two below `end - start`: as RFC 6962 splits.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield Node(level, start >> level)
        start += 1 << level


def root(size: int, read: Read) -> bytes:
    """The root over the first `size` records."""
    return _over(0, size, read) if size else EMPTY


def inclusion_nodes(number: int, size: int) -> list[tuple[int, int]]:
    """What proves that record `number` is among the first `size`: ranges of records, from the leaf's sibling up."""
    if not 0 <= number < size:
        raise ValueError(f"no record {number} among {size}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if number < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_nodes(first: int, second: int) -> list[tuple[int, int]]:
    """What proves that the tree of `first` records is the beginning of the one of `second`: ranges, lowest first."""
    if not 0 < first <= second:
        raise ValueError(f"no tree of {counted(first, 'record')} begins one of {second}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, second
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return [*([(start, end)] if start else []), *ranges[::-1]]


def nodes_of(ranges: Sequence[tuple[int, int]]) -> list[Node]:
    """Every stored node that the hashes of these ranges are made of."""
    return [node for start, end in ranges for node in cover(start, end)]


def hashes_of(ranges: Sequence[tuple[int, int]], read: Read) -> list[bytes]:
    """The hash of each range."""
    return [_over(start, end, read) for start, end in ranges]


def root_of_inclusion(number: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to; refuses one of the wrong length."""
    ranges = inclusion_nodes(number, size)
    if len(ranges) != len(proof):
        raise ProofRefused(f"{len(proof)} hashes prove nothing about record {number} of {size}")
    subtree = leaf
    for (start, _), sibling in zip(ranges, proof, strict=True):
        subtree = node_hash(subtree, sibling) if start > number else node_hash(sibling, subtree)
    return subtree


def check_consistency(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuses a consistency proof unless it leads to both roots."""
    ranges = consistency_nodes(first, second)
    if len(ranges) != len(proof):
        raise ProofRefused(f"{len(proof)} hashes prove nothing about {first} and {counted(second, 'record')}")
    hashes, starts = list(proof), [start for start, _ in ranges]
    if not starts or starts[0] >= first:  # the old tree is a subtree of the new one: both begin at its root
        hashes, starts = [first_root, *hashes], [0, *starts]
    old = new = hashes[0]
    for start, sibling in zip(starts[1:], hashes[1:], strict=True):
        if start < first:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    if (old, new) != (first_root, second_root):
        raise ProofRefused(f"the tree of {counted(first, 'record')} is not the beginning of the one of {second}")


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(start: int, end: int, read: Read) -> bytes:
    return _fold([read(node) for node in cover(start, end)])


def _fold(subtrees: Sequence[bytes]) -> bytes:
    """The hash over subtrees of falling size: the smallest two together, then the next."""
    return reduce(lambda right, left: node_hash(left, right), reversed(subtrees))
