"""Who plays a tape: numba where it is prepared, else numpy for many executions and Python for a few.

No figure depends on it.
"""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..numbers.exact import SCALAR
from .play import play

if TYPE_CHECKING:
    from .program import Program

Columns = Any  #: int64 [figures, executions]
Player = Callable[["Program", Columns], Columns]  #: from a row for each input that is read to a row for each output

FEWEST_IN_ARRAYS = 16  #: below it the overhead of arrays costs more than it saves
MOST_IN_ARRAYS = 4096  #: the arrays of some steps stay in the processor's cache


def one_by_one(program: "Program", inputs: Columns) -> Columns:
    """In Python integers."""
    import numpy as np

    figures = [play(program, SCALAR, row) for row in inputs.T.tolist()]
    return np.array(figures, dtype=np.int64).reshape(len(figures), len(program.outputs)).T


def in_arrays(program: "Program", inputs: Columns) -> Columns:
    """In numpy, a column of executions at a time; what is the same in all of them stays one number."""
    import numpy as np

    from ..numbers.batch import Batch

    executions = inputs.shape[1]
    figures = np.empty((len(program.outputs), executions), dtype=np.int64)
    for start in range(0, executions, MOST_IN_ARRAYS):
        part = slice(start, min(start + MOST_IN_ARRAYS, executions))
        columns = inputs[:, part]
        same = (columns == columns[:, :1]).all(axis=1).tolist()
        taken = [int(column[0]) if alike else column for column, alike in zip(columns, same, strict=True)]
        for row, figure in enumerate(play(program, Batch(part.stop - part.start), taken)):
            figures[row, part] = figure
    return figures


def without_numba(program: "Program", inputs: Columns) -> Columns:
    """The faster of both for so many executions."""
    return (one_by_one if inputs.shape[1] < FEWEST_IN_ARRAYS else in_arrays)(program, inputs)


class Players:
    """The player that this process has prepared."""

    def __init__(self) -> None:
        self.player: Player = without_numba
        self._prepared = ""
        self._lock = Lock()

    def prepare(self, folder: str = "") -> str:
        """Take numba if it is installed, its code kept in a folder, or where the package is; what to log about it.

        Compiling takes some seconds of one core, taking the code from the folder a part of one, and a second call
        nothing.
        """
        with self._lock:
            self._prepared = self._prepared or self._prepare(folder)
            return self._prepared

    def _prepare(self, folder: str) -> str:
        try:
            import numba
        except ImportError:
            return "numpy plays the months: pip install 'seawall[fast]' for numba, which is many times faster"
        if folder:
            numba.config.CACHE_DIR = folder  # numba's own variable of the environment is read before
        from .compiled import compiled

        try:
            kernel, where = compiled(kept=True), "its code is kept"
        except (RuntimeError, OSError):
            kernel, where = compiled(kept=False), "compiled now, as no folder for its code can be written"
        self.player = _in_numba(kernel)
        return f"numba plays the months: {where}"


def _in_numba(kernel: Any) -> Player:
    import numpy as np

    def player(program: "Program", inputs: Columns) -> Columns:
        figures = np.empty((len(program.outputs), inputs.shape[1]), dtype=np.int64)
        taken = np.ascontiguousarray(inputs, dtype=np.int64)
        kernel(program.constants, program.steps, program.histories, program.outputs, program.registers, taken, figures)
        return figures

    return player


PLAYERS = Players()
