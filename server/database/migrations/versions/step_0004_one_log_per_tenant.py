"""All tables, each numbered by tenant. Steps 0001 to 0003 made tables with one log for all of them."""

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _documents()
    _what_belongs_to_them()
    _log()


def _documents() -> None:
    append_only = context.config.attributes["append_only"]
    append_only(
        op.create_table(
            "evidence",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("position", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("address", sa.Text, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("inputs", sa.Text, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
            sa.Column("recorded_at", sa.Text, nullable=False),
            sa.UniqueConstraint("tenant", "address"),
            sa.CheckConstraint("address = 'sha256:' || encode(sha256(body), 'hex')", name="address_of_body").ddl_if(
                "postgresql"
            ),
            sqlite_strict=True,
        )
    )
    op.create_index("evidence_by_kind", "evidence", ["tenant", "kind", "position"])
    op.create_index("evidence_by_inputs", "evidence", ["tenant", "inputs"])


def _what_belongs_to_them() -> None:
    append_only = context.config.attributes["append_only"]
    append_only(
        op.create_table(
            "parents",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("child", sa.Text, primary_key=True),
            sa.Column("name", sa.Text, primary_key=True),
            sa.Column("parent", sa.Text, nullable=False),
            sa.ForeignKeyConstraint(["tenant", "child"], ["evidence.tenant", "evidence.address"]),
            sa.ForeignKeyConstraint(["tenant", "parent"], ["evidence.tenant", "evidence.address"]),
            sqlite_strict=True,
        )
    )
    op.create_index("parents_by_parent", "parents", ["tenant", "parent", "name"])
    append_only(
        op.create_table(
            "labels",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("address", sa.Text, primary_key=True),
            sa.Column("name", sa.Text, primary_key=True),
            sa.Column("label", sa.Text, primary_key=True),
            sa.ForeignKeyConstraint(["tenant", "address"], ["evidence.tenant", "evidence.address"]),
            sqlite_strict=True,
        )
    )
    op.create_index("labels_by_label", "labels", ["tenant", "name", "label", "address"])
    append_only(
        op.create_table(
            "requests",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("request_id", sa.Text, primary_key=True),
            sa.Column("method", sa.Text, nullable=False),
            sa.Column("request_sha256", sa.Text, nullable=False),
            sa.Column("answer", sa.Text, nullable=False),
            sa.Column("created", _NUMBER, nullable=False),
            sa.ForeignKeyConstraint(["tenant", "answer"], ["evidence.tenant", "evidence.address"]),
            sqlite_strict=True,
        )
    )


def _log() -> None:
    append_only = context.config.attributes["append_only"]
    append_only(
        op.create_table(
            "records",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
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
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("size", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("note", sa.Text, nullable=False),
            sqlite_strict=True,
        )
    )
