"""What a plan is and what it costs, before anything of it runs."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import NamedTuple

from seawall.engine import DatasetVersion, Fault, Reason, Refused
from seawall.engine.sweeps.block import block_count
from seawall.engine.sweeps.figures import ROW_BYTES
from seawall.engine.sweeps.known_refusals import refuses_all
from seawall.engine.sweeps.plan import Retention, SweepPlan

from ..store.tenant_store import TenantStore
from .companies import companies_at

#: The price of so many months of a company from a day on; raises where one call may not take as much.
Price = Callable[[DatasetVersion, SweepPlan], int]


class Estimate(NamedTuple):
    """The rows of a plan, those that are known to be refused, and what it all takes."""

    rows: int
    refused_rows: int
    refused_companies: int
    price: int
    blocks: int
    stored_bytes: int
    scenarios: int
    companies: int
    currency: str
    minor_digits: int


class _Counted(NamedTuple):
    """Of some of the companies."""

    prices: int
    refused: int
    currencies: list[tuple[str, int]]


async def estimated(store: TenantStore, plan: SweepPlan, written: Sequence[str], price: Price) -> Estimate:
    """Reads every company of a settled plan. `written` are its dataset versions as the caller wrote them.

    Raises `CompaniesNotFound`, and `Refused` where they have several currencies.
    """
    async with aclosing(companies_at(store, written)) as companies:
        counted = [await asyncio.to_thread(_counted, plan, some, price) async for some in companies]
    currencies = [currency for each in counted for currency in each.currencies]
    _refuse_several(currencies)
    scenarios, refused = plan.scenario_count, sum(each.refused for each in counted)
    return Estimate(
        rows=plan.row_count,
        refused_rows=refused * scenarios,
        refused_companies=refused,
        price=sum(each.prices for each in counted) * scenarios,
        blocks=block_count(plan),
        stored_bytes=plan.row_count * ROW_BYTES if plan.retention is Retention.ROWS else 0,
        scenarios=scenarios,
        companies=len(written),
        currency=currencies[0][0],
        minor_digits=currencies[0][1],
    )


def _counted(plan: SweepPlan, companies: Sequence[DatasetVersion], price: Price) -> _Counted:
    refused = sum(refuses_all(plan, company) for company in companies)
    prices = sum(price(company, plan) for company in companies)
    return _Counted(prices, refused, [(company.currency, company.minor_digits) for company in companies])


def _refuse_several(currencies: Sequence[tuple[str, int]]) -> None:
    """Amounts of several currencies make no sum."""
    first = currencies[0]
    faults = [
        Fault(
            f"plan.dataset_version_ids[{place}]",
            Reason.CONFLICT,
            f"{currency} with {digits} digits",
            f"{first[0]} with {first[1]} digits, as the first one has: amounts of several currencies make no sum",
        )
        for place, (currency, digits) in enumerate(currencies)
        if (currency, digits) != first
    ]
    if faults:
        raise Refused(faults)
