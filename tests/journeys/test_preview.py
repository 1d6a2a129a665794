"""An instrument is looked at before it goes into a dataset version: through a real server, and from its file."""

import json
from decimal import Decimal
from itertools import pairwise

import grpc
import pytest
import pytest_asyncio

from seawall.clients import files
from seawall.clients.files import inputs
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.journeys.serving import ROOT, seawall, serving
from tests.server.running import Running, everything_in, faults, months_in, running
from tests.server.running import registration as registration_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLE = ROOT / "clients/examples/instrument_floating_term_loan.yaml"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory):
    async with running(tmp_path_factory.mktemp("preview") / "seawall.db") as server:
        yield server


def example_request() -> s.PreviewInstrumentRequest:
    return inputs.schedule(files.load(EXAMPLE))


async def preview(server: Running, request: s.PreviewInstrumentRequest) -> s.PreviewInstrumentResponse:
    answer: s.PreviewInstrumentResponse = await server.stress.PreviewInstrument(request)
    return answer


async def test_the_rows_of_the_example_add_up_and_nothing_is_stored(server):
    before = everything_in(server.database)
    answer = await preview(server, example_request())
    flows = answer.cash_flows
    assert (answer.currency, answer.minor_digits) == ("USD", 2)
    assert (flows[0].payoff_minor, flows[0].price_minor) == (-11_910_000_00, 90_000_00)
    for flow in flows:
        assert flow.payoff_minor == flow.interest_minor + flow.principal_minor + flow.fee_minor + flow.price_minor
    for earlier, later in pairwise(flows):
        assert later.balance_minor == earlier.balance_minor - later.principal_minor + later.capitalised_minor
    assert flows[-1].balance_minor == sum(flow.principal_minor for flow in flows) == 0
    assert {flow.event_date for flow in flows if flow.interest_minor} >= {"2025-03-31", "2025-06-30", "2025-12-31"}
    assert everything_in(server.database) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda r: r.ClearField("instrument"), {"instrument": "REQUIRED"}),
        (lambda r: r.ClearField("from_date"), {"from_date": "REQUIRED"}),
        (lambda r: setattr(r, "currency", "XXQ"), {"currency": "UNKNOWN_CURRENCY"}),
        (lambda r: setattr(r, "minor_digits", 3), {"minor_digits": "CONFLICT"}),
        (lambda r: setattr(r.index_path[1], "from_date", "2025-03-31"), {"index_path[1].from_date": "CONFLICT"}),
        (lambda r: setattr(r.index_path[1], "index", "1e9"), {"index_path[1].index": "MALFORMED"}),
        (
            lambda r: setattr(r.instrument, "fixed_rate", "0.05"),
            {"instrument.contract.rate_reset": "CONFLICT", "index_path": "CONFLICT"},
        ),
        (
            lambda r: setattr(r.clauses.prepayments[0], "amount_minor", 0),
            {"clauses.prepayments[0].amount_minor": "OUT_OF_RANGE"},
        ),
        (
            lambda r: setattr(r.clauses.prepayments[0], "amount_minor", 10**15),
            {"clauses.prepayments[0].amount_minor": "CONFLICT"},
        ),
        (
            lambda r: setattr(r.clauses.prepayments[0], "payment_date", "2025-01-15"),
            {"clauses.prepayments[0].payment_date": "CONFLICT"},
        ),
        (lambda r: setattr(r.clauses.fee, "amount_minor", 1), {"clauses.fee.amount_minor": "CONFLICT"}),
        (lambda r: r.clauses.ClearField("start_date"), {"clauses.premium_discount_minor": "CONFLICT"}),
        (lambda r: setattr(r.clauses, "start_date", "2027-01-29"), {"instrument.maturity_date": "MATURED"}),
        (lambda r: r.clauses.scaling_path.add(from_date="2025-06-30", level="1"), {"clauses.scaling_path": "CONFLICT"}),
        (
            lambda r: r.instrument.contract.interest_cycle.CopyFrom(
                type(r.instrument.contract.interest_cycle)(count=1, unit=1, anchor_date="2030-01-01")
            ),
            {"instrument.contract.interest_cycle.anchor_date": "CONFLICT"},
        ),
        (
            lambda r: setattr(r.instrument.contract, "capitalisation_end_date", "2030-01-01"),
            {"instrument.contract.capitalisation_end_date": "CONFLICT"},
        ),
        (
            lambda r: setattr(r.instrument.contract, "annuity_end_date", "2026-01-01"),
            {"instrument.contract.annuity_end_date": "CONFLICT"},
        ),
        (
            lambda r: setattr(r.instrument.contract.rate_reset, "floor", "0.2"),
            {"instrument.contract.rate_reset.floor": "FLOOR_ABOVE_CAP"},
        ),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_field(server, change, expected):
    request = example_request()
    change(request)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await preview(server, request)
    assert faults(refused.value).items() >= expected.items()


async def test_every_fault_is_told_at_once(server):
    request = example_request()
    request.currency = "XXQ"
    request.instrument.maturity_date = "2024-01-29"
    request.instrument.contract.rate_reset.cap = "-0.1"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await preview(server, request)
    assert faults(refused.value).keys() >= {
        "currency", "instrument.maturity_date", "instrument.contract.rate_reset.cap",
        "clauses.prepayments[0].payment_date",
    }  # fmt: skip


def drawn(instrument: d.Instrument) -> None:
    """A custom schedule that draws a half more before it repays."""
    instrument.amortisation = d.AMORTISATION_CUSTOM
    half = instrument.principal_minor // 2
    instrument.ClearField("principal_payments")
    instrument.principal_payments.add(payment_date="2025-06-30", principal_minor=-half)
    instrument.principal_payments.add(
        payment_date=instrument.maturity_date, principal_minor=instrument.principal_minor + half
    )


async def test_draws_are_shown_and_a_dataset_version_refuses_them(server):
    request = example_request()
    request.ClearField("clauses")
    drawn(request.instrument)
    flows = (await preview(server, request)).cash_flows
    assert [flow.balance_minor for flow in flows if flow.principal_minor] == [18_000_000_00, 0]
    registration = registration_of(company())
    drawn(registration.dataset_version.instruments[0])
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.RegisterDatasetVersion(registration)
    field = "dataset_version.instruments[0].principal_payments[0].principal_minor"
    assert faults(refused.value)[field] == "OUT_OF_RANGE"
    assert "a preview shows other draws" in str(refused.value.details())


async def test_a_dataset_version_keeps_the_contract_and_its_months_play_it(server):
    registration = registration_of(company())
    loan = registration.dataset_version.instruments[0]
    loan.contract.CopyFrom(example_request().instrument.contract)
    loan.contract.ClearField("rate_reset")  # the term loan of this company has a fixed rate
    stored = await server.stress.RegisterDatasetVersion(registration)
    request = s.GetDatasetVersionRequest(dataset_version_id=stored.dataset_version_id)
    stored_again = (await server.stress.GetDatasetVersion(request)).dataset_version.instruments[0]
    assert stored_again.contract == loan.contract
    scenario = c.Scenario(dataset_version_id=stored.dataset_version_id, name="base", horizon_months=12)
    created = await server.stress.CreateScenario(s.CreateScenarioRequest(scenario=scenario))
    source = s.ScenarioSource(scenario_id=created.scenario_id, dataset_version_id=stored.dataset_version_id)
    events = [event async for event in server.stress.Execute(s.ExecuteRequest(scenario=source))]
    facilities = [facility.facility_id for facility in events[0].started.header.facilities]
    position = facilities.index(loan.instrument_id)
    due = [month.facilities[position].interest_due_minor > 0 for month in months_in(events)]
    assert due == [month % 3 == 0 for month in range(1, 13)]


async def test_the_command_shows_a_table_or_json(tmp_path):
    async with serving(tmp_path) as address:
        shown = await seawall("schedule", str(EXAMPLE), address=address)
        lines = (await seawall("schedule", "--json", str(EXAMPLE), address=address)).stdout.splitlines()
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text(EXAMPLE.read_text(encoding="utf-8").replace("lien: 1", "lien: 0"), encoding="utf-8")
        refused = await seawall("schedule", str(wrong), address=address)
    assert shown.returncode == 0, shown.stderr
    assert "initial exchange" in shown.stdout
    flows = [json.loads(line) for line in lines]
    paid = sum(int(flow["payoff_minor"]) for flow in flows)
    assert f"{Decimal(paid) / 100:,}" in next(line for line in shown.stdout.splitlines() if line.startswith("sum"))
    assert refused.returncode == 3
    assert "instrument.lien: OUT_OF_RANGE" in refused.stderr
