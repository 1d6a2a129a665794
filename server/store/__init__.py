"""The evidence store: documents and their logs in one commit.

- store, tenant_store: reads and appends.
- appends: what a call appends, and what it gets back.
- tenant_commit, transaction, clock: what one commit adds, and when.
- writer: calls that wait for their commit.
- quotas, stored_bytes: what a tenant may add.
- sweep_rows: what is stored of a sweep beside its documents.
- ledger: a log in its tables.
- proofs: what a log proves.
- logs, opening, log_check, known_log, checkpoint_file: is it the log that was signed?
- operator_commit, operator_log: one log over those of the tenants.
- operator_documents: what that log says of tenants, API keys and quotas.
"""
