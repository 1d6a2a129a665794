"""The evidence store: documents and their log in one commit.

- store: reads and appends.
- transaction: what one commit adds.
- writer: calls that wait for their commit.
- ledger: the log in its tables.
- proofs: what the log proves.
- opening, known_log, checkpoint_file: is it the log that was signed?
"""
