"""The month of a company, from opening balances to closing ones, in the order in which cash is earned, owed and paid.

Written once over the verbs of `numbers.exact`, and so for one company in whole cents, for thousands at a time, and
without any rounding. No value is tested with `if`: verbs choose what varies between executions.
"""

from collections.abc import Sequence

from ..compile.case import CompiledCase, MonthTerms
from ..compile.opening import OpeningBalances
from ..compile.structure import CapitalStructure
from ..debt import month_of_debt
from ..debt.month_of_debt import DebtState, Dues
from ..numbers.exact import Arithmetic
from ..numbers.months import YEAR, month_of_year, year_before
from ..values.units import Money
from . import statements, waterfall
from .covenants import CovenantFigures, tested_covenants
from .coverage import CoverageFlows, coverage, coverage_flows
from .creditors import Remedies, remedies
from .estate import Liquidation, frozen, liquidation, value_estate
from .hold_back import hold_back
from .liquidity_shock import cash_held_back
from .outlook import Outlook
from .results import CapitalExpenditure, Month, Position
from .revolver import RevolverLimits, available, revolver_limits
from .state import State
from .tax import tax_due, tax_of_month
from .waterfall import CashSources, OperatingNeeds
from .working_capital import payables


def step(m: Arithmetic, case: CompiledCase, outlook: Outlook, number: int, before: State) -> tuple[State, Month]:
    """Month `number`, 1 being the first after the analysis date: the company at its end, and every figure of it."""
    structure, opening, terms = case.structure, case.opening, case.months[number - 1]
    opened, trading = before.position, outlook.trading[number - 1]

    # 0. What the shock takes, and what creditors do.
    held_by_shock = cash_held_back(m, opening, terms, before)
    moved_to_restricted = held_by_shock - before.cash_held_back
    in_force = remedies(m, case, number, before)

    # 1. Trading is known; suppliers may ask for cash.
    owed_to_suppliers = payables(m, opening, opened, trading.payables, trading.purchases, in_force.suppliers_on_cash)
    limits = revolver_limits(m, structure, opening, terms, trading)

    # 2. Debts.
    dues = fall_due(m, structure, terms, before.debts, limits, in_force)

    # 3. Tax by fiscal year.
    untaxed = statements.untaxed_income(m, trading, opened.fixed_assets, dues)
    tax_year, tax = tax_of_month(m, before.tax_year, untaxed.profit_before_tax, opening.tax_rate, terms.is_year_end)
    income = untaxed._replace(tax=tax)
    taxed = tax_due(m, opened.tax_position + tax, terms.is_quarter_end)
    tax_position = opened.tax_position + tax - taxed

    # 4. What is due is settled.
    operating = OperatingNeeds(
        arrears=opened.operating_arrears,
        suppliers=opened.payables + trading.purchases - owed_to_suppliers,
        operating_expenses=trading.operating_expenses,
        tax=taxed,
    )
    needs = waterfall.needs(operating, dues)
    sources = CashSources(
        cash=opened.cash - moved_to_restricted + before.equity_cure + trading.collections,
        drawable=available(m, limits, _drawn(structure, before.debts), in_force.draw_stop),
        minimum_cash=opening.minimum_cash,
    )
    settlement = waterfall.settle(m, structure, sources, operating, dues, needs)

    # 5. to 7. What the months ahead ask for is held back; then capital expenditure, repayment and sweep.
    performing = [due.performing for due in dues]
    if structure.revolver is not None:
        performing[structure.revolver] = performing[structure.revolver] + settlement.draw
    held_back = hold_back(
        m,
        outlook,
        terms,
        number,
        revolver_interest=dues[structure.revolver].interest_due if structure.revolver is not None else 0,
        revolver_drawn=performing[structure.revolver] if structure.revolver is not None else 0,
        tax_position=tax_position,
        minimum_cash=opening.minimum_cash,
    )
    investment = waterfall.invest(
        m, settlement, trading.wanted_capital_expenditure, held_back, opening.minimum_cash, terms.revolver.matures_soon
    )
    if structure.revolver is not None:
        performing[structure.revolver] = performing[structure.revolver] + investment.draw
    repayments = waterfall.repay(m, structure, investment.cash, held_back, performing, opening.cash_sweep_share)

    # 8. Close.
    paid = statements.paid_by_slot(structure.revolver, settlement, investment, repayments)
    debts = tuple(map(month_of_debt.after, dues, paid))
    cash_flow = statements.cash_flow(
        moved_to_restricted, before.equity_cure, trading.collections, settlement, investment, repayments
    )
    position = statements.position(
        opened,
        income,
        cash_flow,
        trading,
        needs,
        debts,
        payables=owed_to_suppliers,
        tax_due=taxed,
        closing_cash=repayments.cash,
    )
    unpaid = position.operating_arrears + sum(debt.unpaid for debt in debts)
    default_period = m.where(before.default_period > 0, before.default_period, m.where(unpaid > 0, number, 0))

    flows = coverage_flows(
        income,
        dues,
        ebitda_adjustment=opening.year.ebitda_adjustment[month_of_year(number)],
        tax_due=taxed,
        working_capital_change=position.working_capital - opened.working_capital,
        capital_expenditure=investment.spent,
    )
    running_coverage = (*before.running_coverage, before.running_coverage[-1].plus(flows))
    last_twelve_months = running_coverage[-1].less(year_before(running_coverage))

    is_stopped = m.where(unpaid > 0, 1, in_force.draw_stop)
    available_revolver = available(m, limits, _drawn(structure, debts), is_stopped)
    covenants, tests, equity_cure = tested_covenants(
        m,
        case,
        number,
        before.covenants,
        _covenant_figures(structure, opening, last_twelve_months, position, debts, available_revolver),
    )
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
        cash_held_back=held_by_shock,
        tax_year=tax_year,
        debts=debts,
        default_period=default_period,
        covenants=covenants,
        equity_cure=equity_cure,
        market_values=estate.market_values,
        liquidation=_liquidation(m, opening, before, position, estate.proceeds, claims),
        running_coverage=running_coverage,
    )
    wanted = trading.wanted_capital_expenditure
    return after, Month(
        income=income,
        position=position,
        cash_flow=cash_flow,
        needs=needs,
        shortfalls=statements.shortfalls(m, before, position.operating_arrears, debts),
        capital_expenditure=CapitalExpenditure(wanted, wanted - investment.spent),
        liquidity=statements.liquidity(
            m,
            opening,
            limits,
            cash=position.cash,
            available_revolver=available_revolver,
            held_back=held_back,
        ),
        after_default=m.where(default_period > 0, 1, 0),
        coverage_month=coverage(m, flows),
        coverage_last_twelve_months=coverage(
            m, last_twelve_months, opening.principal_is_unknown if number < YEAR else 0
        ),
        exposure=estate.exposure,
        facilities=tuple(map(statements.facility_month, dues, paid, debts, estate.collateral)),
        categories=estate.categories,
        covenants=tests,
    )


def fall_due(
    m: Arithmetic,
    structure: CapitalStructure,
    terms: MonthTerms,
    debts: Sequence[DebtState],
    limits: RevolverLimits,
    in_force: Remedies,
) -> list[Dues]:
    """What accrues and falls due on each debt in the month, by slot."""
    dues = [
        month_of_debt.fall_due(m, debt, debt_terms, called, margin)
        for debt, debt_terms, called, margin in zip(
            debts, terms.debts, in_force.is_called, in_force.bears_margin, strict=True
        )
    ]
    if structure.revolver is not None:
        dues[structure.revolver] = month_of_debt.revolver_falls_due(
            m, dues[structure.revolver], terms.debts[structure.revolver], terms.revolver, limits.borrowing_base
        )
    return dues


def _liquidation(
    m: Arithmetic,
    opening: OpeningBalances,
    before: State,
    position: Position,
    proceeds: tuple[Money, ...],
    claims: Sequence[Money],
) -> Liquidation | None:
    """What a liquidation finds: in the month of the default, while there is none in this one."""
    if not proceeds:
        return None
    now = liquidation(m, opening, proceeds, position, claims)
    return now if before.liquidation is None else frozen(m, before.default_period > 0, before.liquidation, now)


def _drawn(structure: CapitalStructure, debts: Sequence[DebtState]) -> Money:
    return debts[structure.revolver].balance if structure.revolver is not None else 0


def _covenant_figures(
    structure: CapitalStructure,
    opening: OpeningBalances,
    last_twelve_months: CoverageFlows,
    position: Position,
    debts: Sequence[DebtState],
    available_revolver: Money,
) -> CovenantFigures:
    return CovenantFigures(
        last_twelve_months=last_twelve_months,
        ebitda_adjustment_annual=sum(opening.year.ebitda_adjustment),
        cash=position.cash,
        balances=[debt.balance for debt in debts],
        revolver_drawn=_drawn(structure, debts),
        commitment=opening.commitment,
        liquidity=position.cash + available_revolver,
    )
