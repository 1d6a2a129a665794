"""Sweeps for tests: a plan of few rows, and workers that are threads, so that blocks can be small and be lost."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any

import pytest

from seawall.engine.sweeps import block, rows
from seawall.server.services import sweep_service
from seawall.server.sweeping import dispatch
from seawall.server.sweeping.executors import Started
from seawall.v1 import sweep_pb2 as w
from seawall.v1 import sweep_service_pb2 as q

SALES = w.SweepAxis(assumption="revenue_change_factor", values=["1", "0.5", "0.75"])
SHIFT = w.SweepAxis(assumption="interest_rate_shift", values=["0", "0.02"])


def plan(ids: list[str], **changes: Any) -> w.SweepPlan:
    """Six scenarios of six months on some companies."""
    grid = None if changes.keys() & {"scenarios", "draws"} else w.SweepGrid(axes=[SALES, SHIFT])
    fields: dict[str, Any] = {"name": "desk", "dataset_version_ids": ids, "horizon_months": 6, "grid": grid}
    return w.SweepPlan(**fields | changes)


async def created(service: Any, ids: list[str], **changes: Any) -> Any:
    return await service.CreateSweep(q.CreateSweepRequest(plan=plan(ids, **changes)))


async def swept(service: Any, plan_id: str) -> list[Any]:
    """Every message of a run."""
    return [event async for event in service.RunSweep(q.RunSweepRequest(sweep_plan_id=plan_id))]


async def state_of(service: Any, plan_id: str) -> tuple[str, int]:
    """Where a sweep stands, and how many of its blocks are computed."""
    progress = (await service.GetSweep(q.GetSweepRequest(sweep_plan_id=plan_id))).progress
    return w.SweepState.Name(progress.state).removeprefix("SWEEP_STATE_"), progress.blocks_done


def small_blocks(patch: pytest.MonkeyPatch, size: int = 4) -> None:
    """Blocks of few rows, a power of two, everywhere in this process."""
    for module in (block, rows, sweep_service):
        patch.setattr(module, "BLOCK_ROWS", size)


class Threads(ThreadPoolExecutor):
    """An executor of one thread; `before` is called with the number of blocks before each, and may raise."""

    def __init__(self, before: Callable[[int], object]) -> None:
        super().__init__(1)
        self._before, self._blocks = before, 0

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        def counted() -> Any:
            self._blocks += 1
            self._before(self._blocks)
            return work(*args, **kwargs)

        return super().submit(counted)


def threads(patch: pytest.MonkeyPatch, before: Callable[[int], object] = lambda block: None) -> list[Threads]:
    """Workers that are threads of this process; gives the executors as they are started."""
    executors: list[Threads] = []

    def start(_: str, _code_folder: str) -> Started:
        executors.append(Threads(before))
        return Started(executors[-1], 1, partial(executors[-1].shutdown, wait=False))

    patch.setattr(dispatch, "start", start)
    return executors


def lost(block: int) -> None:
    """What an executor says where a worker has died."""
    raise BrokenProcessPool("a process was terminated abruptly")
