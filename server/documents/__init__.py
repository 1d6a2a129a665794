"""Evidence documents: canonical bytes whose SHA-256 is the address.

- kinds: what stands in a document of each kind, on what it stands, what the log says of it.
- canonical: the JSON that every common encoder agrees on.
- scalars: how each kind of figure is written.
- document: a value as a document, and back.
"""
