"""The month of a company, from opening balances to closing ones: `month.step` has it from top to bottom.

- month: `step`, one month from top to bottom.
- liquidity_shock: the liquidity that a shock takes.
- trading, working_capital: what the business earns, and the cash it ties up.
- tax: on the profit of the month.
- revolver: what can be drawn.
- waterfall: who is paid, in which order.
- statements: income, cash flow, balance sheet, shortfalls and liquidity.
- coverage: of debt service.
- estate: the assets behind the debt, and what a liquidation would bring.
- state: what a month hands to the next.
- results, debt_results: every figure of a month.
"""
