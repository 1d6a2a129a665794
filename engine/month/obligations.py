"""What a month earns and owes, before anything is paid: the shock, trading, debts and tax, in this order."""

from collections.abc import Sequence
from typing import NamedTuple

from ..compile.case import CompiledCase, MonthTerms
from ..compile.structure import CapitalStructure
from ..debt import month_of_debt
from ..debt.month_of_debt import DebtState, Dues
from ..numbers.exact import Arithmetic
from ..values.units import Money
from . import statements, waterfall
from .creditors import Remedies, remedies
from .liquidity_shock import cash_held_back
from .outlook import Outlook
from .results import Income, Needs
from .revolver import RevolverLimits, revolver_limits
from .state import State
from .tax import TaxYear, tax_due, tax_of_month
from .trading import TradingMonth
from .waterfall import OperatingNeeds
from .working_capital import payables


class Obligations(NamedTuple):
    """A month before its payments."""

    cash_held_back: Money  #: by the liquidity shock
    remedies: Remedies
    trading: TradingMonth
    payables: Money  #: at the end
    limits: RevolverLimits
    dues: list[Dues]  #: by slot
    income: Income
    tax_year: TaxYear
    tax_due: Money
    tax_position: Money  #: at the end
    operating: OperatingNeeds
    needs: Needs


def owed(m: Arithmetic, case: CompiledCase, outlook: Outlook, number: int, before: State) -> Obligations:
    """Everything that month `number` asks for, and the income it comes from."""
    structure, opening, terms = case.structure, case.opening, case.months[number - 1]
    opened, trading = before.position, outlook.trading[number - 1]
    held_by_shock = cash_held_back(m, opening, terms, before)
    in_force = remedies(m, case, number, before)

    owed_to_suppliers = payables(m, opening, opened, trading.payables, trading.purchases, in_force.suppliers_on_cash)
    limits = revolver_limits(m, structure, opening, terms, trading)
    dues = fall_due(m, structure, terms, before.debts, limits, in_force)

    untaxed = statements.untaxed_income(m, trading, opened.fixed_assets, dues)
    tax_year, tax = tax_of_month(m, before.tax_year, untaxed.profit_before_tax, opening.tax_rate, terms.is_year_end)
    taxed = tax_due(m, opened.tax_position + tax, terms.is_quarter_end)

    operating = OperatingNeeds(
        arrears=opened.operating_arrears,
        suppliers=opened.payables + trading.purchases - owed_to_suppliers,
        operating_expenses=trading.operating_expenses,
        tax=taxed,
    )
    return Obligations(
        cash_held_back=held_by_shock,
        remedies=in_force,
        trading=trading,
        payables=owed_to_suppliers,
        limits=limits,
        dues=dues,
        income=untaxed._replace(tax=tax),
        tax_year=tax_year,
        tax_due=taxed,
        tax_position=opened.tax_position + tax - taxed,
        operating=operating,
        needs=waterfall.needs(operating, dues),
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
    revolver = structure.revolver
    if revolver is not None:
        dues[revolver] = month_of_debt.revolver_falls_due(
            m, dues[revolver], terms.debts[revolver], terms.revolver, limits.borrowing_base
        )
    return dues
