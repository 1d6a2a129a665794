"""What runs on a thread, and whether somebody still waits for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AT_WORK: dict[int, Callable[[], bool]] = {}  #: by thread: whether its work was abandoned


class Abandoned(Exception):
    """Nobody waits for this work: its caller is gone, or its deadline has passed."""


@contextmanager
def at_work(is_abandoned: Callable[[], bool]) -> Iterator[None]:
    """The work of this thread, for the length of the block."""
    thread = threading.get_ident()
    _AT_WORK[thread] = is_abandoned
    try:
        yield
    finally:
        del _AT_WORK[thread]


def pause() -> None:
    """What long work calls between its steps: raises `Abandoned` once nobody waits for it."""
    is_abandoned = _AT_WORK.get(threading.get_ident())
    if is_abandoned and is_abandoned():
        raise Abandoned


def is_idle() -> bool:
    """Whether no thread of this process works."""
    return not _AT_WORK
