"""The same company under other scenarios, which say what drives a stress and what helps against it.

Causes are switched on one after the other in the order below, which decides what each of them takes: what two bring
about together counts for the later one. Actions are tried each alone, on top of the whole stress.
"""

from collections.abc import Iterator
from typing import NamedTuple

import grpc

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import ExecutionHeader
from seawall.v1.report_pb2 import ReportView
from seawall.v1.scenario_pb2 import Assumptions, Posture, Scenario
from seawall.v1.stress_service_pb2 import ExecutionCompleted, ExecutionStarted

from ..client import SeawallError, StressClient
from .scenario_words import is_changed
from .story import Story, VariantRun

BASE = "Base"
#: What a scenario changes, in the order in which it is switched on.
CAUSES = {
    "Sales": ("revenue_change_factor",),
    "Costs": ("cost_change_factor",),
    "Working capital": (
        "collection_period_extension_days",
        "payment_period_reduction_days",
        "inventory_period_extension_days",
        "inventory_release_share",
    ),
    "Interest rates": ("interest_rate_change_factor", "interest_rate_shift", "interest_rate_scope"),
    "Cash and commitment out of reach": ("liquidity_shock_factor",),
    "Capital expenditure": ("capital_expenditure_factor",),
    "Refinancing": ("refinanced_share",),
    "Market values": ("market_value_depreciation_factor",),
}
REFUSALS = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION)  #: of what passes the limits
WITHOUT_A_VALUE = "interest_rate_scope"  #: says which rates change, and alone changes none
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


def causes(company: DatasetVersion, scenario: Scenario) -> list[Variant]:
    """The base, then the scenario cause by cause; nothing where it changes nothing. After a default creditors wait."""
    changed = {
        cause: names
        for cause, names in CAUSES.items()
        if any(is_changed(scenario.assumptions, name) for name in names if name != WITHOUT_A_VALUE)
    }
    step = _standstill(scenario)
    step.ClearField("assumptions")
    variants = [Variant(BASE, company, step)]
    for cause, names in changed.items():
        step = Scenario.FromString(step.SerializeToString())
        step.assumptions.MergeFrom(_only(scenario.assumptions, names))
        variants.append(Variant(cause, company, step))
    return variants if changed else []


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


def _only(assumptions: Assumptions, names: tuple[str, ...]) -> Assumptions:
    """Some of the assumptions."""
    chosen = Assumptions.FromString(assumptions.SerializeToString())
    for field, _ in assumptions.ListFields():
        if field.name not in names:
            chosen.ClearField(field.name)
    return chosen


async def with_variants(client: StressClient, story: Story) -> Story:
    """A story with the runs of its causes and of what can be done: stored where the client leads, so on a server that
    is thrown away. Causes of which one is refused cannot be told apart: then there are none.
    """
    need = story.executive.headline_figures.need_at_default_minor
    steps = [await run(client, variant, story.header) for variant in causes(story.company, story.scenario)]
    tried = [await run(client, variant, story.header) for variant in actions(story.company, story.scenario, need)]
    return story._replace(
        causes=() if None in steps else tuple(filter(None, steps)),
        actions=tuple(filter(None, tried)),
        has_variants=True,
    )


async def run(client: StressClient, variant: Variant, header: ExecutionHeader) -> VariantRun | None:
    """A variant from the day of an execution. None where the server refuses it, or has another model."""
    scenario = Scenario.FromString(variant.scenario.SerializeToString())
    try:
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
    except SeawallError as error:
        if error.code not in REFUSALS:
            raise
        return None
    funds = (month.available_liquidity_minor - month.shortfalls.total_outstanding_minor for month in months)
    return VariantRun(variant.name, answer.report.aggregated, tuple(funds))
