"""Work for an engine process: what a test wants it to do."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seawall.engine import Fault, Reason, Refused
from seawall.server.services.price import TooCostly
from seawall.server.work.charge import take
from seawall.server.work.job import Abandoned, pause


def process() -> int:
    """Where it runs."""
    return os.getpid()


def wait(folder: Path, name: str) -> str:
    """Says that it began, then waits until its file is there, or nobody waits for it."""
    (folder / f"{name} began").touch()
    try:
        while not (folder / name).exists():
            pause()
            time.sleep(0.005)
    except Abandoned:
        (folder / f"{name} stopped").touch()
        raise
    return name


def refuse() -> None:
    """The engine's refusal."""
    raise Refused([Fault("scenario.name", Reason.REQUIRED, "", "a name"), Fault("", Reason.MALFORMED, "x", "y")])


def cost_too_much() -> None:
    """The server's refusal, whose constructor takes something else than it keeps."""
    raise TooCostly(31_000_000)


def fail() -> None:
    """A defect."""
    raise ZeroDivisionError("a defect")


def charge(*operations: int) -> int:
    """Charges, one after the other; gives how often that was allowed."""
    for each in operations:
        take(each)
    return len(operations)


def end() -> None:
    """As the kernel ends a process that takes too much memory."""
    os._exit(9)


def say() -> str:
    """Prints what is no answer."""
    print("no answer", flush=True)
    return "answered"


def unsendable() -> Callable[[], Any]:
    """What no other process can have."""
    return lambda: None


def large(number: int) -> bytes:
    """More than a pipe takes at once."""
    return bytes(number)
