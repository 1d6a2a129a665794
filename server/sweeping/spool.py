"""The blocks of a sweep on disk until it is complete, so that its summary reads one column after the other.

They are no evidence: a block counts by its hash, which the database has, and one that is lost here is computed again.
"""

import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np

from seawall.engine.sweeps.block import rows_of_block
from seawall.engine.sweeps.figures import COLUMNS
from seawall.engine.sweeps.plan import SweepPlan
from seawall.engine.sweeps.rows import BIG_ENDIAN, Integers

from ..documents.document import address_of

PLACES = {name: place for place, name in enumerate(COLUMNS)}


class Spool(NamedTuple):
    """The folder of one sweep."""

    folder: Path

    @classmethod
    def of(cls, spools: Path, tenant: str, plan: str) -> "Spool":
        """That of a plan of a tenant; nothing is made yet."""
        return cls(spools / sha256(f"{tenant} {plan}".encode()).hexdigest())

    def has(self, number: int, address: str) -> bool:
        """Whether the block is there with the bytes of its address."""
        try:
            return address_of(self._path(number).read_bytes()) == address
        except OSError:
            return False

    def add(self, number: int, body: bytes) -> str:
        """Keeps the bytes of a block, and gives their address."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        begun = self.folder / f"{number}.{os.getpid()}.part"
        begun.write_bytes(body)
        begun.replace(self._path(number))
        return address_of(body)

    def column(self, plan: SweepPlan, blocks: int, name: str) -> Integers:
        """A column of all rows."""
        entries = np.empty(plan.row_count, dtype=np.int64)
        for number in range(blocks):
            rows = rows_of_block(plan, number)
            with self._path(number).open("rb") as block:
                block.seek(8 * len(rows) * PLACES[name])
                entries[rows.start : rows.stop] = np.frombuffer(block.read(8 * len(rows)), dtype=BIG_ENDIAN)
        return entries

    def remove(self) -> None:
        """Once the sweep is complete."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / str(number)
