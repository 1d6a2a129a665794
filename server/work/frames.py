"""What a server and an engine process send each other, as bytes behind their length.

Only these two processes write here, to each other: the pipes are theirs alone, and nothing of a caller is unpickled.
"""

import pickle
from collections.abc import Callable
from traceback import format_exception
from typing import Any, NamedTuple

LENGTH_BYTES = 8


class Job(NamedTuple):
    """To an engine process: work to do. What it names is a function of a module, and its arguments are values."""

    number: int
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    is_metered: bool  #: whether each charge is sent back first


class Abandon(NamedTuple):
    """To an engine process: nobody waits for a job any more."""

    number: int


class Charged(NamedTuple):
    """To an engine process: a charge was counted, or why not."""

    number: int
    refusal: "Failure | None"


class Charge(NamedTuple):
    """From an engine process: a job is about to take so many operations."""

    number: int
    operations: int


class Done(NamedTuple):
    """From an engine process: what a job gave."""

    number: int
    result: Any


class Failed(NamedTuple):
    """From an engine process: what a job raised."""

    number: int
    failure: "Failure"


class Failure(NamedTuple):
    """An exception by its parts: those of ours take other arguments than they keep, and pickle by itself calls them."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    state: dict[str, Any]

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """The parts of an exception. Its traceback becomes a note, as the log of the server shows it."""
        error.add_note("".join(format_exception(error)))
        return cls(type(error), error.args, error.__dict__)

    def error(self) -> BaseException:
        """The exception."""
        error = self.kind.__new__(self.kind)
        error.args = self.arguments
        error.__dict__.update(self.state)
        return error


def packed(frame: Any) -> bytes:
    """A frame as bytes. Raises what pickle raises for work that is no function of a module."""
    body = pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH_BYTES) + body


def unpacked(body: bytes) -> Any:
    """The frame of what follows its length."""
    return pickle.loads(body)
