"""Many cases at once give what each of them gives alone, whatever batches they are computed in."""

from datetime import date
from functools import cache

import pytest

from seawall.engine import Refused, check, execute, execute_all
from seawall.engine.horizon import many
from seawall.engine.horizon.recorded import record
from seawall.engine.numbers.batch import Batch
from seawall.engine.values.kept import Kept
from tests.engine import scale
from tests.engine.companies import Case, group
from tests.engine.examples import company, scenario

SEED = 7
FIRSTS = scale.cases(6, 12)  #: groups that are tried
EACH = scale.cases(1, 2)  #: of a group, how many share with the others what they have


@cache
def twenty(number: int) -> list[Case]:
    return group(SEED, number, 20)


def accepted(cases: list[Case]) -> list[Case]:
    def runs(case: Case) -> bool:
        try:
            check(*case)
        except Refused:
            return False
        return True

    return [case for case in cases if runs(case)]


@pytest.mark.parametrize("number", range(FIRSTS))
def test_one_company_under_many_scenarios_shares_what_no_scenario_changes(number):
    """What is the same in all executions of a batch stays one number beside the arrays."""
    cases = twenty(number)
    for first in cases[:EACH]:
        same_company = accepted([first._replace(scenario=case.scenario) for case in cases])
        same_company = (same_company * 20)[: max(len(same_company), 17)]
        assert execute_all(same_company) == [execute(*case) for case in same_company]


@pytest.mark.parametrize("number", range(FIRSTS))
def test_many_companies_under_one_scenario(number):
    cases = twenty(number)
    for first in cases[:EACH]:
        same = [case._replace(scenario=first.scenario) for case in cases]
        same_scenario = accepted(same)
        same_scenario = (same_scenario * 20)[: max(len(same_scenario), 17)]
        assert execute_all(same_scenario) == [execute(*case) for case in same_scenario]


def test_equal_companies_make_a_batch_without_arrays():
    case = twenty(1)[0]
    assert execute_all([case] * 20) == [execute(*case)] * 20


@pytest.mark.parametrize("most", [16, 19, 64])
def test_executions_keep_the_order_of_their_cases(most, monkeypatch):
    """Structures, horizons and analysis dates in any order, and batches of any size."""
    monkeypatch.setattr(many, "TOGETHER", most)
    groups = [twenty(number)[:18] for number in range(3)]
    mixed = [case for alike in zip(*groups, strict=True) for case in alike]
    shorter = [case._replace(scenario=scenario(6 + n % 3)) if n % 2 else case for n, case in enumerate(mixed)]
    assert execute_all(shorter) == [execute(*case) for case in shorter]


def test_no_cases_give_no_executions():
    assert execute_all([]) == []


def test_the_default_analysis_date_is_the_as_of_date():
    shop = company(revenue="1,000")
    assert execute(scenario(6), shop) == execute(scenario(6), shop, shop.as_of_date)


def test_executing_twice_gives_the_same_figures():
    case = twenty(2)[0]
    assert execute(*case) == execute(*case)
    assert execute(*case, Batch(1)) == execute(*case)


def test_a_refused_case_refuses_the_lot():
    case = twenty(3)[0]
    with pytest.raises(Refused):
        execute_all([case, case._replace(analysis_date=date(1999, 12, 31))])


@pytest.mark.parametrize("by_tape", [False, True], ids=["as written", "by a tape"])
def test_a_run_pauses_before_each_debt_and_each_month_or_tape_and_ends_with_what_a_pause_raises(by_tape, monkeypatch):
    borrower = company(revolver=None)
    monkeypatch.setattr(many, "_TAPES", Kept(10**6))
    monkeypatch.setattr(many, "_SEEN", Kept(10))
    monkeypatch.setattr(many, "WORTH_A_TAPE", 1 if by_tape else 10**9)
    pauses: list[None] = []
    execution = execute(scenario(6), borrower, pause=lambda: pauses.append(None))
    assert execution == execute(scenario(6), borrower)
    assert len(pauses) == len(borrower.debts) + (1 if by_tape else 6)

    def stop():
        pauses.pop()

    pauses.pop()
    with pytest.raises(IndexError):
        execute(scenario(7), borrower, pause=stop)


def test_a_tape_that_others_dropped_is_recorded_again_only_for_as_many_runs(monkeypatch):
    recorded: list[None] = []

    def counted(*args):
        recorded.append(None)
        return record(*args)

    monkeypatch.setattr(many, "record", counted)
    monkeypatch.setattr(many, "WORTH_A_TAPE", 3)
    monkeypatch.setattr(many, "_SEEN", Kept(10))
    executions = []
    for _ in range(2):
        monkeypatch.setattr(many, "_TAPES", Kept(10**6))  # empty, as if others had taken its room
        executions += [execute(scenario(6), company(revolver=None)) for _ in range(4)]
    assert len(recorded) == 2
    assert executions == executions[:1] * 8
