"""The operations of the interpreter that a piece of work takes: a count, and never a time."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def operations(work: Callable[[], Any]) -> int:
    """The bytecodes that run until the work is done. What one of them does in C counts once, however long it is."""
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def growth(work: Callable[[int], Any], size: int) -> float:
    """How many times the operations of twice the size are those of the size: 2 where work is linear, 4 where square."""
    return operations(lambda: work(2 * size)) / operations(lambda: work(size))
