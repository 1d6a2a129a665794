"""The callers: the Python client, the command line and the auditor's check of receipts. They know the API only."""
