"""A block: up to 4,096 rows computed from what is in the task and nothing else, wherever that is done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..inputs.company import DatasetVersion
from ..tape.players import PLAYERS
from ..values.model import MODEL
from ..values.pause import Pause, no_pause
from .figures import COLUMNS
from .headers import StressColumns, header_columns, stress_columns
from .plan import SweepPlan
from .rows import BLOCK_ROWS, block_bytes, leaves_of, root

WORTH_A_PLAYER = 1_000  #: rows: below it numpy is done before numba is loaded


class BlockTask(NamedTuple):
    """What a block is computed from: it can be pickled, and is small whatever the sweep."""

    plan: SweepPlan  #: of the companies of the block alone
    companies: tuple[DatasetVersion, ...]  #: those of the plan, in its order
    first: int  #: the first row, counted from the first row of the first company
    rows: int


class Block(NamedTuple):
    """A block that is computed."""

    columns: bytes  #: big-endian 64-bit integers, column by column
    root: bytes  #: of RFC 6962 over its rows
    refused: int  #: rows that are refused
    model: str  #: that computed it
    layout: tuple[str, ...]  #: the names of its columns


def block_count(plan: SweepPlan) -> int:
    """How many blocks the rows of a plan are."""
    return -(-plan.row_count // BLOCK_ROWS)


def rows_of_block(plan: SweepPlan, number: int) -> range:
    """The rows of a block."""
    return range(number * BLOCK_ROWS, min((number + 1) * BLOCK_ROWS, plan.row_count))


def companies_of_block(plan: SweepPlan, number: int) -> range:
    """The companies that have rows in a block, by their places in the plan."""
    rows = rows_of_block(plan, number)
    return range(rows[0] // plan.scenario_count, rows[-1] // plan.scenario_count + 1)


def block_task(plan: SweepPlan, companies: Sequence[DatasetVersion], number: int) -> BlockTask:
    """The task of a block; `companies` are those of `companies_of_block`."""
    rows, places = rows_of_block(plan, number), companies_of_block(plan, number)
    part = replace(plan, dataset_version_ids=plan.dataset_version_ids[places.start : places.stop])
    return BlockTask(part, tuple(companies), rows.start - places.start * plan.scenario_count, len(rows))


def computed_by_worker(task: BlockTask, code_folder: str = "") -> Block:
    """The same on a worker, which prepares its player before its first large block, once in its life."""
    if task.rows >= WORTH_A_PLAYER:
        PLAYERS.prepare(code_folder)
    return computed_block(task)


def computed_block(task: BlockTask, pause: Pause = no_pause) -> Block:
    """The rows of a task: the same for the same task, whoever computes it."""
    columns: list[Any] = []
    known: dict[range, StressColumns] = {}  # all companies but the first and the last have all scenarios
    size = task.plan.scenario_count
    ids = task.plan.dataset_version_ids
    for place, company in enumerate(task.companies):
        first, last = max(task.first - place * size, 0), min(task.first + task.rows - place * size, size)
        numbers = range(first, last)
        if numbers not in known:
            known[numbers] = stress_columns(task.plan, numbers)
        columns.append(header_columns(task.plan, ids[place], company, known[numbers], pause))
    of_rows = np.concatenate(columns, axis=1)
    body = block_bytes(of_rows)
    return Block(body, root(leaves_of(body)), int((of_rows[0] > 0).sum()), MODEL, COLUMNS)
