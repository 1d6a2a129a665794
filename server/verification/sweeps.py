"""The sweeps of a tenant: each plan against its companies, its blocks against their roots, its sweep against them.

With a recomputation, blocks are computed again: all of a sweep of few, of a larger one some that its own address picks,
so that nobody knows beforehand of a sweep that is not stored yet. Where rows are kept, the summary is too.
"""

from asyncio import to_thread
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from hashlib import shake_128
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, Text, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.engine import DatasetVersion, Refused
from seawall.engine.sweeps.block import block_count, block_task, companies_of_block, computed_block, rows_of_block
from seawall.engine.sweeps.figures import COLUMNS, ROW_BYTES
from seawall.engine.sweeps.plan import Retention, SweepPlan
from seawall.engine.sweeps.results import Sweep
from seawall.engine.sweeps.rows import leaves_of, root
from seawall.engine.sweeps.summary import summary_of

from ..database.tables import evidence, parents, sweep_blocks, sweep_events
from ..documents.document import unseal
from ..documents.kinds import DATASET_VERSION, SWEEP, SWEEP_BLOCK, SWEEP_PLAN
from ..refusals import DifferentModel
from ..store.sweep_rows import Event as SweepEvent
from ..sweeping.spool import Spool
from .documents import decoded
from .findings import Finding, FindingKind
from .pages import OF_ADDRESSES, TENANT
from .recompute import Recomputation

FEW_BLOCKS = 16  #: of a sweep, all of which are computed again; of a larger one so many
ADDRESSES_AT_ONCE = 500
MOST_FINDINGS = 100  #: of a sweep
HASH_BYTES = 32
EVENTS = frozenset(event.value for event in SweepEvent)
_PLAN = bindparam("plan", type_=Text())
_AFTER = bindparam("after", type_=BigInteger())


class CheckedSweep(NamedTuple):
    """What is wrong with a sweep, and whether it was computed again."""

    findings: list[Finding]
    recomputed: bool = False


class _Block(NamedTuple):
    number: int
    address: str
    root: bytes


async def check_sweeps(
    connection: AsyncConnection, tenant: str, recomputation: Recomputation | None
) -> AsyncGenerator[CheckedSweep, None]:
    """Each sweep of a tenant, then the rows that belong to none."""
    after = 0
    while row := (await connection.execute(_NEXT_PLAN, {"tenant": tenant, "after": after})).first():
        after = row.position
        async for checked in _checked(connection, tenant, row, recomputation):
            yield checked
    for query, kind, description in _OF_NOTHING:
        async for (where,) in await connection.stream(query, {"tenant": tenant}):
            yield CheckedSweep([Finding(kind, where, description)])


async def _checked(
    connection: AsyncConnection, tenant: str, row: Any, recomputation: Recomputation | None
) -> AsyncGenerator[CheckedSweep, None]:
    """One sweep; what its plan is not, is a finding where documents are walked too."""
    if await to_thread(decoded, row.body) is None:  # more than a document has, or none
        return
    try:
        plan = (await to_thread(unseal, row.body)).value
    except DifferentModel:
        return
    except Exception as error:
        yield CheckedSweep([Finding(FindingKind.COLUMN, row.address, f"it is no plan of a sweep: {_brief(error)}")])
        return
    check, findings = _Check(connection, tenant, row.address, plan), 0
    async with aclosing(check.findings()) as every:
        async for finding in every:
            yield CheckedSweep([finding])
            findings += 1
            if findings == MOST_FINDINGS:
                break
    if recomputation and check.sweep and check.is_sound:
        yield CheckedSweep([finding async for finding in check.computed_again(recomputation)], recomputed=True)


class _Check:
    """What is checked of a sweep."""

    def __init__(self, connection: AsyncConnection, tenant: str, plan_id: str, plan: SweepPlan) -> None:
        self._connection, self._tenant, self._plan_id, self._plan = connection, tenant, plan_id, plan
        self._blocks: list[_Block] = []
        self._sweep_id = ""
        self.sweep: Sweep | None = None  #: where it is complete, and of this release
        self.is_sound = True

    async def findings(self) -> AsyncGenerator[Finding, None]:
        """Companies that are not stored, blocks that are not theirs, a sweep that says something else."""
        async for part in _each(self._companies, self._events, self._every_block, self._document):
            self.is_sound = False
            yield part

    async def _companies(self) -> AsyncIterator[Finding]:
        ids = self._plan.dataset_version_ids
        for start in range(0, len(ids), ADDRESSES_AT_ONCE):
            query = {"tenant": self._tenant, "addresses": ids[start : start + ADDRESSES_AT_ONCE]}
            kinds = {row.address: row.kind for row in await self._connection.execute(_KINDS, query)}
            for place, address in enumerate(query["addresses"], start):
                if kinds.get(address) not in DATASET_VERSION.names:
                    description = f"dataset_version_ids[{place}] is {address}: no dataset version of it is stored"
                    yield Finding(FindingKind.PARENT, self._plan_id, description)

    async def _events(self) -> AsyncIterator[Finding]:
        expected = 0
        async for row in await self._connection.stream(_EVENTS, self._own):
            if row.number != expected or row.event not in EVENTS:
                description = f"event {row.number} of its sweep is {row.event[:40]!r}, and should be number {expected}"
                yield Finding(FindingKind.COLUMN, self._plan_id, description)
            expected = row.number + 1

    async def _every_block(self) -> AsyncIterator[Finding]:
        """Each is one of the plan, and its root is that of its bytes, where these are kept."""
        last = block_count(self._plan)
        async for row in await self._connection.stream(_BLOCKS, self._own):
            block = _Block(row.number, row.address, row.root)
            where = f"block {block.number}"
            is_next = block.number > (self._blocks[-1].number if self._blocks else -1)
            if not is_next or block.number >= last or len(block.root) != HASH_BYTES:
                yield Finding(FindingKind.COLUMN, self._plan_id, f"{where} is none of its {last}")
                continue
            self._blocks.append(block)
            if self._plan.retention is not Retention.ROWS:
                continue
            body = await self._body(block)
            if body is None:
                yield Finding(FindingKind.WITHOUT_DOCUMENT, block.address, f"it is {where} of a sweep, and not stored")
            elif len(body) != len(rows_of_block(self._plan, block.number)) * ROW_BYTES:
                yield Finding(
                    FindingKind.COLUMN, block.address, f"{where} has {len(body)} bytes, not those of its rows"
                )
            elif await to_thread(lambda rows: root(leaves_of(rows)), body) != block.root:
                yield Finding(FindingKind.TREE, block.address, f"{where} of {self._plan_id}: its root is another")

    async def _document(self) -> AsyncIterator[Finding]:
        """The sweep is over exactly these blocks."""
        row = (await self._connection.execute(_SWEEP, self._own)).first()
        if row is None:
            return
        self._sweep_id = row.address
        try:
            sweep: Sweep = (await to_thread(unseal, row.body)).value
        except DifferentModel:
            return
        except Exception as error:
            yield Finding(FindingKind.COLUMN, row.address, f"it is no sweep: {_brief(error)}")
            return
        self.sweep = sweep
        over = tuple(block.address for block in self._blocks), root([block.root for block in self._blocks]).hex()
        if (sweep.rows, sweep.columns) != (self._plan.row_count, COLUMNS):
            yield Finding(FindingKind.COLUMN, row.address, "it has other rows or columns than its plan")
        if over != (sweep.blocks, sweep.root):
            yield Finding(FindingKind.TREE, row.address, "its blocks and its root are not those that are stored")

    async def computed_again(self, recomputation: Recomputation) -> AsyncIterator[Finding]:
        """Blocks computed from the companies, and the summary from all rows."""
        assert self.sweep
        with TemporaryDirectory() as folder:
            spool = Spool(Path(folder))
            for number in self._picked():
                try:
                    body = await self._computed(number, recomputation)
                except Exception as error:
                    description = f"block {number} cannot be computed again: {_brief(error)}"
                    yield Finding(FindingKind.COMPUTATION, self._sweep_id, description)
                    return
                if await to_thread(spool.add, number, body) != self._blocks[number].address:
                    description = f"block {number} is {self._blocks[number].address}, computed again it is another"
                    yield Finding(FindingKind.COMPUTATION, self._sweep_id, description)
            if await self._all_spooled(spool):
                summary = await to_thread(summary_of, lambda name: spool.column(self._plan, len(self._blocks), name))
                for name, value in summary._asdict().items():
                    if getattr(self.sweep, name) != value:
                        description = f"{name} is not what its rows give"
                        yield Finding(FindingKind.COMPUTATION, self._sweep_id, description)

    def _picked(self) -> Sequence[int]:
        count = len(self._blocks)
        if count <= FEW_BLOCKS:
            return range(count)
        drawn = shake_128(self._sweep_id.encode()).digest(8 * FEW_BLOCKS)
        return sorted({int.from_bytes(drawn[at : at + 8]) % count for at in range(0, len(drawn), 8)})

    async def _computed(self, number: int, recomputation: Recomputation) -> bytes:
        places = companies_of_block(self._plan, number)
        ids = self._plan.dataset_version_ids[places.start : places.stop]
        companies: dict[str, DatasetVersion] = {}
        for start in range(0, len(ids), ADDRESSES_AT_ONCE):
            query = {"tenant": self._tenant, "addresses": ids[start : start + ADDRESSES_AT_ONCE]}
            for row in await self._connection.execute(OF_ADDRESSES, query):
                companies[row.address] = unseal(row.body).value
        task = block_task(self._plan, [companies[each] for each in ids], number)
        return (await recomputation.run(computed_block, task)).columns  # type: ignore[no-any-return]

    async def _all_spooled(self, spool: Spool) -> bool:
        """Whether every block is there: what was not computed again comes from the evidence, if rows are kept."""
        for block in self._blocks:
            if not await to_thread(spool.has, block.number, block.address):
                body = await self._body(block) if self._plan.retention is Retention.ROWS else None
                if body is None:
                    return False
                await to_thread(spool.add, block.number, body)
        return True

    async def _body(self, block: _Block) -> bytes | None:
        query = {"tenant": self._tenant, "address": block.address}
        return (await self._connection.execute(_BODY, query)).scalar()

    @property
    def _own(self) -> dict[str, str]:
        return {"tenant": self._tenant, "plan": self._plan_id}


async def _each(*parts: Any) -> AsyncIterator[Finding]:
    for part in parts:
        async for finding in part():
            yield finding


def _brief(error: Exception) -> str:
    return (str(error) if isinstance(error, Refused) else repr(error))[:200]


def _stored(kinds: Sequence[str], address: Any) -> Select[Any]:
    own = and_(evidence.c.tenant == TENANT, evidence.c.address == address, evidence.c.kind.in_(kinds))
    return select(evidence.c.position).where(own)


def _of_no_plan(table: Any) -> Select[Any]:
    of_plan = _stored([SWEEP_PLAN.name], table.c.plan)
    return select(table.c.plan).where(table.c.tenant == TENANT, ~of_plan.exists()).distinct()


def _block_of_no_sweep() -> Select[Any]:
    swept = select(sweep_blocks.c.number).where(
        sweep_blocks.c.tenant == TENANT, sweep_blocks.c.address == evidence.c.address
    )
    own = (evidence.c.tenant == TENANT, evidence.c.kind == SWEEP_BLOCK)
    return select(evidence.c.address).where(*own, ~swept.exists())


_NEXT_PLAN = (
    select(evidence.c.position, evidence.c.address, evidence.c.body)
    .where(evidence.c.tenant == TENANT, evidence.c.kind == SWEEP_PLAN.name, evidence.c.position > _AFTER)
    .order_by(evidence.c.position)
    .limit(1)
)
_KINDS = select(evidence.c.address, evidence.c.kind).where(
    evidence.c.tenant == TENANT, evidence.c.address.in_(bindparam("addresses", expanding=True))
)
_BLOCKS = (
    select(sweep_blocks.c.number, sweep_blocks.c.address, sweep_blocks.c.root)
    .where(sweep_blocks.c.tenant == TENANT, sweep_blocks.c.plan == _PLAN)
    .order_by(sweep_blocks.c.number)
)
_EVENTS = (
    select(sweep_events.c.number, sweep_events.c.event)
    .where(sweep_events.c.tenant == TENANT, sweep_events.c.plan == _PLAN)
    .order_by(sweep_events.c.number)
)
_SWEEP = (
    select(evidence.c.address, evidence.c.body)
    .select_from(
        parents.join(evidence, and_(evidence.c.tenant == parents.c.tenant, evidence.c.address == parents.c.child))
    )
    .where(
        parents.c.tenant == TENANT,
        parents.c.parent == _PLAN,
        parents.c.name == "plan",
        evidence.c.kind == SWEEP.name,
    )
    .order_by(evidence.c.position)
    .limit(1)
)
_BODY = select(evidence.c.body).where(
    evidence.c.tenant == TENANT,
    evidence.c.address == bindparam("address", type_=Text()),
    evidence.c.kind == SWEEP_BLOCK,
)
#: Rows that belong to no sweep: the query for where they are, the kind of the finding, and what it says.
_OF_NOTHING = (
    (_of_no_plan(sweep_blocks), FindingKind.PARENT, "it has blocks, and is no plan of a sweep that is stored"),
    (_of_no_plan(sweep_events), FindingKind.PARENT, "it has events, and is no plan of a sweep that is stored"),
    (_block_of_no_sweep(), FindingKind.WITHOUT_RECORD, "it is stored and no sweep has it"),
)
