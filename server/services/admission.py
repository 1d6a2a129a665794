"""How many calls run at once: any, those that stream, and audits, of which each reads everything.

A call counts from its request on until its last message: a caller that reads slowly keeps its documents in memory.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from ..refusals import CallRefused, Trouble

MOST = MappingProxyType({"calls": 1_024, "streams": 128, "audits": 4})
AUDITS = "/seawall.v1.EvidenceService/VerifyEvidence"


class TooManyCalls(CallRefused):
    """As many calls run as may run at once."""

    reason, retry_seconds, operator_reads = Trouble.OVERLOADED, 1, True

    def __init__(self, group: str, most: int) -> None:
        self.text = f"Not begun: {most} {group} run at once, and no more may. Retry."
        super().__init__()


class Admission:
    """Counts the calls of one server, for as long as each runs."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    def running(self, group: str) -> int:
        """How many calls of a group run."""
        return self._running[group]

    @contextmanager
    def admitted(self, method: str, streams: bool) -> Iterator[None]:
        """Lets a call run for the length of the block. Raises `TooManyCalls` where that would be one too many."""
        groups = ["calls", *(["streams"] if streams else []), *(["audits"] if method == AUDITS else [])]
        for group in groups:
            if self._running[group] >= MOST[group]:
                raise TooManyCalls(group, MOST[group])
        self._running.update(groups)
        try:
            yield
        finally:
            self._running.subtract(groups)
