"""The parts of a call as spans of its trace, where somebody collects them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

from .observation import Observation

Metadata = Iterable[tuple[str, str | bytes]]
Traced = Callable[[Observation, Metadata], AbstractContextManager[None]]  #: the span of a call
Part = Callable[[str], AbstractContextManager[None]]

#: Begins a part of the call that this task serves. It is never put back: the task ends with its call.
part_of_call: ContextVar[Part | None] = ContextVar("part_of_call", default=None)


class ExtraMissing(RuntimeError):
    """What sends spans is not installed."""


def untraced(call: Observation, metadata: Metadata) -> AbstractContextManager[None]:
    """Where nobody collects spans."""
    return nullcontext()


@contextmanager
def span(name: str) -> Iterator[None]:
    """A part of a call, for the length of the block."""
    part = part_of_call.get()
    if part is None:
        yield
    else:
        with part(name):
            yield
