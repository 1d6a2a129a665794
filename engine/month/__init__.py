"""The month of a company, from opening balances to closing ones: `month.step` tells it from top to bottom.

- month: `step`, one month from top to bottom.
- trading, working_capital: what the business earns and moves.
- tax: on the profit of the month.
- revolver: what can be drawn.
- waterfall: who is paid.
- statements: cash flow and balance sheet.
- coverage: of debt service.
- estate: what stands behind the debt.
- state: what a month hands to the next.
- results: every figure of a month.
"""
