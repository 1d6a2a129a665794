"""The month of a company, from opening balances to closing ones: `month.step` has it from top to bottom.

- month: `step`, one month from top to bottom.
- trading, working_capital: what the business earns in every month, and the cash it ties up.
- outlook: the months ahead.
- obligations: what a month earns and owes.
- liquidity_shock: the liquidity that a shock takes.
- creditors: what creditors do after a default.
- tax: by fiscal year.
- payments: what a month pays.
- revolver: what can be drawn.
- waterfall: who is paid, in which order.
- hold_back: the cash that the months ahead ask for.
- statements: income, balance sheet, shortfalls and liquidity.
- coverage: of debt service.
- covenants: their tests, cures and events of default.
- estate: the assets behind the debt.
- recovery: who gets what in a liquidation.
- state: what a month hands to the next.
- results, debt_results: every figure of a month.
"""
