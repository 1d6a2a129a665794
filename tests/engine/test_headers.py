"""The figures of a header by name: every number of the API's CumulativeMetrics, and the same as `execute` gives."""

from dataclasses import replace

import pytest

from seawall.engine import Refused, execute
from seawall.engine.analysis.header_figures import ABSENT, NEVER, FigureUnit, header_figures
from seawall.engine.analysis.headers import Header, headers
from seawall.engine.inputs.scenario import Assumptions, Scenario
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.values.faults import Reason
from seawall.engine.values.units import MOST_MONEY, NANO
from seawall.v1 import execution_pb2
from tests.engine.carbo import carbo
from tests.engine.companies import DATASET, group
from tests.engine.scale import cases

PLACES = {"first_default_facility", "fulcrum"}  #: messages that name a facility


def numbers(descriptor, name=""):
    """Every number of a message of the API by its path, lists as ID."""
    for field in descriptor.fields:
        here = f"{name}{field.name}"
        kind = field.message_type
        if kind is not None and field.name not in PLACES:
            if kind.name == "Ratio":
                yield here
            else:
                yield from numbers(kind, f"{here}[ID]." if field.is_repeated else f"{here}.")
        elif kind is None and field.cpp_type in (field.CPPTYPE_INT64, field.CPPTYPE_INT32) and field.name != "lien":
            yield here


def without_ids(name):
    head, bracket, rest = name.partition("[")
    return f"{head}[ID]{rest.partition(']')[2]}" if bracket else name


def with_everything():
    """A company with debts, covenants and assets."""
    drawn = (group(7, number, 1)[0].company for number in range(99))
    return next(company for company in drawn if company.covenants and company.assets)


def test_the_table_has_every_number_of_the_api_and_no_other():
    names = [without_ids(name) for name in header_figures(with_everything())]
    assert set(names) == set(numbers(execution_pb2.CumulativeMetrics.DESCRIPTOR))


def test_what_is_not_known_of_a_company_has_no_name():
    assert not any(name.startswith(("recovery.", "covenants[")) for name in header_figures(carbo()))


def test_names_are_those_of_the_company():
    figures = header_figures(carbo())
    assert figures["totals.revenue_minor"].path == ("totals", "revenue")
    assert figures["totals.total_shortfall_minor"].unit is FigureUnit.AMOUNT
    assert figures["coverage_horizon.dscr"].unit is FigureUnit.RATIO
    assert figures["months_of_runway"].unit is FigureUnit.MONTHS
    assert figures["first_default_period"].unit is FigureUnit.PERIOD
    assert [name for name in header_figures(with_everything()) if name.startswith("covenants[")]


@pytest.mark.parametrize("number", range(cases(quick=3, long=200)))
def test_headers_are_those_of_the_executions(number):
    """All scenarios of a structure on its first company: enough for a batch."""
    drawn = group(41, number, 20)
    company, day = drawn[0].company, drawn[0].analysis_date
    scenarios = [case.scenario for case in drawn]
    figures = header_figures(company)
    for scenario, header in zip(scenarios, headers(company, day, scenarios, with_collateral=True), strict=True):
        if isinstance(header, Refused):
            with pytest.raises(Refused) as refused:
                execute(scenario, company, day)
            assert refused.value.faults == header.faults
            continue
        execution = execute(scenario, company, day)
        for figure in figures.values():
            unknown = figure.unknown(execution.metrics)
            assert figure.unknown(header.metrics) == unknown, figure.name
            assert unknown == ABSENT or figure.of(header.metrics) == figure.of(execution.metrics), figure.name
        exceeds = [
            number
            for number, month in enumerate(execution.months, start=1)
            if month.categories and month.exposure.claims > sum(part.market_value for part in month.categories)
        ]
        assert header.first_under_collateralised_period == min(exceeds, default=0)


def test_what_is_unknown_says_why():
    company = carbo()
    base = Scenario(DATASET, "base", horizon_months=12)
    broken = replace(base, assumptions=Assumptions(revenue_change_factor=(0,), liquidity_shock_factor=(0,)))
    figures = header_figures(company)
    fine, bad = headers(company, company.as_of_date, [base, broken])
    assert isinstance(fine, Header)
    assert isinstance(bad, Header)
    assert figures["first_default_period"].unknown(fine.metrics) == NEVER
    assert figures["months_of_runway"].unknown(fine.metrics) == ""
    assert figures["coverage_horizon.dscr"].unknown(bad.metrics) == UndefinedRatio.NEGATIVE.name
    assert figures["lowest_liquidity_before_default_minor"].unknown(bad.metrics) == ABSENT
    assert bad.metrics.first_default_period == 1


def test_a_scenario_that_is_refused_stands_in_its_place():
    company = carbo()
    too_large = replace(company.income_statement, revenue_annual=MOST_MONEY, cost_of_sales_annual=MOST_MONEY)
    company = replace(company, income_statement=too_large)
    costly = Scenario(DATASET, "more", horizon_months=12, assumptions=Assumptions(cost_change_factor=(3 * NANO,)))
    plain = replace(costly, assumptions=Assumptions(cost_change_factor=(NANO,)))
    refused, fine = headers(company, company.as_of_date, [costly, plain])
    assert isinstance(refused, Refused)
    assert {fault.reason for fault in refused.faults} == {Reason.BOUND_EXCEEDED}
    assert isinstance(fine, Header)
