"""The tables of the evidence store. Rows are only ever added: triggers in the database refuse all else
(`sqlite.append_only`, `postgres.append_only`)."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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

#: 64 bits everywhere; SQLite numbers its rows by a column of exactly this name.
Number = BigInteger().with_variant(Integer, "sqlite")

evidence = Table(
    "evidence",
    metadata,
    Column(
        "position", Number, primary_key=True, autoincrement=False
    ),  # the order of insertion, outside the hashed bytes
    Column("tenant", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", Text, nullable=False),
    UniqueConstraint("tenant", "address"),
    CheckConstraint("address = 'sha256:' || encode(sha256(body), 'hex')", name="address_of_body").ddl_if("postgresql"),
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

labels = Table(
    "labels",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("name", Text, primary_key=True),  # the field of the document
    Column("label", Text, primary_key=True),
    ForeignKeyConstraint(["tenant", "address"], ["evidence.tenant", "evidence.address"]),
    Index("labels_by_label", "tenant", "name", "label", "address"),
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
    Column("created", Number, nullable=False),
    ForeignKeyConstraint(["tenant", "answer"], ["evidence.tenant", "evidence.address"]),
    sqlite_strict=True,
)

records = Table(
    "records",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),  # from 0 without gaps: the number of the leaf
    Column("tenant", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the leaf; the columns above only find it
    Column("hashes", LargeBinary, nullable=False),  # those that it completes (`log.tree`), one after another
    Index("records_by_subject", "tenant", "subject", "seq"),
    sqlite_strict=True,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Number, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
)
