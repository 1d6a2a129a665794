"""Breaking points, sensitivities and attributions that nobody computed, beside sound ones, as somebody with the key
stores them."""

import json

from seawall.engine import Scenario
from seawall.engine.analysis.between import AssumptionWay
from seawall.engine.analysis.events import BreakingEvent, EventKind
from seawall.engine.analysis.sensitivity import AssumptionRange
from seawall.engine.values.units import NANO
from seawall.server.documents.document import seal
from seawall.server.services.analysing import (
    Attributed,
    Base,
    Terms,
    computed_attribution,
    computed_breaking_point,
    computed_sensitivity,
    way_to,
)
from seawall.server.services.analysis_requests import Target
from seawall.server.services.memory import Input
from tests.companies import company, scenario
from tests.log.stores import opened, resealed, verified

DATASET = seal(company())
#: Over six months on a way of thirty days: thirty headers, and two executions.
SCENARIO = seal(scenario(DATASET.address, horizon_months=6))
TARGET = seal(scenario(DATASET.address, template="severe", horizon_months=6))
WAY = Target(way=AssumptionWay("collection_period_extension_days", 30 * NANO))
FIGURE = "totals.net_income_minor"


def stored(document):
    return Input(document.address, document.body)


BASE = Base(stored(SCENARIO), stored(DATASET), None)
TERMS = Terms(BreakingEvent(EventKind.LIQUIDITY_BELOW_MINIMUM, minimum_liquidity=100_000_000_00), 65, "", way_to(WAY))
*EXAMPLES, POINT = computed_breaking_point(BASE, TERMS)
SENSITIVITY = computed_sensitivity(BASE, FIGURE, (AssumptionRange("revenue_change_factor", NANO // 2, NANO),))
ATTRIBUTION = computed_attribution(BASE, stored(TARGET), Attributed(FIGURE), ())
OF_A_MONTH = computed_attribution(BASE, stored(TARGET), Attributed("funds_minor", 4), ())
SOUND = [DATASET, SCENARIO, TARGET, *EXAMPLES, POINT, SENSITIVITY, ATTRIBUTION, OF_A_MONTH]


def edited(document, **entries):
    return resealed(document, **(json.loads(document.body) | entries))


def test_the_company_is_one_that_all_three_can_be_made_of():
    assert isinstance(BASE.scenario.open(), Scenario)
    assert json.loads(POINT.body)["verdict"] == "base_breaks"
    assert len(EXAMPLES) == 2


async def test_what_was_computed_is_computed_again(sqlite_place):
    async with opened(sqlite_place) as store:
        await store.append(SOUND)
    findings, result = await verified(sqlite_place, recompute=True)
    assert findings == []
    assert (result.recomputed, result.other_releases) == (5, ())


FORGED = {
    "a breaking point that holds": (
        edited(POINT, verdict="nothing_breaks"),
        "verdict says 'nothing_breaks', computed again it is 'base_breaks'",
    ),
    "a scan of endless points": (
        edited(POINT, scan_points=10**9),
        "it cannot be computed again: ValueError('scan_points",
    ),
    "another event": (
        edited(POINT, event={"kind": "default"}),
        "binding says {'period': 1}, computed again it is nothing",
    ),
    "a sensitivity to endless assumptions": (
        edited(SENSITIVITY, bars=json.loads(SENSITIVITY.body)["bars"] * 13),
        "it cannot be computed again: ValueError('bars are 13",
    ),
    "a sensitivity of a figure that there is not": (
        edited(SENSITIVITY, figure="sales"),
        "it cannot be computed again: figure: UNKNOWN_REFERENCE",
    ),
    "an attribution that adds up to something else": (
        edited(ATTRIBUTION, change={"amount": "1"}),
        "change.amount says '1', computed again it is ",
    ),
    "an attribution without a group": (
        edited(ATTRIBUTION, shares=json.loads(ATTRIBUTION.body)["shares"][:1]),
        "it cannot be computed again: groups: REQUIRED",
    ),
    "an attribution of a figure of the header with a month": (
        edited(ATTRIBUTION, period=4),
        "period says 4, computed again it is nothing",
    ),
    "the funds of another month": (
        edited(OF_A_MONTH, period=5),
        "base_value.amount says ",
    ),
    "the funds of a month beyond the horizon": (
        edited(OF_A_MONTH, period=7),
        "it cannot be computed again: period: OUT_OF_RANGE",
    ),
}


async def test_what_was_never_computed_is_found_and_where(sqlite_place):
    async with opened(sqlite_place) as store:
        await store.append([*SOUND, *(document for document, _ in FORGED.values())])
    findings, result = await verified(sqlite_place, recompute=True)
    described = {finding.where: finding.description for finding in findings}
    assert described.keys() == {document.address for document, _ in FORGED.values()}
    for document, words in FORGED.values():
        assert described[document.address].startswith(words), described[document.address]
    assert result.findings == len(FORGED)
