"""The month of a company, from opening balances to closing ones, in the order in which cash is earned, owed and paid.

Written once over the verbs of `numbers.exact`, and so for one company in whole cents, for thousands at a time, and
without any rounding. No value is tested with `if`: verbs choose what varies between executions.
"""

from collections.abc import Sequence

from ..compile.case import CompiledCase, MonthTerms
from ..compile.structure import CapitalStructure
from ..debt import month_of_debt
from ..debt.month_of_debt import DebtState, Dues
from ..numbers.exact import Arithmetic
from ..numbers.months import month_of_year, year_before
from . import statements, waterfall
from .coverage import coverage, coverage_flows
from .estate import closing_creditors, value_estate
from .liquidity_shock import hold_back
from .results import Month
from .revolver import RevolverLimits, available, revolver_limits
from .state import State
from .tax import tax_and_losses
from .trading import trade
from .waterfall import CashSources


def step(m: Arithmetic, case: CompiledCase, number: int, before: State) -> tuple[State, Month]:
    """Month `number`, 1 being the first after the analysis date: the company at its end, and every figure of it."""
    structure, opening, terms = case.structure, case.opening, case.months[number - 1]
    season = month_of_year(number)

    cash_held_back = hold_back(m, opening, terms, before)
    moved_to_restricted = cash_held_back - before.hold_back

    trading = trade(m, opening, terms, season, before)
    limits = revolver_limits(m, structure, opening, terms, trading.working_capital)
    dues = fall_due(m, structure, terms, before.debts, limits)

    untaxed = statements.untaxed_income(trading, sum(due.interest_accrued for due in dues))
    tax, tax_losses = tax_and_losses(m, untaxed.profit_before_tax, before.tax_losses, opening.tax_rate)
    income = untaxed._replace(tax=tax)

    operating = waterfall.operating_needs(before.position, trading.working_capital, income)
    needs = waterfall.needs(operating, dues, trading.wanted_capital_expenditure)
    sources = CashSources(
        cash=before.position.cash - moved_to_restricted + trading.working_capital.collections,
        drawable=available(m, structure, limits, before.debts),
        minimum_cash=opening.minimum_cash,
        sweep_share=opening.cash_sweep_share,
    )
    payments = waterfall.pay(m, structure, sources, operating, dues, needs)

    debts = tuple(map(month_of_debt.after, dues, payments.debts))
    cash_flow = statements.cash_flow(moved_to_restricted, trading.working_capital, payments)
    position = statements.position(
        before.position, income, cash_flow, trading.working_capital, needs, debts, closing_cash=payments.closing_cash
    )
    lapsed = before.lapsed_capital_expenditure + needs.capital_expenditure - payments.capital_expenditure

    flows = coverage_flows(
        income,
        dues,
        ebitda_adjustment=opening.year.ebitda_adjustment[season],
        working_capital_change=position.working_capital - before.position.working_capital,
    )
    running_coverage = (*before.running_coverage, before.running_coverage[-1].plus(flows))
    last_twelve_months = running_coverage[-1].less(year_before(running_coverage))

    creditors = closing_creditors(position, debts, last_twelve_months.adjusted_ebitda)
    estate = value_estate(m, structure, opening, terms.market_value_left, before.market_values, creditors)

    after = State(
        position=position,
        hold_back=cash_held_back,
        tax_losses=tax_losses,
        lapsed_capital_expenditure=lapsed,
        debts=debts,
        market_values=estate.market_values,
        flow_history=trading.working_capital.flow_history,
        running_coverage=running_coverage,
    )
    return after, Month(
        income=income,
        position=position,
        cash_flow=cash_flow,
        needs=needs,
        shortfalls=statements.shortfalls(m, before, after),
        liquidity=statements.liquidity(m, structure, opening, limits, after),
        coverage_month=coverage(m, flows),
        coverage_last_twelve_months=coverage(m, last_twelve_months),
        exposure=estate.exposure,
        facilities=tuple(
            map(statements.facility_month, dues, payments.debts, debts, estate.collateral, estate.recovery)
        ),
        categories=estate.categories,
    )


def fall_due(
    m: Arithmetic,
    structure: CapitalStructure,
    terms: MonthTerms,
    debts: Sequence[DebtState],
    limits: RevolverLimits,
) -> list[Dues]:
    """What accrues and falls due on each debt in the month, by slot."""
    return [
        month_of_debt.revolver_falls_due(m, debt, debt_terms, terms.revolver, limits.borrowing_base)
        if slot == structure.revolver
        else month_of_debt.fall_due(m, debt, debt_terms)
        for slot, (debt, debt_terms) in enumerate(zip(debts, terms.debts, strict=True))
    ]
