"""The laws of DESIGN section 4, each checked from the figures of an execution and of its company alone.

None of the engine's arithmetic is used: sums are Python's, and a rounded figure is a Fraction rounded half-even.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate, pairwise, permutations
from typing import Any, NamedTuple

from seawall.engine.horizon.results import DefaultKind, Execution, ShortfallCategory
from seawall.engine.inputs.revolver import Debt
from seawall.engine.month.debt_results import Coverage, CoverageStatus, FacilityMonth
from seawall.engine.month.results import Month, Position, Unpaid
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.months import month_end, month_of
from seawall.engine.values.units import NANO
from tests.engine.companies import Case

Money = Any  #: an int, or a Fraction in the rational lane


class Run(NamedTuple):
    """A case with its execution; `rounded` is `round`, or nothing in the lane that does not round."""

    case: Case
    execution: Execution
    rounded: Callable[[Fraction], Money] = round

    @property
    def months(self) -> tuple[Month, ...]:
        return self.execution.months

    def positions(self) -> Iterator[tuple[Position, Position, Month]]:
        """Each month between its opening and its closing balance sheet."""
        before = self.opening()
        for month in self.months:
            yield before, month.position, month
            before = month.position

    def opening(self) -> Position:
        sheet = self.case.company.balance_sheet
        balances = {name: getattr(sheet, name) for name in Position._fields if hasattr(sheet, name)}
        unpaid = {"operating_arrears": 0, "accrued_interest": 0, "interest_arrears": 0}
        return Position(**balances, **unpaid, debt=self.case.company.total_debt)

    def facilities(self) -> Iterator[tuple[Debt, tuple[FacilityMonth, ...]]]:
        """Each debt with its months, in the order of the waterfall."""
        company = self.case.company
        debts: list[Debt] = [*company.instruments, *([company.revolver] if company.revolver else [])]
        debts.sort(key=lambda debt: (debt.lien, debt.facility_id))
        for slot, debt in enumerate(debts):
            yield debt, tuple(month.facilities[slot] for month in self.months)


def assets_equal_liabilities_and_equity(run: Run) -> None:
    for _, now, _ in run.positions():
        assets = now.cash + now.restricted_cash + now.receivables + now.inventory + now.fixed_assets + now.other_assets
        interest = now.accrued_interest + now.interest_arrears
        liabilities = now.payables + now.operating_arrears + interest + now.debt + now.other_liabilities
        assert assets == liabilities + now.equity
        assert (assets, liabilities) == (now.total_assets, now.total_liabilities)


def cash_rolls_forward_by_the_direct_method(run: Run) -> None:
    for before, now, month in run.positions():
        flow = month.cash_flow
        paid = flow.operating_arrears_payments + flow.supplier_payments + flow.operating_expense_payments
        operating = flow.collections - paid - flow.tax_payments - flow.interest_payments
        investing = -flow.capital_expenditure_payments
        repaid = flow.principal_payments + flow.revolver_repayments + flow.sweep_prepayments
        financing = flow.revolver_draws - repaid
        assert now.cash == before.cash - flow.moved_to_restricted + operating + investing + financing
        assert now.restricted_cash == before.restricted_cash + flow.moved_to_restricted
        assert flow.net_cash_flow == now.cash - before.cash
        assert month.opening_cash == before.cash


def the_indirect_method_gives_the_same_operating_cash_flow(run: Run) -> None:
    for before, now, month in run.positions():
        income = month.income
        profit = income.revenue - income.cost_of_sales - income.operating_expenses
        profit -= income.depreciation_and_amortisation + income.interest_expense + income.tax
        tied_up = now.receivables + now.inventory - now.payables - before.receivables - before.inventory
        tied_up += before.payables
        unpaid = now.operating_arrears + now.accrued_interest + now.interest_arrears
        unpaid -= before.operating_arrears + before.accrued_interest + before.interest_arrears
        capitalised = sum(facility.interest_capitalised for facility in month.facilities)
        indirect = profit + income.depreciation_and_amortisation - tied_up + unpaid + capitalised
        assert indirect == month.cash_flow.operating_cash_flow
        assert now.equity == before.equity + profit
        spent = month.cash_flow.capital_expenditure_payments
        assert now.fixed_assets == before.fixed_assets - income.depreciation_and_amortisation + spent


def working_capital_rolls_forward(run: Run) -> None:
    """Receivables grow by sales and shrink by collections; what is bought is sold, stored or owed."""
    for before, now, month in run.positions():
        income, flow = month.income, month.cash_flow
        assert now.receivables == before.receivables + income.revenue - flow.collections
        bought = income.cost_of_sales + now.inventory - before.inventory
        suppliers_due = before.payables + bought - now.payables
        assert bought >= 0
        assert suppliers_due >= flow.supplier_payments
        due = suppliers_due + income.operating_expenses + income.tax
        assert month.needs.operating == before.operating_arrears + due
        assert now.operating_arrears == month.needs.operating - flow.operating_payments


def each_debt_rolls_forward(run: Run) -> None:
    for debt, months in run.facilities():
        balance, overdue, accrued, arrears = debt.opening_balance, 0, 0, 0
        for now in months:
            assert now.opening_balance == balance
            balance += now.interest_capitalised + now.drawn - now.principal_paid - now.prepaid
            overdue += now.principal_scheduled + now.overadvance - now.principal_paid
            accrued += now.interest_accrued - now.interest_capitalised - now.interest_due
            arrears += now.interest_due - now.interest_paid
            assert (now.closing_balance, now.overdue) == (balance, overdue)
            assert (now.accrued_interest, now.interest_arrears) == (accrued, arrears)


def the_debts_add_up_to_the_statements(run: Run) -> None:
    for _, position, month in run.positions():
        flow, facilities = month.cash_flow, month.facilities

        def total(name: str, facilities: tuple[FacilityMonth, ...] = facilities) -> Money:
            return sum(getattr(facility, name) for facility in facilities)

        assert position.debt == total("closing_balance")
        assert position.accrued_interest == total("accrued_interest")
        assert position.interest_arrears == total("interest_arrears")
        assert month.income.interest_expense == total("interest_accrued")
        assert flow.interest_payments == total("interest_paid")
        assert flow.principal_payments == total("principal_paid")
        assert flow.revolver_draws == total("drawn")
        assert flow.revolver_repayments + flow.sweep_prepayments == total("prepaid")


def nothing_falls_below_zero(run: Run) -> None:
    """No asset, no liability, no payment, nothing owed; only equity, profit and the move to restricted cash may."""
    may = {"equity", "moved_to_restricted"}
    for month in run.months:
        groups: tuple[Any, ...] = (month.position, month.cash_flow, month.needs, *month.shortfalls, month.liquidity)
        for figures in (*groups, *month.facilities, *month.categories):
            for name, figure in figures._asdict().items():
                assert figure >= 0 or name in may, name
        for name, figure in month.exposure._asdict().items():
            assert figure >= 0 or name == "leverage", name


def nothing_due_is_unpaid_while_cash_is_left(run: Run) -> None:
    for _, now, month in run.positions():
        unpaid = now.operating_arrears + now.interest_arrears + sum(debt.overdue for debt in month.facilities)
        unpaid += month.needs.capital_expenditure - month.cash_flow.capital_expenditure_payments
        assert now.cash == 0 or unpaid == 0


def needs_are_paid_in_their_order(run: Run) -> None:
    """Operating, interest, principal, capital expenditure; the last ones get nothing while a first one lacks any."""
    for _, now, month in run.positions():
        flow, needs = month.cash_flow, month.needs
        classes = (
            (needs.operating, flow.operating_payments),
            (needs.interest, flow.interest_payments),
            (needs.principal, flow.principal_payments),
            (needs.capital_expenditure, flow.capital_expenditure_payments),
        )
        for (need, paid), (_, paid_next) in pairwise(classes):
            assert paid <= need
            assert paid == need or paid_next == 0
        assert needs.interest - flow.interest_payments == now.interest_arrears
        assert needs.principal - flow.principal_payments == sum(debt.overdue for debt in month.facilities)
        assert classes[-1][1] <= classes[-1][0]


def a_better_lien_is_paid_first(run: Run) -> None:
    """What fell due, and what is prepaid; the revolver is repaid before a sweep reaches any loan."""
    revolver = run.case.company.revolver
    places = list(run.execution.facilities)
    assert places == sorted(places, key=lambda place: (place.lien, place.facility_id))
    for month in run.months:
        ranked = list(zip(places, month.facilities, strict=True))
        for place, debt in ranked:
            behind = [(further, other) for further, other in ranked if further.lien > place.lien]
            assert debt.interest_arrears == 0 or not any(other.interest_paid for _, other in behind)
            assert debt.overdue == 0 or not any(other.principal_paid for _, other in behind)
            loans = [other for further, other in behind if not revolver or further.facility_id != revolver.revolver_id]
            assert debt.closing_balance == debt.overdue or not any(other.prepaid for other in loans)


def a_shortfall_is_the_rise_of_what_is_unpaid(run: Run) -> None:
    """And a cure its fall: over the horizon their difference is what is still outstanding."""
    lapsed = 0
    last: tuple[Money, ...] = (0, 0, 0)
    sums = [0, 0, 0]
    for _, now, month in run.positions():
        lapsed += month.needs.capital_expenditure - month.cash_flow.capital_expenditure_payments
        debt_service = now.interest_arrears + sum(debt.overdue for debt in month.facilities)
        stocks = (now.operating_arrears, debt_service, lapsed)
        for n, (unpaid, before, stock) in enumerate(zip(month.shortfalls, last, stocks, strict=True)):
            assert unpaid == Unpaid(max(stock - before, 0), max(before - stock, 0), stock)
            sums[n] += unpaid.shortfall - unpaid.cured
            assert sums[n] == stock
        last = stocks


def the_schedule_ends_at_maturity(run: Run) -> None:
    """Everything not overdue falls due in the month of maturity; nothing newly falls due after it."""
    d0 = run.execution.analysis_date
    for debt, months in run.facilities():
        last = month_of(d0, debt.maturity_date)
        for number, now in enumerate(months, start=1):
            if number == last:
                performing = now.closing_balance - now.overdue + now.prepaid - now.drawn + now.overadvance
                assert performing == now.refinanced
                assert now.drawn == 0
            elif number > last:
                assert now.principal_scheduled == 0
                assert now.drawn == 0
            assert number == last or now.refinanced == 0


def the_revolver_lends_within_its_limits(run: Run) -> None:
    """Up to the usable commitment and the borrowing base, for a need, and never to a debtor in arrears."""
    revolver, company = run.case.company.revolver, run.case.company
    unpaid_before: Money = 0
    for before, now, month in run.positions():
        drawn = month.cash_flow.revolver_draws
        if revolver is None:
            assert drawn == month.liquidity.available_revolver == 0
        elif drawn:
            slot = [place.facility_id for place in run.execution.facilities].index(revolver.revolver_id)
            limit = month.liquidity.usable_commitment
            advances = (revolver.receivables_advance_rate, revolver.inventory_advance_rate)
            if advances != (None, None):
                stocks = zip((now.receivables, now.inventory), advances, strict=True)
                base = sum(run.rounded(Fraction(stock) * (advance or 0) / NANO) for stock, advance in stocks)
                limit = min(limit, base)
            assert unpaid_before == 0
            assert before.debt >= 0
            assert month.facilities[slot].opening_balance + drawn <= limit
            assert now.cash <= company.minimum_cash
        prepaid = month.cash_flow.revolver_repayments + month.cash_flow.sweep_prepayments
        assert prepaid == 0 or now.cash >= company.minimum_cash
        unpaid_before = now.interest_arrears + sum(debt.overdue for debt in month.facilities)


def ratio(run: Run, numerator: Money, denominator: Money, undefined: UndefinedRatio) -> Money:
    if denominator <= 0:
        return undefined
    if abs(Fraction(numerator, denominator)) > 10**9:
        return UndefinedRatio.OUT_OF_RANGE
    return run.rounded(Fraction(numerator) * 10**6 / denominator)


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
    coverage_is_of(run, run.execution.header.coverage_horizon, summed(flows[12:]))


def summed(rows: list[tuple[Money, ...]]) -> tuple[Money, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def twelve(run: Run, annual: Money, weights: tuple[int, ...] = (1,) * 12) -> list[Money]:
    """An annual amount by cumulative prorate over calendar months, opening with the first month of the horizon."""
    upto = [run.rounded(Fraction(annual) * part / sum(weights)) for part in accumulate(weights)]
    months = [after - before for before, after in pairwise([0, *upto])]
    first = month_end(run.execution.analysis_date, 1).month - 1
    return months[first:] + months[:first]


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
        interest_annual = run.execution.header.interest_annual_run_rate
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


def collateral_and_recovery_add_up(run: Run) -> None:
    """Claims are covered once, at most in full, by lien; the proceeds of a liquidation are given out to the cent."""
    company = run.case.company
    pledged_to = {debt.facility_id: set(debt.collateral_asset_ids) for debt, _ in run.facilities()}
    last = {name: sum(a.market_value for a in company.assets if a.category == name) for name in categories(run)}
    for _, position, month in run.positions():
        exposure, claims = month.exposure, []
        for place, debt in zip(run.execution.facilities, month.facilities, strict=True):
            claim = debt.closing_balance + debt.accrued_interest + debt.interest_arrears
            assert debt.collateral_shortfall == claim - debt.collateral_value
            assert 0 <= debt.collateral_value <= claim
            assert 0 <= debt.recovery <= claim
            assert debt.collateral_value == 0 or pledged_to[place.facility_id]
            claims.append(claim)
        for better, worse in permutations(zip(run.execution.facilities, month.facilities, strict=True), 2):
            if better[0].lien < worse[0].lien and pledged_to[worse[0].facility_id] <= pledged_to[better[0].facility_id]:
                assert worse[1].collateral_value == 0 or better[1].collateral_shortfall == 0
        assert exposure.claims == sum(claims)
        assert exposure.collateral_shortfall == sum(debt.collateral_shortfall for debt in month.facilities)
        assert exposure.recovered_by_debt == sum(debt.recovery for debt in month.facilities)
        distributed = exposure.recovered_by_debt + exposure.recovered_by_other_creditors + exposure.residual
        assert distributed == exposure.distributable_value
        others = position.payables + position.operating_arrears + position.other_liabilities
        assert exposure.recovered_by_other_creditors <= others
        all_paid = exposure.recovered_by_debt == exposure.claims and exposure.recovered_by_other_creditors == others
        assert exposure.residual == 0 or all_paid

        values = dict(zip(categories(run), month.categories, strict=True))
        assert {name: category.market_value_before for name, category in values.items()} == last
        last = {name: category.market_value for name, category in values.items()}
        total = sum(last.values())
        assert sum(debt.collateral_value for debt in month.facilities) <= total
        assert exposure.distributable_value <= total
        assert exposure.loan_to_value == ratio(run, sum(claims), total, UndefinedRatio.NO_COLLATERAL)


def categories(run: Run) -> list[str]:
    names = sorted({asset.category for asset in run.case.company.assets})
    assert names == list(run.execution.category_names)
    return names


def the_cumulative_metrics_are_those_of_the_months(run: Run) -> None:
    cumulative, months = run.execution.header, run.months
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
    cumulative, d0 = run.execution.header, run.execution.analysis_date
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


LAWS: tuple[Callable[[Run], None], ...] = (
    assets_equal_liabilities_and_equity,
    cash_rolls_forward_by_the_direct_method,
    the_indirect_method_gives_the_same_operating_cash_flow,
    working_capital_rolls_forward,
    each_debt_rolls_forward,
    the_debts_add_up_to_the_statements,
    nothing_falls_below_zero,
    nothing_due_is_unpaid_while_cash_is_left,
    needs_are_paid_in_their_order,
    a_better_lien_is_paid_first,
    a_shortfall_is_the_rise_of_what_is_unpaid,
    the_schedule_ends_at_maturity,
    the_revolver_lends_within_its_limits,
    coverage_compares_the_same_months,
    collateral_and_recovery_add_up,
    the_cumulative_metrics_are_those_of_the_months,
    the_first_default_is_the_first_debt_not_paid,
)
