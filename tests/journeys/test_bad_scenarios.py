"""Scenarios that say too little, too much or what their company cannot bear are refused whole."""

from uuid import uuid4

import grpc
import pytest

from seawall.engine.inputs.instruments import FloatingRate
from seawall.engine.values.units import NANO
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.companies import PERCENT, company, floating_note, income, term_loan
from tests.journeys.bad_input import (
    INVALID,
    NOWHERE,
    Case,
    call,
    many,
    refused_whole,
    scenario,
    set_to,
    unknown_field,
    without,
)
from tests.server.running import everything_in, faults, registered, registration

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


@pytest.mark.parametrize("case", SCENARIOS, ids=lambda case: case.name)
async def test_bad_input_is_refused_whole(stored, case):
    await refused_whole(stored, case)


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
