"""Bad input is refused with its reason and every field at fault, and the store stays as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from google.rpc.error_details_pb2 import ErrorInfo

from seawall.engine.inputs.instruments import FloatingRate
from seawall.engine.values.units import NANO
from seawall.v1 import covenant_pb2 as n
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import options_pb2 as o
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.companies import PERCENT, cents, company, floating_note, income, term_loan
from tests.server.running import (
    Known,
    Running,
    created,
    detail,
    everything_in,
    faults,
    reason,
    registered,
    registration,
    running,
    with_an_execution,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = "sha256:" + "f" * 64
INVALID = grpc.StatusCode.INVALID_ARGUMENT


@dataclass(frozen=True)
class Case:
    """One bad request: what is sent, and what must come back."""

    name: str
    request: Callable[[Known], Any]
    faults: dict[str, str]
    code: grpc.StatusCode = INVALID
    reason: str = ""  #: where no field is at fault


def figures(name: str, change: Callable[[Any], Any], *expected: str) -> Case:
    """A registration of the usual company with one change; expected: field, reason, field, reason ..."""

    def request(_: Known) -> Any:
        message = registration()
        change(message.dataset_version)
        return message

    return Case(name, request, faults_under("dataset_version", expected))


def scenario(name: str, change: Callable[[Any], Any], *expected: str) -> Case:
    """A base scenario for the stored company with one change; expected as above."""

    def request(known: Known) -> Any:
        message = c.Scenario(dataset_version_id=known.dataset_version_id, name="bad", horizon_months=24)
        change(message)
        return s.CreateScenarioRequest(scenario=message)

    return Case(name, request, faults_under("scenario", expected))


def faults_under(holder: str, expected: tuple[str, ...]) -> dict[str, str]:
    return {f"{holder}.{field}": reason for field, reason in zip(expected[::2], expected[1::2], strict=True)}


def source(known: Known, start_period: int | None = None, **changes: Any) -> s.ExecuteRequest:
    ids = {"scenario_id": known.scenario_id, "dataset_version_id": known.dataset_version_id}
    return s.ExecuteRequest(scenario=s.ScenarioSource(**(ids | changes)), start_period=start_period)


def set_to(field: str, value: Any) -> Callable[[Any], None]:
    """Sets a field, given by its path, to a value."""

    def change(message: Any) -> None:
        *holders, last = field.split(".")
        for holder in holders:
            message = getattr(message, holder)
        if isinstance(value, list):
            message.ClearField(last)
            getattr(message, last).extend(value)
        else:
            setattr(message, last, value)

    return change


def without(field: str) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        *holders, last = field.split(".")
        for holder in holders:
            message = getattr(message, holder)
        message.ClearField(last)

    return change


def first_loan(field: str, value: Any) -> Callable[[Any], None]:
    return lambda message: set_to(field, value)(message.instruments[0])


def without_in_loan(field: str) -> Callable[[Any], None]:
    return lambda message: without(field)(message.instruments[0])


def note(field: str, value: Any) -> Callable[[Any], None]:
    return lambda message: set_to(field, value)(message.instruments[1])


def many(*changes: Callable[[Any], Any]) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        for each in changes:
            each(message)

    return change


def required(kind: Any) -> list[str]:
    """The fields of a message that have no default, as its rules say."""
    fields = kind.DESCRIPTOR.fields
    return [field.name for field in fields if field.GetOptions().Extensions[o.rules].required]


def unknown_field(message: Any) -> None:
    message.MergeFromString(b"\xa2\x06\x01x")  # field 100, length-delimited


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

TURNOVER_OF_NOBODY = (
    *("turnovers[0].junior_facility_id", "REQUIRED"),
    *("turnovers[0].senior_facility_ids", "REQUIRED"),
)


def covenant(name: str, change: Callable[[Any], Any], *expected: str) -> Case:
    """The usual company with a leverage covenant and one change to it; expected: field of the covenant, reason ..."""

    def add(message: Any) -> None:
        promised = message.covenants.add(covenant_id="leverage", kind=n.COVENANT_KIND_MAX_NET_LEVERAGE)
        promised.steps.add(from_date="2025-01-01", multiple="4")
        change(promised)

    paths = [path if number % 2 else f"covenants[0].{path}" for number, path in enumerate(expected)]
    return figures(name, add, *paths)


def first_step(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda covenant: change(covenant.steps[0])


COVENANTS = [
    covenant("a covenant without kind", without("kind"), "kind", "REQUIRED"),
    covenant("a covenant of no kind", set_to("kind", 0), "kind", "UNSPECIFIED_ENUM"),
    covenant("a covenant without id", without("covenant_id"), "covenant_id", "REQUIRED"),
    covenant("a covenant without steps", without("steps"), "steps", "REQUIRED"),
    covenant("a step without day", first_step(without("from_date")), "steps[0].from_date", "REQUIRED"),
    covenant("a step without multiple", first_step(without("multiple")), "steps[0].multiple", "REQUIRED"),
    covenant("a leverage below 1", first_step(set_to("multiple", "0.9")), "steps[0].multiple", "OUT_OF_RANGE"),
    covenant("a multiple of 1001", first_step(set_to("multiple", "1001")), "steps[0].multiple", "OUT_OF_RANGE"),
    covenant("an amount of leverage", first_step(set_to("amount_minor", 1)), "steps[0].amount_minor", "CONFLICT"),
    covenant(
        "a multiple of liquidity",
        set_to("kind", n.COVENANT_KIND_MIN_LIQUIDITY),
        *("steps[0].amount_minor", "REQUIRED"),
        *("steps[0].multiple", "CONFLICT"),
    ),
    covenant(
        "steps out of order",
        lambda c: c.steps.add(from_date="2024-12-31", multiple="3"),
        "steps[1].from_date",
        "CONFLICT",
    ),
    covenant("121 steps", lambda c: c.steps.extend([c.steps[0]] * 120), "steps", "WRONG_LENGTH"),
    covenant("an unknown facility", set_to("facility_ids", ["bank"]), "facility_ids[0]", "UNKNOWN_REFERENCE"),
    covenant("a facility twice", set_to("facility_ids", ["note", "note"]), "facility_ids[1]", "DUPLICATE"),
    covenant("a netting cap below 0", set_to("netting_cap_minor", -1), "netting_cap_minor", "OUT_OF_RANGE"),
    covenant(
        "a netting cap of coverage",
        many(set_to("kind", n.COVENANT_KIND_MIN_INTEREST_COVERAGE), set_to("netting_cap_minor", 1)),
        "netting_cap_minor",
        "CONFLICT",
    ),
    covenant("springing above all", set_to("springing_share", "1.1"), "springing_share", "OUT_OF_RANGE"),
    covenant("cures below 0", set_to("cures_in_four_quarters", -1), "cures_in_four_quarters", "OUT_OF_RANGE"),
    covenant("five cures in four", set_to("cures_in_four_quarters", 5), "cures_in_four_quarters", "OUT_OF_RANGE"),
    covenant("25 cures", set_to("cures_in_life", 25), "cures_in_life", "OUT_OF_RANGE"),
    covenant("cures of no rule", set_to("consecutive_cures", 0), "consecutive_cures", "UNSPECIFIED_ENUM"),
    covenant("no such consequence", set_to("consequences", [1, 0]), "consequences[1]", "UNSPECIFIED_ENUM"),
    covenant("a consequence twice", set_to("consequences", [1, 1]), "consequences[1]", "DUPLICATE"),
    covenant("called at once", set_to("acceleration_months", 0), "acceleration_months", "OUT_OF_RANGE"),
    covenant("a reach of 9", set_to("reach", 9), "reach", "UNSPECIFIED_ENUM"),
    figures(
        "a covenant twice",
        lambda h: [
            h.covenants.add(
                covenant_id="cash",
                kind=n.COVENANT_KIND_MIN_LIQUIDITY,
                steps=[n.CovenantStep(from_date="2025-01-01", amount_minor=1)],
            )
            for _ in range(2)
        ],
        "covenants[1].covenant_id",
        "DUPLICATE",
    ),
    figures(
        "springing without a revolver",
        many(
            without("revolver"),
            set_to("balance_sheet.equity_minor", cents(3_800_000)),
            lambda h: h.covenants.add(
                covenant_id="cash",
                kind=n.COVENANT_KIND_MIN_LIQUIDITY,
                steps=[n.CovenantStep(from_date="2025-01-01", amount_minor=1)],
                springing_share="0.35",
            ),
        ),
        "covenants[0].springing_share",
        "CONFLICT",
    ),
    figures("33 covenants", lambda h: [h.covenants.add() for _ in range(33)], "covenants", "WRONG_LENGTH"),
]

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

FACTORS = {
    "revenue_change_factor": ("-0.1", "2.1"),
    "cost_change_factor": ("-0.1", "3.1"),
    "interest_rate_change_factor": ("-0.1", "5.1"),
    "interest_rate_shift": ("-0.6", "0.6"),
    "liquidity_shock_factor": ("-0.1", "1.1"),
    "market_value_depreciation_factor": ("-0.1", "1.1"),
    "collection_period_extension_days": ("-366", "366"),
    "payment_period_reduction_days": ("-366", "366"),
    "inventory_period_extension_days": ("-366", "366"),
    "capital_expenditure_factor": ("-0.1", "2.1"),
    "refinanced_share": ("-0.1", "1.1"),
}

SCENARIOS = [
    scenario("no name", without("name"), "name", "REQUIRED"),
    scenario("no horizon", without("horizon_months"), "horizon_months", "REQUIRED"),
    scenario("horizon 5", set_to("horizon_months", 5), "horizon_months", "OUT_OF_RANGE"),
    scenario("horizon 25", set_to("horizon_months", 25), "horizon_months", "OUT_OF_RANGE"),
    scenario("horizon 0", set_to("horizon_months", 0), "horizon_months", "OUT_OF_RANGE"),
    scenario("no dataset version", without("dataset_version_id"), "dataset_version_id", "REQUIRED"),
    scenario("an id in capitals", set_to("dataset_version_id", NOWHERE.upper()), "dataset_version_id", "MALFORMED"),
    scenario("a long description", set_to("description", "x" * 2001), "description", "MALFORMED"),
    *[
        scenario(f"{name} {value}", set_to(f"assumptions.{name}", [value]), f"assumptions.{name}[0]", "OUT_OF_RANGE")
        for name, values in FACTORS.items()
        for value in values
    ],
    scenario(
        "a factor that is none",
        set_to("assumptions.cost_change_factor", ["NaN"]),
        "assumptions.cost_change_factor[0]",
        "MALFORMED",
    ),
    scenario(
        "the third month",
        set_to("assumptions.cost_change_factor", ["1", "1", ""]),
        "assumptions.cost_change_factor[2]",
        "MALFORMED",
    ),
    scenario(
        "a path of 25",
        set_to("assumptions.cost_change_factor", ["1.1"] * 25),
        "assumptions.cost_change_factor",
        "WRONG_LENGTH",
    ),
    *[
        scenario(
            f"a release of {value!r}",
            set_to("assumptions.inventory_release_share", value),
            "assumptions.inventory_release_share",
            reason,
        )
        for value, reason in (
            ("1.1", "OUT_OF_RANGE"),
            ("-0.1", "OUT_OF_RANGE"),
            ("0,0.5", "MALFORMED"),
            ("", "MALFORMED"),
        )
    ],
    scenario("no such posture", set_to("posture", 0), "posture", "UNSPECIFIED_ENUM"),
    scenario("a workout without months", set_to("posture", c.POSTURE_WORKOUT), "acceleration_months", "REQUIRED"),
    scenario("months of a standstill", set_to("acceleration_months", 3), "acceleration_months", "CONFLICT"),
    scenario(
        "a workout of 25 months",
        many(set_to("posture", c.POSTURE_WORKOUT), set_to("acceleration_months", 25)),
        "acceleration_months",
        "OUT_OF_RANGE",
    ),
    scenario(
        "scope unspecified",
        set_to("assumptions.interest_rate_scope", 0),
        "assumptions.interest_rate_scope",
        "UNSPECIFIED_ENUM",
    ),
    scenario(
        "a course of a path",
        many(set_to("course.ramp_months", 3), set_to("assumptions.refinanced_share", ["0", "1"])),
        "assumptions.refinanced_share",
        "CONFLICT",
    ),
    scenario("a course of 25 months", set_to("course.hold_months", 25), "course.hold_months", "OUT_OF_RANGE"),
    scenario(
        "unknown field in assumptions", lambda h: unknown_field(h.assumptions), "assumptions.100", "UNKNOWN_FIELD"
    ),
    Case("no scenario", lambda _: s.CreateScenarioRequest(), {"scenario": "REQUIRED"}),
    Case(
        "a template and assumptions",
        lambda k: s.CreateScenarioRequest(
            scenario=c.Scenario(
                dataset_version_id=k.dataset_version_id, name="b", horizon_months=24, assumptions=c.Assumptions()
            ),
            template_name="mild",
        ),
        {"template_name": "CONFLICT"},
    ),
    Case(
        "a template and a course",
        lambda k: s.CreateScenarioRequest(
            scenario=c.Scenario(
                dataset_version_id=k.dataset_version_id, name="b", horizon_months=24, course=c.Course(ramp_months=3)
            ),
            template_name="mild",
        ),
        {"template_name": "CONFLICT"},
    ),
    Case(
        "a pair that is to be stored",
        lambda k: s.CreateScenarioRequest(
            scenario=c.Scenario(dataset_version_id=k.dataset_version_id, name="b", horizon_months=24),
            dataset_version=registration().dataset_version,
        ),
        {"dataset_version": "CONFLICT"},
    ),
    Case(
        "a pair of two companies",
        lambda k: s.CreateScenarioRequest(
            scenario=c.Scenario(dataset_version_id=NOWHERE, name="b", horizon_months=24),
            dataset_version=registration().dataset_version,
            validate_only=True,
        ),
        {"scenario.dataset_version_id": "CONFLICT"},
    ),
    Case(
        "a check that is to be given again",
        lambda _: s.RegisterDatasetVersionRequest(
            dataset_version=registration().dataset_version, validate_only=True, request_id=str(uuid4())
        ),
        {"request_id": "CONFLICT"},
    ),
    Case(
        "a template that is none",
        lambda k: s.CreateScenarioRequest(
            scenario=c.Scenario(dataset_version_id=k.dataset_version_id, name="b", horizon_months=24),
            template_name="apocalypse",
        ),
        {},
        grpc.StatusCode.NOT_FOUND,
        "TEMPLATE_NOT_FOUND",
    ),
    Case(
        "a scenario for nothing",
        lambda _: s.CreateScenarioRequest(scenario=c.Scenario(dataset_version_id=NOWHERE, name="b", horizon_months=24)),
        {},
        grpc.StatusCode.NOT_FOUND,
        "DATASET_VERSION_NOT_FOUND",
    ),
]

EXECUTIONS = [
    Case("nothing to execute", lambda _: s.ExecuteRequest(), {"scenario": "REQUIRED"}),
    Case("no scenario id", lambda k: source(k, scenario_id=None), {"scenario.scenario_id": "REQUIRED"}),
    Case("no dataset id", lambda k: source(k, dataset_version_id=None), {"scenario.dataset_version_id": "REQUIRED"}),
    Case(
        "unknown scenario",
        lambda k: source(k, scenario_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "SCENARIO_NOT_FOUND",
    ),
    Case(
        "a dataset as scenario",
        lambda k: source(k, scenario_id=k.dataset_version_id),
        {},
        grpc.StatusCode.NOT_FOUND,
        "SCENARIO_NOT_FOUND",
    ),
    Case(
        "another dataset",
        lambda k: source(k, dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.FAILED_PRECONDITION,
        "DATASET_MISMATCH",
    ),
    Case(
        "before the as-of date",
        lambda k: source(k, analysis_date="2024-12-30"),
        {"scenario.analysis_date": "BEFORE_AS_OF"},
    ),
    Case("after a maturity", lambda k: source(k, analysis_date="2026-06-15"), {"scenario.analysis_date": "MATURED"}),
    Case("start period 0", lambda k: started(k, start_period=0), {"start_period": "OUT_OF_RANGE"}),
    Case("start period 26", lambda k: started(k, start_period=26), {"start_period": "OUT_OF_RANGE"}),
    Case("25 in a message", lambda k: started(k, periods_per_message=25), {"periods_per_message": "OUT_OF_RANGE"}),
    Case("0 in a message", lambda k: started(k, periods_per_message=0), {"periods_per_message": "OUT_OF_RANGE"}),
    Case("request id that is none", lambda k: started(k, request_id="42"), {"request_id": "MALFORMED"}),
    Case(
        "unknown execution",
        lambda _: s.ExecuteRequest(execution_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EXECUTION_NOT_FOUND",
    ),
    Case(
        "replay of nothing", lambda _: s.ReplayRequest(), {"execution_id": "REQUIRED", "dataset_version_id": "REQUIRED"}
    ),
    Case(
        "replay of an unknown one",
        lambda k: s.ReplayRequest(execution_id=NOWHERE, dataset_version_id=k.dataset_version_id),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EXECUTION_NOT_FOUND",
    ),
    Case(
        "replay on unknown data",
        lambda k: s.ReplayRequest(execution_id=k.execution_id, dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "DATASET_VERSION_NOT_FOUND",
    ),
    Case(
        "replay before the as-of date",
        lambda k: s.ReplayRequest(
            execution_id=k.execution_id, dataset_version_id=k.dataset_version_id, analysis_date="2000-01-01"
        ),
        {"analysis_date": "BEFORE_AS_OF"},
    ),
]

READS = [
    Case("get no dataset", lambda _: s.GetDatasetVersionRequest(), {"dataset_version_id": "REQUIRED"}),
    Case(
        "get an unknown dataset",
        lambda _: s.GetDatasetVersionRequest(dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "DATASET_VERSION_NOT_FOUND",
    ),
    Case(
        "get a scenario alone",
        lambda k: s.GetScenarioRequest(scenario_id=k.scenario_id),
        {"dataset_version_id": "REQUIRED"},
    ),
    Case(
        "get a scenario of other data",
        lambda k: s.GetScenarioRequest(scenario_id=k.scenario_id, dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.FAILED_PRECONDITION,
        "DATASET_MISMATCH",
    ),
    Case(
        "get an unknown execution",
        lambda _: s.GetExecutionRequest(execution_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EXECUTION_NOT_FOUND",
    ),
    Case("get a bare hash", lambda _: v.GetEvidenceRequest(address="f" * 64), {"address": "MALFORMED"}),
    Case(
        "get unknown evidence",
        lambda _: v.GetEvidenceRequest(address=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EVIDENCE_NOT_FOUND",
    ),
    Case("page of 0", lambda _: s.ListScenariosRequest(page_size=0), {"page_size": "OUT_OF_RANGE"}),
    Case("page below 0", lambda _: s.ListDatasetVersionsRequest(page_size=-1), {"page_size": "OUT_OF_RANGE"}),
    Case(
        "seven digits of an id",
        lambda _: s.GetExecutionRequest(execution_id="sha256:0123456"),
        {"execution_id": "MALFORMED"},
    ),
    Case("a label that is none", lambda _: s.ListDatasetVersionsRequest(labels=["a b"]), {"labels[0]": "MALFORMED"}),
    Case(
        "the labels of seventeen",
        lambda _: s.ListDatasetVersionsRequest(labels=[f"l{n}" for n in range(17)]),
        {"labels": "WRONG_LENGTH"},
    ),
    Case("a made-up token", lambda _: s.ListExecutionsRequest(page_token="AAAA"), {"page_token": "PAGE_TOKEN_INVALID"}),
    Case("a token with a blank", lambda _: s.ListExecutionsRequest(page_token="a b"), {"page_token": "MALFORMED"}),
    Case("a filter that is no id", lambda _: s.ListExecutionsRequest(scenario_id="x"), {"scenario_id": "MALFORMED"}),
    Case("unknown field", lambda _: with_unknown_field(s.ListScenarioTemplatesRequest()), {"100": "UNKNOWN_FIELD"}),
]

CASES = [*MISSING, *FIGURES, *COVENANTS, *DEBT, *TOGETHER, *SCENARIOS, *EXECUTIONS, *READS]


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


def started(known: Known, **options: Any) -> s.ExecuteRequest:
    request = source(known)
    request.MergeFrom(s.ExecuteRequest(**options))
    return request


def with_unknown_field(request: Any) -> Any:
    unknown_field(request)
    return request


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(tmp_path_factory):
    async with running(tmp_path_factory.mktemp("bad-input") / "seawall.db") as server:
        yield server, await with_an_execution(server)


async def call(server: Running, request: Any) -> None:
    """Sends a request to the method that takes it, and reads the whole answer."""
    name = type(request).__name__.removesuffix("Request")
    method = getattr(server.evidence if name == "GetEvidence" else server.stress, name)
    if name in ("Execute", "Replay"):
        async for _ in method(request):
            pass
    else:
        await method(request)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_bad_input_is_refused_whole(stored, case):
    server, known = stored
    before = everything_in(server.database)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, case.request(known))
    assert refused.value.code() is case.code
    assert faults(refused.value) == case.faults
    assert reason(refused.value) == (case.reason or next(iter(faults(refused.value).values())))
    assert everything_in(server.database) == before


async def test_there_are_enough_cases():
    assert len(CASES) >= 60


async def test_a_message_of_five_mebibytes_is_refused_with_a_reason(stored):
    server, _ = stored
    before = everything_in(server.database)
    request = registration()
    request.dataset_version.company_name = "x" * (5 * 2**20)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, request)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason(refused.value) == "MESSAGE_TOO_LARGE"
    assert everything_in(server.database) == before


async def test_bytes_that_are_no_message_are_refused_with_a_reason(stored):
    server, _ = stored
    method = server.channel.unary_unary("/seawall.v1.StressService/CreateScenario")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await method(b"\xff\xff\xff")
    assert refused.value.code() is INVALID
    assert reason(refused.value) == "MALFORMED"


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


async def test_a_start_beyond_the_end_of_a_short_scenario_is_refused_before_it_runs(stored):
    server, known = stored
    scenario_id = await created(server, known.dataset_version_id, months=12)
    before = everything_in(server.database)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, source(known, scenario_id=scenario_id, start_period=14))
    assert refused.value.code() is grpc.StatusCode.OUT_OF_RANGE
    assert faults(refused.value) == {"start_period": "START_PERIOD_OUT_OF_RANGE"}
    assert everything_in(server.database) == before


IMPOSSIBLE = [
    (
        "a factor on a negative index",
        company(instruments=(term_loan(), floating_note(floating_rate=FloatingRate(index=-PERCENT, spread=PERCENT)))),
        c.Assumptions(interest_rate_change_factor=["1.1"]),
        {"scenario.assumptions.interest_rate_change_factor": "NEGATIVE_INDEX"},
    ),
    (
        "an all-in rate above 500 %",
        company(instruments=(term_loan(), floating_note(floating_rate=FloatingRate(index=2 * NANO, spread=PERCENT)))),
        c.Assumptions(interest_rate_change_factor=["2.5"]),
        {"scenario.assumptions.interest_rate_change_factor": "OUT_OF_RANGE"},
    ),
    (
        "revenue past the bound",
        company(income_statement=income(revenue_annual=10**15, cost_of_sales_annual=10**15)),
        c.Assumptions(revenue_change_factor=["2"], cost_change_factor=["3"]),
        {"dataset_version.income_statement": "BOUND_EXCEEDED"},
    ),
]


@pytest.mark.parametrize(("name", "figures", "assumptions", "expected"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
async def test_a_scenario_that_could_not_run_on_its_data_is_refused(stored, name, figures, assumptions, expected):
    server, _ = stored
    dataset_version_id = await registered(server, figures)
    before = everything_in(server.database)
    scenario = c.Scenario(dataset_version_id=dataset_version_id, name=name, horizon_months=24, assumptions=assumptions)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, s.CreateScenarioRequest(scenario=scenario))
    assert refused.value.code() is INVALID
    assert faults(refused.value) == expected
    assert everything_in(server.database) == before
