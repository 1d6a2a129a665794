"""The log: its records with the hashes that they complete, and its checkpoints."""

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    append_only = context.config.attributes["append_only"]
    append_only(
        op.create_table(
            "records",
            sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("tenant", sa.Text, nullable=False),
            sa.Column("subject", sa.Text, nullable=False),
            sa.Column("request_id", sa.Text, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
            sa.Column("hashes", sa.LargeBinary, nullable=False),
            sqlite_strict=True,
        )
    )
    op.create_index("records_by_subject", "records", ["tenant", "subject", "seq"])
    append_only(
        op.create_table(
            "checkpoints",
            sa.Column("size", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("note", sa.Text, nullable=False),
            sqlite_strict=True,
        )
    )
