"""The server's log on standard error: an event is a line, whatever is in it, as JSON or as text.

A thread writes, so that nobody who reads slowly, or not at all, keeps a call waiting: lines beyond those that may wait
are lost, and counted.
"""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from queue import SimpleQueue
from types import MappingProxyType
from typing import Any, TextIO

MOST_WAITING = 10_000  #: lines
GATHERING_SECONDS = 0.05  #: for which a line waits for others
CLOSING_SECONDS = 2  #: for lines that wait as the process ends
LEVELS = MappingProxyType({name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error")})
_NO_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  #: what ends a line, or steers a terminal

Format = Callable[[logging.LogRecord], str]


def as_json(record: logging.LogRecord) -> str:
    """An object with time, level, logger and message, then the fields of the event."""
    event = {
        "time": _time(record),
        "level": record.levelname,
        "logger": record.name,
        "message": record.getMessage(),
        **_fields(record),
    }
    if traceback := _traceback(record):
        event["traceback"] = traceback
    return json.dumps(event, separators=(",", ":"), default=str)


def as_text(record: logging.LogRecord) -> str:
    """The same for people; what would end the line is escaped."""
    fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
    traceback = _traceback(record)
    text = f"{record.getMessage()}{fields}{': ' if traceback else ''}{traceback}"
    escaped = _NO_LINE.sub(lambda match: json.dumps(match[0])[1:-1], text)
    return f"{_time(record)} {record.levelname} {record.name}: {escaped}"


FORMATS: MappingProxyType[str, Format] = MappingProxyType({"json": as_json, "text": as_text})


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "fields", {})


def _traceback(record: logging.LogRecord) -> str:
    return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""


class Lines(logging.Handler):
    """Hands each event to the thread that writes."""

    def __init__(self, stream: TextIO, line_of: Format) -> None:
        super().__init__()
        self._stream, self._descriptor, self._line_of = stream, _descriptor(stream), line_of
        self._waiting: SimpleQueue[logging.LogRecord | None] = SimpleQueue()
        self._lost = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(record)
        else:
            self._lost += 1

    def close(self) -> None:
        """Writes what waits, unless nobody takes it."""
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(CLOSING_SECONDS)
        super().close()

    def _run(self) -> None:
        """Takes what has come within a moment with one write: to wake for each line would cost more than the line."""
        while True:
            taken = [self._waiting.get()]
            self._closing.wait(GATHERING_SECONDS)
            while not self._waiting.empty():
                taken.append(self._waiting.get())
            records = [record for record in taken if record]
            if lost := self._lost_since():
                records.append(_event("%d lines were lost: standard error took them too slowly", lost))
            self._write(records)
            if None in taken:
                return

    def _write(self, records: Sequence[logging.LogRecord]) -> None:
        """Past the lock of the stream: whoever waits for it while nobody reads would keep the process from ending."""
        lines = "".join(f"{self._line(record)}\n" for record in records)
        with suppress(OSError, ValueError):  # nobody reads standard error any more, or it is closed
            if self._descriptor is None:
                self._stream.write(lines)
            else:
                left = memoryview(lines.encode(errors="backslashreplace"))
                while left:
                    left = left[os.write(self._descriptor, left) :]

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self._line_of(record)
        except Exception as error:  # its message and its values do not go together: no reason to end the log
            return self._line_of(_event("An event of %s cannot be written: %r", record.pathname, error))

    def _lost_since(self) -> int:
        """How many were lost since this was last said."""
        self.acquire()  # as whoever counts them has
        lost, self._lost = self._lost, 0
        self.release()
        return lost


def _descriptor(stream: TextIO) -> int | None:
    """The number of a stream's file; None of one that is no file."""
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


def _event(message: str, *values: Any) -> logging.LogRecord:
    return logging.LogRecord("seawall.server", logging.WARNING, __file__, 0, message, values, None)


@contextmanager
def logged(level: str, line_format: str) -> Iterator[None]:
    """Writes the log while the block runs.

    Of libraries warnings alone: a statement that one logs would have figures in it.
    """
    handler = Lines(sys.stderr, FORMATS[line_format])
    root, own = logging.getLogger(), logging.getLogger("seawall")
    before = root.level, own.level
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, LEVELS[level]))
    own.setLevel(LEVELS[level])
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        own.setLevel(before[1])
        handler.close()
