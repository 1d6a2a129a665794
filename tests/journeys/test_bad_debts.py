"""Debts that cannot be, and what names a debt that is not there, are refused whole."""

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import stress_service_pb2 as s
from tests.companies import cents, company, term_loan
from tests.journeys.bad_input import (
    INVALID,
    Case,
    call,
    figures,
    first_loan,
    many,
    note,
    refused_whole,
    set_to,
)
from tests.server.running import detail, faults, registration

pytestmark = pytest.mark.asyncio(loop_scope="module")


TURNOVER_OF_NOBODY = (
    *("turnovers[0].junior_facility_id", "REQUIRED"),
    *("turnovers[0].senior_facility_ids", "REQUIRED"),
)


def registration_of_loans(count: int) -> s.RegisterDatasetVersionRequest:
    loans = tuple(term_loan(instrument_id=f"loan-{number}", principal=0) for number in range(count))
    request = registration(company(instruments=(), revolver=None))
    for loan in loans:
        request.dataset_version.instruments.add(
            instrument_id=loan.instrument_id,
            principal_minor=0,
            maturity_date="2029-12-31",
            lien=1,
            amortisation=d.AMORTISATION_LINEAR,
            fixed_rate="0.05",
        )
    return request


DEBT = [
    figures("two loans of one id", note("instrument_id", "term-loan"), "instruments[1].instrument_id", "DUPLICATE"),
    figures("revolver with a loan's id", set_to("revolver.revolver_id", "note"), "revolver.revolver_id", "DUPLICATE"),
    figures(
        "two assets of one id", lambda h: set_to("asset_id", "plant")(h.assets[1]), "assets[1].asset_id", "DUPLICATE"
    ),
    figures(
        "an id with a blank", first_loan("instrument_id", "term loan"), "instruments[0].instrument_id", "MALFORMED"
    ),
    figures("matured loan", first_loan("maturity_date", "2024-12-31"), "instruments[0].maturity_date", "MATURED"),
    figures("matured revolver", set_to("revolver.maturity_date", "2020-01-01"), "revolver.maturity_date", "MATURED"),
    figures(
        "floor above cap", note("floating_rate.floor", "0.1"), "instruments[1].floating_rate.floor", "FLOOR_ABOVE_CAP"
    ),
    figures(
        "unknown collateral",
        first_loan("collateral_asset_ids", ["ship"]),
        "instruments[0].collateral_asset_ids[0]",
        "UNKNOWN_REFERENCE",
    ),
    figures(
        "collateral twice",
        first_loan("collateral_asset_ids", ["plant"] * 2),
        "instruments[0].collateral_asset_ids[1]",
        "DUPLICATE",
    ),
    figures(
        "accrued below 0",
        first_loan("accrued_interest_minor", -1),
        "instruments[0].accrued_interest_minor",
        "OUT_OF_RANGE",
    ),
    figures("an all-asset rank of 0", first_loan("all_asset_lien", 0), "instruments[0].all_asset_lien", "OUT_OF_RANGE"),
    figures(
        "an all-asset rank twice",
        many(first_loan("all_asset_lien", 1), set_to("revolver.all_asset_lien", 1)),
        "revolver.all_asset_lien",
        "DUPLICATE",
    ),
    figures(
        "a revolver's default margin of 501 %",
        set_to("revolver.default_margin", "5.01"),
        "revolver.default_margin",
        "OUT_OF_RANGE",
    ),
    figures(
        "a line of the balance sheet that is none",
        lambda h: set_to("balance_sheet_line", 99)(h.assets[0]),
        "assets[0].balance_sheet_line",
        "UNSPECIFIED_ENUM",
    ),
    figures(
        "super-senior debt that is none",
        set_to("super_senior_facility_ids", ["dip"]),
        "super_senior_facility_ids[0]",
        "UNKNOWN_REFERENCE",
    ),
    figures(
        "super-senior debt twice",
        set_to("super_senior_facility_ids", ["note", "note"]),
        "super_senior_facility_ids[1]",
        "DUPLICATE",
    ),
    figures("a turnover of nobody", lambda h: h.turnovers.add(), *TURNOVER_OF_NOBODY),
    figures(
        "a turnover to itself",
        lambda h: h.turnovers.add(junior_facility_id="note", senior_facility_ids=["note"]),
        "turnovers[0].senior_facility_ids",
        "CONFLICT",
    ),
    figures(
        "a turnover to unknown debt",
        lambda h: h.turnovers.add(junior_facility_id="note", senior_facility_ids=["bank"]),
        "turnovers[0].senior_facility_ids[0]",
        "UNKNOWN_REFERENCE",
    ),
    figures(
        "a junior twice",
        lambda h: [h.turnovers.add(junior_facility_id="note", senior_facility_ids=["term-loan"]) for _ in range(2)],
        "turnovers[1].junior_facility_id",
        "DUPLICATE",
    ),
    figures("lien 0", first_loan("lien", 0), "instruments[0].lien", "OUT_OF_RANGE"),
    figures("lien 100", first_loan("lien", 100), "instruments[0].lien", "OUT_OF_RANGE"),
    figures(
        "paid every 0 months",
        first_loan("payment_interval_months", 0),
        "instruments[0].payment_interval_months",
        "OUT_OF_RANGE",
    ),
    figures(
        "amortisation unspecified", first_loan("amortisation", 0), "instruments[0].amortisation", "UNSPECIFIED_ENUM"
    ),
    figures("amortisation 99", first_loan("amortisation", 99), "instruments[0].amortisation", "UNSPECIFIED_ENUM"),
    figures("day count unspecified", first_loan("day_count", 0), "instruments[0].day_count", "UNSPECIFIED_ENUM"),
    figures(
        "custom without rows",
        first_loan("amortisation", d.AMORTISATION_CUSTOM),
        "instruments[0].principal_payments",
        "REQUIRED",
    ),
    figures(
        "rows that are not custom",
        lambda h: h.instruments[0].principal_payments.add(payment_date="2025-06-30", principal_minor=cents(2_000_000)),
        "instruments[0].principal_payments",
        "CONFLICT",
    ),
    figures(
        "rows that do not repay",
        many(
            first_loan("amortisation", d.AMORTISATION_CUSTOM),
            lambda h: h.instruments[0].principal_payments.add(payment_date="2025-06-30", principal_minor=1),
        ),
        "instruments[0].principal_payments",
        "UNBALANCED",
    ),
    figures(
        "drawn beyond the commitment",
        set_to("revolver.drawn_minor", cents(600_000)),
        "revolver.drawn_minor",
        "OUT_OF_RANGE",
        "balance_sheet",
        "UNBALANCED",
    ),
    figures(
        "revolver floor above cap",
        many(set_to("revolver.floor", "0.05"), set_to("revolver.cap", "0.04")),
        "revolver.floor",
        "FLOOR_ABOVE_CAP",
    ),
    figures(
        "a holiday that is no day",
        first_loan("contract.calendar.holidays", ["2018-02-30"]),
        "instruments[0].contract.calendar.holidays[0]",
        "MALFORMED",
    ),
    figures(
        "an unknown week",
        first_loan("contract.calendar.week", 99),
        "instruments[0].contract.calendar.week",
        "UNSPECIFIED_ENUM",
    ),
    figures(
        "5,001 holidays",
        first_loan("contract.calendar.holidays", ["2025-01-01"] * 5_001),
        "instruments[0].contract.calendar.holidays",
        "WRONG_LENGTH",
    ),
    Case(
        "1,001 loans",
        lambda _: registration_of_loans(1_001),
        {"dataset_version.instruments": "WRONG_LENGTH"},
    ),
    figures(
        "1,001 assets that are none",
        lambda company: company.assets.extend([d.Asset()] * 1_001),
        "assets",
        "WRONG_LENGTH",
    ),
    figures(
        "4,001 rows that are none",
        lambda company: company.instruments[0].principal_payments.extend([d.PrincipalPayment()] * 4_001),
        "instruments[0].principal_payments",
        "WRONG_LENGTH",
    ),
    figures(
        "1,001 pledges that are none",
        first_loan("collateral_asset_ids", [""] * 1_001),
        "instruments[0].collateral_asset_ids",
        "WRONG_LENGTH",
    ),
]


@pytest.mark.parametrize("case", DEBT, ids=lambda case: case.name)
async def test_bad_input_is_refused_whole(stored, case):
    await refused_whole(stored, case)


async def test_the_status_of_a_thousand_wrong_loans_arrives(stored):
    server, _ = stored
    request = registration_of_loans(1_000)
    for loan in request.dataset_version.instruments:
        loan.fixed_rate = "NaN"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, request)
    reasons = faults(refused.value)
    assert refused.value.code() is INVALID
    assert len(reasons) > 10
    assert list(reasons)[9] == "dataset_version.instruments[9].fixed_rate"
    assert detail(refused.value, ErrorInfo).metadata["faults"] == "1000"
