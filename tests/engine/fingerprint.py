"""One hash over every figure of the random companies run as batches; as a program, with numpy's SIMD switched off.

`python -m tests.engine.fingerprint SEED GROUPS SIZE` prints one hash a group. It refuses to run with any of numpy's
dispatched CPU features on: the parent names them in NPY_DISABLE_CPU_FEATURES.
"""

import sys
from hashlib import sha256

from numpy._core import _multiarray_umath as numpy_core  # type: ignore[attr-defined]  # private, and untyped

from seawall.engine import Execution, execute_all
from tests.engine.companies import group


def fingerprint(executions: list[Execution]) -> str:
    """The hash of all their figures."""
    return sha256(repr(executions).encode()).hexdigest()


def dispatched_features() -> list[str]:
    """The CPU features that numpy's kernels are chosen by and that this process has on."""
    return [name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__[name]]


if __name__ == "__main__":
    assert not dispatched_features(), f"still on: {dispatched_features()}"
    seed, groups, size = map(int, sys.argv[1:])
    for number in range(groups):
        print(fingerprint(execute_all(group(seed, number, size))))
