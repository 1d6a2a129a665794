"""How a scalar is written and read, in a document and, where a message has text, in a message.

8.5 % is 85000000 nanos in the engine and "0.085" in text; a ratio is 1250000 or a code in the engine and "1.250000" or
"NO_DEBT_SERVICE" in text.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import ratio_text
from seawall.engine.values.units import Kind
from seawall.engine.values.value import decimal_text

from . import canonical

_REASONS = {reason.name: int(reason) for reason in UndefinedRatio}


def decimal_nanos(text: str) -> int:
    """A decimal in plain notation, with at most 9 fractional digits, in nanos. "-0.5" is -500000000."""
    return int(decimal_digits(text))


def decimal_digits(text: str) -> str:
    """The same as text, which may have zeros before it.  "-0.5" is "-0500000000"."""
    whole, _, part = text.partition(".")
    if not whole[-1:].isdigit() or len(part) > 9:
        raise ValueError(f"{text!r:.80} is no decimal with at most nine digits after its point")
    return f"{whole}{part:0<9}"


def ratio_micros(text: str) -> int:
    """What `ratio_text` wrote, read back; raises ValueError for anything else."""
    if text[-7:-6] == ".":  # six digits follow
        return int(text.replace(".", "", 1))
    if text in _REASONS:
        return _REASONS[text]
    raise ValueError(f"{text!r:.80} is no ratio with six digits, and no reason why there is none")


def _same(scalar: Any) -> Any:
    return scalar


WRITE: dict[Kind, Callable[[Any], Any]] = {
    Kind.AMOUNT: str,
    Kind.DECIMAL: decimal_text,
    Kind.COUNT: canonical.scalar,
    Kind.FLAG: int,
    Kind.RATIO: ratio_text,
    Kind.TEXT: canonical.scalar,
    Kind.DATE: date.isoformat,
}

READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.AMOUNT: int,
    Kind.DECIMAL: decimal_nanos,
    Kind.COUNT: _same,
    Kind.FLAG: _same,
    Kind.RATIO: ratio_micros,
    Kind.TEXT: _same,
    Kind.DATE: date.fromisoformat,
}
