"""The kinds of evidence documents: what stands in one, on what it stands, and what the log says of it.

One row a kind: sealing, filing and verifying follow it, and `calls` refers to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seawall.engine import Assessment, DatasetVersion, Execution, Scenario
from seawall.engine.reports import Report

REPLAYED = "replayed"  #: the one action that is logged each time, with its outcome, whether or not it stores anything


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document, under the name that its bytes say."""

    name: str
    value: type[Any]  #: the class of the engine whose fields it has
    actions: Mapping[str, str]  #: what its records say, by the call that makes them; first the call that stores it
    parents: Mapping[str, str] = field(default_factory=dict)  #: what each stands on, with the name of its kind
    may_have: Mapping[str, str] = field(default_factory=dict)  #: the same of what only some stand on
    is_computed: bool = False  #: by the model, whose name is in the bytes

    @property
    def action(self) -> str:
        """What the log says where one is stored for the first time."""
        return next(iter(self.actions.values()))


DATASET_VERSION = DocumentKind("dataset_version.v1", DatasetVersion, {"RegisterDatasetVersion": "registered"})
SCENARIO = DocumentKind(
    "scenario.v1", Scenario, {"CreateScenario": "created"}, parents={"dataset_version": DATASET_VERSION.name}
)
EXECUTION = DocumentKind(
    "execution.v1",
    Execution,
    {"Execute": "executed", "Replay": REPLAYED},
    parents={"scenario": SCENARIO.name, "dataset_version": DATASET_VERSION.name},
    may_have={"replay_of": "execution.v1"},
    is_computed=True,
)
ASSESSMENT = DocumentKind(
    "assessment.v1",
    Assessment,
    {"AssessDebtService": "assessed"},
    parents={"dataset_version": DATASET_VERSION.name},
    is_computed=True,
)
REPORT = DocumentKind("report.v1", Report, {"GetReport": "reported"}, parents={"execution": EXECUTION.name})

KINDS = {kind.name: kind for kind in (DATASET_VERSION, SCENARIO, EXECUTION, ASSESSMENT, REPORT)}
#: What the log says of a request that stored something, by its message.
ACTIONS = {f"{call}Request": action for kind in KINDS.values() for call, action in kind.actions.items()}
