"""The month of a company: from opening balances to closing ones, in the order in which the trade tells it.

Written once over the verbs of `arithmetic`, and so for one company in whole cents, for thousands at a time, and
without any rounding. No value is tested with `if`: what varies between executions is chosen by verbs.
"""

from typing import NamedTuple

from seawall.engine import debt, exposure, waterfall, working_capital
from seawall.engine.arithmetic import Arithmetic, Cell
from seawall.engine.coverage import CoverageFlows, coverage
from seawall.engine.debt import DebtState, Dues, Paid
from seawall.engine.plan import MonthTerms, Opening, Plan, Structure
from seawall.engine.results import (
    CashFlow,
    FacilityMonth,
    Income,
    Liquidity,
    Month,
    Position,
    Shortfalls,
    Unpaid,
)
from seawall.engine.waterfall import OperatingNeeds


class State(NamedTuple):
    """A company between two months."""

    position: Position
    held_by_shock: Cell  #: the part of restricted cash that the liquidity shock holds
    losses: Cell  #: carried forward since the analysis date
    lapsed_capital_expenditure: Cell
    debts: tuple[DebtState, ...]
    market_values: tuple[Cell, ...]
    flows: working_capital.Flows
    covered: tuple[CoverageFlows, ...]  #: running sums, from twelve months before the analysis date on


def opening_state(plan: Plan) -> State:
    """The company on the analysis date."""
    opening, year = plan.opening, plan.opening.year
    sheet = opening._asdict()
    position = Position(
        **{name: sheet[name] for name in Position._fields if name in sheet},
        operating_arrears=0,
        accrued_interest=0,
        interest_arrears=0,
        debt=sum(opening.principals, 0),
    )
    covered = [CoverageFlows(0, 0, 0, 0, 0)]
    for month in range(12):
        ebitda = year.revenue[month] - year.cost_of_sales[month] - year.operating_expenses[month]
        interest, principal = year.interest[month], year.scheduled_principal[month]
        adjusted = ebitda + year.ebitda_adjustment[month]
        actual = CoverageFlows(ebitda - year.tax[month], adjusted, interest, interest, principal)
        covered.append(covered[-1].plus(actual))
    return State(
        position=position,
        held_by_shock=0,
        losses=0,
        lapsed_capital_expenditure=0,
        debts=tuple(DebtState(principal, 0, 0, 0, 0) for principal in opening.principals),
        market_values=opening.market_values,
        flows=working_capital.opening_flows(opening),
        covered=tuple(covered),
    )


def step(m: Arithmetic, plan: Plan, number: int, before: State) -> tuple[State, Month]:
    """Month `number`, 1 being the first after the analysis date."""
    structure, opening, terms = plan.structure, plan.opening, plan.months[number - 1]
    last, calendar = before.position, (number - 1) % 12

    # What the liquidity shock leaves: cash at hand, and the part of the revolver that can be used.
    held = m.least(opening.cash - m.times(opening.cash, terms.liquidity_factor), before.held_by_shock + last.cash)
    moved = held - before.held_by_shock
    cash = last.cash - moved
    lost_commitment = opening.undrawn - m.times(opening.undrawn, terms.liquidity_factor)
    usable_commitment = m.most(terms.revolver.commitment - lost_commitment, 0)

    # Trading.
    revenue, cost_of_sales, operating_expenses = trade(m, opening, terms, calendar)
    depreciation = m.least(opening.year.depreciation_and_amortisation[calendar], last.fixed_assets)
    turn = working_capital.turn(
        m, opening, terms, before.flows, (last.receivables, last.inventory, last.payables), revenue, cost_of_sales
    )

    # What the debts ask for.
    borrowing_base = base(m, structure, terms, turn)
    dues = fall_due(m, structure, terms, before.debts, borrowing_base)
    interest_expense = sum((due.interest_accrued for due in dues), 0)

    # Tax on the profit after losses carried forward.
    profit = revenue - cost_of_sales - operating_expenses - depreciation - interest_expense
    relieved = m.least(before.losses, m.most(profit, 0))
    tax = m.times(m.most(profit, 0) - relieved, opening.tax_rate)
    losses = before.losses - relieved + m.most(-profit, 0)

    # Needs, the draw for them, and the waterfall.
    operating = OperatingNeeds(last.operating_arrears, turn.supplier_payments, operating_expenses, tax)
    wanted = m.times(opening.year.capital_expenditure[calendar], terms.capital_expenditure_factor)
    needs = waterfall.needs(operating, dues, wanted)
    cash = cash + turn.collections
    drawn = draw(m, structure, before, needs.total + opening.minimum_cash - cash, usable_commitment, borrowing_base)
    applied = waterfall.apply_cash(m, cash + drawn, operating, structure.liens, dues, wanted)

    # Cash above the minimum repays and prepays.
    above = m.most(applied.cash - opening.minimum_cash, 0)
    performing = [due.performing + (drawn if slot == structure.revolver else 0) for slot, due in enumerate(dues)]
    prepaid, kept = waterfall.sweep(
        m, above, performing, structure.liens, structure.revolver, opening.cash_sweep_share
    )
    cash = applied.cash - above + kept

    # The statements of the month.
    payments = tuple(
        Paid(interest, principal, drawn if slot == structure.revolver else 0, early)
        for slot, (interest, principal, early) in enumerate(zip(applied.interest, applied.principal, prepaid, strict=True))
    )
    debts = tuple(debt.after(due, paid) for due, paid in zip(dues, payments, strict=True))
    repaid = prepaid[structure.revolver] if structure.revolver is not None else 0
    income = Income(revenue, cost_of_sales, operating_expenses, depreciation, interest_expense, tax)
    cash_flow = CashFlow(
        moved_to_restricted=moved,
        collections=turn.collections,
        operating_arrears_payments=applied.operating.arrears,
        supplier_payments=applied.operating.suppliers,
        operating_expense_payments=applied.operating.operating_expenses,
        tax_payments=applied.operating.tax,
        interest_payments=sum(applied.interest, 0),
        capital_expenditure_payments=applied.capital_expenditure,
        revolver_draws=drawn,
        principal_payments=sum(applied.principal, 0),
        revolver_repayments=repaid,
        sweep_prepayments=sum(prepaid, 0) - repaid,
    )
    position = Position(
        cash=cash,
        restricted_cash=last.restricted_cash + moved,
        receivables=turn.receivables,
        inventory=turn.inventory,
        fixed_assets=last.fixed_assets - depreciation + applied.capital_expenditure,
        other_assets=last.other_assets,
        payables=turn.payables,
        operating_arrears=needs.operating - cash_flow.operating_payments,
        accrued_interest=sum((state.accrued for state in debts), 0),
        interest_arrears=sum((state.interest_arrears for state in debts), 0),
        debt=sum((state.balance for state in debts), 0),
        other_liabilities=last.other_liabilities,
        equity=last.equity + income.net_income,
    )
    lapsed = before.lapsed_capital_expenditure + wanted - applied.capital_expenditure

    # What the month measures.
    measured = CoverageFlows(
        cfads=income.ebitda - tax - (position.working_capital - last.working_capital),
        adjusted_ebitda=income.ebitda + opening.year.ebitda_adjustment[calendar],
        cash_interest=sum((due.interest_due for due in dues), 0),
        interest_expense=interest_expense,
        scheduled_principal=sum((due.principal_scheduled for due in dues), 0),
    )
    covered = (*before.covered, before.covered[-1].plus(measured))
    last_twelve = covered[-1].less(covered[-13])
    standing = exposure.stand(
        m,
        structure,
        opening,
        terms.market_value_left,
        before.market_values,
        exposure.Creditors(
            claims=tuple(state.claim for state in debts),
            others=position.payables + position.operating_arrears + position.other_liabilities,
            debt=position.debt,
            ebitda_last_twelve_months=last_twelve.adjusted_ebitda,
        ),
    )
    month = Month(
        income=income,
        position=position,
        cash_flow=cash_flow,
        needs=needs,
        shortfalls=Shortfalls(
            operating=unpaid(m, last.operating_arrears, position.operating_arrears),
            debt_service=unpaid(m, _unpaid_debt_service(before.debts), _unpaid_debt_service(debts)),
            capital_expenditure=unpaid(m, before.lapsed_capital_expenditure, lapsed),
        ),
        liquidity=liquidity(m, structure, opening, position.cash, debts, usable_commitment, borrowing_base),
        coverage_month=coverage(m, measured),
        coverage_last_twelve_months=coverage(m, last_twelve),
        exposure=standing.exposure,
        facilities=tuple(
            _facility_month(due, paid, state, collateral, recovery)
            for due, paid, state, collateral, recovery in zip(
                dues, payments, debts, standing.collateral, standing.recovery, strict=True
            )
        ),
        categories=standing.categories,
    )
    return State(position, held, losses, lapsed, debts, standing.market_values, turn.flows, covered), month


def trade(m: Arithmetic, opening: Opening, terms: MonthTerms, calendar: int) -> tuple[Cell, Cell, Cell]:
    """Revenue, cost of sales and operating expenses: fixed x f_cost + variable x (f_rev x f_cost)."""
    year = opening.year
    revenue = m.times(year.revenue[calendar], terms.revenue_factor)
    cost_of_sales = m.times(year.cost_of_sales_fixed[calendar], terms.cost_factor) + m.times(
        year.cost_of_sales_variable[calendar], terms.variable_cost_factor
    )
    operating_expenses = m.times(year.operating_expenses_fixed[calendar], terms.cost_factor) + m.times(
        year.operating_expenses_variable[calendar], terms.variable_cost_factor
    )
    return revenue, cost_of_sales, operating_expenses


def base(m: Arithmetic, structure: Structure, terms: MonthTerms, turn: working_capital.Turn) -> Cell:
    """The borrowing base: advance rates on this month's receivables and inventory; None where there is none."""
    if not structure.has_borrowing_base:
        return None
    on_receivables = m.times(turn.receivables, terms.revolver.receivables_advance_rate)
    return on_receivables + m.times(turn.inventory, terms.revolver.inventory_advance_rate)


def fall_due(
    m: Arithmetic, structure: Structure, terms: MonthTerms, debts: tuple[DebtState, ...], borrowing_base: Cell
) -> list[Dues]:
    """What each debt asks for, with the revolver's fee and overadvance."""
    dues = [debt.fall_due(m, state, of) for state, of in zip(debts, terms.debts, strict=True)]
    if structure.revolver is not None:
        revolver = debt.with_fee(m, dues[structure.revolver], terms.revolver)
        if structure.has_borrowing_base:
            revolver = debt.with_overadvance(m, revolver, borrowing_base)
        dues[structure.revolver] = revolver
    return dues


def available(
    m: Arithmetic, structure: Structure, debts: tuple[DebtState, ...], usable_commitment: Cell, borrowing_base: Cell
) -> Cell:
    """What can be drawn: up to the usable commitment and the borrowing base; nothing while any debt is unpaid."""
    if structure.revolver is None:
        return 0
    limit = m.least(usable_commitment, borrowing_base) if structure.has_borrowing_base else usable_commitment
    room = m.most(limit - debts[structure.revolver].balance, 0)
    return m.where(_unpaid_debt_service(debts) > 0, 0, room)


def draw(
    m: Arithmetic, structure: Structure, before: State, gap: Cell, usable_commitment: Cell, borrowing_base: Cell
) -> Cell:
    """The draw for the gap of the month and the minimum cash, as far as the revolver allows."""
    return m.least(m.most(gap, 0), available(m, structure, before.debts, usable_commitment, borrowing_base))


def liquidity(
    m: Arithmetic,
    structure: Structure,
    opening: Opening,
    cash: Cell,
    debts: tuple[DebtState, ...],
    usable_commitment: Cell,
    borrowing_base: Cell,
) -> Liquidity:
    """What could still be drawn at the end of the month, and the gap to the minimum cash."""
    room = available(m, structure, debts, usable_commitment, borrowing_base)
    return Liquidity(usable_commitment, room, m.most(opening.minimum_cash - cash, 0))


def unpaid(m: Arithmetic, before: Cell, now: Cell) -> Unpaid:
    """The rise of an unpaid stock is a shortfall, its fall a cure."""
    return Unpaid(m.most(now - before, 0), m.most(before - now, 0), now)


def _unpaid_debt_service(debts: tuple[DebtState, ...]) -> Cell:
    return sum((state.interest_arrears + state.overdue for state in debts), 0)


def _facility_month(due: Dues, paid: Paid, state: DebtState, collateral: Cell, recovery: Cell) -> FacilityMonth:
    return FacilityMonth(
        rate=due.rate,
        opening_balance=due.opening.balance,
        interest_accrued=due.interest_accrued,
        interest_capitalised=due.interest_capitalised,
        interest_due=due.interest_due,
        interest_paid=paid.interest,
        interest_arrears=state.interest_arrears,
        accrued_interest=state.accrued,
        principal_scheduled=due.principal_scheduled,
        overadvance=due.overadvance,
        principal_paid=paid.principal,
        refinanced=due.refinanced,
        drawn=paid.drawn,
        prepaid=paid.prepaid,
        overdue=state.overdue,
        closing_balance=state.balance,
        collateral_value=collateral,
        collateral_shortfall=state.claim - collateral,
        recovery=recovery,
    )
