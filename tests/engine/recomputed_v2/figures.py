"""Every figure of a month by its name, from the working paper that its steps filled."""

from typing import Any

from tests.engine.recomputed_v2 import covenants, estate
from tests.engine.recomputed_v2.arithmetic import ratio
from tests.engine.recomputed_v2.books import Books
from tests.engine.recomputed_v2.covenants import Measure
from tests.engine.recomputed_v2.coverage import coverage, principal_is_known
from tests.engine.recomputed_v2.days import month_end
from tests.engine.recomputed_v2.month import Run
from tests.engine.recomputed_v2.recovery import Recovery

Figures = dict[str, Any]  #: amounts in minor units, rates in nanos, ratios in 10^-6 or their reason


class Execution:
    """A run, its figures month by month, and the recovery in the month of default, else in the last."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.recovery: Recovery | None = None
        self.months = [self.figures(run.month(t)) for t in range(1, run.scenario.horizon + 1)]

    def figures(self, books: Books) -> Figures:
        """The covenants come last: their cure is equity of the next month."""
        row = {
            "period": books.t,
            "period_end": month_end(self.run.d0, books.t),
            "after_default": self.run.default_month is not None,
            **income(books),
            **cash_flow(books),
            **self.position(books),
            **needs(books),
            **shortfalls(books),
            **self.liquidity(books),
            **self.debts(books),
            **{f"month.{name}": figure for name, figure in coverage(books.flows).items()},
            **self.last_twelve_months(books),
            **self.estate(books),
        }
        return row | self.covenants(books, row)

    def position(self, books: Books) -> Figures:
        """The balance sheet; the tax position is a liability where it is above 0."""
        after, company = books.closing, self.run.company
        assets = {
            "cash": after.cash,
            "restricted_cash": company.restricted_cash + after.shock_hold,
            "receivables": after.receivables,
            "inventory": after.stock,
            "fixed_assets": after.fixed_assets,
            "other_assets": company.other_assets,
        }
        liabilities = {
            "payables": after.payables,
            "operating_arrears": after.operating_arrears,
            "accrued_interest": sum(debt.accrued for debt in after.debts.values()),
            "interest_arrears": sum(debt.arrears for debt in after.debts.values()),
            "tax_payable": self.run.tax.position,
            "debt": after.debt,
            "other_liabilities": company.other_liabilities,
        }
        totals = {"total_assets": sum(assets.values()), "total_liabilities": sum(liabilities.values())}
        others = {"equity": after.equity, "working_capital": after.working_capital, "tax_losses": self.run.tax.losses}
        indirect = {"operating_cash_flow_indirect": self.indirect(books)}
        return {**assets, **liabilities, **totals, **others, **indirect}

    def indirect(self, books: Books) -> Any:
        """Operating cash flow from net income and what the balances moved."""
        before, after = books.before, books.closing
        flow = books.net_income + books.depreciation + sum(due.capitalised for due in books.dues.values())
        flow += sum(debt.accrued + debt.arrears for debt in after.debts.values())
        flow -= sum(debt.accrued + debt.arrears for debt in before.debts.values())
        flow += after.operating_arrears - before.operating_arrears
        flow += self.run.tax.position - books.tax_before
        return flow - (after.working_capital - before.working_capital)

    def liquidity(self, books: Books) -> Figures:
        """What is not drawn counts where nothing is unpaid and no draws are stopped."""
        after, revolver, available = books.closing, self.run.company.revolver, 0
        if revolver and not after.unpaid and not books.limits.stopped:
            available = books.limits.drawable(after.debts[revolver.name].balance)
        return {
            "usable_commitment": books.limits.usable,
            "available_revolver": available,
            "available_liquidity": after.cash + available,
            "minimum_cash_gap": max(self.run.company.minimum_cash - after.cash, 0),
        }

    def debts(self, books: Books) -> Figures:
        revolver = self.run.company.revolver
        row: Figures = {}
        for name, due in books.dues.items():
            before, after = books.before.debts[name], books.closing.debts[name]
            figures = {
                "rate": due.rate,
                "opening_balance": before.balance,
                "interest_accrued": due.expense,
                "interest_capitalised": due.capitalised,
                "interest_due": due.interest,
                "interest_paid": books.payments.interest[name],
                "interest_arrears": after.arrears,
                "accrued_interest": after.accrued,
                "principal_scheduled": due.scheduled,
                "balloon": books.balloons[name],
                "overadvance": due.overadvance,
                "called": due.called,
                "principal_paid": books.payments.principal[name],
                "refinanced": due.refinanced,
                "drawn": books.draws if revolver and name == revolver.name else 0,
                "prepaid": books.prepaid[name],
                "overdue": after.overdue,
                "closing_balance": after.balance,
                "claim": after.claim,
            }
            row |= {f"{name}.{figure}": value for figure, value in figures.items()}
        return row

    def last_twelve_months(self, books: Books) -> Figures:
        year = self.run.last_twelve(books.t)
        row = coverage(year, principal_is_known(self.run.company, books.t))
        row["leverage"] = ratio(books.closing.debt, year.adjusted_ebitda, "NO_EBITDA")
        return {f"twelve_months.{name}": figure for name, figure in row.items()}

    def estate(self, books: Books) -> Figures:
        run, after = self.run, books.closing
        lines = {
            "receivables": after.receivables,
            "inventory": after.stock,
            "fixed_assets": after.fixed_assets,
            "other_assets": run.company.other_assets,
        }
        values = estate.market_values(run.company, lines, run.market_index[books.t])
        claims = {name: debt.claim for name, debt in after.debts.items()}
        cash = after.cash + run.company.restricted_cash + after.shock_hold  # at 100 %, unpledged
        if books.t == (run.default_month or run.scenario.horizon):
            others = after.payables + after.operating_arrears + run.company.other_liabilities
            others += max(run.tax.position, 0)
            self.recovery = estate.liquidation(run.company, values, cash, claims, others)
        return estate.figures(run.company, values, cash, claims)

    def covenants(self, books: Books, row: Figures) -> Figures:
        """The tests of the month; the largest cure arrives as equity in the next."""
        run, after = self.run, books.closing
        tests: Figures = {}
        measure = Measure(
            day=row["period_end"],
            is_quarter_end=run.tax.is_quarter_end(books.t),
            cash=after.cash,
            liquidity=row["available_liquidity"],
            balances={name: debt.balance for name, debt in after.debts.items()},
            year=run.last_twelve(books.t),
            principal_known=principal_is_known(run.company, books.t),
        )
        for watch in run.watches:
            test = watch.test(run.company, books.t, measure)
            tests |= covenants.figures(watch.covenant.name, watch.covenant.kind, test)
            after.cure = max(after.cure, test.cure if test else 0)
        return tests


def income(books: Books) -> Figures:
    trade = books.trade
    return {
        "revenue": trade.revenue,
        "cost_of_sales": trade.fixed_cost + trade.materials,
        "operating_expenses": trade.operating_expenses,
        "ebitda": trade.ebitda,
        "depreciation_and_amortisation": books.depreciation,
        "interest_expense": books.interest_expense,
        "profit_before_tax": books.profit,
        "tax": books.tax_expense,
        "net_income": books.net_income,
    }


def cash_flow(books: Books) -> Figures:
    """By the direct method."""
    before, payments = books.before, books.payments
    operating = {f"{need}_payments": paid for need, paid in payments.operating.items()}
    interest, principal = sum(payments.interest.values()), sum(payments.principal.values())
    swept, moved = sum(books.prepaid.values()) - books.repaid, books.shock_hold - before.shock_hold
    operating_flow = books.trade.collections - sum(operating.values()) - interest
    financing = books.draws - principal - books.repaid - swept + before.cure
    return {
        "opening_cash": before.cash,
        "moved_to_restricted": moved,
        "collections": books.trade.collections,
        **operating,
        "operating_payments": sum(operating.values()),
        "interest_payments": interest,
        "operating_cash_flow": operating_flow,
        "capital_expenditure_payments": books.capital_expenditure,
        "investing_cash_flow": -books.capital_expenditure,
        "revolver_draws": books.draws,
        "principal_payments": principal,
        "revolver_repayments": books.repaid,
        "sweep_prepayments": swept,
        "equity_cure": before.cure,
        "financing_cash_flow": financing,
        "net_cash_flow": operating_flow - books.capital_expenditure + financing - moved,
    }


def needs(books: Books) -> Figures:
    wanted = books.trade.wanted_capital_expenditure
    return {
        "purchases": books.trade.purchases,
        "supplier_payments_due": books.suppliers,
        "tax_due": books.tax_due,
        "need_operating": sum(books.operating.values()),
        "need_interest": books.interest_needs,
        "need_principal": books.principal_needs,
        "need_total": books.obligations,
        "hold_back": books.hold_back,
        "capital_expenditure_wanted": wanted,
        "capital_expenditure_lapsed": wanted - books.capital_expenditure,
    }


def shortfalls(books: Books) -> Figures:
    """The rise of an unpaid stock is a shortfall, its fall a cure."""
    states = books.before, books.closing
    stocks = {
        "operating": [state.operating_arrears for state in states],
        "debt_service": [sum(debt.unpaid for debt in state.debts.values()) for state in states],
    }
    row: Figures = {"unpaid": books.closing.unpaid}
    for category, (before, after) in stocks.items():
        row |= {
            f"{category}_shortfall": max(after - before, 0),
            f"{category}_cured": max(before - after, 0),
            f"{category}_outstanding": after,
        }
    return row
