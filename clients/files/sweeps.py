"""The plan of a sweep in a file: as the API has it, and its dataset versions may be named by the command instead."""

from collections.abc import Sequence

from seawall.v1.sweep_pb2 import SweepPlan

from .messages import build
from .tree import Fields


def sweep_plan(tree: Fields, dataset_version_ids: Sequence[str] = ()) -> SweepPlan:
    """A plan, on the dataset versions in the file and on these."""
    plan = build(SweepPlan, tree)
    named = set(plan.dataset_version_ids)
    plan.dataset_version_ids.extend(each for each in dataset_version_ids if each not in named)
    return plan
