"""The kinds of evidence documents: the fields of each, its parents, and its actions in the log.

One row a kind: sealing, filing and verifying follow it, and `calls` refers to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from seawall.engine import Assessment, DatasetVersion, Execution, Scenario
from seawall.engine.analysis.attribution import Attribution
from seawall.engine.analysis.breaking_point import BreakingPoint
from seawall.engine.analysis.sensitivity import Sensitivity
from seawall.engine.reports import Report
from seawall.engine.sweeps.plan import SweepPlan
from seawall.engine.sweeps.results import Sweep

from .accounts import KeyEntry, QuotaEntry, TenantEntry

REPLAYED = "replayed"  #: logged each time, with its outcome, whether or not it stores anything: the only such action


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document, under the name that is in its bytes."""

    name: str
    value: type[Any]  #: the class whose fields it has
    actions: Mapping[str, str]  #: of its records, by the call that makes them; first the call that stores it
    parents: Mapping[str, str] = field(default_factory=dict)  #: what every document of it stands on: name and kind
    optional_parents: Mapping[str, str] = field(default_factory=dict)  #: what only some of them stand on
    is_computed: bool = False  #: by the model, whose name is in the bytes
    labels: tuple[str, ...] = ()  #: the fields with the caller's own names for it, by which lists find it

    @property
    def names(self) -> tuple[str, str]:
        """Its name, and the one that it had under `month.v1`: the same where there was none."""
        return self.name, _earlier(self.name)

    @property
    def action(self) -> str:
        """The action of the record about its first storing."""
        return next(iter(self.actions.values()))


def _earlier(name: str) -> str:
    return name.replace(".v2", ".v1")


DATASET_VERSION = DocumentKind(
    "dataset_version.v2",
    DatasetVersion,
    {"RegisterDatasetVersion": "registered"},
    labels=("company_id", "labels"),
)
SCENARIO = DocumentKind(
    "scenario.v2", Scenario, {"CreateScenario": "created"}, parents={"dataset_version": DATASET_VERSION.name}
)
EXECUTION = DocumentKind(
    "execution.v2",
    Execution,
    {"Execute": "executed", "Replay": REPLAYED},
    parents={"scenario": SCENARIO.name, "dataset_version": DATASET_VERSION.name},
    optional_parents={"replay_of": "execution.v2"},
    is_computed=True,
)
ASSESSMENT = DocumentKind(
    "assessment.v2",
    Assessment,
    {"AssessDebtService": "assessed"},
    parents={"dataset_version": DATASET_VERSION.name},
    is_computed=True,
)
REPORT = DocumentKind(
    "report.v2",
    Report,
    {"GetReport": "reported"},
    parents={"execution": EXECUTION.name, "scenario": SCENARIO.name, "dataset_version": DATASET_VERSION.name},
)
BREAKING_POINT = DocumentKind(
    "breaking_point.v1",
    BreakingPoint,
    {"FindBreakingPoint": "searched"},
    parents={"scenario": SCENARIO.name, "dataset_version": DATASET_VERSION.name},
    optional_parents={
        f"{side}_{name}": kind.name
        for side in ("first_breaking", "last_holding")
        for name, kind in (("scenario", SCENARIO), ("execution", EXECUTION))
    },
    is_computed=True,
)
SENSITIVITY = DocumentKind(
    "sensitivity.v1",
    Sensitivity,
    {"MeasureSensitivity": "measured"},
    parents={"scenario": SCENARIO.name, "dataset_version": DATASET_VERSION.name},
    is_computed=True,
)
ATTRIBUTION = DocumentKind(
    "attribution.v1",
    Attribution,
    {"Attribute": "attributed"},
    parents={
        "scenario": SCENARIO.name,
        "target_scenario": SCENARIO.name,
        "dataset_version": DATASET_VERSION.name,
    },
    is_computed=True,
)

SWEEP_PLAN = DocumentKind("sweep_plan.v1", SweepPlan, {"CreateSweep": "sweep_planned"})
SWEEP = DocumentKind("sweep.v1", Sweep, {"RunSweep": "swept"}, parents={"plan": SWEEP_PLAN.name}, is_computed=True)
#: Rows of a sweep as bytes, the one kind that is no JSON. No record is about one: that of its sweep covers it.
SWEEP_BLOCK = "sweep_block.v1"

INPUTS = (DATASET_VERSION, SCENARIO, SWEEP_PLAN)  #: what callers send; the engine computes all else from it
#: What calls store.
KINDS = {
    kind.name: kind
    for kind in (
        *(DATASET_VERSION, SCENARIO, EXECUTION, ASSESSMENT, REPORT),
        *(BREAKING_POINT, SENSITIVITY, ATTRIBUTION, SWEEP_PLAN, SWEEP),
    )
}


def _of_operator(name: str, value: type[Any], action: str, subject: str) -> DocumentKind:
    """A kind of change, which stands on the change before of the same subject: the content of this field."""
    return DocumentKind(name, value, {"": action}, optional_parents={"previous": name}, labels=(subject,))


TENANT = _of_operator("tenant.v1", TenantEntry, "tenant_changed", "tenant")
API_KEY = _of_operator("api_key.v1", KeyEntry, "api_key_changed", "key_id")
QUOTA = _of_operator("quota.v1", QuotaEntry, "quota_changed", "tenant")
#: What commands of the operator store, in the operator's log alone.
OPERATOR_KINDS = {kind.name: kind for kind in (TENANT, API_KEY, QUOTA)}
WRITTEN_KINDS = KINDS | OPERATOR_KINDS
#: The action in the log of each request that stores something, by the name of its message.
ACTIONS = {f"{call}Request": action for kind in KINDS.values() for call, action in kind.actions.items()}


def _of_earlier_release(kind: DocumentKind) -> DocumentKind:
    """The kind as `month.v1` wrote it: bytes, parents and records are verified, figures are not read."""
    return replace(
        kind,
        name=kind.names[1],
        parents={name: _earlier(parent) for name, parent in kind.parents.items()},
        optional_parents={name: _earlier(parent) for name, parent in kind.optional_parents.items()},
        labels=(),
    )


#: Every kind that may lie in a store: those of this release, and those of `month.v1`, which no call reads or writes.
STORED_KINDS = WRITTEN_KINDS | {
    kind.names[1]: _of_earlier_release(kind) for kind in KINDS.values() if kind.names[1] != kind.name
}
