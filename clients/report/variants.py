"""The same company under other scenarios, which say what drives a stress and what helps against it.

Causes share the way from the base to the stress by an attribution, in which no order decides. Actions are tried each
alone, on top of the whole stress.
"""

from collections.abc import Awaitable, Iterator
from typing import NamedTuple, TypeVar

import grpc

from seawall.v1.analysis_service_pb2 import AttributeResponse
from seawall.v1.attribution_pb2 import AssumptionGroup
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import ExecutionHeader
from seawall.v1.report_pb2 import ReportView
from seawall.v1.scenario_pb2 import Assumptions, Posture, Scenario
from seawall.v1.stress_service_pb2 import ExecutionCompleted, ExecutionStarted

from ..client import SeawallError, StressClient
from .scenario_words import is_changed
from .story import Story, VariantRun

T = TypeVar("T")

BASE = "Base"
FUNDS = "funds_minor"  #: liquidity less what is unpaid, at the end of a month
#: What a scenario changes, by cause: no more of them than an attribution takes.
CAUSES = {
    "Sales": ("revenue_change_factor",),
    "Costs": ("cost_change_factor",),
    "Working capital": (
        "collection_period_extension_days",
        "payment_period_reduction_days",
        "inventory_period_extension_days",
        "inventory_release_share",
    ),
    "Interest rates": ("interest_rate_change_factor", "interest_rate_shift"),
    "Cash and commitment out of reach": ("liquidity_shock_factor",),
    "Capital expenditure": ("capital_expenditure_factor",),
    "Refinancing": ("refinanced_share",),
    "Market values": ("market_value_depreciation_factor",),
}
REFUSALS = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION)  #: of what passes the limits
#: What a company can do, as an assumption of the scenario.
ACTIONS = {
    "Stop capital expenditure": Assumptions(capital_expenditure_factor=["0"]),
    "Run down all unsold stock": Assumptions(inventory_release_share="1"),
    "Refinance all that matures": Assumptions(refinanced_share=["1"]),
}
FUNDED = "Pay in what is needed at the default, on the first day"


class Variant(NamedTuple):
    """A company under a scenario, and what is different about them."""

    name: str
    company: DatasetVersion
    scenario: Scenario


def causes(scenario: Scenario) -> list[AssumptionGroup]:
    """The causes that a scenario changes something of; none where it changes nothing."""
    return [
        AssumptionGroup(name=cause, assumptions=names)
        for cause, names in CAUSES.items()
        if any(is_changed(scenario.assumptions, name) for name in names)
    ]


def actions(company: DatasetVersion, scenario: Scenario, need_minor: int) -> Iterator[Variant]:
    """The whole scenario with each of the actions, and with the need at the default paid in as equity."""
    if need_minor:
        funded = DatasetVersion.FromString(company.SerializeToString())
        funded.balance_sheet.cash_minor += need_minor
        funded.balance_sheet.equity_minor += need_minor
        yield Variant(FUNDED, funded, _standstill(scenario))
    for action, assumptions in ACTIONS.items():
        changed = _standstill(scenario)
        for field, _ in assumptions.ListFields():
            changed.assumptions.ClearField(field.name)
        changed.assumptions.MergeFrom(assumptions)
        yield Variant(action, company, changed)


def _standstill(scenario: Scenario) -> Scenario:
    """The scenario while creditors wait: up to the default it is the same to the cent."""
    waiting = Scenario.FromString(scenario.SerializeToString())
    waiting.posture = Posture.POSTURE_STANDSTILL
    for name in ("acceleration_months", "description"):
        waiting.ClearField(name)
    return waiting


async def with_variants(client: StressClient, story: Story) -> Story:
    """A story with what its causes take and what can be done: stored where the client leads, so on a server that is
    thrown away. Where one scenario of an attribution is refused, nothing of it is known.
    """
    need = story.executive.headline_figures.need_at_default_minor
    tried = [
        await _unless_refused(run(client, variant, story.header))
        for variant in actions(story.company, story.scenario, need)
    ]
    return story._replace(
        causes=await _unless_refused(attributed(client, story)),
        actions=tuple(filter(None, tried)),
        has_variants=True,
    )


async def _unless_refused(work: Awaitable[T]) -> T | None:
    """What comes of it; None where the server refuses it."""
    try:
        return await work
    except SeawallError as error:
        if error.code not in REFUSALS:
            raise
        return None


async def attributed(client: StressClient, story: Story) -> AttributeResponse | None:
    """What each cause does to the funds of a story between its base and its stress, while creditors wait.

    None where the scenario changes nothing, or the server has another model: its stress comes to other funds.
    """
    groups = causes(story.scenario)
    if not groups:
        return None
    stress = _standstill(story.scenario)
    base = Scenario.FromString(stress.SerializeToString())
    base.name = BASE
    for name in ("assumptions", "course"):
        base.ClearField(name)
    dataset = (await client.register(story.company)).dataset_version_id
    for scenario in (base, stress):
        scenario.dataset_version_id = dataset
    answer = await client.attribute(
        (await client.create_scenario(base)).scenario_id,
        (await client.create_scenario(stress)).scenario_id,
        dataset,
        FUNDS,
        groups,
        period=story.aggregated.through_period,
        analysis_date=story.header.analysis_date,
    )
    return answer if answer.attribution.target_value.amount_minor == story.funds_minor else None


async def run(client: StressClient, variant: Variant, header: ExecutionHeader) -> VariantRun | None:
    """A variant from the day of an execution. None where the server has another model."""
    scenario = Scenario.FromString(variant.scenario.SerializeToString())
    scenario.dataset_version_id = (await client.register(variant.company)).dataset_version_id
    created = await client.create_scenario(scenario)
    months, execution_id = [], ""
    async for event in client.execute(
        created.scenario_id, scenario.dataset_version_id, analysis_date=header.analysis_date, periods_per_message=24
    ):
        if isinstance(event, ExecutionStarted):
            if event.header.model != header.model:
                return None
            execution_id = event.header.execution_id
        elif not isinstance(event, ExecutionCompleted):
            months.append(event)
    answer = await client.report(execution_id, ReportView.REPORT_VIEW_AGGREGATED)
    funds = (month.available_liquidity_minor - month.shortfalls.total_outstanding_minor for month in months)
    return VariantRun(variant.name, answer.report.aggregated, tuple(funds))
