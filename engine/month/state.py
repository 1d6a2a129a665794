"""A company between two months."""

from typing import NamedTuple

from ..compile.opening import OpeningBalances
from ..debt.month_of_debt import DebtState, opening_debt
from ..numbers.exact import Arithmetic
from ..values.units import Money, Number
from .coverage import NO_FLOWS, CoverageFlows
from .estate import Liquidation
from .results import Position
from .tax import TaxYear, opening_tax_year


class CovenantState(NamedTuple):
    """A covenant between two months."""

    cures: tuple[Money, Money, Money]  #: of the last three test dates, the latest first
    cures_so_far: Number
    event_period: Number  #: of the event of default, 0 where there is none


NO_TEST_YET = CovenantState(cures=(0, 0, 0), cures_so_far=0, event_period=0)


class State(NamedTuple):
    """What a month hands to the next."""

    position: Position
    cash_held_back: Money  #: the part of restricted cash that the liquidity shock holds back
    tax_year: TaxYear
    debts: tuple[DebtState, ...]  #: by slot
    default_period: Number  #: 0 where nothing was ever left unpaid
    covenants: tuple[CovenantState, ...]
    equity_cure: Money  #: that arrives in the next month
    market_values: tuple[Money, ...]  #: by asset
    liquidation: Liquidation | None  #: what it finds now, or found in the month of the default
    running_coverage: tuple[CoverageFlows, ...]  #: running sums, from twelve months before the analysis date on

    @property
    def unpaid_debt_service(self) -> Money:
        return sum(debt.unpaid for debt in self.debts)

    @property
    def unpaid(self) -> Money:
        return self.position.operating_arrears + self.unpaid_debt_service


def opening_state(m: Arithmetic, opening: OpeningBalances) -> State:
    """The company on the analysis date."""
    return State(
        position=Position(
            cash=opening.cash,
            restricted_cash=opening.restricted_cash,
            receivables=opening.receivables,
            inventory=opening.inventory,
            fixed_assets=opening.fixed_assets,
            other_assets=opening.other_assets,
            payables=opening.payables,
            operating_arrears=0,
            accrued_interest=sum(opening.accrued_interest),
            interest_arrears=0,
            debt=sum(opening.principals),
            tax_position=opening.tax_payable,
            other_liabilities=opening.other_liabilities,
            equity=opening.equity,
        ),
        cash_held_back=0,
        tax_year=opening_tax_year(m, opening),
        debts=tuple(map(opening_debt, opening.principals, opening.accrued_interest)),
        default_period=0,
        covenants=(NO_TEST_YET,) * len(opening.covenants),
        equity_cure=0,
        market_values=opening.market_values,
        liquidation=None,
        running_coverage=_year_before(opening),
    )


def _year_before(opening: OpeningBalances) -> tuple[CoverageFlows, ...]:
    """Running sums of the coverage of the twelve months before: the actuals spread over the year."""
    year, running = opening.year, [NO_FLOWS]
    for month, ebitda in enumerate(year.ebitda):
        actual = CoverageFlows(
            cfads=ebitda - year.tax[month],
            fixed_charge_cash=ebitda - year.capital_expenditure[month] - year.tax[month],
            adjusted_ebitda=ebitda + year.ebitda_adjustment[month],
            cash_interest=year.interest[month],
            interest_expense=year.interest[month],
            scheduled_principal=year.scheduled_principal[month],
            balloon=0,
        )
        running.append(running[-1].plus(actual))
    return tuple(running)
