"""The tables of the evidence store. Rows are only ever added; the database itself sees to it (`sqlite.append_only`)."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

evidence = Table(
    "evidence",
    metadata,
    Column("position", Integer, primary_key=True),  # the order of insertion, outside the hashed bytes
    Column("tenant", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", Text, nullable=False),
    UniqueConstraint("tenant", "address"),
    Index("evidence_by_kind", "tenant", "kind", "position"),
    Index("evidence_by_inputs", "tenant", "inputs"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

parents = Table(
    "parents",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("child", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("parent", Text, nullable=False),
    ForeignKeyConstraint(["tenant", "child"], ["evidence.tenant", "evidence.address"]),
    ForeignKeyConstraint(["tenant", "parent"], ["evidence.tenant", "evidence.address"]),
    Index("parents_by_parent", "tenant", "parent", "name"),
    sqlite_strict=True,
)

requests = Table(
    "requests",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("method", Text, nullable=False),
    Column("request_sha256", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created", Integer, nullable=False),
    ForeignKeyConstraint(["tenant", "answer"], ["evidence.tenant", "evidence.address"]),
    sqlite_strict=True,
)
