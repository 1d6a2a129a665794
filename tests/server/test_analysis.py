"""Breaking points, sensitivities and attributions on a real server: stored, opened, repeated, refused."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from seawall.clients.client import SeawallError, StressClient
from seawall.clients.files import inputs, load
from seawall.v1.attribution_pb2 import AssumptionGroup
from seawall.v1.breaking_point_pb2 import (
    BREAKING_POINT_STATE_BREAKS,
    BREAKING_POINT_STATE_HOLDS,
    BREAKING_POINT_VERDICT_BREAKS,
    AssumptionWay,
    BreakingEvent,
    BreakingTarget,
    BreakingThreshold,
)
from seawall.v1.scenario_pb2 import Assumptions, Course, Scenario
from seawall.v1.sensitivity_pb2 import AssumptionRange
from seawall.v1.stress_service_pb2 import ExecutionCompleted
from tests.golden.pinned import EXAMPLES
from tests.server.running import running

DEFAULT = BreakingEvent(kind="BREAKING_EVENT_KIND_DEFAULT")
SALES = BreakingTarget(way=AssumptionWay(assumption="revenue_change_factor", to_value="0"))
pytestmark = pytest.mark.asyncio(loop_scope="module")
NOBODY = "sha256:" + "0" * 64


class Bench(NamedTuple):
    """A server with CARBO, as it is and under the severe template, over a year."""

    client: StressClient
    dataset: str
    base: str
    severe: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("analysis")
    async with running(folder / "seawall.db") as server, StressClient(server.address) as client:
        company = inputs.dataset_version(load(EXAMPLES / "carbo_ceramics_2017.yaml"))
        dataset = (await client.register(company)).dataset_version_id
        base = Scenario(dataset_version_id=dataset, name="as it is", horizon_months=12)
        stressed = Scenario(dataset_version_id=dataset, name="severe", horizon_months=12)
        ids = [
            (await client.create_scenario(scenario, template_name=name)).scenario_id
            for scenario, name in ((base, None), (stressed, "severe"))
        ]
        yield Bench(client, dataset, *ids)


async def completed(client, execution_id):
    async for event in client.read(execution_id, start_period=13):
        if isinstance(event, ExecutionCompleted):
            return event.metrics
    raise AssertionError


async def test_a_breaking_point_is_stored_with_the_executions_on_either_side(bench):
    answer = await bench.client.breaking_point(bench.base, bench.dataset, DEFAULT, SALES)
    point = answer.breaking_point
    assert point.verdict == BREAKING_POINT_VERDICT_BREAKS
    assert (point.first_breaking.state, point.before_it.state) == (
        BREAKING_POINT_STATE_BREAKS,
        BREAKING_POINT_STATE_HOLDS,
    )
    assert (point.steps, point.first_breaking.step) == (10**9, point.before_it.step + 1)
    assert len(point.scan) == 65
    assert point.binding.period == 12
    assert (await completed(bench.client, answer.first_breaking_execution_id)).first_default_period == 12
    assert (await completed(bench.client, answer.last_holding_execution_id)).first_default_period == 0
    stored = await bench.client.scenario(answer.first_breaking_scenario_id, bench.dataset)
    assert stored.scenario.assumptions == point.first_breaking.assumptions
    again = await bench.client.breaking_point(bench.base, bench.dataset, DEFAULT, SALES)
    assert (answer.created, again.created) == (True, False)
    assert (again.breaking_point_id, again.breaking_point) == (answer.breaking_point_id, point)
    assert (await bench.client.evidence(answer.breaking_point_id)).kind == "breaking_point.v1"


async def test_a_sensitivity_and_an_attribution_add_up_and_are_stored_once(bench):
    figure = "totals.net_income_minor"
    measured = [await bench.client.sensitivity(bench.severe, bench.dataset, figure) for _ in range(2)]
    assert [answer.created for answer in measured] == [True, False]
    assert measured[0].sensitivity == measured[1].sensitivity
    bars = measured[0].sensitivity.bars
    assert bars[0].assumption == "revenue_change_factor"
    answers = [await bench.client.attribute(bench.base, bench.severe, bench.dataset, figure) for _ in range(2)]
    assert [answer.created for answer in answers] == [True, False]
    attribution = answers[0].attribution
    assert sum(share.value.amount_minor for share in attribution.shares) == attribution.change.amount_minor
    assert (
        attribution.target_value.amount_minor - attribution.base_value.amount_minor == attribution.change.amount_minor
    )
    assert attribution.target_value == measured[0].sensitivity.base_value
    assert [share.group for share in attribution.shares] == sorted(share.group for share in attribution.shares)


async def test_the_funds_of_a_month_are_attributed_as_its_executions_have_them(bench):
    answer, again = [
        await bench.client.attribute(bench.base, bench.severe, bench.dataset, "funds_minor", period=9) for _ in range(2)
    ]
    assert (answer.created, again.created, again.attribution) == (True, False, answer.attribution)
    attribution = answer.attribution
    assert (attribution.figure, attribution.period) == ("funds_minor", 9)
    ends = [await funds(bench.client, scenario, bench.dataset, 9) for scenario in (bench.base, bench.severe)]
    assert [attribution.base_value.amount_minor, attribution.target_value.amount_minor] == ends
    assert sum(share.value.amount_minor for share in attribution.shares) == ends[1] - ends[0]
    other = await bench.client.attribute(bench.base, bench.severe, bench.dataset, "funds_minor", period=8)
    assert other.attribution_id != answer.attribution_id


async def funds(client, scenario, dataset, period):
    async for event in client.execute(scenario, dataset):
        if getattr(event, "period", 0) == period:
            return event.available_liquidity_minor - event.shortfalls.total_outstanding_minor
    raise AssertionError


async def test_the_same_request_id_gives_the_first_answer_and_no_other_request(bench):
    request_id = "11111111-0000-4000-8000-000000000001"
    figure = "months_of_runway"
    first, again = [
        await bench.client.attribute(bench.base, bench.severe, bench.dataset, figure, request_id=request_id)
        for _ in range(2)
    ]
    assert (first.created, again.created, again.attribution) == (True, True, first.attribution)
    with pytest.raises(SeawallError) as refused:
        await bench.client.attribute(bench.base, bench.severe, bench.dataset, "totals.tax_minor", request_id=request_id)
    assert refused.value.reason == "REQUEST_ID_REUSED"


def breaking(event=DEFAULT, target=SALES, **others):
    return lambda bench: bench.client.breaking_point(bench.base, bench.dataset, event, target, **others)


def measuring(figure="totals.ebitda_minor", *ranges):
    return lambda bench: bench.client.sensitivity(
        bench.base, bench.dataset, figure, [AssumptionRange(assumption=name, low=low) for name, low in ranges]
    )


def attributing(figure="totals.ebitda_minor", groups=(), target=None, **others):
    groups = [AssumptionGroup(**group) for group in groups]
    return lambda bench: bench.client.attribute(
        bench.base, target or bench.severe, bench.dataset, figure, groups, **others
    )


REFUSED = {
    "no event": (breaking(BreakingEvent()), {("event.kind", "REQUIRED")}),
    "a limit of another kind": (
        breaking(BreakingEvent(kind="BREAKING_EVENT_KIND_DEFAULT", minimum_liquidity_minor=1)),
        {("event.minimum_liquidity_minor", "CONFLICT")},
    ),
    "an unknown covenant": (
        breaking(BreakingEvent(kind="BREAKING_EVENT_KIND_COVENANT_BREACH", covenant_id="nobody")),
        {("event.covenant_id", "UNKNOWN_REFERENCE")},
    ),
    "an unknown figure of a threshold": (
        breaking(
            BreakingEvent(
                kind="BREAKING_EVENT_KIND_THRESHOLD",
                threshold=BreakingThreshold(figure="sales", side="THRESHOLD_SIDE_BELOW", ratio="1"),
            )
        ),
        {("event.threshold.figure", "UNKNOWN_REFERENCE")},
    ),
    "no target": (breaking(target=BreakingTarget()), {("target.assumptions", "REQUIRED")}),
    "the base as target": (breaking(target=BreakingTarget(assumptions=Assumptions())), {("target", "CONFLICT")}),
    "a course alone": (
        breaking(target=BreakingTarget(template_name="mild", course=Course())),
        {("target.course", "CONFLICT")},
    ),
    "a factor beyond its range, and too few points": (
        breaking(target=BreakingTarget(assumptions=Assumptions(revenue_change_factor=["3"])), scan_points=64),
        {("target.assumptions.revenue_change_factor[0]", "OUT_OF_RANGE"), ("scan_points", "OUT_OF_RANGE")},
    ),
    "days without a field": (
        breaking(target=BreakingTarget(way=AssumptionWay(assumption="days", to_value="1"))),
        {("target.way.assumption", "UNKNOWN_REFERENCE")},
    ),
    "a day before the balances": (breaking(analysis_date="2017-01-31"), {("scenario.analysis_date", "BEFORE_AS_OF")}),
    "an unknown figure": (measuring("totals.sales_minor"), {("figure", "UNKNOWN_REFERENCE")}),
    "a range at fault": (
        measuring("months_of_runway", ("liquidity_shock_factor", "2")),
        {("ranges[0].low", "OUT_OF_RANGE")},
    ),
    "an assumption twice": (
        measuring("months_of_runway", *[("refinanced_share", "0.5")] * 2),
        {("ranges[1].assumption", "DUPLICATE")},
    ),
    "a figure that is never": (attributing("first_default_period"), {("figure", "CONFLICT")}),
    "funds of no month": (attributing("funds_minor"), {("period", "REQUIRED")}),
    "funds of month 0": (attributing("funds_minor", period=0), {("period", "OUT_OF_RANGE")}),
    "funds of a month beyond the scenario": (attributing("funds_minor", period=13), {("period", "OUT_OF_RANGE")}),
    "a month of a figure of the header": (attributing(period=9), {("period", "CONFLICT")}),
    "how far funds move": (measuring("funds_minor"), {("figure", "UNKNOWN_REFERENCE")}),
    "a threshold of funds": (
        breaking(
            BreakingEvent(
                kind="BREAKING_EVENT_KIND_THRESHOLD",
                threshold=BreakingThreshold(figure="funds_minor", side="THRESHOLD_SIDE_BELOW", amount_minor=0),
            )
        ),
        {("event.threshold.figure", "UNKNOWN_REFERENCE")},
    ),
    "groups that leave something out": (
        attributing(groups=[{"name": "sales", "assumptions": ["revenue_change_factor"]}]),
        {("groups", "REQUIRED")},
    ),
}


@pytest.mark.parametrize(("work", "fields"), REFUSED.values(), ids=REFUSED)
async def test_bad_input_is_refused_with_its_field(bench, work, fields):
    with pytest.raises(SeawallError) as refused:
        await work(bench)
    assert {(violation.field, violation.reason) for violation in refused.value.violations} == fields


async def test_what_nobody_has_is_not_there(bench):
    for work, reason in (
        (breaking(target=BreakingTarget(template_name="hard")), "TEMPLATE_NOT_FOUND"),
        (attributing(target=NOBODY), "SCENARIO_NOT_FOUND"),
    ):
        with pytest.raises(SeawallError) as refused:
            await work(bench)
        assert refused.value.reason == reason


async def test_a_target_over_other_months_is_refused(bench):
    longer = Scenario(dataset_version_id=bench.dataset, name="longer", horizon_months=18)
    target = (await bench.client.create_scenario(longer, template_name="severe")).scenario_id
    with pytest.raises(SeawallError) as refused:
        await attributing(target=target)(bench)
    assert [(violation.field, violation.reason) for violation in refused.value.violations] == [
        ("target_scenario_id", "CONFLICT")
    ]


async def test_a_verification_computes_all_of_them_again(bench):
    results = [event async for event in bench.client.verify(recompute=True)]
    assert results[-1].intact
    assert results[-1].recomputed == 10
