"""Many stresses of a company compiled at once are what each of them is alone, in every figure."""

from datetime import date
from random import Random
from typing import Any

import numpy as np
import pytest

from seawall.engine.compile.case import CompiledCase, compile_case
from seawall.engine.compile.rows import columns_of, compile_rows
from seawall.engine.compile.stress import stress_of
from seawall.engine.debt.monthly_terms import loan_terms, played_terms
from seawall.engine.debt.rates import RateStress, rate_path
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar
from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.inputs.contract import Base, Contract
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.inputs.scenario import Assumptions, RateScope, Scenario
from seawall.engine.numbers.batch import Batch, column
from seawall.engine.numbers.exact import SCALAR
from seawall.engine.numbers.months import COMPILED_MONTHS, month_end
from seawall.engine.values.faults import Refused
from seawall.engine.values.units import MOST_MONEY, NANO
from tests.engine import scale
from tests.engine.columns import pick
from tests.engine.companies import DATASET, a_scenario, group
from tests.engine.examples import company, loan
from tests.engine.loan.loans import random_preview

SEED, ROWS = 9, 200
COMPANIES = scale.cases(2, 12)
LOANS = scale.cases(40, 400)
DAY = date(2025, 12, 31)


def alone(scenario: Scenario, figures: DatasetVersion, day: date) -> CompiledCase | None:
    try:
        return compile_case(SCALAR, scenario, figures, day)
    except Refused:
        return None


def in_rows(scenarios: list[Scenario], figures: DatasetVersion, day: date) -> dict[int, Any]:
    """The case of each scenario that is not refused, by its position, out of the columns of all."""
    compiled = compile_rows(figures, day, columns_of([stress_of(scenario) for scenario in scenarios]), len(scenarios))
    return {
        int(row): CompiledCase(case.structure, *(pick(part, position) for part in case[1:]))
        for made in compiled
        for case in [made.case()]
        for position, row in enumerate(made.rows)
    }


@pytest.mark.parametrize("number", range(COMPANIES))
def test_a_company_under_many_scenarios(number):
    """The one of three with most debts."""
    luck = Random(f"{SEED}/{number}")
    case = max((group(SEED, 7 * number + more, 1)[0] for more in range(3)), key=lambda case: len(case.company.debts))
    scenarios = [a_scenario(luck) for _ in range(ROWS)]
    rows = in_rows(scenarios, case.company, case.analysis_date)
    assert len(rows) > ROWS // 10
    for position, scenario in enumerate(scenarios):
        assert rows.get(position) == alone(scenario, case.company, case.analysis_date)


def test_a_loan_of_any_clause_under_many_paths_of_its_rate():
    luck = Random(SEED)
    for _ in range(LOANS):
        request = random_preview(luck)
        instrument, day, moves = request.instrument, request.from_date, luck.random() < 0.3
        ends = tuple(month_end(day, month) for month in range(COMPILED_MONTHS + 1))
        stresses = [
            RateStress(
                tuple(luck.choice([0, NANO, luck.randrange(2 * NANO)]) for _ in range(COMPILED_MONTHS)),
                tuple(luck.randrange(-NANO // 50, NANO // 20) for _ in range(COMPILED_MONTHS)),
                moves,
            )
            for _ in range(3)
        ]
        refinanced = [(luck.choice([0, NANO // 3, NANO]),) * COMPILED_MONTHS for _ in stresses]
        factors = tuple(map(column, zip(*(stress.factor for stress in stresses), strict=True)))
        shifts = tuple(map(column, zip(*(stress.shift for stress in stresses), strict=True)))
        together = RateStress(factors, shifts, moves)
        m = Batch(len(stresses))
        shares = tuple(map(column, zip(*refinanced, strict=True)))
        terms, is_refused = played_terms(m, instrument, ends, rate_path(m, instrument, together), shares, moves)
        assert not np.any(is_refused)
        for row, stress in enumerate(stresses):
            path = rate_path(SCALAR, instrument, stress)
            assert pick(terms, row) == loan_terms(SCALAR, instrument, ends, path, refinanced[row], moves), instrument


def on_all_debt(*factors: int) -> Assumptions:
    return Assumptions(interest_rate_change_factor=factors, interest_rate_scope=RateScope.ALL)


def test_a_row_that_passes_a_limit_is_left_out():
    borrower = company(instruments=(loan("100", "0.4", date(2030, 1, 1)),))
    scenarios = [
        Scenario(DATASET, "rates", 6, assumptions=on_all_debt(factor)) for factor in (NANO, 5 * NANO, 2 * NANO)
    ]
    steep = company(instruments=(loan("100", "4", date(2030, 1, 1)),))
    assert sorted(in_rows(scenarios, borrower, DAY)) == [0, 1, 2]
    assert sorted(in_rows(scenarios, steep, DAY)) == [0]


def test_rows_in_which_coupons_move_have_a_structure_of_their_own():
    """Also where the rows are one each, or all alike."""
    borrower = company(instruments=(loan("100", "0.1", date(2030, 1, 1)),))
    scenarios = [Scenario(DATASET, "neutral", 6), Scenario(DATASET, "moved", 6, assumptions=on_all_debt(2 * NANO))]
    for several in (scenarios, scenarios[:1], scenarios[1:], scenarios[1:] * 3):
        rows = in_rows(several, borrower, DAY)
        assert [rows[position] for position in range(len(several))] == [
            alone(scenario, borrower, DAY) for scenario in several
        ]


def test_debts_are_played_once_for_the_same_paths_of_rates_and_again_for_the_same_rates_in_other_months():
    borrower = company(instruments=(loan("100", "0.1", date(2030, 1, 1)),))
    made = []
    for months in (1, 1, 5):
        factors = [(NANO,) * months + (factor,) for factor in (2 * NANO, 3 * NANO)]
        scenarios = [Scenario(DATASET, "moved", 6, assumptions=on_all_debt(*path)) for path in factors]
        (compiled,) = compile_rows(borrower, DAY, columns_of([stress_of(scenario) for scenario in scenarios]), 2)
        made.append(compiled.debts)
        rows = in_rows(scenarios, borrower, DAY)
        assert [rows[position] for position in range(2)] == [alone(scenario, borrower, DAY) for scenario in scenarios]
    assert made[0] is made[1] is not made[2]


@pytest.mark.filterwarnings("ignore:invalid value")  # the figures of a path that is refused mean nothing
def test_where_a_calendar_takes_back_more_than_is_owed_no_row_is_left():
    """Whatever its rates: of one path, which is played by itself, as of several. Interest is of a base far above it."""
    shifted = Calendar(
        BusinessWeek.MONDAY_TO_FRIDAY, (date(2024, 4, 29),), BusinessDay.CALCULATE_SHIFT_MODIFIED_PRECEDING
    )
    clauses = Contract(
        capitalisation_end_date=date(2024, 4, 28),
        calendar=shifted,
        interest_base=Base.INITIAL,
        interest_base_amount=MOST_MONEY,
    )
    taken = loan("10000000", "0.06", date(2024, 4, 29), payment_interval_months=120, contract=clauses)
    day = date(2023, 10, 31)
    borrower = company(instruments=(taken,), as_of=day)
    sales = [Assumptions(revenue_change_factor=(factor,)) for factor in (NANO, NANO // 2)]
    for several in (sales, sales[:1], [*sales, on_all_debt(2 * NANO), on_all_debt(3 * NANO)]):
        scenarios = [Scenario(DATASET, "taken back", 6, assumptions=assumptions) for assumptions in several]
        assert [alone(scenario, borrower, day) for scenario in scenarios] == [None] * len(several)
        assert in_rows(scenarios, borrower, day) == {}


def test_a_row_is_refused_where_a_level_payment_does_not_reach_the_interest_that_is_added():
    """50,000.00 at 6 % a year: a month's interest is some 250.00, and 500.00 at twice the rate."""
    clauses = Contract(payment=300_00, capitalisation_end_date=date(2026, 4, 30))
    level = loan("50000", "0.06", date(2028, 12, 31), amortisation=Amortisation.LEVEL, contract=clauses)
    borrower = company(instruments=(level,), as_of=DAY)
    moved = [on_all_debt(factor) for factor in (NANO, 2 * NANO, NANO // 2, 3 * NANO)]
    scenarios = [Scenario(DATASET, "moved", 6, assumptions=assumptions) for assumptions in moved]
    cases = [alone(scenario, borrower, DAY) for scenario in scenarios]
    assert [case is None for case in cases] == [False, True, False, True]
    assert in_rows(scenarios, borrower, DAY) == {position: case for position, case in enumerate(cases) if case}
