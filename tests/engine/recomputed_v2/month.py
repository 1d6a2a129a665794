"""A month of `month.v2`, in the order of DESIGN section 4: steps 0 to 8."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.engine.recomputed_v2 import covenants, estate
from tests.engine.recomputed_v2.arithmetic import Money, ratio, times
from tests.engine.recomputed_v2.base_year import BaseYear
from tests.engine.recomputed_v2.company import Company, Loan, Scenario
from tests.engine.recomputed_v2.covenants import Consequences, Measure, Watch
from tests.engine.recomputed_v2.coverage import Flows, actual, balloon, coverage, principal_is_known, total
from tests.engine.recomputed_v2.days import month_end
from tests.engine.recomputed_v2.debts import Contract, contract
from tests.engine.recomputed_v2.dues import Dues, borrowing_base, fall_due
from tests.engine.recomputed_v2.paths import market_value_left, paths
from tests.engine.recomputed_v2.recovery import Recovery
from tests.engine.recomputed_v2.service import Service, service_table
from tests.engine.recomputed_v2.state import DebtBalance, State, opening
from tests.engine.recomputed_v2.tax import Tax
from tests.engine.recomputed_v2.trading import Trade, Trading
from tests.engine.recomputed_v2.waterfall import Payments, pay, prepay

Figures = dict[str, Any]  #: amounts in minor units, rates in nanos, ratios in 10^-6 or their reason


@dataclass
class Limits:
    """What can be drawn in a month."""

    usable: Money = 0  #: commitment that the shock leaves
    base: Money | None = None
    stopped: bool = False  #: by an event of default or a workout
    matures_soon: bool = False  #: in t + 1 .. t + 3

    def drawable(self, drawn: Money) -> Money:
        limit = self.usable if self.base is None else min(self.usable, self.base)
        return max(limit - drawn, 0)


class Run:
    """A company under a scenario, month after month."""

    def __init__(self, company: Company, scenario: Scenario, d0: date) -> None:
        self.company, self.scenario, self.d0 = company, scenario, d0
        self.path = paths(scenario)
        self.base = BaseYear(company, d0)
        self.trading = Trading(company, scenario, self.base, self.path)
        self.contracts: dict[str, Contract] = {
            debt.name: contract(debt, d0, scenario, self.path) for debt in company.debts
        }
        self.service: dict[str, Service] = service_table(self.contracts)
        self.market_index = market_value_left(self.path["market_value_depreciation_factor"])
        self.tax = Tax(company, self.base)
        self.state: State = opening(company)
        self.watches = [Watch(covenant) for covenant in sorted(company.covenants, key=lambda each: each.name)]
        self.flows: list[Flows] = []
        self.instalments: dict[str, tuple[Money, Money]] = {}  # the last regular ones: interest, principal
        self.default_month: int | None = None
        self.months: list[Figures] = []
        self.recovery: Recovery | None = None  #: in the month of default, else in the last
        for t in range(1, scenario.horizon + 1):
            self.months.append(self.month(t))

    def month(self, t: int) -> Figures:
        before, trade = self.state, self.trading[t]
        events = covenants.consequences(self.company, self.watches, t)
        workout = self.scenario.workout and self.default_month is not None
        called = workout and t >= (self.default_month or 0) + self.scenario.acceleration_months

        # 0. Liquidity
        shock_hold = min(self.shock_takes(t), before.shock_hold + before.cash)
        cash = before.cash - (shock_hold - before.shock_hold) + before.cure
        revolver = self.company.revolver
        # A revolver that is called is drawn no more, whatever else an event of default does.
        revolver_called = revolver is not None and revolver.name in events.called
        limits = self.limits(t, trade, events.stops_draws or workout or revolver_called)

        # 1. Trading is known; in a workout suppliers deliver against cash and everything owed falls due.
        invoiced = before.payables + trade.purchases
        payables = min(self.trading.payment_days.leftover, invoiced) if workout else min(trade.payables, invoiced)
        suppliers = invoiced - payables

        # 2. Debts
        dues = self.dues(t, before, limits, events, workout, called)

        # 3. Tax
        depreciation = min(trade.depreciation, before.fixed_assets)
        interest_expense = sum(due.expense for due in dues.values())
        profit = trade.ebitda - depreciation - interest_expense
        tax_before = self.tax.position
        tax_expense = self.tax.expense(profit)
        tax_due = self.tax.falls_due(t)

        # 4. Obligations
        operating = {
            "operating_arrears": before.operating_arrears,
            "supplier": suppliers,
            "operating_expense": trade.operating_expenses,
            "tax": tax_due,
        }
        interest_needs = sum(before.debts[name].arrears + due.interest for name, due in dues.items())
        principal_needs = sum(before.debts[name].overdue + due.principal for name, due in dues.items())
        obligations = sum(operating.values()) + interest_needs + principal_needs
        performing = {name: due.performing for name, due in dues.items()}
        owed = performing[revolver.name] + before.debts[revolver.name].overdue if revolver else 0
        drawable = 0 if limits.stopped or before.unpaid else limits.drawable(owed)
        draw = min(max(obligations + self.company.minimum_cash - cash - trade.collections, 0), drawable)
        payments = pay(cash + trade.collections + draw, operating, self.company.debts, before.debts, dues)
        if revolver:
            performing[revolver.name] += draw

        # 5. Hold-back
        hold_back = self.hold_back(t, dues, performing, limits)

        # 6. Capital expenditure
        undrawn = 0 if limits.matures_soon else drawable - draw
        wanted = trade.wanted_capital_expenditure
        capital_expenditure = min(wanted, max(payments.cash + undrawn - hold_back, 0))
        own_cash = max(payments.cash - self.company.minimum_cash, 0)
        capital_draw = max(capital_expenditure - own_cash, 0)
        if revolver:
            performing[revolver.name] += capital_draw
        closing_cash = payments.cash + capital_draw - capital_expenditure

        # 7. Free cash
        free = max(closing_cash - hold_back, 0)
        repaid = min(free, performing[revolver.name]) if revolver else 0
        loans = {name: amount for name, amount in performing.items() if not revolver or name != revolver.name}
        prepaid = prepay(
            min(times(free - repaid, self.company.cash_sweep_share), sum(loans.values())), self.company.debts, loans
        )
        if revolver:
            prepaid[revolver.name] = repaid
        closing_cash -= sum(prepaid.values())

        # 8. Close
        debts = {
            name: DebtBalance(
                performing=performing[name] - prepaid[name],
                grown=due.grown,
                overdue=before.debts[name].overdue + due.principal - payments.principal[name],
                arrears=before.debts[name].arrears + due.interest - payments.interest[name],
            )
            for name, due in dues.items()
        }
        net_income = profit - tax_expense
        after = State(
            cash=closing_cash,
            shock_hold=shock_hold,
            receivables=trade.receivables,
            stock=trade.stock,
            fixed_assets=before.fixed_assets - depreciation + capital_expenditure,
            payables=payables,
            operating_arrears=sum(operating.values()) - sum(payments.operating.values()),
            equity=before.equity + net_income + before.cure,
            debts=debts,
        )
        if self.default_month is None and after.unpaid:
            self.default_month = t
        self.state = after
        flows = Flows(
            ebitda=trade.ebitda,
            adjusted_ebitda=trade.ebitda + self.base.month("adjustment", t),
            tax_due=tax_due,
            working_capital_change=after.working_capital - before.working_capital,
            capital_expenditure=capital_expenditure,
            cash_interest=sum(due.interest for due in dues.values()),
            interest_expense=interest_expense,
            scheduled_principal=sum(due.scheduled for due in dues.values()),
            balloon=self.balloons(t, dues),
        )
        self.flows.append(flows)
        draws = draw + capital_draw

        row: Figures = {
            "period": t,
            "period_end": month_end(self.d0, t),
            "after_default": self.default_month is not None,
            **self.income(trade, depreciation, interest_expense, profit, tax_expense),
            **self.cash_flow(before, after, trade, payments, capital_expenditure, draws, repaid, prepaid),
            **self.position(before, after),
            "operating_cash_flow_indirect": net_income
            + depreciation
            + sum(due.capitalised for due in dues.values())
            + sum(debts[name].accrued - before.debts[name].accrued for name in debts)
            + sum(debts[name].arrears - before.debts[name].arrears for name in debts)
            + after.operating_arrears
            - before.operating_arrears
            + self.tax.position
            - tax_before
            - flows.working_capital_change,
            "purchases": trade.purchases,
            "supplier_payments_due": suppliers,
            "tax_due": tax_due,
            "tax_losses": self.tax.losses,
            "need_operating": sum(operating.values()),
            "need_interest": interest_needs,
            "need_principal": principal_needs,
            "need_total": obligations,
            "hold_back": hold_back,
            "capital_expenditure_wanted": wanted,
            "capital_expenditure_lapsed": wanted - capital_expenditure,
        }
        row |= self.shortfalls(before, after)
        row |= self.liquidity(after, limits)
        row |= self.debt_figures(before, dues, payments, debts, draws, prepaid)
        row |= {f"month.{name}": figure for name, figure in coverage(flows).items()}
        row |= self.year_figures(t, after)
        row |= self.estate_figures(t, after)
        row |= self.tests(t, after, row["available_liquidity"])
        return row

    # What a month reads

    def shock_takes(self, t: int) -> Money:
        """Of the opening cash, by month t."""
        cash0 = self.company.cash
        return cash0 - times(cash0, self.path["liquidity_shock_factor"][t]) if t else 0

    def limits(self, t: int, trade: Trade, stopped: bool) -> Limits:
        revolver = self.company.revolver
        if revolver is None:
            return Limits(stopped=stopped)
        matures = self.contracts[revolver.name].maturity_month
        undrawn0 = revolver.commitment - revolver.drawn
        usable = revolver.commitment - (undrawn0 - times(undrawn0, self.path["liquidity_shock_factor"][t]))
        return Limits(
            usable=usable if t < matures else 0,
            base=borrowing_base(revolver, trade.receivables, trade.stock),
            stopped=stopped,
            matures_soon=t < matures <= t + 3,
        )

    def dues(
        self, t: int, before: State, limits: Limits, events: Consequences, workout: bool, called: bool
    ) -> dict[str, Dues]:
        revolver, dues = self.company.revolver, {}
        for name, deal in self.contracts.items():
            calls_back = revolver is not None and name == revolver.name and t < deal.maturity_month
            dues[name] = fall_due(
                deal,
                t,
                before.debts[name],
                limits.base if calls_back else None,
                charges_margin=workout or name in events.margin,
                called=called or name in events.called,
            )
        return dues

    def hold_back(self, t: int, dues: dict[str, Dues], performing: dict[str, Money], limits: Limits) -> Money:
        """Cash that the next three months, the tax position, the revolver's maturity and the minimum ask for."""
        revolver = self.company.revolver
        revolver_interest = dues[revolver.name].interest if revolver else 0
        amount = 0
        for later in (t + 3, t + 2, t + 1):
            trade = self.trading[later]
            amount += sum(table.due(later) for table in self.service.values()) + revolver_interest
            amount += self.shock_takes(later) - self.shock_takes(later - 1)
            amount += times(max(trade.ebitda - trade.depreciation, 0), self.company.tax_rate)
            amount = max(amount - trade.operating_cash, 0)
        amount += max(self.tax.position, 0) + self.company.minimum_cash
        if revolver and limits.matures_soon:
            drawn = performing[revolver.name]
            matures = self.contracts[revolver.name].maturity_month
            amount += drawn - times(drawn, self.path["refinanced_share"][matures])
        return amount

    def balloons(self, t: int, dues: dict[str, Dues]) -> Money:
        """Of the debts that mature in the month; the instalments of the others are remembered."""
        balloons = 0
        for debt in self.company.debts:
            due, last = dues[debt.name], self.instalments.get(debt.name)
            if t == self.contracts[debt.name].maturity_month:
                amortisation = debt.amortisation if isinstance(debt, Loan) else "bullet"
                balloons += balloon(due.scheduled, due.interest, amortisation, debt.pik_share, last)
            elif due.scheduled:
                self.instalments[debt.name] = (due.interest, due.scheduled)
        return balloons

    # What a month says

    def income(self, trade: Trade, depreciation: Money, interest: Money, profit: Money, tax_expense: Money) -> Figures:
        return {
            "revenue": trade.revenue,
            "cost_of_sales": trade.fixed_cost + trade.materials,
            "operating_expenses": trade.operating_expenses,
            "ebitda": trade.ebitda,
            "depreciation_and_amortisation": depreciation,
            "interest_expense": interest,
            "profit_before_tax": profit,
            "tax": tax_expense,
            "net_income": profit - tax_expense,
        }

    def cash_flow(
        self,
        before: State,
        after: State,
        trade: Trade,
        payments: Payments,
        capital_expenditure: Money,
        draws: Money,
        repaid: Money,
        prepaid: dict[str, Money],
    ) -> Figures:
        """By the direct method."""
        operating = {f"{need}_payments": paid for need, paid in payments.operating.items()}
        interest, principal = sum(payments.interest.values()), sum(payments.principal.values())
        swept, moved = sum(prepaid.values()) - repaid, after.shock_hold - before.shock_hold
        operating_flow = trade.collections - sum(operating.values()) - interest
        financing = draws - principal - repaid - swept + before.cure
        return {
            "opening_cash": before.cash,
            "moved_to_restricted": moved,
            "collections": trade.collections,
            **operating,
            "operating_payments": sum(operating.values()),
            "interest_payments": interest,
            "operating_cash_flow": operating_flow,
            "capital_expenditure_payments": capital_expenditure,
            "investing_cash_flow": -capital_expenditure,
            "revolver_draws": draws,
            "principal_payments": principal,
            "revolver_repayments": repaid,
            "sweep_prepayments": swept,
            "equity_cure": before.cure,
            "financing_cash_flow": financing,
            "net_cash_flow": operating_flow - capital_expenditure + financing - moved,
        }

    def position(self, before: State, after: State) -> Figures:
        """The balance sheet; the tax position is a liability where it is above 0."""
        assets = {
            "cash": after.cash,
            "restricted_cash": self.company.restricted_cash + after.shock_hold,
            "receivables": after.receivables,
            "inventory": after.stock,
            "fixed_assets": after.fixed_assets,
            "other_assets": self.company.other_assets,
        }
        liabilities = {
            "payables": after.payables,
            "operating_arrears": after.operating_arrears,
            "accrued_interest": sum(debt.accrued for debt in after.debts.values()),
            "interest_arrears": sum(debt.arrears for debt in after.debts.values()),
            "tax_payable": self.tax.position,
            "debt": after.debt,
            "other_liabilities": self.company.other_liabilities,
        }
        totals = {"total_assets": sum(assets.values()), "total_liabilities": sum(liabilities.values())}
        return {**assets, **liabilities, **totals, "equity": after.equity, "working_capital": after.working_capital}

    def shortfalls(self, before: State, after: State) -> Figures:
        """The rise of an unpaid stock is a shortfall, its fall a cure."""
        stocks = {
            "operating": (before.operating_arrears, after.operating_arrears),
            "debt_service": tuple(sum(debt.unpaid for debt in state.debts.values()) for state in (before, after)),
        }
        row: Figures = {"unpaid": after.unpaid}
        for category, (last, now) in stocks.items():
            row |= {
                f"{category}_shortfall": max(now - last, 0),
                f"{category}_cured": max(last - now, 0),
                f"{category}_outstanding": now,
            }
        return row

    def liquidity(self, after: State, limits: Limits) -> Figures:
        revolver = self.company.revolver
        can_draw = revolver is not None and not after.unpaid and not limits.stopped
        available = limits.drawable(after.debts[revolver.name].balance) if revolver and can_draw else 0
        return {
            "usable_commitment": limits.usable,
            "available_revolver": available,
            "available_liquidity": after.cash + available,
            "minimum_cash_gap": max(self.company.minimum_cash - after.cash, 0),
        }

    def debt_figures(
        self,
        before: State,
        dues: dict[str, Dues],
        payments: Payments,
        debts: dict[str, DebtBalance],
        draws: Money,
        prepaid: dict[str, Money],
    ) -> Figures:
        row: Figures = {}
        for name, due in dues.items():
            opening_balance, closing = before.debts[name], debts[name]
            is_revolver = self.company.revolver is not None and name == self.company.revolver.name
            figures = {
                "rate": due.rate,
                "opening_balance": opening_balance.balance,
                "interest_accrued": due.expense,
                "interest_capitalised": due.capitalised,
                "interest_due": due.interest,
                "interest_paid": payments.interest[name],
                "interest_arrears": closing.arrears,
                "accrued_interest": closing.accrued,
                "principal_scheduled": due.scheduled,
                "overadvance": due.overadvance,
                "called": due.called,
                "principal_paid": payments.principal[name],
                "refinanced": due.refinanced,
                "drawn": draws if is_revolver else 0,
                "prepaid": prepaid[name],
                "overdue": closing.overdue,
                "closing_balance": closing.balance,
                "claim": closing.claim,
            }
            row |= {f"{name}.{figure}": value for figure, value in figures.items()}
        return row

    def last_twelve(self, t: int) -> Flows:
        """Months t - 11 to t; those up to 0 are the actuals spread over the year."""
        return total([self.flows[n - 1] if n >= 1 else actual(self.base, n) for n in range(t - 11, t + 1)])

    def year_figures(self, t: int, after: State) -> Figures:
        year = self.last_twelve(t)
        row = coverage(year, principal_is_known(self.company, t))
        row["leverage"] = ratio(after.debt, year.adjusted_ebitda, "NO_EBITDA")
        return {f"twelve_months.{name}": figure for name, figure in row.items()}

    def estate_figures(self, t: int, after: State) -> Figures:
        lines = {
            "receivables": after.receivables,
            "inventory": after.stock,
            "fixed_assets": after.fixed_assets,
            "other_assets": self.company.other_assets,
        }
        values = estate.market_values(self.company, lines, self.market_index[t])
        claims = {name: debt.claim for name, debt in after.debts.items()}
        cash = after.cash + self.company.restricted_cash + after.shock_hold  # at 100 %, unpledged
        if t == (self.default_month or self.scenario.horizon):
            others = after.payables + after.operating_arrears + self.company.other_liabilities
            others += max(self.tax.position, 0)
            self.recovery = estate.liquidation(self.company, values, cash, claims, others)
        return estate.figures(self.company, values, cash, claims)

    def tests(self, t: int, after: State, liquidity: Money) -> Figures:
        """The covenants; the largest cure arrives as equity in the next month."""
        measure = Measure(
            day=month_end(self.d0, t),
            is_quarter_end=self.tax.is_quarter_end(t),
            cash=after.cash,
            liquidity=liquidity,
            balances={name: debt.balance for name, debt in after.debts.items()},
            year=self.last_twelve(t),
            principal_known=principal_is_known(self.company, t),
        )
        row: Figures = {}
        for watch in self.watches:
            test = watch.test(self.company, t, measure)
            row |= covenants.figures(watch.covenant.name, test)
            after.cure = max(after.cure, test.cure if test else 0)
        return row
