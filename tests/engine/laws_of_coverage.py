"""Laws of coverage, and of the whole horizon: both sides of a ratio, and every total, come from the same months."""

from fractions import Fraction
from typing import Any

from seawall.engine.horizon.results import DefaultKind
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.month.debt_results import CovenantStatus, Coverage, CoverageStatus
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.months import month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, cover, debts_unpaid, ratio, tax_due, twelve
from tests.engine.laws_of_statements import profits_of_the_year_before

FLOWS = 7  #: figures of a coverage before its ratios


def coverage_compares_the_same_months(run: Run) -> None:
    """Numerator and denominator over the month, the last twelve (opening with the actuals), and the horizon."""
    flows = actuals(run)
    last_instalments = [0] * len(run.execution.facilities)
    for number, (before, now, month) in enumerate(run.positions(), start=1):
        income = month.income
        ebitda = income.revenue - income.cost_of_sales - income.operating_expenses
        working = now.receivables + now.inventory - now.payables
        tax = tax_due(before, now, month)
        cfads = ebitda - tax - (working - before.receivables - before.inventory + before.payables)
        for slot, (debt, _) in enumerate(run.facilities()):
            facility = month.facilities[slot]
            if number != month_of(run.execution.analysis_date, debt.maturity_date):
                assert facility.balloon == 0
            elif isinstance(debt, Revolver) or debt.amortisation in (Amortisation.BULLET, Amortisation.CUSTOM):
                assert facility.balloon == max(facility.principal_scheduled - last_instalments[slot], 0)
            last_instalments[slot] = facility.principal_scheduled or last_instalments[slot]
        flows.append(
            (
                cfads,
                ebitda - month.cash_flow.capital_expenditure_payments - tax,
                ebitda + adjustment(run)[(len(flows) - 12) % 12],
                sum(debt.interest_due for debt in month.facilities),
                income.interest_expense,
                sum(debt.principal_scheduled for debt in month.facilities),
                sum(debt.balloon for debt in month.facilities),
            )
        )
        coverage_is_of(run, month.coverage_month, flows[-1])
        unknown = number < 12 and principal_is_unknown(run)
        coverage_is_of(run, month.coverage_last_twelve_months, summed(flows[-12:]), unknown)
        debt_now, earned = month.position.debt, summed(flows[-12:])[2]
        assert month.exposure.leverage == ratio(run, debt_now, earned, UndefinedRatio.NO_EBITDA)
    coverage_is_of(run, run.execution.metrics.coverage_horizon, summed(flows[12:]))


def principal_is_unknown(run: Run) -> bool:
    company = run.case.company
    amortises = any(loan.amortisation is not Amortisation.BULLET for loan in company.instruments)
    return amortises and company.income_statement.scheduled_principal_annual is None


def coverage_is_of(run: Run, coverage: Coverage, flows: tuple[Money, ...], unknown: bool = False) -> None:
    """The ratios and the status of these numerators and denominators."""
    cfads, fixed_charge_cash, ebitda, cash_interest, expense, principal, balloon = flows
    service = cash_interest + principal
    sums = (principal, service, service - balloon)
    assert (coverage.scheduled_principal, coverage.debt_service, coverage.fixed_charges) == (
        (None, None, None) if unknown else sums
    )
    assert coverage._replace(scheduled_principal=principal)[:FLOWS] == flows
    assert coverage.interest_coverage == cover(run, ebitda, expense, UndefinedRatio.NO_INTEREST)
    if unknown:
        assert {coverage.dscr, coverage.fixed_charge_coverage} == {UndefinedRatio.INSUFFICIENT_DATA}
        assert coverage.status is CoverageStatus.NOT_KNOWN
        return
    assert coverage.dscr == cover(run, cfads, service, UndefinedRatio.NO_DEBT_SERVICE)
    fixed = cover(run, fixed_charge_cash, service - balloon, UndefinedRatio.NO_DEBT_SERVICE)
    assert coverage.fixed_charge_coverage == fixed
    assert coverage.principal_coverage == cover(run, cfads - cash_interest, principal, UndefinedRatio.NO_PRINCIPAL)
    grades = [grade(cfads, service), grade(fixed_charge_cash, service - balloon)]
    order = (CoverageStatus.INSUFFICIENT, CoverageStatus.MARGINAL, CoverageStatus.ADEQUATE)
    graded = [number for number in grades if number is not None]
    assert coverage.status is (order[min(graded)] if graded else CoverageStatus.NOT_APPLICABLE)


def grade(cash: Money, due: Money) -> int | None:
    """0 insufficient, 1 marginal, 2 adequate; None where nothing is due."""
    if due <= 0:
        return None
    exact = Fraction(cash) / due
    return int(exact >= 1) + int(exact >= Fraction(5, 4))


def the_cumulative_metrics_are_those_of_the_months(run: Run) -> None:
    header, months = run.execution.metrics, run.months
    totals = header.totals
    assert totals.revenue == sum(month.income.revenue for month in months)
    assert totals.ebitda == sum(month.income.ebitda for month in months)
    assert totals.tax == sum(month.income.tax for month in months)
    cures = sum(month.cash_flow.equity_cure for month in months)
    assert totals.equity_cures == cures
    assert totals.net_income == months[-1].position.equity - run.opening().equity - cures
    assert totals.interest_payments == sum(month.cash_flow.interest_payments for month in months)
    assert totals.principal_payments == sum(month.cash_flow.principal_payments for month in months)
    assert totals.revolver_draws == sum(month.cash_flow.revolver_draws for month in months)
    spent = sum(month.cash_flow.capital_expenditure_payments for month in months)
    assert totals.capital_expenditure_payments == spent
    assert totals.lapsed_capital_expenditure == sum(month.capital_expenditure.lapsed for month in months)
    assert totals.operating_shortfall - totals.operating_cured == months[-1].shortfalls.operating.outstanding
    assert totals.debt_service_shortfall - totals.debt_service_cured == months[-1].shortfalls.debt_service.outstanding
    liquid = [month.position.cash + month.liquidity.available_revolver for month in months]
    assert (header.lowest_liquidity, header.lowest_liquidity_period) == extreme(liquid, min)
    needs = [unpaid_in(month) + gap(run, month) for month in months]
    assert (header.standstill_peak, header.standstill_peak_period) == extreme(needs, max)
    lapses = [month.capital_expenditure.lapsed for month in months]
    assert header.first_lapsed_capital_expenditure_period == first(lapses)


def what_comes_before_the_default_does_not_look_beyond_it(run: Run) -> None:
    header, months = run.execution.metrics, run.months
    default = first([unpaid_in(month) for month in months])
    assert header.first_default_period == default
    assert header.months_of_runway == (default - 1 if default else len(months))
    assert [month.after_default for month in months] == [int(0 < default <= n) for n in range(1, len(months) + 1)]
    before = months[: default - 1] if default else months
    gaps = [gap(run, month) for month in before]
    assert header.first_below_minimum_cash_period == first([gap(run, month) for month in months])
    assert (header.largest_minimum_cash_gap, header.largest_minimum_cash_gap_period) == extreme([*gaps], max)
    liquid = [month.position.cash + month.liquidity.available_revolver for month in before]
    lowest = (header.lowest_liquidity_before_default, header.lowest_liquidity_before_default_period)
    assert lowest == (extreme(liquid, min) if liquid else (None, 0))
    at_default = months[default - 1]
    assert header.need_at_default == (unpaid_in(at_default) + gap(run, at_default) if default else 0)


def unpaid_in(month: Any) -> Money:
    return month.position.operating_arrears + debts_unpaid(month)


def gap(run: Run, month: Any) -> Money:
    return max(run.case.company.minimum_cash - month.position.cash, 0)


def first(amounts: list[Money]) -> int:
    """The first period with an amount, 0 where there is none."""
    return next((number for number, amount in enumerate(amounts, start=1) if amount), 0)


def extreme(amounts: list[Money], pick: Any) -> tuple[Money, int]:
    """The highest or lowest amount and the first period that has it; no period where the highest is 0."""
    most = pick(amounts, default=0)
    return most, amounts.index(most) + 1 if most or pick is min else 0


def the_first_default_is_the_first_obligation_not_met(run: Run) -> None:
    """In the order of the waterfall: operations, then lien by lien interest before principal, by id."""
    header, d0 = run.execution.metrics, run.execution.analysis_date
    mark = (header.first_default_period, header.first_default_facility, header.first_default_kind)
    debts = [debt for debt, _ in run.facilities()]
    for number, month in enumerate(run.months, start=1):
        if month.position.operating_arrears:
            assert mark == (number, 0, DefaultKind.OPERATING)
            return
        for lien in sorted({debt.lien for debt in debts}):
            slots = [slot for slot, debt in enumerate(debts) if debt.lien == lien]
            for slot in slots:
                if month.facilities[slot].interest_arrears:
                    assert mark == (number, slot + 1, DefaultKind.INTEREST)
                    return
            for slot in slots:
                if month.facilities[slot].overdue:
                    matured = number >= month_of(d0, debts[slot].maturity_date)
                    assert mark == (number, slot + 1, DefaultKind.MATURITY if matured else DefaultKind.PRINCIPAL)
                    return
    assert mark == (0, 0, DefaultKind.NONE)


def the_wall_is_no_more_than_is_owed(run: Run) -> None:
    """A bullet that matures in the year after the horizon stands in it whole; one that matures later not at all."""
    wall, last, d0 = run.execution.metrics.wall, len(run.months), run.execution.analysis_date
    assert wall.liquidity == run.months[-1].available_liquidity
    refinanced = run.case.scenario.assumptions.refinanced_share
    for slot, (debt, months) in enumerate(run.facilities()):
        performing = months[-1].closing_balance - months[-1].overdue
        assert 0 <= wall.facilities[slot].principal <= performing
        bullet = isinstance(debt, Revolver) or (debt.amortisation is Amortisation.BULLET and not debt.pik_share)
        if bullet and not any(refinanced) and not any(month.called for month in months):
            inside = last < month_of(d0, debt.maturity_date) <= last + 12
            assert wall.facilities[slot].principal == (performing if inside else 0)


def covenants_are_decided_on_their_amounts(run: Run) -> None:
    """Headroom decides; the largest cure arrives in the next month, and each is exactly what lacks."""
    arriving: Money = 0
    for month in run.months:
        assert month.cash_flow.equity_cure == arriving
        arriving = max((test.cure for test in month.covenants), default=0)
        for test in month.covenants:
            if test.status is CovenantStatus.NOT_TESTED:
                assert test[1:] == (0, 0, UndefinedRatio.NOT_TESTED, 0, 0, UndefinedRatio.NOT_TESTED, 0)
                continue
            assert (test.status is CovenantStatus.PASS) == (test.headroom >= 0)
            assert test.cure == (-test.headroom if test.status is CovenantStatus.CURED else 0)
    for position, summary in enumerate(run.execution.metrics.covenants):
        tests = [month.covenants[position] for month in run.months]
        lacking = [test.headroom < 0 for test in tests]
        assert summary.first_breach_period == first(lacking)
        events = [test.status is CovenantStatus.EVENT_OF_DEFAULT for test in tests]
        assert sum(events) <= 1
        assert summary.first_event_of_default_period == first(events)
        tested = [test.headroom for test in tests if test.status is not CovenantStatus.NOT_TESTED]
        assert summary.least_headroom == (min(tested) if tested else None)


def summed(rows: list[tuple[Money, ...]]) -> tuple[Money, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def adjustment(run: Run) -> list[Money]:
    year = run.case.company.income_statement
    derived = year.revenue_annual - year.cost_of_sales_annual - year.operating_expenses_annual
    reported = derived if year.reported_ebitda_annual is None else year.reported_ebitda_annual
    return twelve(run, reported - derived)


def actuals(run: Run) -> list[tuple[Money, ...]]:
    """The year before the analysis date in months, as `coverage_is_of` takes them."""
    company = run.case.company
    year = company.income_statement
    interest_annual = year.interest_annual
    if interest_annual is None:
        interest_annual = run.execution.metrics.interest_annual_run_rate
    interest, principal = twelve(run, interest_annual), twelve(run, year.scheduled_principal_annual or 0)
    written_off = twelve(run, year.depreciation_and_amortisation_annual)
    derived = year.revenue_annual - year.cost_of_sales_annual - year.operating_expenses_annual
    profit = derived - year.depreciation_and_amortisation_annual - interest_annual
    tax = twelve(run, run.rounded(max(Fraction(profit), Fraction(0)) * year.tax_rate / NANO))
    spent = twelve(run, company.capital_expenditure_annual)
    months = zip(
        profits_of_the_year_before(run), written_off, interest, tax, spent, adjustment(run), principal, strict=True
    )
    rows = []
    for earned, depreciation, paid, taxed, invested, memo, repaid in months:
        ebitda = earned + depreciation + paid
        rows.append((ebitda - taxed, ebitda - invested - taxed, ebitda + memo, paid, paid, repaid, 0))
    return rows
