"""Rows of a sweep as data frames, made with what the caller has installed; money is exact in each of them.

An amount is int64 in minor units under its name, which ends in `_minor`; with `major` it is a decimal in units of the
currency under the name without that. It is never a float.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from importlib import import_module
from io import BytesIO
from typing import Any

from seawall.v1.sweep_service_pb2 import ReadSweepRowsResponse

from .names import MINOR

DECIMAL_DIGITS = 38  #: of a decimal of 128 bits


class FrameMissing(RuntimeError):
    """The library of a data frame is not installed; the text says how to come by it."""

    def __init__(self, what: str, library: str) -> None:
        super().__init__(f"{what} needs {library}, which is not installed: python -m pip install {library}")


class Frames(ABC):
    """What has rows in record batches."""

    @property
    @abstractmethod
    def minor_digits(self) -> int:
        """Of the currency of its amounts."""

    @abstractmethod
    def batches(self, columns: Sequence[str] = ()) -> Any:
        """The record batches of all rows, in their order."""

    async def to_arrow(self, columns: Sequence[str] = (), *, major: bool = False) -> Any:
        """All rows as a table of pyarrow. Raises `FrameMissing` where that is not installed."""
        arrow = _library("to_arrow", "pyarrow")
        ipc = import_module("pyarrow.ipc")
        tables = [ipc.open_stream(each).read_all() async for each in _streams(self.batches(columns))]
        table = arrow.concat_tables(tables)
        return in_major_units(arrow, table, self.minor_digits) if major else table

    async def to_polars(self, columns: Sequence[str] = (), *, major: bool = False) -> Any:
        """All rows as a frame of polars, which reads Arrow by itself. Raises `FrameMissing`."""
        polars = _library("to_polars", "polars")
        frame = polars.concat([polars.read_ipc_stream(each) async for each in _streams(self.batches(columns))])
        if not major:
            return frame
        unit = 10**self.minor_digits
        amounts = [name for name in frame.columns if name.endswith(MINOR)]
        decimal = polars.Decimal(DECIMAL_DIGITS, self.minor_digits)
        return frame.with_columns(
            (polars.col(name).cast(decimal) / unit).cast(decimal).alias(name) for name in amounts
        ).rename({name: name.removesuffix(MINOR) for name in amounts})

    async def to_pandas(self, columns: Sequence[str] = (), *, major: bool = False) -> Any:
        """All rows as a frame of pandas, whose columns stay Arrow's: an amount that is null makes no float of others.

        Raises `FrameMissing` where pandas or pyarrow is not installed.
        """
        pandas = _library("to_pandas", "pandas")
        table = await self.to_arrow(columns, major=major)
        return table.to_pandas(types_mapper=pandas.ArrowDtype)


async def _streams(batches: Any) -> AsyncIterator[BytesIO]:
    batch: ReadSweepRowsResponse
    async with aclosing(batches) as received:
        async for batch in received:
            yield BytesIO(batch.record_batch)


def _library(what: str, name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise FrameMissing(what, name) from None


def in_major_units(arrow: Any, table: Any, digits: int) -> Any:
    """The 128 bits of an amount in minor units are those of a decimal with so many digits after the point."""
    whole, decimal = arrow.decimal128(DECIMAL_DIGITS, 0), arrow.decimal128(DECIMAL_DIGITS, digits)
    for place, name in enumerate(table.column_names):
        if name.endswith(MINOR):
            column = table.column(name).combine_chunks().cast(whole)
            column = column.chunk(0) if isinstance(column, arrow.ChunkedArray) else column
            units = arrow.Array.from_buffers(decimal, len(column), column.buffers(), offset=column.offset)
            table = table.set_column(place, name.removesuffix(MINOR), units)
    return table
