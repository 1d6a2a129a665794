"""Laws that hold to the last digit only where nothing is rounded."""

from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from typing import Any

from seawall.engine import Execution, Refused, Scenario, execute
from seawall.engine.numbers.exact import Rational
from seawall.engine.values.units import Kind
from seawall.engine.values.value import fields_of
from tests.engine.companies import DATASET, over_months
from tests.engine.executed import Run
from tests.engine.groups import cases, every_fourth_group
from tests.engine.laws import LAWS
from tests.engine.laws_of_coverage import FLOWS


@every_fourth_group
def test_every_law_holds_without_rounding(number):
    for case in cases(number)[:4]:
        short = over_months(case, 6)
        run = Run(short, execute(*short, m=Rational()), rounded=lambda exact: exact)
        for law in LAWS:
            law(run)


@every_fourth_group
def test_money_times_seven_leaves_every_ratio(number):
    for case in cases(number)[:4]:
        short = over_months(case, 6)
        try:
            larger = times_seven(short.company)
            seven = execute(short.scenario, larger, case.analysis_date, Rational())
        except Refused:
            continue  # seven times the company is larger than what is accepted
        once = execute(*short, m=Rational())
        assert list(ratios(seven)) == list(ratios(once))
        assert [7 * month.position.cash for month in once.months] == [month.position.cash for month in seven.months]


def times_seven(value: Any) -> Any:
    """Every amount of a value, and of the values in it, seven times."""
    cls: Any = type(value)
    changed = {}
    for field in fields_of(cls):
        part = getattr(value, field.name)
        if is_dataclass(part):
            changed[field.name] = times_seven(part)
        elif isinstance(part, tuple) and part and is_dataclass(part[0]):
            changed[field.name] = tuple(map(times_seven, part))
        elif field.unit and field.unit.kind is Kind.AMOUNT and part is not None:
            changed[field.name] = 7 * part
    return replace(value, **changed)


def ratios(execution: Execution) -> Iterator[Any]:
    yield execution.metrics.coverage_horizon[FLOWS:]
    yield execution.metrics.weighted_average_rate
    yield execution.metrics.first_default_period, execution.metrics.first_default_facility
    yield execution.metrics.first_default_kind, execution.metrics.standstill_peak_period
    for month in execution.months:
        yield month.coverage_month[FLOWS:], month.coverage_last_twelve_months[FLOWS:]
        yield month.exposure.loan_to_value, month.exposure.leverage


@every_fourth_group
def test_a_flat_year_gives_no_working_capital_flow_in_its_first_month(number):
    """Balances are so many days of the year's flows, and the first month of a flat year is as every month before."""
    for case in cases(number)[:8]:
        flat = replace(case.company, seasonality_weights=())
        base = Scenario(DATASET, "base", 6)
        first = execute(base, flat, case.analysis_date, Rational()).months[0].position
        sheet = flat.balance_sheet
        assert (first.receivables, first.inventory) == (sheet.receivables, sheet.inventory)
        assert first.payables == sheet.payables
