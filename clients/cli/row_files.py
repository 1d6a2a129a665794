"""Rows of a sweep as a file, batch by batch, so that ten million of them need no memory."""

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from ..client import Swept
from ..client.frames import in_major_units
from . import extras


def require_frames() -> None:
    """Raises `ExtraMissing` where what writes such files is not installed."""
    extras.require("frames", "Rows as Parquet or CSV need what reads Arrow")


async def write(swept: Swept, *, parquet: Path | None, csv: Path | None, major: bool) -> None:
    """Writes the files that are named; each appears under its name once it is whole."""
    for path, open_writer in ((parquet, _parquet), (csv, _csv)):
        if path:
            await _write(swept, path, open_writer, major)


async def _write(swept: Swept, path: Path, open_writer: Callable[[Any, Path], Any], major: bool) -> None:
    arrow, ipc = import_module("pyarrow"), import_module("pyarrow.ipc")
    begun, writer = path.with_name(f"{path.name}.part"), None
    try:
        async for batch in swept.batches():
            table = ipc.open_stream(BytesIO(batch.record_batch)).read_all()
            table = in_major_units(arrow, table, swept.minor_digits) if major else table
            writer = writer or open_writer(table.schema, begun)
            writer.write_table(table)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
    finally:
        if writer:
            writer.close()
    begun.replace(path)


def _parquet(schema: Any, path: Path) -> Any:
    return import_module("pyarrow.parquet").ParquetWriter(path, schema, compression="zstd")


def _csv(schema: Any, path: Path) -> Any:
    return import_module("pyarrow.csv").CSVWriter(path, schema)
