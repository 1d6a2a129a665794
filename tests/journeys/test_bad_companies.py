"""Figures of a company that are missing, malformed or impossible are refused whole, all of them at once."""

from typing import Any

import pytest

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import options_pb2 as o
from seawall.v1 import stress_service_pb2 as s
from tests.companies import cents
from tests.journeys.bad_input import (
    Case,
    figures,
    first_loan,
    many,
    note,
    refused_whole,
    set_to,
    unknown_field,
    without,
    without_in_loan,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


def required(kind: Any) -> list[str]:
    """The fields of a message that have no default, as its rules say."""
    fields = kind.DESCRIPTOR.fields
    return [field.name for field in fields if field.GetOptions().Extensions[o.rules].required]


TOP_LEVEL = "company_name currency minor_digits as_of_date capital_expenditure_annual_minor".split()
SHEET = required(d.BalanceSheet)
YEAR = required(d.IncomeStatement)
LOAN = ["instrument_id", "principal_minor", "maturity_date", "lien", "amortisation"]
REVOLVER = "revolver_id commitment_minor drawn_minor index spread undrawn_fee lien maturity_date".split()
NOT_DECIMALS = [
    "NaN",
    "Infinity",
    "1e999999",
    "1e-2",
    "+0.1",
    " 0.1",
    "0.1 ",
    "0,1",
    ".5",
    "5.",
    "\uff11",
    "0x1",
    "--1",
    "1_0",
]

MISSING = [
    *[figures(f"no {field}", without(field), field, "REQUIRED") for field in TOP_LEVEL],
    *[figures(f"no {f}", without(f"balance_sheet.{f}"), f"balance_sheet.{f}", "REQUIRED") for f in SHEET],
    *[figures(f"no {f}", without(f"income_statement.{f}"), f"income_statement.{f}", "REQUIRED") for f in YEAR],
    *[figures(f"no loan {f}", without_in_loan(f), f"instruments[0].{f}", "REQUIRED") for f in LOAN],
    *[figures(f"no revolver {f}", without(f"revolver.{f}"), f"revolver.{f}", "REQUIRED") for f in REVOLVER],
    figures("no rate", lambda h: h.instruments[0].ClearField("fixed_rate"), "instruments[0].fixed_rate", "REQUIRED"),
    figures(
        "no index",
        lambda h: h.instruments[1].floating_rate.ClearField("index"),
        "instruments[1].floating_rate.index",
        "REQUIRED",
    ),
    figures("empty name", set_to("company_name", ""), "company_name", "REQUIRED"),
    figures("a blank name", set_to("company_name", " \u00a0 "), "company_name", "MALFORMED"),
    figures("empty rate", set_to("income_statement.tax_rate", ""), "income_statement.tax_rate", "REQUIRED"),
    figures("no income statement", without("income_statement"), "income_statement", "REQUIRED"),
    figures("no balance sheet", without("balance_sheet"), "balance_sheet", "REQUIRED"),
    figures(
        "asset without value",
        lambda h: h.assets[0].ClearField("market_value_minor"),
        "assets[0].market_value_minor",
        "REQUIRED",
    ),
    Case("no dataset version", lambda _: s.RegisterDatasetVersionRequest(), {"dataset_version": "REQUIRED"}),
]

FIGURES = [
    figures("negative cash", set_to("balance_sheet.cash_minor", -1), "balance_sheet.cash_minor", "OUT_OF_RANGE"),
    figures(
        "negative revenue",
        set_to("income_statement.revenue_annual_minor", -1),
        "income_statement.revenue_annual_minor",
        "OUT_OF_RANGE",
    ),
    figures(
        "amount past the bound",
        set_to("capital_expenditure_annual_minor", 10**15 + 1),
        "capital_expenditure_annual_minor",
        "OUT_OF_RANGE",
    ),
    figures(
        "largest int64", set_to("balance_sheet.equity_minor", 2**63 - 1), "balance_sheet.equity_minor", "OUT_OF_RANGE"
    ),
    figures(
        "tax above 1", set_to("income_statement.tax_rate", "1.000000001"), "income_statement.tax_rate", "OUT_OF_RANGE"
    ),
    figures("tax below 0", set_to("income_statement.tax_rate", "-0.1"), "income_statement.tax_rate", "OUT_OF_RANGE"),
    figures(
        "ten digits",
        set_to("income_statement.tax_rate", "0.1234567891"),
        "income_statement.tax_rate",
        "TOO_MANY_DIGITS",
    ),
    figures(
        "a million digits",
        set_to("income_statement.tax_rate", "1" * 10**6),
        "income_statement.tax_rate",
        "TOO_MANY_DIGITS",
    ),
    *[
        figures(f"rate {t!r}", first_loan("fixed_rate", t), "instruments[0].fixed_rate", "MALFORMED")
        for t in NOT_DECIMALS
    ],
    figures("rate of 501 %", first_loan("fixed_rate", "5.01"), "instruments[0].fixed_rate", "OUT_OF_RANGE"),
    figures("unknown currency", set_to("currency", "XYZ"), "currency", "UNKNOWN_CURRENCY"),
    figures("currency in small letters", set_to("currency", "usd"), "currency", "MALFORMED"),
    figures("dollars with three digits", set_to("minor_digits", 3), "minor_digits", "CONFLICT"),
    figures("yen with two digits", set_to("currency", "JPY"), "minor_digits", "CONFLICT"),
    figures("a company id with a blank", set_to("company_id", "47 11"), "company_id", "MALFORMED"),
    figures("an empty company id", set_to("company_id", ""), "company_id", "MALFORMED"),
    figures("seventeen labels", set_to("labels", [f"l{n}" for n in range(17)]), "labels", "WRONG_LENGTH"),
    figures("a label twice", set_to("labels", ["a", "b", "a"]), "labels[2]", "DUPLICATE"),
    figures("a label with a blank", set_to("labels", ["a b"]), "labels[0]", "MALFORMED"),
    figures("fiscal month 13", set_to("fiscal_year_end_month", 13), "fiscal_year_end_month", "OUT_OF_RANGE"),
    figures("fiscal month 0", set_to("fiscal_year_end_month", 0), "fiscal_year_end_month", "OUT_OF_RANGE"),
    figures("losses below 0", set_to("tax_losses_minor", -1), "tax_losses_minor", "OUT_OF_RANGE"),
    figures("costs above all", set_to("enforcement_cost_share", "1.01"), "enforcement_cost_share", "OUT_OF_RANGE"),
    figures("priority claims below 0", set_to("priority_claims_minor", -1), "priority_claims_minor", "OUT_OF_RANGE"),
    figures(
        "a fixed share above 1",
        set_to("income_statement.cost_of_sales_fixed_share", "1.1"),
        "income_statement.cost_of_sales_fixed_share",
        "OUT_OF_RANGE",
    ),
    figures(
        "tax payable below 0",
        set_to("balance_sheet.tax_payable_minor", -1),
        "balance_sheet.tax_payable_minor",
        "OUT_OF_RANGE",
    ),
    figures(
        "accrued interest that does not add up",
        many(
            set_to("balance_sheet.accrued_interest_minor", 1),
            set_to("balance_sheet.equity_minor", cents(3_700_000) - 1),
        ),
        "balance_sheet.accrued_interest_minor",
        "UNBALANCED",
    ),
    figures("five digits", set_to("minor_digits", 5), "minor_digits", "OUT_OF_RANGE"),
    figures("does not balance", set_to("balance_sheet.cash_minor", 1), "balance_sheet", "UNBALANCED"),
    figures("no such day", set_to("as_of_date", "2024-02-30"), "as_of_date", "MALFORMED"),
    figures("a day with a time", set_to("as_of_date", "2024-12-31T00:00"), "as_of_date", "MALFORMED"),
    figures("a day without dashes", set_to("as_of_date", "20241231"), "as_of_date", "MALFORMED"),
    figures("a day long ago", set_to("as_of_date", "1899-12-31"), "as_of_date", "OUT_OF_RANGE"),
    figures("a hash in capitals", set_to("source_sha256", "A" * 64), "source_sha256", "MALFORMED"),
    figures("a short hash", set_to("source_sha256", "0" * 63), "source_sha256", "MALFORMED"),
    figures("a control character", set_to("company_name", "a\x07b"), "company_name", "MALFORMED"),
    figures("eleven weights", set_to("seasonality_weights", ["1"] * 11), "seasonality_weights", "WRONG_LENGTH"),
    figures("weights of nothing", set_to("seasonality_weights", ["0"] * 12), "seasonality_weights", "WRONG_LENGTH"),
    figures(
        "a weight below 0",
        set_to("seasonality_weights", [*["1"] * 11, "-1"]),
        "seasonality_weights[11]",
        "OUT_OF_RANGE",
    ),
    figures("sweep of more than all", set_to("cash_sweep_share", "1.1"), "cash_sweep_share", "OUT_OF_RANGE"),
    figures("a field of tomorrow", unknown_field, "100", "UNKNOWN_FIELD"),
    figures(
        "a total past the bound",
        many(
            set_to("balance_sheet.fixed_assets_minor", 10**15),
            set_to("balance_sheet.equity_minor", 10**15 - cents(300_000)),
        ),
        "balance_sheet",
        "OUT_OF_RANGE",
    ),
]

TOGETHER = [
    figures(
        "a loan at fault hides no other loan",
        many(first_loan("maturity_date", "soon"), note("maturity_date", "2024-01-31")),
        "instruments[0].maturity_date",
        "MALFORMED",
        "instruments[1].maturity_date",
        "MATURED",
    ),
    figures(
        "a loan at fault does not unbalance the others",
        many(without_in_loan("principal_minor"), note("maturity_date", "2024-01-31")),
        "instruments[0].principal_minor",
        "REQUIRED",
        "instruments[1].maturity_date",
        "MATURED",
    ),
    figures(
        "an asset at fault makes no reference unknown",
        many(lambda h: set_to("asset_id", "a plant")(h.assets[0]), first_loan("lien", 0)),
        "instruments[0].lien",
        "OUT_OF_RANGE",
        "assets[0].asset_id",
        "MALFORMED",
    ),
    figures(
        "many faults in one answer",
        many(
            set_to("currency", "XYZ"),
            set_to("income_statement.tax_rate", "NaN"),
            note("floating_rate.floor", "0.1"),
            note("instrument_id", "term-loan"),
            without("balance_sheet.cash_minor"),
            first_loan("lien", 0),
        ),
        "currency",
        "UNKNOWN_CURRENCY",
        "income_statement.tax_rate",
        "MALFORMED",
        "instruments[1].floating_rate.floor",
        "FLOOR_ABOVE_CAP",
        "instruments[1].instrument_id",
        "DUPLICATE",
        "balance_sheet.cash_minor",
        "REQUIRED",
        "instruments[0].lien",
        "OUT_OF_RANGE",
    ),
    Case(
        "every level of a request",
        lambda _: s.RegisterDatasetVersionRequest(dataset_version=d.DatasetVersion(currency="XYZ"), request_id="mine"),
        {
            f"dataset_version.{field}": "REQUIRED"
            for field in [*TOP_LEVEL, "income_statement", "balance_sheet"]
            if field != "currency"
        }
        | {"dataset_version.currency": "UNKNOWN_CURRENCY", "request_id": "MALFORMED"},
    ),
]


@pytest.mark.parametrize("case", [*MISSING, *FIGURES, *TOGETHER], ids=lambda case: case.name)
async def test_bad_input_is_refused_whole(stored, case):
    await refused_whole(stored, case)
