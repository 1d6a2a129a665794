"""Laws of coverage, and of the whole horizon: both sides of a ratio, and every total, come from the same months."""

from fractions import Fraction

from seawall.engine.horizon.results import DefaultKind, ShortfallCategory
from seawall.engine.month.debt_results import Coverage, CoverageStatus
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.months import month_of
from seawall.engine.values.units import NANO
from tests.engine.executed import Money, Run, ratio, twelve


def coverage_compares_the_same_months(run: Run) -> None:
    """Numerator and denominator over the month, the last twelve (opening with the actuals), and the horizon."""
    flows = actuals(run)
    for before, now, month in run.positions():
        income = month.income
        ebitda = income.revenue - income.cost_of_sales - income.operating_expenses
        working = now.receivables + now.inventory - now.payables
        cfads = ebitda - income.tax - (working - before.receivables - before.inventory + before.payables)
        adjusted = ebitda + adjustment(run)[(len(flows) - 12) % 12]
        due = sum(debt.interest_due for debt in month.facilities)
        scheduled = sum(debt.principal_scheduled for debt in month.facilities)
        flows.append((cfads, adjusted, due, income.interest_expense, scheduled))
        coverage_is_of(run, month.coverage_month, flows[-1])
        coverage_is_of(run, month.coverage_last_twelve_months, summed(flows[-12:]))
        debt, earned = month.position.debt, summed(flows[-12:])[1]
        assert month.exposure.leverage == ratio(run, debt, earned, UndefinedRatio.NO_EBITDA)
    coverage_is_of(run, run.execution.metrics.coverage_horizon, summed(flows[12:]))


def coverage_is_of(run: Run, coverage: Coverage, flows: tuple[Money, ...]) -> None:
    """The ratios and the status of these numerators and denominators."""
    cfads, ebitda, cash_interest, expense, principal = flows
    assert coverage[:5] == flows
    service = cash_interest + principal
    assert coverage.dscr == ratio(run, cfads, service, UndefinedRatio.NO_DEBT_SERVICE)
    assert coverage.interest_coverage == ratio(run, ebitda, expense, UndefinedRatio.NO_INTEREST)
    assert coverage.principal_coverage == ratio(run, cfads - cash_interest, principal, UndefinedRatio.NO_PRINCIPAL)
    if service == 0:
        assert coverage.status is CoverageStatus.NOT_APPLICABLE
    else:
        exact = Fraction(cfads) / service
        adequate, marginal = exact >= Fraction(5, 4), exact >= 1
        expected = (CoverageStatus.INSUFFICIENT, CoverageStatus.MARGINAL, CoverageStatus.ADEQUATE)
        assert coverage.status is expected[adequate + marginal]


def the_cumulative_metrics_are_those_of_the_months(run: Run) -> None:
    cumulative, months = run.execution.metrics, run.months
    totals = cumulative.totals
    assert totals.revenue == sum(month.income.revenue for month in months)
    assert totals.ebitda == sum(month.income.ebitda for month in months)
    assert totals.tax == sum(month.income.tax for month in months)
    assert totals.net_income == months[-1].position.equity - run.opening().equity
    assert totals.interest_payments == sum(month.cash_flow.interest_payments for month in months)
    assert totals.principal_payments == sum(month.cash_flow.principal_payments for month in months)
    assert totals.revolver_draws == sum(month.cash_flow.revolver_draws for month in months)
    spent = sum(month.cash_flow.capital_expenditure_payments for month in months)
    assert totals.capital_expenditure_payments == spent
    assert totals.operating_shortfall - totals.operating_cured == months[-1].shortfalls.operating.outstanding
    assert totals.debt_service_shortfall - totals.debt_service_cured == months[-1].shortfalls.debt_service.outstanding
    assert totals.capital_expenditure_shortfall == months[-1].shortfalls.capital_expenditure.outstanding

    short = [n for n, month in enumerate(months, start=1) if any(unpaid.shortfall for unpaid in month.shortfalls)]
    assert cumulative.first_shortfall_period == (short[0] if short else 0)
    assert cumulative.months_of_runway == (short[0] - 1 if short else len(months))
    if short:
        names = ("operating", "debt_service", "capital_expenditure")
        first = next(name for name in names if getattr(months[short[0] - 1].shortfalls, name).shortfall)
        assert cumulative.first_shortfall_category is ShortfallCategory(first)
    else:
        assert cumulative.first_shortfall_category is ShortfallCategory.NONE

    needs = [
        month.shortfalls.operating.outstanding
        + month.shortfalls.debt_service.outstanding
        + max(run.case.company.minimum_cash - month.position.cash, 0)
        for month in months
    ]
    assert cumulative.peak_funding_need == max(needs)
    assert cumulative.peak_funding_need_period == (needs.index(max(needs)) + 1 if max(needs) else 0)
    liquid = [month.position.cash + month.liquidity.available_revolver for month in months]
    assert (cumulative.lowest_liquidity, cumulative.lowest_liquidity_period) == (
        min(liquid),
        liquid.index(min(liquid)) + 1,
    )


def the_first_default_is_the_first_debt_not_paid(run: Run) -> None:
    cumulative, d0 = run.execution.metrics, run.execution.analysis_date
    first = (cumulative.first_default_period, cumulative.first_default_facility, cumulative.first_default_kind)
    debts = [debt for debt, _ in run.facilities()]
    for number, month in enumerate(run.months, start=1):
        for slot, debt in enumerate(month.facilities):
            if debt.interest_arrears:
                assert first == (number, slot + 1, DefaultKind.INTEREST)
                return
        for slot, debt in enumerate(month.facilities):
            if debt.overdue:
                matured = number >= month_of(d0, debts[slot].maturity_date)
                kind = DefaultKind.MATURITY if matured else DefaultKind.PRINCIPAL
                assert first == (number, slot + 1, kind)
                return
    assert first == (0, 0, DefaultKind.NONE)


def summed(rows: list[tuple[Money, ...]]) -> tuple[Money, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def adjustment(run: Run) -> list[Money]:
    year = run.case.company.income_statement
    derived = year.revenue_annual - year.cost_of_sales_annual - year.operating_expenses_annual
    reported = derived if year.reported_ebitda_annual is None else year.reported_ebitda_annual
    return twelve(run, reported - derived)


def actuals(run: Run) -> list[tuple[Money, ...]]:
    """The year before the analysis date in months: CFADS, adjusted EBITDA, interest twice, principal."""
    company = run.case.company
    year, seasons = company.income_statement, company.seasonality_weights or (1,) * 12
    revenue = twelve(run, year.revenue_annual, seasons)
    costs = [0] * 12
    for annual, share in (
        (year.cost_of_sales_annual, year.cost_of_sales_fixed_share),
        (year.operating_expenses_annual, year.operating_expenses_fixed_share),
    ):
        fixed = run.rounded(Fraction(annual * share, NANO))
        parts = (costs, twelve(run, fixed), twelve(run, annual - fixed, seasons))
        costs = [sum(month) for month in zip(*parts, strict=True)]
    interest_annual = year.interest_annual
    if interest_annual is None:
        interest_annual = run.execution.metrics.interest_annual_run_rate
    derived = year.revenue_annual - year.cost_of_sales_annual - year.operating_expenses_annual
    profit = derived - year.depreciation_and_amortisation_annual - interest_annual
    tax = twelve(run, run.rounded(max(Fraction(profit), Fraction(0)) * year.tax_rate / NANO))
    interest, principal = twelve(run, interest_annual), twelve(run, year.scheduled_principal_annual or 0)
    return [
        (sold - cost - taxed, sold - cost + memo, paid, paid, repaid)
        for sold, cost, taxed, memo, paid, repaid in zip(
            revenue, costs, tax, adjustment(run), interest, principal, strict=True
        )
    ]
