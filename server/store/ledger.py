"""The log in its tables: its head, what is added to it, and what it proves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.statements import Statement
from ..database.tables import checkpoints, evidence, records
from ..log import tree
from ..log.record import read_record
from ..log.tree import HASH_BYTES, Node

Hashes = Mapping[Node, bytes]


class Head(NamedTuple):
    """The head of the log: all that the next record builds on."""

    size: int = 0
    frontier: Hashes = MappingProxyType({})  #: the fewest complete subtrees over all records
    recorded_at: str = ""  #: time of the last record
    position: int = 0  #: of the last document
    note: str = ""  #: of its checkpoint

    @property
    def root(self) -> bytes:
        """Over all records."""
        return tree.root(self.size, self.frontier.__getitem__)


class Tip(NamedTuple):
    """What the tables say of the head, before anything of it is checked."""

    size: int
    signed: int  #: size of the newest checkpoint
    note: str  #: of the newest checkpoint
    position: int


class GrownLog:
    """A log with new records on top of its head: the hashes they complete, and the proof of each in the new tree.

    The head is enough: on the left of a new record's path there are only subtrees of its frontier, and new ones.
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
        """The proof that a new record is in the new tree."""
        return tree.hashes_of(tree.inclusion_nodes(number, self.size), self._hashes.__getitem__)

    def head(self, recorded_at: str, position: int, note: str) -> Head:
        """The head of the grown log."""
        frontier = {node: self._hashes[node] for node in tree.cover(0, self.size)}
        return Head(self.size, frontier, recorded_at, position, note)


def _last(number: Any, before_any: int) -> ColumnElement[int]:
    """The largest number in a column, which is one whatever stands there."""
    return cast(func.coalesce(func.max(number), before_any), BigInteger)


_OWN = bindparam("tenant", type_=Text())
_TIP = select(
    select(_last(records.c.seq, -1)).where(records.c.tenant == _OWN).scalar_subquery(),
    select(_last(checkpoints.c.size, 0)).where(checkpoints.c.tenant == _OWN).scalar_subquery(),
    select(checkpoints.c.note)
    .where(checkpoints.c.tenant == _OWN)
    .order_by(checkpoints.c.size.desc())
    .limit(1)
    .scalar_subquery(),
    select(_last(evidence.c.position, 0)).where(evidence.c.tenant == _OWN).scalar_subquery(),
)
#: Where the log of a `tenant` ends: a `Tip`, by `tip_of`.
TIP = Statement(_TIP)


async def read_tip(connection: AsyncConnection, tenant: str) -> Tip:
    """Where a tenant's log ends, in one query: another server may add to it between two."""
    return tip_of((await connection.execute(_TIP, {"tenant": tenant})).one())


def tip_of(row: Sequence[Any]) -> Tip:
    """What the row of `TIP` says."""
    last, signed, note, position = row
    return Tip(last + 1, signed, note or "", position)


async def read_head(connection: AsyncConnection, tenant: str, tip: Tip) -> Head:
    """What the next record builds on; a ValueError where the last record cannot be read."""
    if tip.size == 0:
        return Head(position=tip.position)
    last = select(records.c.body).where(records.c.tenant == tenant, records.c.seq == tip.size - 1)
    body = (await connection.execute(last)).scalar_one()
    frontier = await hashes_at(connection, tenant, tree.cover(0, tip.size))
    return Head(tip.size, frontier, read_record(body).recorded_at, tip.position, tip.note)


async def hashes_at(connection: AsyncConnection, tenant: str, nodes: Iterable[Node]) -> Hashes:
    """The stored hashes of these nodes. One that is not stored is left out: who looks it up meets a KeyError."""
    wanted = list(nodes)
    query = select(records.c.seq, records.c.hashes).where(
        records.c.tenant == tenant, records.c.seq.in_({node.record for node in wanted})
    )
    stored = {row.seq: row.hashes for row in await connection.execute(query)}
    entries = {node: _entry(stored.get(node.record, b""), node.level) for node in wanted}
    return {node: entry for node, entry in entries.items() if len(entry) == HASH_BYTES}


async def root_at(connection: AsyncConnection, tenant: str, size: int) -> bytes:
    """The root over the first `size` records, from the stored hashes."""
    hashes = await hashes_at(connection, tenant, tree.cover(0, size))
    return tree.root(size, hashes.__getitem__)


async def inclusion(connection: AsyncConnection, tenant: str, number: int, size: int) -> list[bytes]:
    """The proof that a record is among the first `size`."""
    return await _proof(connection, tenant, tree.inclusion_nodes(number, size))


async def consistency(connection: AsyncConnection, tenant: str, first: int, second: int) -> list[bytes]:
    """The proof that the log of `first` records is the beginning of that of `second`."""
    return await _proof(connection, tenant, tree.consistency_nodes(first, second))


async def last_checkpoint(connection: AsyncConnection, tenant: str) -> Any:
    """Size and note of the newest checkpoint, or None before the first."""
    query = select(checkpoints).where(checkpoints.c.tenant == tenant).order_by(checkpoints.c.size.desc()).limit(1)
    return (await connection.execute(query)).one_or_none()


async def first_record(connection: AsyncConnection, tenant: str, subject: str, request_id: str = "") -> Any:
    """Number and bytes of the first record about a document, with a request id of the one that it made; or None."""
    query = select(records.c.seq, records.c.body).where(records.c.tenant == tenant, records.c.subject == subject)
    if request_id:
        query = query.where(records.c.request_id == request_id)
    return (await connection.execute(query.order_by(records.c.seq).limit(1))).one_or_none()


async def subjects_among(connection: AsyncConnection, tenant: str, subjects: Collection[str]) -> set[str]:
    """Those of the subjects that a tenant's log has a record about."""
    query = select(records.c.subject).where(records.c.tenant == tenant, records.c.subject.in_(subjects)).distinct()
    return set((await connection.execute(query)).scalars())


async def _proof(connection: AsyncConnection, tenant: str, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    hashes = await hashes_at(connection, tenant, tree.nodes_of(ranges))
    return tree.hashes_of(ranges, hashes.__getitem__)


def _entry(hashes: bytes, level: int) -> bytes:
    """The hash of the node at this level, of those that a record completes; shorter where it completes no such node."""
    return hashes[level * HASH_BYTES : (level + 1) * HASH_BYTES]
