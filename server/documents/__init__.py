"""Evidence documents: canonical bytes whose SHA-256 is the address.

- kinds: each kind of document: its fields, its parents, its actions in the log.
- accounts, tenant_names: what an operator decides of tenants, API keys and quotas.
- canonical: JSON that every common encoder writes alike.
- strict: whether bytes are canonical.
- scalars: how each kind of figure is written.
- columns: columns of numbers, ratios and words as texts, many at once.
- ratios: many ratios as texts.
- month_layout: where each figure of a month stands.
- execution_months: the months of an execution as columns, from their matrix and back.
- document: a value as a document, and back.
"""
