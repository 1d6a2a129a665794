"""Plans, sweeps and their rows as answers: what each says is read from stored bytes."""

from collections.abc import Iterable, Mapping, Sequence

from seawall.engine import Fault, Scenario
from seawall.engine.sweeps.figures import COLUMNS, entry_text
from seawall.engine.sweeps.plan import SweepPlan
from seawall.engine.sweeps.results import Sweep
from seawall.engine.sweeps.rows import row_bytes
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import sweep_pb2 as w
from seawall.v1 import sweep_service_pb2 as s
from seawall.v1.log_pb2 import Receipt

from ..documents.document import Document, unseal
from ..store.store import StoredDocument
from ..sweeping.estimate import Estimate
from ..sweeping.run import Progress
from ..wire.to_message import message
from .answers import timestamp

_ESTIMATED = frozenset(field.name for field in w.SweepEstimate.DESCRIPTOR.fields)


def sweep_created(
    document: Document | StoredDocument, plan: SweepPlan, estimate: Estimate, receipt: Receipt | None
) -> s.CreateSweepResponse:
    """A plan as it is stored, or as it would be."""
    response = s.CreateSweepResponse(
        sweep_plan_id=document.address,
        estimate={name: value for name, value in estimate._asdict().items() if name in _ESTIMATED},
        retention=retention(plan),
        receipt=receipt,
    )
    if isinstance(document, StoredDocument):
        response.created = document.created
        response.recorded_at.CopyFrom(timestamp(document))
    return response


def retention(plan: SweepPlan) -> str:
    """What is kept of the rows, under its name in the API."""
    assert plan.retention
    return f"RETENTION_{plan.retention.name}"


def progress(of: Progress) -> w.SweepProgress:
    """How much is computed."""
    return w.SweepProgress(**of._asdict() | {"state": f"SWEEP_STATE_{of.state.name}"})


def progressed(plan_id: str, of: Progress) -> s.RunSweepResponse:
    """The same as a message of the stream."""
    return s.RunSweepResponse(sweep_plan_id=plan_id, progress=progress(of))


def completed(plan_id: str, stored: StoredDocument, receipt: Receipt) -> s.RunSweepResponse:
    """The last message of the stream."""
    return s.RunSweepResponse(
        sweep_plan_id=plan_id,
        completed=s.SweepCompleted(
            sweep_id=stored.address,
            created=stored.created,
            recorded_at=timestamp(stored),
            summary=summary(unseal(stored.body).value),
            receipt=receipt,
        ),
    )


def summary(sweep: Sweep) -> w.SweepSummary:
    """All rows together."""
    return message(w.SweepSummary, sweep)


def sweep(plan: StoredDocument, of: Progress, done: StoredDocument | None) -> s.GetSweepResponse:
    """A plan, and what has become of it."""
    response = s.GetSweepResponse(
        sweep_plan_id=plan.address,
        plan=message(w.SweepPlan, unseal(plan.body).value),
        recorded_at=timestamp(plan),
        progress=progress(of),
    )
    if done:
        response.sweep_id = done.address
        response.summary.CopyFrom(summary(unseal(done.body).value))
    return response


def sweeps(plans: Sequence[StoredDocument], done: Mapping[str, str], next_page_token: str) -> s.ListSweepsResponse:
    """A page of sweeps; `done` are those that are complete."""
    return s.ListSweepsResponse(
        sweeps=[_entry(stored, done.get(stored.address, "")) for stored in plans], next_page_token=next_page_token
    )


def _entry(stored: StoredDocument, sweep_id: str) -> w.SweepListEntry:
    plan: SweepPlan = unseal(stored.body).value
    return w.SweepListEntry(
        sweep_plan_id=stored.address,
        name=plan.name,
        companies=len(plan.dataset_version_ids),
        scenarios=plan.scenario_count,
        sweep_id=sweep_id,
        recorded_at=timestamp(stored),
    )


def row(
    done: StoredDocument, number: int, entries: Sequence[int], path: Iterable[bytes], scenario: Scenario, day: str
) -> s.GetSweepRowResponse:
    """A row with its proof; its refusals and the receipt are added to it."""
    value: Sweep = unseal(done.body).value
    return s.GetSweepRowResponse(
        row=number,
        sweep_id=done.address,
        dataset_version_id=scenario.dataset_version_id,
        scenario=message(c.Scenario, scenario),
        analysis_date=day,
        figures=[
            w.SweepFigure(name=name, entry=entry, text=entry_text(name, entry))
            for name, entry in zip(COLUMNS, entries, strict=True)
        ],
        leaf=row_bytes(entries),
        path=path,
        rows=value.rows,
        root=value.root,
    )


def refusal(fault: Fault) -> w.SweepRefusal:
    """A fault as a part of a row."""
    what_stands_there = {"found": str(fault.value)}
    return w.SweepRefusal(field=fault.field, reason=fault.reason.name, allowed=str(fault.allowed), **what_stands_there)
