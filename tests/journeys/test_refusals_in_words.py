"""What a caller reads of each mistake that a new field of month.v2 invites: the field, what stood there, what may."""

import grpc
import pytest

from seawall.v1 import echo_pb2 as h
from seawall.v1 import scenario_pb2 as c
from tests.companies import cents, company, income
from tests.journeys.bad_input import (
    call,
    figures,
    first_loan,
    many,
    scenario,
    set_to,
    with_covenant,
    without,
)
from tests.server.running import descriptions, everything_in, registration

pytestmark = pytest.mark.asyncio(loop_scope="module")


#: The mistake, the request, and what is read below the field.
SAID = [
    (
        figures("no fixed share of cost of sales", without("income_statement.cost_of_sales_fixed_share")),
        "dataset_version.income_statement.cost_of_sales_fixed_share",
        "found nothing, allowed: 0 to 1, at most 9 fractional digits",
    ),
    (
        figures("no fixed share of expenses", without("income_statement.operating_expenses_fixed_share")),
        "dataset_version.income_statement.operating_expenses_fixed_share",
        "found nothing, allowed: 0 to 1, at most 9 fractional digits",
    ),
    (
        figures(
            "accrued interest that does not add up",
            many(
                set_to("balance_sheet.accrued_interest_minor", 1_234_567),
                set_to("balance_sheet.equity_minor", cents(3_700_000) - 1_234_567),
            ),
        ),
        "dataset_version.balance_sheet.accrued_interest_minor",
        "found 12,345.67, allowed: the accrued_interest of all debts together, 0.00: 12,345.67 apart",
    ),
    (
        figures("fiscal month 13", set_to("fiscal_year_end_month", 13)),
        "dataset_version.fiscal_year_end_month",
        "found 13, allowed: a whole number from 1 to 12",
    ),
    (
        figures("a covenant on an unknown facility", with_covenant(set_to("facility_ids", ["bank"]))),
        "dataset_version.covenants[0].facility_ids[0]",
        "found bank, allowed: the id of a debt of this dataset version",
    ),
    (
        figures("steps out of order", with_covenant(lambda promised: promised.steps.add(from_date="2024-12-31"))),
        "dataset_version.covenants[0].steps[1].from_date",
        "found 2024-12-31, allowed: after 2025-01-01",
    ),
    (
        figures("a cure limit below 0", with_covenant(set_to("cures_in_life", -1))),
        "dataset_version.covenants[0].cures_in_life",
        "found -1, allowed: a whole number from 0 to 24",
    ),
    (
        figures("an all-asset rank twice", many(first_loan("all_asset_lien", 1), set_to("revolver.all_asset_lien", 1))),
        "dataset_version.revolver.all_asset_lien",
        "found 1, allowed: a rank of its own",
    ),
    (
        scenario("a posture without months", set_to("posture", c.POSTURE_WORKOUT)),
        "scenario.acceleration_months",
        "found none, allowed: 1 to 24 months for the posture workout",
    ),
    (
        scenario("release as a path", set_to("assumptions.inventory_release_share", "0,0.5")),
        "scenario.assumptions.inventory_release_share",
        "found '0,0.5', allowed: a decimal in plain notation, 0 to 1, at most 9 fractional digits",
    ),
    (
        figures("no cash", without("balance_sheet.cash_minor")),
        "dataset_version.balance_sheet.cash_minor",
        "found nothing, allowed: 0.00 to 10,000,000,000,000.00",
    ),
    (
        figures("a balance sheet that does not balance", set_to("balance_sheet.cash_minor", cents(430_000))),
        "dataset_version.balance_sheet",
        "found total assets 7,730,000.00, allowed: equal to payables + accrued_interest + tax_payable +"
        " other_liabilities + debt + equity, 8,000,000.00: 270,000.00 apart",
    ),
]


@pytest.mark.parametrize(("case", "field", "said"), SAID, ids=[case.name for case, _, _ in SAID])
async def test_a_mistake_is_named_with_its_value_and_what_is_allowed(stored, case, field, said):
    server, known = stored
    before = everything_in(server.database)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, case.request(known))
    assert descriptions(refused.value)[field] == said
    assert everything_in(server.database) == before


async def test_a_company_that_sells_below_its_variable_cost_is_stored_and_warned_about(stored):
    server, _ = stored
    answer = await server.stress.RegisterDatasetVersion(
        registration(company(income_statement=income(revenue_annual=cents(5_000_000))))
    )
    assert answer.created
    (warning,) = [warning for warning in answer.warnings if warning.reason == h.WARNING_REASON_SOLD_BELOW_VARIABLE_COST]
    assert warning.field == "dataset_version.income_statement"
    assert warning.why.startswith("Each sale loses cash")
