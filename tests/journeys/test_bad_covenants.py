"""Covenants that cannot be tested are refused whole."""

from collections.abc import Callable
from typing import Any

import pytest

from seawall.v1 import covenant_pb2 as n
from tests.companies import cents
from tests.journeys.bad_input import (
    Case,
    figures,
    many,
    refused_whole,
    set_to,
    with_covenant,
    without,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


def covenant(name: str, change: Callable[[Any], Any], *expected: str) -> Case:
    """The usual company with a leverage covenant and one change to it; expected: field of the covenant, reason ..."""
    paths = [path if number % 2 else f"covenants[0].{path}" for number, path in enumerate(expected)]
    return figures(name, with_covenant(change), *paths)


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


@pytest.mark.parametrize("case", COVENANTS, ids=lambda case: case.name)
async def test_bad_input_is_refused_whole(stored, case):
    await refused_whole(stored, case)
