"""The tables of the evidence store, each numbered by tenant. Rows are only ever added: triggers in the database refuse
all else (`sqlite.append_only`, `postgres.append_only`)."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
)

from .declared import number, octets, words

metadata = MetaData()


evidence = Table(
    "evidence",
    metadata,
    Column("tenant", words(), primary_key=True),
    Column("position", number(), primary_key=True, autoincrement=False),  # the order of insertion, from 1
    Column("address", words(), nullable=False),
    Column("kind", words(), nullable=False),
    Column("inputs", words(), nullable=False),
    Column("body", octets(30 * 2**20), nullable=False),
    Column("recorded_at", words(), nullable=False),
    UniqueConstraint("tenant", "address"),
    CheckConstraint("address = 'sha256:' || encode(sha256(body), 'hex')", name="address_of_body").ddl_if("postgresql"),
    Index("evidence_by_kind", "tenant", "kind", "position"),
    Index("evidence_by_inputs", "tenant", "inputs"),
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
    Column("created", number(), nullable=False),
    ForeignKeyConstraint(["tenant", "answer"], ["evidence.tenant", "evidence.address"]),
    sqlite_strict=True,
)

records = Table(
    "records",
    metadata,
    Column("tenant", words(), primary_key=True),
    Column("seq", number(), primary_key=True, autoincrement=False),  # from 0 without gaps: the number of the leaf
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
    Column("tenant", words(), primary_key=True),
    Column("size", number(), primary_key=True, autoincrement=False),
    Column("note", words(2**14), nullable=False),
    sqlite_strict=True,
)

sweep_blocks = Table(
    "sweep_blocks",
    metadata,
    Column("tenant", words(), primary_key=True),
    Column("plan", words(), primary_key=True),
    Column("number", number(), primary_key=True, autoincrement=False),  # from 0; they may come in any order
    Column("address", words(), nullable=False),  # of its bytes, which are evidence where rows are kept
    Column("root", octets(), nullable=False),  # over its rows
    ForeignKeyConstraint(["tenant", "plan"], ["evidence.tenant", "evidence.address"]),
    Index("sweep_blocks_by_address", "tenant", "address"),
    sqlite_strict=True,
)

sweep_events = Table(
    "sweep_events",
    metadata,
    Column("tenant", words(), primary_key=True),
    Column("plan", words(), primary_key=True),
    Column("number", number(), primary_key=True, autoincrement=False),  # from 0 without gaps
    Column("event", words(), nullable=False),
    Column("detail", words(), nullable=False),  # why it failed
    Column("recorded_at", words(), nullable=False),
    ForeignKeyConstraint(["tenant", "plan"], ["evidence.tenant", "evidence.address"]),
    sqlite_strict=True,
)
