"""The month of a company, from opening balances to closing ones, in the order in which cash is earned, owed and paid.

Written once over the verbs of `numbers.exact`, and so for one company in whole cents, for thousands at a time, and
without any rounding. No value is tested with `if`: verbs choose what varies between executions.
"""

from ..compile.case import CompiledCase
from ..compile.opening import OpeningBalances
from ..debt import month_of_debt
from ..debt.month_of_debt import DebtState
from ..numbers.exact import Arithmetic
from ..numbers.months import YEAR, month_of_year, year_before
from ..values.units import Flag, Money
from . import statements
from .covenants import figures, tested_covenants
from .coverage import coverage, coverage_flows
from .estate import closing_liquidation, value_estate
from .obligations import Obligations, owed
from .outlook import Outlook
from .payments import Payments, pay
from .results import CapitalExpenditure, Month
from .revolver import available, drawn
from .state import State


def step(m: Arithmetic, case: CompiledCase, outlook: Outlook, number: int, before: State) -> tuple[State, Month]:
    """Month `number`, 1 being the first after the analysis date: the company at its end, and every figure of it."""
    obligations = owed(m, case, outlook, number, before)
    payments = pay(m, case, outlook, number, before, obligations)
    return close(m, case, number, before, obligations, payments)


def close(
    m: Arithmetic, case: CompiledCase, number: int, before: State, owed: Obligations, payments: Payments
) -> tuple[State, Month]:
    """The books of the month: debts, balance sheet, coverage, covenants and estate."""
    structure, opening, terms, flow = case.structure, case.opening, case.months[number - 1], payments.cash_flow
    debts = tuple(map(month_of_debt.after, owed.dues, payments.debts))
    position = statements.position(before.position, owed, payments, debts)
    unpaid = position.operating_arrears + sum(debt.unpaid for debt in debts)
    default_period = m.where(before.default_period > 0, before.default_period, m.where(unpaid > 0, number, 0))

    flows = coverage_flows(
        owed.income,
        owed.dues,
        ebitda_adjustment=opening.year.ebitda_adjustment[month_of_year(number)],
        tax_due=owed.tax_due,
        working_capital_change=position.working_capital - before.position.working_capital,
        capital_expenditure=flow.capital_expenditure_payments,
    )
    running_coverage = (*before.running_coverage, before.running_coverage[-1].plus(flows))
    last_twelve_months = running_coverage[-1].less(year_before(running_coverage))

    available_revolver = _available(m, case, owed, debts, unpaid)
    tested = figures(structure, opening, last_twelve_months, position.cash, debts, available_revolver)
    covenants, tests, equity_cure = tested_covenants(m, case, number, before.covenants, tested)
    claims = [debt.claim for debt in debts]
    estate = value_estate(
        m,
        structure,
        opening,
        terms.market_value_left,
        before.market_values,
        position,
        claims,
        last_twelve_months.adjusted_ebitda,
    )
    after = State(
        position=position,
        cash_held_back=owed.cash_held_back,
        tax_year=owed.tax_year,
        debts=debts,
        default_period=default_period,
        covenants=covenants,
        equity_cure=equity_cure,
        market_values=estate.market_values,
        liquidation=closing_liquidation(
            m, opening, estate.proceeds, position, claims, before.liquidation, before.default_period
        ),
        running_coverage=running_coverage,
    )
    wanted = owed.trading.wanted_capital_expenditure
    return after, Month(
        income=owed.income,
        position=position,
        cash_flow=flow,
        needs=owed.needs,
        shortfalls=statements.shortfalls(m, before, position.operating_arrears, debts),
        capital_expenditure=CapitalExpenditure(wanted, wanted - flow.capital_expenditure_payments),
        liquidity=statements.liquidity(
            m, opening, owed.limits, position.cash, available_revolver=available_revolver, held_back=payments.held_back
        ),
        after_default=m.where(default_period > 0, 1, 0),
        coverage_month=coverage(m, flows),
        coverage_last_twelve_months=coverage(m, last_twelve_months, _principal_is_unknown(opening, number)),
        exposure=estate.exposure,
        facilities=tuple(map(statements.facility_month, owed.dues, payments.debts, debts, estate.collateral)),
        categories=estate.categories,
        covenants=tests,
    )


def _available(
    m: Arithmetic, case: CompiledCase, owed: Obligations, debts: tuple[DebtState, ...], unpaid: Money
) -> Money:
    """What could still be drawn at the end: nothing while draws are stopped, or with anything unpaid."""
    is_stopped = m.where(unpaid > 0, 1, owed.remedies.draw_stop)
    return available(m, owed.limits, drawn(case.structure, debts), is_stopped)


def _principal_is_unknown(opening: OpeningBalances, number: int) -> Flag:
    """The last twelve months reach into the year before until the twelfth month."""
    return opening.principal_is_unknown if number < YEAR else 0
