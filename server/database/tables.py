"""The tables of the evidence store. Rows are only ever added: triggers in the database refuse all else
(`sqlite.append_only`, `postgres.append_only`)."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from .declared import octets, words

metadata = MetaData()

#: 64 bits everywhere; SQLite numbers its rows by a column of exactly this name.
Number = BigInteger().with_variant(Integer, "sqlite")


evidence = Table(
    "evidence",
    metadata,
    Column(
        "position", Number, primary_key=True, autoincrement=False
    ),  # the order of insertion, outside the hashed bytes
    Column("tenant", words(), nullable=False),
    Column("address", words(), nullable=False),
    Column("kind", words(), nullable=False),
    Column("inputs", words(), nullable=False),
    Column("body", octets(30 * 2**20), nullable=False),
    Column("recorded_at", words(), nullable=False),
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
    Column("tenant", words(), primary_key=True),
    Column("child", words(), primary_key=True),
    Column("name", words(), primary_key=True),
    Column("parent", words(), nullable=False),
    ForeignKeyConstraint(["tenant", "child"], ["evidence.tenant", "evidence.address"]),
    ForeignKeyConstraint(["tenant", "parent"], ["evidence.tenant", "evidence.address"]),
    Index("parents_by_parent", "tenant", "parent", "name"),
    sqlite_strict=True,
)

labels = Table(
    "labels",
    metadata,
    Column("tenant", words(), primary_key=True),
    Column("address", words(), primary_key=True),
    Column("name", words(), primary_key=True),  # the field of the document
    Column("label", words(), primary_key=True),
    ForeignKeyConstraint(["tenant", "address"], ["evidence.tenant", "evidence.address"]),
    Index("labels_by_label", "tenant", "name", "label", "address"),
    sqlite_strict=True,
)

requests = Table(
    "requests",
    metadata,
    Column("tenant", words(), primary_key=True),
    Column("request_id", words(), primary_key=True),
    Column("method", words(), nullable=False),
    Column("request_sha256", words(), nullable=False),
    Column("answer", words(), nullable=False),
    Column("created", Number, nullable=False),
    ForeignKeyConstraint(["tenant", "answer"], ["evidence.tenant", "evidence.address"]),
    sqlite_strict=True,
)

records = Table(
    "records",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),  # from 0 without gaps: the number of the leaf
    Column("tenant", words(), nullable=False),
    Column("subject", words(), nullable=False),
    Column("request_id", words(), nullable=False),
    Column("body", octets(2**14), nullable=False),  # the leaf; the columns above only find it
    Column("hashes", octets(), nullable=False),  # those that it completes (`log.tree`), one after another
    Index("records_by_subject", "tenant", "subject", "seq"),
    sqlite_strict=True,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Number, primary_key=True, autoincrement=False),
    Column("note", words(2**14), nullable=False),
    sqlite_strict=True,
)
