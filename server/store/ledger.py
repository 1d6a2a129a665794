"""The log in its tables: where it ends, what is added to it, and what it proves."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.tables import checkpoints, evidence, records
from ..log import tree
from ..log.record import read_record
from ..log.tree import HASH_BYTES, Node

Hashes = Mapping[Node, bytes]


class Head(NamedTuple):
    """Where the log ends: all that the next record builds on."""

    size: int = 0
    frontier: Hashes = MappingProxyType({})  #: the fewest complete subtrees over all records
    recorded_at: str = ""  #: time of the last record
    position: int = 0  #: of the last document
    note: str = ""  #: of its checkpoint

    @property
    def root(self) -> bytes:
        return tree.root(self.size, self.frontier.__getitem__)


class Tip(NamedTuple):
    """What the tables say of where the log ends, without asking whether they are right."""

    size: int
    signed: int  #: size of the newest checkpoint
    note: str  #: of the newest checkpoint
    position: int


class GrownLog:
    """New records on top of a head: the hashes they complete, and the proofs of each in the new tree.

    Nothing else is read: what is left of a new record's path is a subtree of the old frontier or new itself.
    """

    def __init__(self, head: Head) -> None:
        self._head = head
        self._hashes: dict[Node, bytes] = dict(head.frontier)
        self.size = head.size

    def add(self, body: bytes) -> bytes:
        """Adds a record and gives the hashes that are stored with it."""
        number, self.size = self.size, self.size + 1
        hashes = tree.completed(number, tree.leaf_hash(body), self._hashes.__getitem__)
        self._hashes |= {Node(level, number >> level): each for level, each in enumerate(hashes)}
        return b"".join(hashes)

    def root(self) -> bytes:
        return tree.root(self.size, self._hashes.__getitem__)

    def proof(self, number: int) -> list[bytes]:
        """That the record, one of the new ones, is in the new tree."""
        return tree.hashes_of(tree.inclusion_nodes(number, self.size), self._hashes.__getitem__)

    def head(self, recorded_at: str, position: int, note: str) -> Head:
        """Where the log ends now."""
        frontier = {node: self._hashes[node] for node in tree.cover(0, self.size)}
        return Head(self.size, frontier, recorded_at, position, note)


_END = select(
    select(func.max(records.c.seq)).scalar_subquery(),
    select(func.max(checkpoints.c.size)).scalar_subquery(),
    select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1).scalar_subquery(),
    select(func.max(evidence.c.position)).scalar_subquery(),
)


async def read_tip(connection: AsyncConnection) -> Tip:
    """Where the log ends: one query, so that all of it is of one moment."""
    last, signed, note, position = (await connection.execute(_END)).one()
    return Tip(0 if last is None else last + 1, signed or 0, note or "", position or 0)


async def read_head(connection: AsyncConnection, end: Tip) -> Head:
    """What the next record builds on, read from a log that ends there."""
    if end.size == 0:
        return Head(position=end.position)
    body = (await connection.execute(select(records.c.body).where(records.c.seq == end.size - 1))).scalar_one()
    frontier = await hashes_at(connection, tree.cover(0, end.size))
    return Head(end.size, frontier, read_record(body).recorded_at, end.position, end.note)


async def hashes_at(connection: AsyncConnection, nodes: Iterable[Node]) -> Hashes:
    """The stored hashes of these nodes; a KeyError later tells which one is not there."""
    wanted = list(nodes)
    query = select(records.c.seq, records.c.hashes).where(records.c.seq.in_({node.record for node in wanted}))
    held = {row.seq: row.hashes for row in await connection.execute(query)}
    found = {node: _entry(held.get(node.record, b""), node.level) for node in wanted}
    return {node: entry for node, entry in found.items() if len(entry) == HASH_BYTES}


async def root_at(connection: AsyncConnection, size: int) -> bytes:
    """The root over the first `size` records, from the stored hashes."""
    hashes = await hashes_at(connection, tree.cover(0, size))
    return tree.root(size, hashes.__getitem__)


async def inclusion(connection: AsyncConnection, number: int, size: int) -> list[bytes]:
    """The proof that a record is among the first `size`."""
    return await _proof(connection, tree.inclusion_nodes(number, size))


async def consistency(connection: AsyncConnection, first: int, second: int) -> list[bytes]:
    """The proof that the log of `first` records is the beginning of that of `second`."""
    return await _proof(connection, tree.consistency_nodes(first, second))


async def last_checkpoint(connection: AsyncConnection) -> Any:
    """Size and note of the newest checkpoint, or None where nothing is logged."""
    query = select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)
    return (await connection.execute(query)).one_or_none()


async def first_record(connection: AsyncConnection, tenant: str, subject: str, request_id: str = "") -> Any:
    """Number and bytes of the first record about a document, or of the first that a request made; or None."""
    query = select(records.c.seq, records.c.body).where(records.c.tenant == tenant, records.c.subject == subject)
    if request_id:
        query = query.where(records.c.request_id == request_id)
    return (await connection.execute(query.order_by(records.c.seq).limit(1))).one_or_none()


async def _proof(connection: AsyncConnection, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    hashes = await hashes_at(connection, tree.nodes_of(ranges))
    return tree.hashes_of(ranges, hashes.__getitem__)


def _entry(hashes: bytes, level: int) -> bytes:
    return hashes[level * HASH_BYTES : (level + 1) * HASH_BYTES]
