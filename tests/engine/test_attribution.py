"""Attribution and sensitivity: the laws of Shapley, worked examples by hand, random companies, and every refusal."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, permutations
from random import Random

import pytest

from seawall.engine import Refused, execute
from seawall.engine.analyse import Subject, attribute, measure_sensitivity
from seawall.engine.analysis.attribution import DEFAULT_GROUPS, Group, checked_groups, largest_remainder, shapley
from seawall.engine.analysis.between import NUMBERS, between, with_paths
from seawall.engine.analysis.figure_value import FigureValue, number_of
from seawall.engine.analysis.funds import Funds
from seawall.engine.analysis.header_figures import FigureUnit, header_figures
from seawall.engine.analysis.sensitivity import DEFAULT_RANGES, AssumptionRange, ends_of, tornado
from seawall.engine.inputs.scenario import Assumptions, Scenario
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.values.units import NANO
from tests.engine import examples
from tests.engine.carbo import carbo
from tests.engine.companies import DATASET
from tests.engine.scale import cases
from tests.engine.ways import Way, ways

BASE = Scenario(DATASET, "base", horizon_months=12)
SIX = (
    Group("sales", ("revenue_change_factor",)),
    Group("cost", ("cost_change_factor", "capital_expenditure_factor")),
    Group("rates", ("interest_rate_change_factor", "interest_rate_shift")),
    Group("cash", ("liquidity_shock_factor", "refinanced_share")),
    Group("days", ("collection_period_extension_days", "payment_period_reduction_days")),
    Group("stock", ("inventory_period_extension_days", "inventory_release_share", "market_value_depreciation_factor")),
)
#: What each group does where a random scenario leaves it out.
PRESSED: dict[str, tuple[int, ...]] = {
    "revenue_change_factor": (9 * NANO // 10,),
    "cost_change_factor": (21 * NANO // 20,),
    "interest_rate_shift": (NANO // 100,),
    "liquidity_shock_factor": (9 * NANO // 10,),
    "collection_period_extension_days": (10 * NANO,),
    "inventory_release_share": (NANO // 2,),
}
COMPANIES, ALIKE = cases(quick=2, long=500), cases(quick=2, long=10)
FIGURES = ("lowest_liquidity_minor", "totals.ebitda_minor", "months_of_runway", "standstill_peak_minor")


def in_every_order(values: Sequence[int], number: int) -> list[Fraction]:
    """The definition: what each adds when the groups come to act one after the other, averaged over all orders."""
    sums = [0] * number
    orders = list(permutations(range(number)))
    for order in orders:
        acting = 0
        for group in order:
            sums[group] += values[acting | 1 << group] - values[acting]
            acting |= 1 << group
    return [Fraction(total, len(orders)) for total in sums]


@pytest.mark.parametrize("number", range(7))
def test_a_share_is_what_a_group_adds_averaged_over_every_order(number):
    rng = Random(number)
    values = [rng.randint(-(10**15), 10**15) for _ in range(1 << number)]
    shares = shapley(values, number)
    assert shares == in_every_order(values, number)
    assert sum(shares) == values[-1] - values[0]


def test_the_example_by_hand():
    """10 without both, 4 with the first, 7 with the second, 0 with both."""
    assert shapley([10, 4, 7, 0], 2) == [Fraction(-13, 2), Fraction(-7, 2)]
    assert largest_remainder({"a": Fraction(-13, 2), "b": Fraction(-7, 2)}) == {"a": -6, "b": -4}
    assert largest_remainder({"b": Fraction(-13, 2), "a": Fraction(-7, 2)}) == {"a": -3, "b": -7}


def test_thirds_of_a_cent_go_to_the_first_names_and_add_up():
    assert largest_remainder(dict.fromkeys("cab", Fraction(100, 3))) == {"a": 34, "b": 33, "c": 33}
    assert largest_remainder(dict.fromkeys("cab", Fraction(-100, 3))) == {"a": -33, "b": -33, "c": -34}
    assert largest_remainder({"a": Fraction(1, 2), "b": Fraction(0), "c": Fraction(1, 2)}) == {"a": 1, "b": 0, "c": 0}


def test_the_cash_of_a_company_worked_by_hand():
    """Sales halve and costs rise by a tenth: what each does to EBITDA over 6 months.

    A month has revenue 10,000, fixed cost 1,000 + 1,300 and variable cost 4,000 + 700. Its EBITDA is 3,000 as it is;
    350 with half the sales, 5,000 - 2,300 - 2,350; 2,300 with costs x 1.1, 10,000 - 2,530 - 5,170; -115 with both,
    5,000 - 2,530 - 2,585. Sales do ((350 - 3,000) + (-115 - 2,300)) / 2 = -2,532.50 a month, costs the rest of the
    change of -3,115, which is ((2,300 - 3,000) + (-115 - 350)) / 2 = -582.50.
    """
    company = examples.company("120000", "60000", "24000", cost_fixed="0.2", expenses_fixed="0.65")
    subject = Subject(company, company.as_of_date)
    target = Assumptions(revenue_change_factor=(NANO // 2,), cost_change_factor=(11 * NANO // 10,))
    way = between(replace(BASE, horizon_months=6), target, None, "target")
    answer = attribute(subject, way, subject.figure("totals.ebitda_minor"), by_name(DEFAULT_GROUPS))
    shares = {share.group: share.value.amount for share in answer.shares if share.value.amount}
    assert shares == {"revenue": -15_195_00, "costs": -3_495_00}
    assert answer.change.amount == -15_195_00 - 3_495_00
    assert [value.amount for value in answer.combinations] == [18_000_00, 13_800_00, 2_100_00, -690_00]


def by_name(groups):
    return checked_groups(groups, (), "groups")


def number_or_none(subject, way, figure, groups):
    try:
        return attribute(subject, way, figure, groups)
    except Refused:  # a figure that some combination does not have, or a combination that is too large
        return None


def stressed_companies(number):
    """Ways on which all six groups act; of every fifth company, only those of a random scenario."""
    for place, (subject, way) in enumerate(islice(ways(23, ALIKE), number)):
        acting = {name for group in SIX for name in group.assumptions if set(group.assumptions) & set(way.differing)}
        silent = {} if place % 5 == 1 else {name: path for name, path in PRESSED.items() if name not in acting}
        yield Way(subject, between(way.origin, with_paths(way.target, silent), way.base.course, "target"))


@pytest.mark.parametrize("company", list(stressed_companies(COMPANIES)), ids=lambda way: str(way.between.steps))
def test_shares_of_random_companies_keep_the_laws(company):
    subject, way = company
    ends = [execute(scenario, subject.company, subject.analysis_date) for scenario in (way.at(0), way.at(way.steps))]
    for name in FIGURES:
        figure = subject.figure(name)
        answer = number_or_none(subject, way, figure, by_name(SIX))
        if answer is None:
            continue
        base, target = (figure.of(end.metrics) for end in ends)
        assert (whole_number(answer.base_value), whole_number(answer.target_value)) == (base, target)
        assert sum(whole_number(share.value) for share in answer.shares) == target - base
        assert all(abs(Fraction(share.exact) - whole_number(share.value)) < 1 for share in answer.shares)
        refuse_other_than_shapley(answer, way.differing)
        assert number_or_none(subject, way, figure, by_name(SIX[::-1])) == answer
    renamed = tuple(replace(group, name=f"{9 - place}") for place, group in enumerate(SIX))
    if answer:  # of the last figure
        again = number_or_none(subject, way, figure, by_name(renamed))
        assert by_assumptions(again) == by_assumptions(answer)


def whole_number(value: FigureValue) -> int:
    number = number_of(value)
    assert number is not None
    return number


def by_assumptions(answer):
    return {share.assumptions: share.exact for share in answer.shares}


def refuse_other_than_shapley(answer, differing):
    """The definition, order by order; who changes nothing gets nothing, and who do the same get the same."""
    values = [whole_number(value) for value in answer.combinations]
    acting = [share for share in answer.shares if set(share.assumptions) & set(differing)]
    exact = [Fraction(share.exact) for share in acting]
    assert exact == in_every_order(values, len(acting))
    assert all((whole_number(share.value), share.exact) == (0, "0") for share in answer.shares if share not in acting)
    for first, share in enumerate(acting):
        without = [combination for combination in range(len(values)) if not combination >> first & 1]
        if all(values[combination | 1 << first] == values[combination] for combination in without):
            assert exact[first] == whole_number(share.value) == 0
        for second in range(first):
            neither = [combination for combination in without if not combination >> second & 1]
            if all(values[combination | 1 << first] == values[combination | 1 << second] for combination in neither):
                assert exact[first] == exact[second]


THREE = (
    Group("market", ("revenue_change_factor", "cost_change_factor", "market_value_depreciation_factor")),
    Group("money", tuple(name for name in NUMBERS if name.startswith("interest_")) + SIX[3].assumptions),
    Group("operations", ("capital_expenditure_factor", *SIX[4].assumptions, *SIX[5].assumptions[:2])),
)


def funds_of(execution, period):
    month = execution.months[period - 1]
    unpaid = month.shortfalls.operating.outstanding + month.shortfalls.debt_service.outstanding
    return month.position.cash + month.liquidity.available_revolver - unpaid


@pytest.mark.parametrize("number", range(cases(quick=3, long=60)))
def test_shares_of_the_funds_of_a_month_are_those_over_every_order_of_executions(number):
    """Every combination is executed by itself, and every order is walked: nothing of the attribution is used."""
    subject, way = next(islice(ways(29 + number), 1))
    period = 1 + number * 7 % way.base.horizon_months
    groups = by_name(THREE)
    answer = number_or_none(subject, way, Funds(period), groups)
    assert answer is not None
    differing = [group for group in groups if set(group.assumptions) & set(way.differing)]
    values = []
    for acting in range(1 << len(differing)):
        names = [name for place, group in enumerate(differing) if acting >> place & 1 for name in group.assumptions]
        execution = execute(way.mixed(tuple(names)), subject.company, subject.analysis_date)
        values.append(funds_of(execution, period))
    assert [value.amount for value in answer.combinations] == values
    exact = dict.fromkeys((group.name for group in groups), Fraction(0))
    exact |= zip((group.name for group in differing), in_every_order(values, len(differing)), strict=True)
    assert {share.group: Fraction(share.exact) for share in answer.shares} == exact
    assert sum(share.value.amount for share in answer.shares) == answer.change.amount == values[-1] - values[0]
    assert (answer.figure, answer.period) == ("funds_minor", period)


def test_what_no_cash_depends_on_gets_nothing_of_the_funds():
    """CARBO has no covenant on what its assets are worth: market values fall, and no month pays more or less."""
    subject = Subject(carbo(), carbo().as_of_date)
    template = TEMPLATES["severe"]
    way = between(replace(BASE, horizon_months=24), template.assumptions, template.course, "target")
    assert "market_value_depreciation_factor" in way.differing
    answer = attribute(subject, way, Funds(9), by_name(DEFAULT_GROUPS))
    shares = {share.group: (share.value.amount, share.exact) for share in answer.shares}
    assert shares["market values"] == (0, "0")
    assert shares["revenue"] != (0, "0")


def test_groups_that_do_the_same_get_the_same():
    """Collecting a day later and paying a day earlier, where receivables and payables are alike."""
    values = [0, 5, 5, 12, 1, 9, 9, 20]
    first, second, _ = shapley(values, 3)
    assert first == second


def faults(work):
    with pytest.raises(Refused) as refused:
        work()
    return {(fault.field, fault.reason.name) for fault in refused.value.faults}


def test_groups_that_overlap_or_leave_something_out_are_refused():
    revenue, cost = Group("a", ("revenue_change_factor",)), Group("a", ("revenue_change_factor", "sales"))
    assert faults(
        lambda: checked_groups((revenue, cost), ("revenue_change_factor", "cost_change_factor"), "groups")
    ) == {
        ("groups[1].name", "DUPLICATE"),
        ("groups[1].assumptions[0]", "DUPLICATE"),
        ("groups[1].assumptions[1]", "UNKNOWN_REFERENCE"),
        ("groups", "REQUIRED"),
    }
    assert {name for group in DEFAULT_GROUPS for name in group.assumptions} == set(NUMBERS)


def test_a_figure_without_a_number_under_some_groups_says_which():
    subject = Subject(carbo(), carbo().as_of_date)
    template = TEMPLATES["severe"]
    way = between(BASE, template.assumptions, template.course, "target")
    with pytest.raises(Refused) as refused:
        attribute(subject, way, subject.figure("coverage_horizon.dscr"), by_name(DEFAULT_GROUPS))
    (fault,) = refused.value.faults
    assert (fault.field, fault.reason.name) == ("figure", "CONFLICT")
    assert str(fault.value).startswith("NEGATIVE under ")
    with pytest.raises(Refused, match="NEVER under the base"):
        attribute(subject, way, subject.figure("first_default_period"), by_name(DEFAULT_GROUPS))
    assert faults(lambda: subject.figure("sales")) == {("figure", "UNKNOWN_REFERENCE")}


def test_bars_stand_by_their_swing_and_the_residual_is_what_does_not_add_up():
    """From 10: one alone gives 7 and 13, the other 8 and 10; all low 3, all high 14."""
    ends = ends_of(
        BASE, (AssumptionRange("cost_change_factor", 0, 2 * NANO), AssumptionRange("refinanced_share", 0, 1)), "r"
    )
    values = [FigureValue(amount=amount) for amount in (10, 3, 14, 8, 10, 7, 13)]
    drawn = tornado(FigureUnit.AMOUNT, ends, values)
    assert [(bar.assumption, bar.swing.amount) for bar in drawn.bars] == [
        ("refinanced_share", 6),
        ("cost_change_factor", 2),
    ]
    assert (drawn.low_residual.amount, drawn.high_residual.amount) == (-7 + 5, 4 - 3)


def test_without_ranges_each_stressed_assumption_is_taken_out():
    template = TEMPLATES["moderate"]
    scenario = replace(BASE, assumptions=template.assumptions, course=template.course)
    subject = Subject(carbo(), carbo().as_of_date)
    figure = subject.figure("lowest_liquidity_minor")
    answer = measure_sensitivity(subject, scenario, figure, ends_of(scenario, (), "ranges"))
    assert {bar.assumption for bar in answer.bars} == {
        name for name in NUMBERS if name in between(BASE, *template[:2], "t").differing
    }
    stressed, base = (execute(each, subject.company, subject.analysis_date).metrics for each in (scenario, BASE))
    assert answer.base_value.amount == answer.all_high_value.amount == stressed.lowest_liquidity
    assert answer.all_low_value.amount == base.lowest_liquidity
    assert answer.high_residual.amount == 0
    swings = [bar.swing.amount or 0 for bar in answer.bars]
    assert swings == sorted(swings, reverse=True)
    alone = replace(scenario, assumptions=replace(template.assumptions, revenue_change_factor=(NANO,)))
    (sales,) = [bar for bar in answer.bars if bar.assumption == "revenue_change_factor"]
    assert sales.low_value.amount == execute(alone, subject.company, subject.analysis_date).metrics.lowest_liquidity


def test_a_scenario_without_stress_has_the_default_ranges():
    assert [end.assumption for end in ends_of(BASE, (), "ranges")] == [of.assumption for of in DEFAULT_RANGES]
    assert len(header_figures(carbo())) > 40


def test_a_figure_that_is_not_known_has_no_swing_and_stands_last():
    ends = ends_of(
        BASE, (AssumptionRange("cost_change_factor", 0), AssumptionRange("refinanced_share", 1, 0)), "ranges"
    )
    unknown = FigureValue(unknown="ABSENT")
    drawn = tornado(FigureUnit.AMOUNT, ends, [FigureValue(amount=1)] * 3 + [unknown, *[FigureValue(amount=1)] * 3])
    assert [bar.assumption for bar in drawn.bars] == ["refinanced_share", "cost_change_factor"]
    assert (number_of(drawn.bars[1].swing), number_of(drawn.low_residual), number_of(drawn.high_residual)) == (
        None,
        None,
        0,
    )


RANGES = [
    ((AssumptionRange("sales"),), {("ranges[0].assumption", "UNKNOWN_REFERENCE")}),
    (
        (AssumptionRange("revenue_change_factor", -1, 3 * NANO),),
        {("ranges[0].low", "OUT_OF_RANGE"), ("ranges[0].high", "OUT_OF_RANGE")},
    ),
    ((AssumptionRange("refinanced_share", 1),) * 2, {("ranges[1].assumption", "DUPLICATE")}),
    ((AssumptionRange("revenue_change_factor"),), {("ranges[0].high", "CONFLICT")}),
]


@pytest.mark.parametrize(("ranges", "expected"), RANGES)
def test_ranges_at_fault_are_refused(ranges, expected):
    assert faults(lambda: ends_of(BASE, ranges, "ranges")) == expected
