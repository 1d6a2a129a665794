"""Columns, of which a plain int is that of all rows."""

from typing import Any

import numpy as np


def pick(tree: Any, row: int) -> Any:
    """The figures of one row of columns."""
    if isinstance(tree, tuple):
        parts = [pick(branch, row) for branch in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return int(tree[row]) if isinstance(tree, np.ndarray) else tree
