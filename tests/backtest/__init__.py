"""What the figures are worth on real firms: `python -m tests.backtest`."""
