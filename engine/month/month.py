"""The month of a company: from opening balances to closing ones, in the order in which the trade tells it.

Written once over the verbs of `arithmetic`, and so for one company in whole cents, for thousands at a time, and
without any rounding. No value is tested with `if`: what varies between executions is chosen by verbs.
"""

from ..compile.case import CompiledCase, MonthTerms, OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt import month_of_debt
from ..debt.month_of_debt import Dues
from ..numbers.exact import Arithmetic, Cell
from . import estate, statements, waterfall
from .coverage import CoverageFlows, coverage
from .results import Income, Liquidity, Month, Position, Shortfalls, Unpaid
from .revolver import RevolverLimits, available, revolver_limits
from .state import State
from .tax import earn
from .trading import trade
from .waterfall import Cash, OperatingNeeds, settle


def step(m: Arithmetic, plan: CompiledCase, number: int, before: State) -> tuple[State, Month]:
    """Month `number`, 1 being the first after the analysis date."""
    structure, opening, terms = plan.structure, plan.opening, plan.months[number - 1]
    last, calendar = before.position, (number - 1) % 12

    held = hold_by_shock(m, opening, terms, before)
    moved_to_restricted = held - before.held_by_shock

    traded = trade(m, opening, terms, calendar, before)
    limits = revolver_limits(m, structure, opening, terms, traded.working_capital)
    dues = fall_due(m, structure, terms, before, limits)
    income, losses = earn(m, opening, before, traded, sum(due.interest_accrued for due in dues))

    operating = OperatingNeeds(
        last.operating_arrears, traded.working_capital.supplier_payments, income.operating_expenses, income.tax
    )
    needs = waterfall.what_is_needed(operating, dues, traded.wanted_capital_expenditure)
    cash = Cash(
        at_hand=last.cash - moved_to_restricted + traded.working_capital.collections,
        drawable=available(m, structure, limits, before.debts),
        minimum=opening.minimum_cash,
        sweep_share=opening.cash_sweep_share,
    )
    settled = settle(m, structure, cash, operating, dues, needs)

    debts = tuple(map(month_of_debt.after, dues, settled.debts))
    flow = statements.cash_flow(moved_to_restricted, traded, settled)
    position = statements.position(last, income, flow, traded, needs, settled.cash, debts)
    lapsed = before.lapsed_capital_expenditure + traded.wanted_capital_expenditure - settled.capital_expenditure

    adjusted_ebitda = income.ebitda + opening.year.ebitda_adjustment[calendar]
    covered = coverage_flows(last, position, income, adjusted_ebitda, dues)
    running = (*before.covered, before.covered[-1].plus(covered))
    last_twelve_months = running[-1].less(running[-13])
    creditors = estate.Creditors(
        claims=tuple(one.claim for one in debts),
        others=position.payables + position.operating_arrears + position.other_liabilities,
        debt=position.debt,
        ebitda_last_twelve_months=last_twelve_months.adjusted_ebitda,
    )
    valued = estate.value_estate(m, structure, opening, terms.market_value_left, before.market_values, creditors)

    after = State(position, held, losses, lapsed, debts, valued.market_values, traded.working_capital.flows, running)
    return after, Month(
        income=income,
        position=position,
        cash_flow=flow,
        needs=needs,
        shortfalls=shortfalls(m, before, after),
        liquidity=liquidity(m, structure, opening, limits, after),
        coverage_month=coverage(m, covered),
        coverage_last_twelve_months=coverage(m, last_twelve_months),
        exposure=valued.exposure,
        facilities=tuple(
            map(statements.facility_month, dues, settled.debts, debts, valued.collateral, valued.recovery)
        ),
        categories=valued.categories,
    )


def hold_by_shock(m: Arithmetic, opening: OpeningBalances, terms: MonthTerms, before: State) -> Cell:
    """The cash that the liquidity shock holds: its share of the cash on the analysis date, as far as there is cash."""
    share = opening.cash - m.times(opening.cash, terms.liquidity_factor)
    return m.least(share, before.held_by_shock + before.position.cash)


def fall_due(
    m: Arithmetic, structure: CapitalStructure, terms: MonthTerms, before: State, limits: RevolverLimits
) -> list[Dues]:
    """What each debt asks for, by slot."""
    return [
        month_of_debt.revolver_falls_due(m, state, of, terms.revolver, limits.borrowing_base)
        if slot == structure.revolver
        else month_of_debt.fall_due(m, state, of)
        for slot, (state, of) in enumerate(zip(before.debts, terms.debts, strict=True))
    ]


def coverage_flows(
    last: Position, position: Position, income: Income, adjusted_ebitda: Cell, dues: list[Dues]
) -> CoverageFlows:
    """What the month brings to service debt, and the service due: CFADS = EBITDA - tax - change in working capital."""
    return CoverageFlows(
        cfads=income.ebitda - income.tax - (position.working_capital - last.working_capital),
        adjusted_ebitda=adjusted_ebitda,
        cash_interest=sum(due.interest_due for due in dues),
        interest_expense=income.interest_expense,
        scheduled_principal=sum(due.principal_scheduled for due in dues),
    )


def shortfalls(m: Arithmetic, before: State, after: State) -> Shortfalls:
    """What the waterfall left unpaid, by category."""
    return Shortfalls(
        operating=_unpaid(m, before.position.operating_arrears, after.position.operating_arrears),
        debt_service=_unpaid(m, before.unpaid_debt_service, after.unpaid_debt_service),
        capital_expenditure=_unpaid(m, before.lapsed_capital_expenditure, after.lapsed_capital_expenditure),
    )


def _unpaid(m: Arithmetic, before: Cell, now: Cell) -> Unpaid:
    """The rise of an unpaid stock is a shortfall, its fall a cure."""
    return Unpaid(m.most(now - before, 0), m.most(before - now, 0), now)


def liquidity(
    m: Arithmetic, structure: CapitalStructure, opening: OpeningBalances, limits: RevolverLimits, after: State
) -> Liquidity:
    """What could still be drawn at the end of the month, and the gap to the minimum cash."""
    return Liquidity(
        usable_commitment=limits.usable_commitment,
        available_revolver=available(m, structure, limits, after.debts),
        minimum_cash_gap=m.most(opening.minimum_cash - after.position.cash, 0),
    )
