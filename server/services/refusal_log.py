"""Refusals that an operator should know of, in the server's log: a line for each reason, however many calls it ends."""

import logging
from asyncio import get_running_loop

from ..refusals import CallRefused

log = logging.getLogger("seawall.server")

SECONDS = 10  #: for which a reason is said once


class RefusalLog:
    """Says a refusal at once, and after a while how many more there were for the same reason."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = SECONDS if seconds is None else seconds
        self._unsaid: dict[str, int] = {}  #: of each reason that was said less than so many seconds ago
        self._last: dict[str, CallRefused] = {}

    def say(self, refusal: CallRefused) -> None:
        """Writes a line, or counts the refusal."""
        reason = f"{refusal.reason.name} ({refusal.cause})" if refusal.cause else refusal.reason.name
        if reason in self._unsaid:
            self._unsaid[reason] += 1
            self._last[reason] = refusal
        else:
            log.error("%s: %s", reason, _in_one_line(refusal))
            self._begin(reason)

    def _begin(self, reason: str) -> None:
        self._unsaid[reason] = 0
        get_running_loop().call_later(self._seconds, self._end, reason)

    def _end(self, reason: str) -> None:
        count = self._unsaid.pop(reason)
        if count:
            last = _in_one_line(self._last.pop(reason))
            log.error("%s: %d more in %g seconds, the last: %s", reason, count, self._seconds, last)
            self._begin(reason)


def without_traceback(record: logging.LogRecord) -> bool:
    """A filter for libraries: what ended a connection in one line. The calls that it ended have their reason."""
    if record.exc_info and record.exc_info[1]:
        record.msg, record.args = f"{record.getMessage()}: {_in_one_line(record.exc_info[1])}", ()
        record.exc_info = record.exc_text = None
    return True


def _in_one_line(error: BaseException) -> str:
    return " ".join(f"{error or type(error).__name__}".split())
