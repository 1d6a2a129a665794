"""The sweeps that this server computes, each once, however many callers watch it."""

from pathlib import Path

from seawall.engine.values.kept import Kept

from ..accounts.metering import Meter
from ..refusals import CallRefused, Trouble
from .dispatch import Workers
from .estimate import Estimate
from .run import Job, Run
from .spool import Spool

MOST_RUNNING = 16  #: they share the workers: more would only keep more in memory


class TooManySweeps(CallRefused):
    """As many run as may run at once."""

    reason, retry_seconds, operator_reads = Trouble.OVERLOADED, 10, True
    text = f"Not begun: {MOST_RUNNING} sweeps run at once on this server, and no more may. Retry."


class Sweeps:
    """Those that run, and what they share."""

    def __init__(self, workers: Workers, spools: Path, meter: Meter) -> None:
        """`spools` is a folder of this machine, for what is computed until it is complete."""
        self.workers, self.meter = workers, meter
        self.estimates: Kept[Estimate] = Kept(most=1_000)
        self._spools = spools
        self._running: dict[tuple[str, str], Run] = {}

    def running(self, tenant: str, plan_id: str) -> Run | None:
        """The sweep of a plan, while it runs here."""
        run = self._running.get((tenant, plan_id))
        return None if run is None or run.is_over else run

    def start(self, job: Job) -> Run:
        """Begins to compute one, or gives that which runs. Raises `TooManySweeps`."""
        tenant = job.store.tenant
        run = self.running(tenant, job.plan_id)
        if run is None:
            self._running = {key: each for key, each in self._running.items() if not each.is_over}
            if len(self._running) >= MOST_RUNNING:
                raise TooManySweeps
            run = Run(job, self.workers, Spool.of(self._spools, tenant, job.plan_id))
            self._running[tenant, job.plan_id] = run
        return run

    async def close(self) -> None:
        """Stops all of them, and ends the workers: a later run goes on with what is computed."""
        for run in list(self._running.values()):
            await run.stop()
        await self.workers.close()
