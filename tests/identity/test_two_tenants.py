"""Two tenants x every RPC x (own, the other's, nobody's): what another tenant has is answered as what nobody has.

Each request is one that its caller may make. Then every id in it is exchanged in turn for that of the other tenant, and
for one that nobody has, and the two answers must be the same to the byte, metadata and status included.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import grpc
import pytest
from google.protobuf.message import Message

from seawall.clients import verify
from seawall.server.identity.caller import Caller, Role
from seawall.server.run import serving
from seawall.server.services.calls import METHODS
from seawall.v1 import analysis_service_pb2 as n
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from seawall.v1 import sweep_service_pb2 as q
from seawall.v1.sensitivity_pb2 import AssumptionRange
from tests.companies import company
from tests.identity.wire import Reply, reply_to
from tests.server.running import registration
from tests.server.sweeping import plan, threads

TENANTS = ("acme", "beta")
NOBODY = "sha256:" + "0123456789abcdef" * 4
PREFIX = len("sha256:") + 8  #: of the shortest prefix that a call takes
REQUEST_ID = "00000000-0000-4000-8000-000000000001"


class Ids(NamedTuple):
    """What a tenant has stored, one of each kind."""

    dataset_version: str
    scenario: str
    execution: str
    report: str
    assessment: str
    target: str
    sweep_plan: str
    sweep: str


async def by_metadata(context: Any) -> Caller:
    """The tenant that a test says that it is."""
    tenant = dict(context.invocation_metadata())["tenant"]
    return Caller(tenant, f"somebody-of-{tenant}", frozenset(Role))


class Tenant:
    """A tenant with its calls."""

    def __init__(self, name: str, channel: grpc.aio.Channel) -> None:
        self.name, self._channel = name, channel
        self.ids: Ids
        self.token = ""  #: of its list of dataset versions

    async def reply(self, request: Message) -> Reply:
        return await reply_to(self._channel, request, (("tenant", self.name),))

    async def answer(self, request: Message, kind: Any) -> Any:
        reply = await self.reply(request)
        assert reply.code == "OK", reply
        return kind.FromString(reply.bodies[0])

    async def store(self, name: str = "") -> None:
        """A company of its own, and one of each kind of document about it."""
        name = name or f"Company of {self.name}"
        registered = await self.answer(registration(company(company_name=name)), s.RegisterDatasetVersionResponse)
        scenario = c.Scenario(dataset_version_id=registered.dataset_version_id, name="base", horizon_months=6)
        created = await self.answer(s.CreateScenarioRequest(scenario=scenario), s.CreateScenarioResponse)
        stressed = await self.answer(
            s.CreateScenarioRequest(scenario=scenario, template_name="severe"), s.CreateScenarioResponse
        )
        source = s.ScenarioSource(scenario_id=created.scenario_id, dataset_version_id=registered.dataset_version_id)
        executed = await self.answer(s.ExecuteRequest(scenario=source), s.ExecuteResponse)
        report = s.GetReportRequest(execution_id=executed.execution_id, **REPORT)
        reported = await self.answer(report, s.GetReportResponse)
        assessment = s.AssessDebtServiceRequest(dataset_version_id=registered.dataset_version_id)
        assessed = await self.answer(assessment, s.AssessDebtServiceResponse)
        planned = q.CreateSweepRequest(plan=plan([registered.dataset_version_id], name=f"desk of {self.name}"))
        sweep_plan = (await self.answer(planned, q.CreateSweepResponse)).sweep_plan_id
        swept = await self.reply(q.RunSweepRequest(sweep_plan_id=sweep_plan))
        self.ids = Ids(
            registered.dataset_version_id,
            created.scenario_id,
            executed.execution_id,
            reported.report_id,
            assessed.assessment_id,
            stressed.scenario_id,
            sweep_plan,
            q.RunSweepResponse.FromString(swept.bodies[-1]).completed.sweep_id,
        )


LOAN = registration().dataset_version.instruments[0]
REVENUE = AssumptionRange(assumption="revenue_change_factor", low="0.9", high="1.1")
REPORT: dict[str, Any] = {"view": "REPORT_VIEW_EXECUTIVE"}


def requests(ids: Ids, note: str) -> Iterator[Message]:
    """A request of every RPC, and every way to name something in one."""
    dataset, scenario, execution = ids[:3]
    yield registration(company(company_name="Newly registered"))
    yield s.GetDatasetVersionRequest(dataset_version_id=dataset)
    yield s.ListDatasetVersionsRequest(company_id="4711")
    named = c.Scenario(dataset_version_id=dataset, name="new", horizon_months=6)
    yield s.CreateScenarioRequest(scenario=named)
    yield s.CreateScenarioRequest(scenario=named, validate_only=True)
    yield s.GetScenarioRequest(scenario_id=scenario, dataset_version_id=dataset)
    yield s.ListScenariosRequest(dataset_version_id=dataset)
    yield s.ListScenarioTemplatesRequest()
    source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset)
    yield s.ExecuteRequest(scenario=source)
    yield s.ExecuteRequest(execution_id=execution)
    yield s.GetExecutionRequest(execution_id=execution)
    yield s.ListExecutionsRequest(dataset_version_id=dataset, scenario_id=scenario)
    yield s.ReplayRequest(execution_id=execution, dataset_version_id=dataset)
    yield s.PreviewInstrumentRequest(instrument=LOAN, currency="USD", minor_digits=2, from_date="2024-12-31")
    yield s.GetReportRequest(execution_id=execution, **REPORT)
    yield s.AssessDebtServiceRequest(dataset_version_id=dataset)
    yield s.AssessDebtServiceRequest(dataset_version_id=dataset, validate_only=True)
    event, target = {"kind": "BREAKING_EVENT_KIND_DEFAULT"}, {"template_name": "severe"}
    yield n.FindBreakingPointRequest(scenario=source, event=event, target=target)
    yield n.MeasureSensitivityRequest(scenario=source, figure="totals.ebitda_minor", ranges=[REVENUE])
    yield n.AttributeRequest(scenario=source, target_scenario_id=ids.target, figure="totals.ebitda_minor")
    yield q.CreateSweepRequest(plan=plan([dataset], name="new"))
    yield q.CreateSweepRequest(plan=plan([dataset], name="new"), validate_only=True)
    yield q.RunSweepRequest(sweep_plan_id=ids.sweep_plan)
    yield q.GetSweepRequest(sweep_plan_id=ids.sweep_plan)
    yield q.ListSweepsRequest()
    yield q.ReadSweepRowsRequest(sweep_plan_id=ids.sweep_plan, columns=["refusal"])
    yield q.GetSweepRowRequest(sweep_plan_id=ids.sweep_plan, row=3)
    yield q.CancelSweepRequest(sweep_plan_id=ids.sweep_plan)
    yield from (v.GetEvidenceRequest(address=address) for address in ids)
    yield from (v.GetProofRequest(address=address) for address in ids)
    yield v.GetCheckpointRequest()
    yield v.GetConsistencyProofRequest(first_size=1, second_size=3)
    yield v.VerifyEvidenceRequest(checkpoint=note)


def exchanged(request: Message, own: Ids, others: Ids) -> Iterator[tuple[Message, Message, str, str]]:
    """The request with an id in it exchanged for the other tenant's and for nobody's, whole and as a prefix."""
    for path, value in ((path, value) for path, value in named_in(request) if value in own):
        word = others[own.index(value)]
        for length in (len(word), PREFIX):
            yield with_value(request, path, word[:length]), with_value(request, path, NOBODY[:length]), word, NOBODY


def named_in(message: Message, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every text of a message that is set, and the way to it."""
    for field, value in message.ListFields():
        if isinstance(value, str):
            yield (*path, field.name), value
        elif field.is_repeated and field.type == field.TYPE_STRING:
            yield from (((*path, field.name, place), item) for place, item in enumerate(value))
        elif isinstance(value, Message):
            yield from named_in(value, (*path, field.name))


def with_value(request: Message, path: tuple[Any, ...], value: str) -> Message:
    changed = type(request)()
    changed.CopyFrom(request)
    part: Any = changed
    for name in path[:-1]:
        part = getattr(part, name)
    if isinstance(path[-1], int):
        part[path[-1]] = value
    else:
        setattr(part, path[-1], value)
    return changed


@pytest.fixture
async def tenants(place, monkeypatch):
    """Two tenants of one server, each with a company of its own and all that is made of it."""
    threads(monkeypatch)
    async with (
        serving(place.database, "127.0.0.1:0", place.files, identify=by_metadata) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        both = [Tenant(name, channel) for name in TENANTS]
        for tenant in both:
            await tenant.store()
        yield both


async def checkpoint_of(tenant: Tenant) -> str:
    return str((await tenant.answer(v.GetCheckpointRequest(), v.GetCheckpointResponse)).checkpoint)


async def test_what_another_tenant_has_is_answered_as_what_nobody_has(tenants):
    compared = refused = 0
    for tenant, neighbour in (tenants, reversed(tenants)):
        reached = set()
        for request in requests(tenant.ids, await checkpoint_of(tenant)):
            own = await tenant.reply(request)
            assert own.code == "OK", (request, own)
            assert not any(own.names(word) for word in (*neighbour.ids, neighbour.name, "Company of " + neighbour.name))
            reached.add(type(request).__name__.removesuffix("Request"))
            for of_other, of_nobody, word, nobody in exchanged(request, tenant.ids, neighbour.ids):
                answers = await tenant.reply(of_other), await tenant.reply(of_nobody)
                words = {word: nobody, word[:PREFIX]: nobody[:PREFIX]}
                assert answers[0].without(words) == answers[1].without(words), of_other
                compared, refused = compared + 1, refused + (answers[0].code != "OK")
        assert reached == set(METHODS)
    assert (compared, refused) == (188, 176)


async def test_the_same_figures_are_new_to_each_tenant_with_records_and_receipts_of_its_own(tenants):
    registered, shown = [], []
    for tenant in tenants:
        answer = await tenant.answer(registration(company(company_name="The same")), s.RegisterDatasetVersionResponse)
        registered.append((answer.dataset_version_id, answer.created))
        keys = (await tenant.answer(v.GetCheckpointRequest(), v.GetCheckpointResponse)).verifier_keys
        proof = v.GetProofRequest(address=answer.dataset_version_id)
        proven = await tenant.answer(proof, v.GetProofResponse)
        shown.append(verify.check_receipt(proven.receipt.tlog_proof, keys))
    assert registered == [(registered[0][0], True)] * 2
    acme, beta = (each.record for each in shown)
    assert acme["seq"] == beta["seq"]  # each counts its own
    assert (acme["tenant"], acme["actor"]) == ("acme", "somebody-of-acme")
    assert (beta["tenant"], beta["actor"]) == ("beta", "somebody-of-beta")
    assert all(acme[name] != beta[name] for name in ("salt", "recorded_at"))
    assert [each.checkpoint.origin.rpartition("/")[2] for each in shown] == list(TENANTS)


async def test_a_request_id_of_another_tenant_is_unknown(tenants):
    created = []
    for tenant in tenants:
        request = registration(company(company_name=f"Of {tenant.name}"))
        request.request_id = REQUEST_ID
        created.append((await tenant.answer(request, s.RegisterDatasetVersionResponse)).created)
    assert created == [True, True]


async def test_a_page_token_of_another_tenant_is_as_bad_as_any(tenants):
    for tenant in tenants:
        await tenant.answer(registration(company(company_name="A second")), s.RegisterDatasetVersionResponse)
    tokens = []
    for tenant in tenants:
        first = await tenant.answer(s.ListDatasetVersionsRequest(page_size=1), s.ListDatasetVersionsResponse)
        tokens.append(first.next_page_token)
        again = s.ListDatasetVersionsRequest(page_size=1, page_token=first.next_page_token)
        assert (await tenant.reply(again)).code == "OK"
    other, damaged = tokens[1], tokens[1][:-4] + ("AAAA" if tokens[1][-4:] != "AAAA" else "BBBB")
    replies = [
        await tenants[0].reply(s.ListDatasetVersionsRequest(page_size=1, page_token=token))
        for token in (other, damaged)
    ]
    assert replies[0].code == "INVALID_ARGUMENT"
    assert replies[0].without({other: damaged}) == replies[1]


async def test_what_one_tenant_does_changes_nothing_that_another_sees(tenants):
    tenant, neighbour = tenants
    every = requests(tenant.ids, await checkpoint_of(tenant))
    reading = [request for request in every if not isinstance(request, STORES)]
    before = [await tenant.reply(request) for request in reading]
    await neighbour.store("Another company")
    assert [await tenant.reply(request) for request in reading] == before


#: Requests whose answers are of new records each time, or of what is new once.
STORES = (
    *(s.RegisterDatasetVersionRequest, s.CreateScenarioRequest, s.ReplayRequest),
    *(n.FindBreakingPointRequest, n.MeasureSensitivityRequest, n.AttributeRequest, q.CreateSweepRequest),
)
