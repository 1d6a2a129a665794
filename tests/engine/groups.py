"""The random companies that the laws of section 4 are tried on: groups of one structure, each known by its number."""

from functools import lru_cache

import pytest

from seawall.engine import Execution, execute
from tests.engine import scale
from tests.engine.companies import Case, group

SEED = 20171231
#: What matters most is how many structures there are; with two companies of each every extreme is reached.
GROUPS, SIZE = scale.cases(64, 256), scale.cases(2, 17)

# In module scope pytest runs all tests of a group after each other, so that its executions need not be kept.
groups = pytest.mark.parametrize("number", range(GROUPS), scope="module")
every_fourth_group = pytest.mark.parametrize("number", range(0, GROUPS, 4), scope="module")


@lru_cache(maxsize=4)
def cases(number: int) -> list[Case]:
    return group(SEED, number, SIZE)


@lru_cache(maxsize=2)
def executions(number: int) -> list[Execution]:
    """One at a time, in the scalar lane."""
    return [execute(*case) for case in cases(number)]
