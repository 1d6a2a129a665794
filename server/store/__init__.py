"""The evidence store: documents and their log in one commit.

- store: reads and appends.
- appends: what a call appends, and what it gets back.
- transaction, clock: what one commit adds, and when.
- writer: calls that wait for their commit.
- ledger: the log in its tables.
- proofs: what the log proves.
- opening, log_check, known_log, checkpoint_file: is it the log that was signed?
"""
