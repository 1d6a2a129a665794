"""A company between two months."""

from typing import NamedTuple

from ..compile.case import OpeningBalances
from ..debt.month_of_debt import DebtState, opening_debt
from ..numbers.months import YEAR
from ..values.units import Money
from .coverage import NO_FLOWS, CoverageFlows
from .results import Position
from .working_capital import FlowHistory, opening_history


class State(NamedTuple):
    """What a month hands to the next."""

    position: Position
    hold_back: Money  #: the part of restricted cash that the liquidity shock holds back
    tax_losses: Money  #: carried forward since the analysis date
    lapsed_capital_expenditure: Money
    debts: tuple[DebtState, ...]  #: by slot
    market_values: tuple[Money, ...]  #: by asset
    flow_history: FlowHistory
    running_coverage: tuple[CoverageFlows, ...]  #: running sums, from twelve months before the analysis date on

    @property
    def unpaid_debt_service(self) -> Money:
        return sum(debt.unpaid for debt in self.debts)


def opening_state(opening: OpeningBalances) -> State:
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
            accrued_interest=0,
            interest_arrears=0,
            debt=sum(opening.principals),
            other_liabilities=opening.other_liabilities,
            equity=opening.equity,
        ),
        hold_back=0,
        tax_losses=0,
        lapsed_capital_expenditure=0,
        debts=tuple(opening_debt(principal) for principal in opening.principals),
        market_values=opening.market_values,
        flow_history=opening_history(opening),
        running_coverage=_year_before(opening),
    )


def _year_before(opening: OpeningBalances) -> tuple[CoverageFlows, ...]:
    """Running sums of the coverage of the twelve months before: the actuals spread over the year."""
    year, running = opening.year, [NO_FLOWS]
    for month in range(YEAR):
        ebitda = year.revenue[month] - year.cost_of_sales[month] - year.operating_expenses[month]
        actual = CoverageFlows(
            cfads=ebitda - year.tax[month],
            adjusted_ebitda=ebitda + year.ebitda_adjustment[month],
            cash_interest=year.interest[month],
            interest_expense=year.interest[month],
            scheduled_principal=year.scheduled_principal[month],
        )
        running.append(running[-1].plus(actual))
    return tuple(running)
