"""Why a sweep stops before it is done, and why its rows cannot be read."""

from ..refusals import CallRefused, Subject, Trouble


class SweepCancelled(CallRefused):
    """Somebody has cancelled it."""

    reason = Trouble.SWEEP_CANCELLED
    text = "The sweep was cancelled. What is computed is kept: RunSweep goes on with it."


class SweepStopped(CallRefused):
    """Its server stops."""

    reason, retry_seconds = Trouble.SWEEP_STOPPED, 1
    text = "The server stops. What is computed of the sweep is kept. Retry: RunSweep goes on with it."


class WorkersLost(CallRefused):
    """Its blocks cannot be computed."""

    reason, operator_reads = Trouble.WORKERS_LOST, True
    text = "Not computed: workers were lost or are not those of this release. RunSweep goes on with what is computed."


class SweepIncomplete(CallRefused):
    """Rows are asked for that are not computed."""

    reason = Trouble.SWEEP_INCOMPLETE

    def __init__(self, plan: str, state: str) -> None:
        self.text = "The sweep is not complete, and only then can its rows be read. RunSweep computes what is missing."
        self.precondition = Subject(self.reason.name, plan, self.text)
        super().__init__(resource=plan, state=state)
