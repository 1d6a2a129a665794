"""Recomputes every hash of a database and reports what does not fit.

- verify: of one tenant, or of all.
- parts: one after another, whatever happens to one.
- storage: the database as a whole.
- tenant: what is verified of each.
- accounts: changes in the operator's log of tenants, API keys and quotas.
- recorded: the operator's log over those of the tenants.
- pages: what is read at a time.
- page_checks: a page read and checked.
- rows: values that are not as their column declares.
- documents, records: what it checks of one document and of one record.
- history, links: what it checks of the log as a whole, and of links.
- sweeps: what it checks of sweeps, and computes again of them.
- recompute: what it computes again.
- extent: how far it goes.
- workers: processes that check pages.
- heartbeat: signs of life on the way.
- findings: what is wrong and where.
"""
