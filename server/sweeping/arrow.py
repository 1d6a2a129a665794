"""Rows as Arrow record batches, in the stream format of Arrow's IPC: what data frames of any language read."""

from collections.abc import Callable, Collection, Sequence
from io import BytesIO
from typing import Any

import nanoarrow
import numpy as np
from nanoarrow.ipc import StreamWriter

from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import MOST_DEFINED
from seawall.engine.sweeps.figures import BY_NAME, COLUMNS, NOT_KNOWN, REFUSAL, ColumnUnit, entry_text
from seawall.engine.sweeps.plan import SweepPlan
from seawall.engine.sweeps.rows import Integers
from seawall.engine.sweeps.scenarios import axis_columns, place_of

Child = tuple[str, Any]  #: a column with its name


def record_batch(plan: SweepPlan, first: int, columns: Integers, wanted: Collection[str]) -> bytes:
    """Rows from `first` on; `columns` has all columns of exactly these rows, and those that are wanted are written."""
    rows = range(first, first + columns.shape[1])
    places = [place_of(plan, row) for row in rows]
    children: list[Child] = [
        ("row", _integers(np.arange(rows.start, rows.stop, dtype=np.int64))),
        ("company", _integers(np.array([place.company for place in places], dtype=np.int64))),
        ("scenario", _integers(np.array([place.scenario for place in places], dtype=np.int64))),
    ]
    children += [
        (name, _integers(np.array(values, dtype=np.int64))) for name, values in axis_columns(plan, rows).items()
    ]
    for place, name in enumerate(COLUMNS):
        if name in wanted:
            children += _children(name, columns[place])
    return _stream(children, len(rows))


def _children(name: str, entries: Integers) -> Sequence[Child]:
    unit = ColumnUnit.REFUSAL if name == REFUSAL else BY_NAME[name].unit
    if unit in (ColumnUnit.REFUSAL, ColumnUnit.CHOICE):
        return [(name, _texts(entries, lambda entry: entry_text(name, entry)))]
    if unit is not ColumnUnit.RATIO:
        return [(name, _integers(entries, entries != NOT_KNOWN))]
    is_defined = (np.abs(entries) < MOST_DEFINED) & (entries != NOT_KNOWN)
    why = np.where(is_defined, 0, entries)
    return [(name, _integers(entries, is_defined)), (f"{name}_undefined", _texts(why, _reason))]


def _reason(entry: int) -> str:
    return UndefinedRatio(entry).name if entry not in (0, NOT_KNOWN) else ""


def _integers(entries: Integers, is_known: Any = None) -> Any:
    """A column of int64, null where an entry is not known."""
    validity = None if is_known is None or is_known.all() else np.packbits(is_known, bitorder="little").tobytes()
    values = entries if is_known is None else np.where(is_known, entries, 0)
    return nanoarrow.c_array_from_buffers(
        nanoarrow.int64(), len(entries), [validity, np.ascontiguousarray(values, dtype="<i8").tobytes()]
    )


def _texts(entries: Integers, text_of: Callable[[int], str]) -> Any:
    """A column of text, null where there is none; few entries differ."""
    texts = {entry: text_of(entry) or None for entry in np.unique(entries).tolist()}
    return nanoarrow.c_array([texts[entry] for entry in entries.tolist()], nanoarrow.string())


def _stream(children: Sequence[Child], rows: int) -> bytes:
    schema = nanoarrow.struct({name: nanoarrow.Schema(child.schema) for name, child in children})
    batch = nanoarrow.c_array_from_buffers(schema, rows, [None], children=[child for _, child in children])
    written = BytesIO()
    with StreamWriter.from_writable(written) as writer:
        writer.write_stream(batch)
    return written.getvalue()
