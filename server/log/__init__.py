"""The log as bytes and hashes: no SQL, no network.

- tree: RFC 6962.
- note: signed notes.
- tenants: whose log.
- keys, key_file: who signs.
- record: one entry.
- checkpoint: signed size and root, and receipts.
- files: replaced as a whole or not at all.
"""
