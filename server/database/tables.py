"""The tables of the evidence store. Rows are only ever added: triggers in the database refuse all else
(`sqlite.append_only`, `postgres.append_only`)."""

from collections.abc import Callable
from typing import Any

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

MOST_BYTES = "most_bytes"
SHORT = 4_096  #: bytes of a text that is not said to be longer: addresses, names, times


def _at_most(size: int) -> dict[str, int]:
    """How many bytes a value has at most: more is no evidence of this release, and is not read."""
    return {MOST_BYTES: size}


def most_bytes(column: Column[Any]) -> int:
    """Of a value of this column."""
    return int(column.info.get(MOST_BYTES, SHORT))


#: 64 bits everywhere; SQLite numbers its rows by a column of exactly this name.
Number = BigInteger().with_variant(Integer, "sqlite")


class Words(Text):
    """Text. SQLite keeps any value in a file that somebody else has written: what is none is read as empty."""

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], str]:
        return lambda value: value if isinstance(value, str) else ""


class Bytes(LargeBinary):
    """The same of bytes. SQLAlchemy would make as many bytes of a number as it says."""

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], bytes]:
        return lambda value: value if isinstance(value, bytes) else b""


evidence = Table(
    "evidence",
    metadata,
    Column(
        "position", Number, primary_key=True, autoincrement=False
    ),  # the order of insertion, outside the hashed bytes
    Column("tenant", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("inputs", Words, nullable=False),
    Column("body", Bytes, nullable=False, info=_at_most(30 * 2**20)),
    Column("recorded_at", Words, nullable=False),
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
    Column("tenant", Words, primary_key=True),
    Column("child", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("parent", Words, nullable=False),
    ForeignKeyConstraint(["tenant", "child"], ["evidence.tenant", "evidence.address"]),
    ForeignKeyConstraint(["tenant", "parent"], ["evidence.tenant", "evidence.address"]),
    Index("parents_by_parent", "tenant", "parent", "name"),
    sqlite_strict=True,
)

requests = Table(
    "requests",
    metadata,
    Column("tenant", Words, primary_key=True),
    Column("request_id", Words, primary_key=True),
    Column("method", Words, nullable=False),
    Column("request_sha256", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("created", Number, nullable=False),
    ForeignKeyConstraint(["tenant", "answer"], ["evidence.tenant", "evidence.address"]),
    sqlite_strict=True,
)

records = Table(
    "records",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),  # from 0 without gaps: the number of the leaf
    Column("tenant", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("request_id", Words, nullable=False),
    Column("body", Bytes, nullable=False, info=_at_most(2**14)),  # the leaf; the columns above only find it
    Column("hashes", Bytes, nullable=False),  # those that it completes (`log.tree`), one after another
    Index("records_by_subject", "tenant", "subject", "seq"),
    sqlite_strict=True,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Number, primary_key=True, autoincrement=False),
    Column("note", Words, nullable=False, info=_at_most(2**14)),
    sqlite_strict=True,
)
