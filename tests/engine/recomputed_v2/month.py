"""A month of `month.v2`, in the order of DESIGN section 4: steps 0 to 8."""

from datetime import date

from tests.engine.recomputed_v2 import covenants
from tests.engine.recomputed_v2.arithmetic import Money, times
from tests.engine.recomputed_v2.base_year import BaseYear
from tests.engine.recomputed_v2.books import Books, Limits
from tests.engine.recomputed_v2.company import Company, Debt, Loan, Scenario
from tests.engine.recomputed_v2.covenants import Watch
from tests.engine.recomputed_v2.coverage import Flows, actual, balloon, total
from tests.engine.recomputed_v2.debts import Contract, contract
from tests.engine.recomputed_v2.dues import borrowing_base, fall_due
from tests.engine.recomputed_v2.paths import market_value_left, paths
from tests.engine.recomputed_v2.service import Service, service_table
from tests.engine.recomputed_v2.state import DebtBalance, State, opening
from tests.engine.recomputed_v2.tax import Tax
from tests.engine.recomputed_v2.trading import Trading
from tests.engine.recomputed_v2.waterfall import pay, prepay


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

    def month(self, t: int) -> Books:
        """The next month, from the state that the last one left."""
        books = Books(t, self.state, self.trading[t])
        self.liquidity(books)
        self.suppliers(books)
        self.debts(books)
        self.taxes(books)
        self.obligations(books)
        self.hold_back(books)
        self.capital_expenditure(books)
        self.free_cash(books)
        self.close(books)
        return books

    @property
    def workout(self) -> bool:
        """From the month after the default on."""
        return self.scenario.workout and self.default_month is not None

    # 0. Liquidity

    def liquidity(self, books: Books) -> None:
        """What the shock takes moves to restricted cash, as far as there is cash; then a cure arrives."""
        before = books.before
        books.shock_hold = min(self.shock_takes(books.t), before.shock_hold + before.cash)
        books.cash = before.cash - (books.shock_hold - before.shock_hold) + before.cure
        books.limits = self.limits(books)

    def shock_takes(self, t: int) -> Money:
        """Of the opening cash, by month t."""
        cash0 = self.company.cash
        return cash0 - times(cash0, self.path["liquidity_shock_factor"][t])

    def limits(self, books: Books) -> Limits:
        """A revolver that is called is drawn no more, whatever else an event of default does."""
        t, revolver = books.t, self.company.revolver
        if revolver is None:
            return Limits()
        events = covenants.consequences(self.company, self.watches, t)
        matures = self.contracts[revolver.name].maturity_month
        undrawn0 = revolver.commitment - revolver.drawn
        usable = revolver.commitment - (undrawn0 - times(undrawn0, self.path["liquidity_shock_factor"][t]))
        return Limits(
            usable=usable if t < matures else 0,
            base=borrowing_base(revolver, books.trade.receivables, books.trade.stock),
            stopped=bool(books.before.unpaid) or self.workout or events.stops_draws or revolver.name in events.called,
            matures_soon=t < matures <= t + 3,
        )

    # 1. Trading

    def suppliers(self, books: Books) -> None:
        """In a workout they deliver against cash, and everything owed to them falls due."""
        invoiced = books.before.payables + books.trade.purchases
        rule = self.trading.payment_days.leftover if self.workout else books.trade.payables
        books.payables = min(rule, invoiced)
        books.suppliers = invoiced - books.payables

    # 2. Debts

    def debts(self, books: Books) -> None:
        """What accrues and falls due, with what a workout and events of default add to it."""
        t, revolver = books.t, self.company.revolver
        events = covenants.consequences(self.company, self.watches, t)
        called = self.workout and t >= (self.default_month or 0) + self.scenario.acceleration_months
        for name, deal in self.contracts.items():
            calls_back = revolver is not None and name == revolver.name and t < deal.maturity_month
            books.dues[name] = fall_due(
                deal,
                t,
                books.before.debts[name],
                books.limits.base if calls_back else None,
                charges_margin=self.workout or name in events.margin,
                called=called or name in events.called,
            )
        books.performing = {name: due.performing for name, due in books.dues.items()}

    # 3. Tax

    def taxes(self, books: Books) -> None:
        books.depreciation = min(books.trade.depreciation, books.before.fixed_assets)
        books.interest_expense = sum(due.expense for due in books.dues.values())
        books.profit = books.trade.ebitda - books.depreciation - books.interest_expense
        books.tax_before = self.tax.position
        books.tax_expense = self.tax.expense(books.profit)
        books.tax_due = self.tax.falls_due(books.t)

    # 4. Obligations

    def obligations(self, books: Books) -> None:
        """Draw for the gap, then pay operating needs, interest and principal while cash lasts."""
        before, revolver = books.before, self.company.revolver
        books.operating = {
            "operating_arrears": before.operating_arrears,
            "supplier": books.suppliers,
            "operating_expense": books.trade.operating_expenses,
            "tax": books.tax_due,
        }
        books.interest_needs = sum(before.debts[name].arrears + due.interest for name, due in books.dues.items())
        books.principal_needs = sum(before.debts[name].overdue + due.principal for name, due in books.dues.items())
        cash = books.cash + books.trade.collections
        if revolver and not books.limits.stopped:
            books.drawable = books.limits.drawable(books.performing[revolver.name])
        gap = max(books.obligations + self.company.minimum_cash - cash, 0)
        cash += self.draw(books, min(gap, books.drawable))
        books.payments = pay(cash, books.operating, self.company.debts, before.debts, books.dues)
        books.cash = books.payments.cash

    def draw(self, books: Books, amount: Money) -> Money:
        if self.company.revolver:
            books.performing[self.company.revolver.name] += amount
        books.draws += amount
        books.drawable -= amount
        return amount

    # 5. Hold-back

    def hold_back(self, books: Books) -> None:
        """Cash that the next three months, the tax position, the revolver's maturity and the minimum ask for."""
        t, revolver, amount = books.t, self.company.revolver, 0
        revolver_interest = books.dues[revolver.name].interest if revolver else 0
        for later in (t + 3, t + 2, t + 1):
            trade = self.trading[later]
            amount += sum(table.due(later) for table in self.service.values()) + revolver_interest
            amount += self.shock_takes(later) - self.shock_takes(later - 1)
            amount += times(max(trade.ebitda - trade.depreciation, 0), self.company.tax_rate)
            amount = max(amount - trade.operating_cash, 0)
        amount += max(self.tax.position, 0) + self.company.minimum_cash
        if revolver and books.limits.matures_soon:
            drawn = books.performing[revolver.name]
            matures = self.contracts[revolver.name].maturity_month
            amount += drawn - times(drawn, self.path["refinanced_share"][matures])
        books.hold_back = amount

    # 6. Capital expenditure

    def capital_expenditure(self, books: Books) -> None:
        """As far as cash and undrawn commitment exceed the hold-back; what is not spent lapses."""
        undrawn = 0 if books.limits.matures_soon else books.drawable
        spare = max(books.cash + undrawn - books.hold_back, 0)
        books.capital_expenditure = min(books.trade.wanted_capital_expenditure, spare)
        own_cash = max(books.cash - self.company.minimum_cash, 0)
        books.cash += self.draw(books, max(books.capital_expenditure - own_cash, 0))
        books.cash -= books.capital_expenditure

    # 7. Free cash

    def free_cash(self, books: Books) -> None:
        """Repays the revolver; a share of the rest prepays the loans by lien."""
        revolver, free = self.company.revolver, max(books.cash - books.hold_back, 0)
        books.repaid = min(free, books.performing[revolver.name]) if revolver else 0
        loans = {name: books.performing[name] for name in self.service}
        sweep = min(times(free - books.repaid, self.company.cash_sweep_share), sum(loans.values()))
        books.prepaid = prepay(sweep, self.company.debts, loans)
        if revolver:
            books.prepaid[revolver.name] = books.repaid
        books.cash -= sum(books.prepaid.values())

    # 8. Close

    def close(self, books: Books) -> None:
        """What is unpaid stays as arrears and overdue; the first month with any of it is the default."""
        before, trade, payments = books.before, books.trade, books.payments
        debts = {
            name: DebtBalance(
                performing=books.performing[name] - books.prepaid[name],
                grown=due.grown,
                overdue=before.debts[name].overdue + due.principal - payments.principal[name],
                arrears=before.debts[name].arrears + due.interest - payments.interest[name],
            )
            for name, due in books.dues.items()
        }
        self.state = books.after = State(
            cash=books.cash,
            shock_hold=books.shock_hold,
            receivables=trade.receivables,
            stock=trade.stock,
            fixed_assets=before.fixed_assets - books.depreciation + books.capital_expenditure,
            payables=books.payables,
            operating_arrears=sum(books.operating.values()) - sum(payments.operating.values()),
            equity=before.equity + books.net_income + before.cure,
            debts=debts,
        )
        books.balloons = {debt.name: self.balloon(debt, books) for debt in self.company.debts}
        if self.default_month is None and books.after.unpaid:
            self.default_month = books.t
        books.flows = Flows(
            ebitda=trade.ebitda,
            adjusted_ebitda=trade.ebitda + self.base.month("adjustment", books.t),
            tax_due=books.tax_due,
            working_capital_change=books.after.working_capital - before.working_capital,
            capital_expenditure=books.capital_expenditure,
            cash_interest=sum(due.interest for due in books.dues.values()),
            interest_expense=books.interest_expense,
            scheduled_principal=sum(due.scheduled for due in books.dues.values()),
            balloon=sum(books.balloons.values()),
        )
        self.flows.append(books.flows)

    def balloon(self, debt: Debt, books: Books) -> Money:
        """Of a debt that matures in the month; the instalment of another is remembered."""
        due, last = books.dues[debt.name], self.instalments.get(debt.name)
        if books.t == self.contracts[debt.name].maturity_month:
            amortisation = debt.amortisation if isinstance(debt, Loan) else "bullet"
            return balloon(due.scheduled, due.coupon, amortisation, debt.pik_share, last)
        if due.scheduled:
            self.instalments[debt.name] = (due.coupon, due.scheduled)
        return 0

    def last_twelve(self, t: int) -> Flows:
        """Months t - 11 to t; those up to 0 are the actuals spread over the year."""
        return total([self.flows[n - 1] if n >= 1 else actual(self.base, n) for n in range(t - 11, t + 1)])
