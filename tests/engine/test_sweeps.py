"""Sweeps: a row is the header of its execution, and nothing but the plan and the companies decides a byte."""

from dataclasses import replace
from hashlib import sha256
from itertools import permutations
from random import Random

import numpy as np
import pytest

from seawall.engine import Refused, Scenario, execute
from seawall.engine.inputs.scenario import Assumptions, Course, Posture
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.sweeps.axes import DrawnAxis, SweepAxis
from seawall.engine.sweeps.block import block_count, block_task, companies_of_block, computed_block, rows_of_block
from seawall.engine.sweeps.figures import BY_NAME, COLUMNS, NOT_KNOWN, ColumnUnit
from seawall.engine.sweeps.plan import Retention, Stress, SweepDraws, SweepGrid, SweepPlan, SweepScenario
from seawall.engine.sweeps.rows import block_bytes, columns_in, leaf_hash, leaves_of, path, root, row_bytes
from seawall.engine.sweeps.scenarios import axis_columns, scenario_of
from seawall.engine.sweeps.summary import LEVELS, exact_sum, summary_of
from seawall.engine.values.faults import Reason
from seawall.engine.values.units import NANO
from tests.engine.companies import group
from tests.engine.scale import cases

CASES = [case for number in range(3) for case in group(15, number, 2)]
IDS = tuple(f"sha256:{number:064x}" for number in range(len(CASES)))
COMPANIES = dict(zip(IDS, (case.company for case in CASES), strict=True))
SALES = SweepAxis("revenue_change_factor", (NANO, NANO // 2, 3 * NANO // 4))
SHIFT = SweepAxis("interest_rate_shift", (0, NANO // 50))
GOLDEN = [772868248, 962522809, 667278669, 784826246]
GRID = SweepPlan("portfolio", IDS, 12, grid=SweepGrid((SALES, SHIFT)))


def computed(plan):
    """All rows of a plan, by its own order, as lists of entries."""
    blocks = []
    for number in range(block_count(plan)):
        places = companies_of_block(plan, number)
        companies = [COMPANIES[plan.dataset_version_ids[place]] for place in places]
        blocks.append(computed_block(block_task(plan, companies, number)))
    return blocks


def plans(count, seed):
    """Random plans of every way to name scenarios, over random companies."""
    rng = Random(seed)
    for number in range(count):
        ids = tuple(rng.sample(IDS, 2))
        horizon = rng.randint(6, 24)
        base = Stress(course=Course(ramp_months=3)) if number % 2 else Stress(template_name="mild")
        wide = DrawnAxis("revenue_change_factor", (NANO // 5, NANO, 11 * NANO // 10))
        yield (
            SweepPlan("drawn", ids, horizon, draws=SweepDraws(str(number), 4, (wide,), base)),
            SweepPlan("grid", ids, horizon, grid=SweepGrid((SALES, SweepAxis("refinanced_share", (0, NANO))), base)),
            SweepPlan(
                "listed",
                ids,
                horizon,
                scenarios=(
                    SweepScenario("severe", Stress("severe")),
                    SweepScenario("path", Stress(assumptions=Assumptions(revenue_change_factor=(NANO, NANO // 3)))),
                ),
                posture=Posture.WORKOUT,
                acceleration_months=3,
            ),
        )[number % 3].settled()


@pytest.mark.parametrize("plan", list(plans(cases(3, 360), 15)), ids=lambda plan: plan.name)
def test_a_row_is_the_header_of_the_execution_of_its_scenario(plan):
    """Or the first reason why there is none."""
    (block,) = computed(plan)
    rows = columns_in(block.columns).T.tolist()
    assert len(rows) == plan.row_count
    for number, row in enumerate(rows):
        scenario = scenario_of(plan, number)
        assert isinstance(scenario, Scenario)
        company = COMPANIES[scenario.dataset_version_id]
        entries = dict(zip(COLUMNS, row, strict=True))
        if reason := entries.pop("refusal"):
            with pytest.raises(Refused) as refused:
                execute(scenario, company)
            assert (refused.value.faults[0].reason.value, set(entries.values())) == (reason, {NOT_KNOWN})
            continue
        metrics = execute(scenario, company).metrics
        assert BY_NAME["first_default_kind"].words[entries.pop("first_default_kind")] == (
            metrics.first_default_kind.value
        )
        assert BY_NAME["coverage_horizon.status"].words[entries.pop("coverage_horizon.status")] == (
            metrics.coverage_horizon.status.value
        )
        assert entries == {name: BY_NAME[name].take(SCALAR, metrics) for name in entries}
        assert entries["totals.revenue_minor"] == metrics.totals.revenue
        assert entries["coverage_horizon.dscr"] == metrics.coverage_horizon.dscr


def test_the_order_in_which_a_plan_is_written_changes_no_row():
    first = GRID.settled()
    backwards = replace(GRID, dataset_version_ids=IDS[::-1])
    assert backwards.settled() == first
    for axes in permutations((SALES, replace(SHIFT, values=SHIFT.values[::-1]))):
        assert replace(GRID, grid=SweepGrid(axes)).settled() == first
    assert [axis.assumption for axis in first.axes] == ["interest_rate_shift", "revenue_change_factor"]
    assert axis_columns(first, range(4)) == {
        "interest_rate_shift": [0, 0, 0, NANO // 50],
        "revenue_change_factor": [NANO // 2, 3 * NANO // 4, NANO, NANO // 2],
    }
    assert first.retention is Retention.ROWS
    assert replace(GRID, retention=Retention.HASHES).settled().retention is Retention.HASHES


def test_blocks_are_the_same_however_rows_are_cut(monkeypatch):
    plan = replace(GRID, dataset_version_ids=IDS[:3]).settled()
    (whole,) = computed(plan)
    monkeypatch.setattr("seawall.engine.sweeps.block.BLOCK_ROWS", 4)
    parts = computed(plan)
    assert [len(rows_of_block(plan, number)) for number in range(block_count(plan))] == [4, 4, 4, 4, 2]
    assert np.concatenate([columns_in(part.columns) for part in parts], axis=1).tolist() == (
        columns_in(whole.columns).tolist()
    )
    assert root([part.root for part in parts]) == whole.root  # 4 is a power of two, as 4,096 is


def test_draws_follow_from_seed_number_and_assumption_alone():
    """The golden vector: another machine, another numpy and another release draw the same."""
    axis = DrawnAxis("revenue_change_factor", (6 * NANO // 10, 8 * NANO // 10, NANO))
    assert [axis.value("2026-q4", scenario) for scenario in (0, 1, 2, 999_999)] == GOLDEN
    assert DrawnAxis("cost_change_factor", axis.quantiles).value("2026-q4", 0) != GOLDEN[0]
    assert axis.value("2026-q3", 0) != GOLDEN[0]
    drawn = [axis.value("many", scenario) for scenario in range(2_000)]
    assert 0.78 < sorted(drawn)[1_000] / NANO < 0.82
    assert min(drawn) >= axis.quantiles[0]
    assert max(drawn) <= axis.quantiles[-1]


def test_the_root_is_that_of_rfc_6962_and_a_path_leads_to_it():
    def over(leaves):
        if len(leaves) == 1:
            return leaves[0]
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return sha256(b"\x01" + over(leaves[:split]) + over(leaves[split:])).digest()

    for size in range(1, 20):
        leaves = [leaf_hash(row_bytes([number] * 3)) for number in range(size)]
        assert root(leaves) == over(leaves)
        for position in range(size):
            assert len(path(leaves, position)) <= (size - 1).bit_length()
    assert root([]) == sha256().digest()


def test_a_block_has_its_rows_as_leaves():
    rows = [[number * 1_000 + column for column in range(len(COLUMNS))] for number in range(5)]
    rows[2][3] = NOT_KNOWN
    assert leaves_of(block_bytes(np.array(rows).T)) == [leaf_hash(row_bytes(row)) for row in rows]
    assert columns_in(block_bytes(np.array(rows).T)).T.tolist() == rows


def test_a_summary_is_exact():
    """Against the same taken naively, with sums beyond 64 bits."""
    rng = Random(3)
    columns = {name: np.array([rng.randint(-(10**18), 10**18) for _ in range(999)]) for name in COLUMNS}
    columns["refusal"][:] = 0
    columns["first_default_period"] = np.array([rng.randint(0, 12) for _ in range(999)])
    for name in COLUMNS:
        columns[name][7] = NOT_KNOWN
    columns["refusal"][7] = Reason.MATURED.value
    summary = summary_of(columns.__getitem__)
    assert (summary.refused, [tuple(each) for each in summary.refusals]) == (1, [("MATURED", 1)])
    for figure in summary.figures:
        if BY_NAME[figure.name].unit is not ColumnUnit.RATIO:
            known = sorted(int(entry) for entry in np.delete(columns[figure.name], 7))
            quantiles = [str(known[-(-level * 998 // 100) - 1]) for level in LEVELS]
            assert tuple(figure) == (
                *(figure.name, 998, str(known[0]), str(known[-1]), str(sum(known))),
                tuple(quantiles),
            )
    assert exact_sum(np.full(20, 2**62)) == 20 * 2**62
    assert exact_sum(np.full(20, -(2**62))) == -20 * 2**62

    def badness(row):
        period = int(columns["first_default_period"][row])
        need, liquidity = int(columns["need_at_default_minor"][row]), int(columns["lowest_liquidity_minor"][row])
        return (0, period, -need, row) if period > 0 else (1, 0, liquidity, row)

    assert [worst.row for worst in summary.worst] == sorted((n for n in range(999) if n != 7), key=badness)[:100]


BAD = [
    ({"dataset_version_ids": (IDS[0], IDS[0])}, "dataset_version_ids[1]", Reason.DUPLICATE),
    ({"grid": None}, "grid", Reason.REQUIRED),
    ({"scenarios": (SweepScenario("a"),)}, "scenarios", Reason.CONFLICT),
    ({"grid": None, "scenarios": (SweepScenario("a"),) * 2}, "scenarios[1].name", Reason.DUPLICATE),
    ({"grid": SweepGrid((SALES,), Stress("unheard"))}, "grid.base.template_name", Reason.UNKNOWN_REFERENCE),
    ({"posture": Posture.WORKOUT}, "acceleration_months", Reason.REQUIRED),
    (
        {"grid": SweepGrid((SALES,), Stress(assumptions=Assumptions(cost_change_factor=(NANO,) * 13)))},
        "grid.base.assumptions.cost_change_factor",
        Reason.WRONG_LENGTH,
    ),
    (
        {
            "grid": None,
            "draws": SweepDraws("s", 10**6, (DrawnAxis("refinanced_share", (0, 1)),)),
            "dataset_version_ids": tuple(f"sha256:{n:064x}" for n in range(11)),
        },
        "",
        Reason.OUT_OF_RANGE,
    ),
]


@pytest.mark.parametrize(("changes", "field", "reason"), BAD, ids=[field or "rows" for _, field, _ in BAD])
def test_a_plan_is_refused_with_its_field(changes, field, reason):
    with pytest.raises(Refused) as refused:
        replace(GRID, **changes)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [(field, reason)]


@pytest.mark.parametrize(
    ("build", "field", "reason"),
    [
        (lambda: SweepAxis("interest_rate_scope", (1,)), "assumption", Reason.UNKNOWN_REFERENCE),
        (lambda: SweepAxis("refinanced_share", (0, 2 * NANO)), "values[1]", Reason.OUT_OF_RANGE),
        (lambda: SweepAxis("refinanced_share", (5, 6, 5)), "values[2]", Reason.DUPLICATE),
        (lambda: DrawnAxis("refinanced_share", (5,)), "quantiles", Reason.WRONG_LENGTH),
        (lambda: DrawnAxis("refinanced_share", (5, 6, 4)), "quantiles[2]", Reason.OUT_OF_RANGE),
        (lambda: SweepGrid((SALES, SALES)), "axes[1].assumption", Reason.DUPLICATE),
    ],
)
def test_an_axis_is_refused_with_its_field(build, field, reason):
    with pytest.raises(Refused) as refused:
        build()
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [(field, reason)]
