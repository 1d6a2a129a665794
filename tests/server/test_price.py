"""The price of a call: counted, the same each time, and below its limit for every company of plain loans."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo

from seawall.engine.inputs.calendar import Cycle, CycleUnit
from seawall.engine.inputs.contract import Contract, Reset
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, PrincipalPayment
from seawall.server.services import price
from seawall.server.services.price import LIMIT, TooCostly, price_of
from seawall.server.work import charge
from seawall.v1 import report_pb2 as r
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.server.running import (
    created,
    detail,
    everything_in,
    executed,
    reason,
    registered,
    replayed,
    with_an_execution,
)

DAY = date(2024, 12, 31)
PLAIN = company().instruments[0]
DAILY = Cycle(1, CycleUnit.DAY)


def loans(number, assets=(), **changes) -> Any:
    """A company of that many loans, as far as its price looks at it."""
    instruments = (replace(PLAIN, **{"collateral_asset_ids": (), **changes}),) * number
    return SimpleNamespace(instruments=instruments, debts=instruments, assets=assets, covenants=(), turnovers=())


@pytest.mark.parametrize("maturity", [date(2029, 12, 31), date(2200, 12, 31)])
def test_a_thousand_plain_monthly_loans_over_24_months_are_served(maturity):
    figures = loans(1_000, company().assets, maturity_date=maturity)
    assert price_of(figures, 24, DAY) < LIMIT


def test_the_price_of_plain_loans_is_a_thousand_operations_a_month_each():
    assert price_of(loans(10), 24, DAY) == 240_000


def test_covenants_and_turnovers_have_their_price():
    promised = loans(10)
    promised.covenants = (None,) * 3
    promised.turnovers = (SimpleNamespace(senior_facility_ids=("a", "b")),)
    tested = 24 * 3 * (price.MONTH_OF_COVENANT + 10 * price.MONTH_OF_REACH)
    assert price_of(promised, 24, DAY) == price_of(loans(10), 24, DAY) + tested + 2 * price.SENIOR


def test_each_payment_of_a_contract_inside_three_years_has_its_price():
    monthly = Contract(interest_cycle=Cycle(1, CycleUnit.MONTH))
    payments = 2 * 35  # of interest and of principal, by months of 31 days
    costly = price_of(loans(3, contract=monthly), 24, DAY)
    assert costly == price_of(loans(3), 24, DAY) + 3 * payments * price.EVENT_INSIDE


@pytest.mark.parametrize(
    ("amortisation", "contract", "cycles", "levelled"),
    [
        (Amortisation.LINEAR, Contract(interest_cycle=DAILY), 2, 0),
        (Amortisation.BULLET, Contract(interest_cycle=DAILY), 1, 0),
        (Amortisation.BULLET, Contract(interest_cycle=replace(DAILY, anchor_date=date(1924, 12, 31))), 1, 0),
        (Amortisation.LINEAR, Contract(rate_reset=Reset(DAILY)), 1, 0),
        (Amortisation.ANNUITY, Contract(rate_reset=Reset(DAILY)), 2, 0),
        (Amortisation.ANNUITY, Contract(principal_cycle=DAILY), 1, 1826),
    ],
)
def test_each_event_beyond_those_of_a_plain_loan_has_its_price(amortisation, contract, cycles, levelled):
    """Inside three years; beyond them the payments of an annuity, as nothing else is walked there."""
    events = cycles * 1095 * price.EVENT_INSIDE + max(0, levelled - 720) * price.EVENT
    floating = {"fixed_rate": None, "floating_rate": FloatingRate(30_000_000, 10_000_000)}
    costly = loans(1, amortisation=amortisation, contract=contract, maturity_date=date(2029, 12, 31), **floating)
    assert price_of(costly, 24, DAY) == price_of(loans(1), 24, DAY) + events


def test_rows_of_a_table_are_events():
    rows = tuple(PrincipalPayment(DAY + timedelta(days=n), 1) for n in range(1, 1001))
    events = (1000 - 48) * price.EVENT_INSIDE + (1000 - 720) * price.EVENT
    table = SimpleNamespace(
        contract=None,
        amortisation=Amortisation.CUSTOM,
        principal_payments=rows,
        maturity_date=rows[-1].payment_date,
        collateral_asset_ids=(),
    )
    figures: Any = SimpleNamespace(instruments=(table,), debts=(table,), assets=(), covenants=(), turnovers=())
    assert price_of(figures, 24, DAY) == 24_000 + events


def test_pledges_and_categories_have_their_price():
    assets = tuple(replace(company().assets[0], asset_id=f"{n}", category=f"c{n}") for n in range(100))
    pledged = loans(10, assets, collateral_asset_ids=tuple(asset.asset_id for asset in assets))
    assert price_of(pledged, 24, DAY) == 24 * (10 * 1_000 + 10 * 100 * 8 + 100 * (10 + 100))


def test_headers_cost_a_quarter_of_an_execution_each_and_something_even_without_debts():
    charged: list[int] = []
    headers = partial(price.check_price_of_headers, company(), 24, DAY, 8)
    charge.charged(charged.append, headers)
    assert charged == [8 * (price.HEADER + price_of(company(), 24, DAY) // 4)]
    with pytest.raises(TooCostly) as refused:
        price.check_price_of_headers(loans(100), 24, DAY, 317)
    assert int(refused.value.metadata["price"]) > LIMIT


async def test_a_call_above_the_limit_is_refused_with_its_price_and_nothing_is_stored(server, monkeypatch):
    known = await with_an_execution(server)
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id, "", 12)
    stored = everything_in(server.database)
    monkeypatch.setattr(price, "LIMIT", 1_000)
    assess = s.AssessDebtServiceRequest(dataset_version_id=dataset_version_id)
    report = s.GetReportRequest(execution_id=known.execution_id, view=r.REPORT_VIEW_EXECUTIVE)
    for call in (
        created(server, dataset_version_id, "", 6),
        executed(server, scenario_id, dataset_version_id),
        replayed(server, known),
        server.stress.AssessDebtService(assess),
        server.stress.GetReport(report),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        assert (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.INVALID_ARGUMENT, "TOO_COSTLY")
        metadata = detail(refused.value, ErrorInfo).metadata
        assert int(metadata["price"]) > int(metadata["limit"]) == 1_000
        assert detail(refused.value, RetryInfo) is None
    assert everything_in(server.database) == stored
    assert await executed(server, known.scenario_id, known.dataset_version_id)  # what is stored is read at no price
