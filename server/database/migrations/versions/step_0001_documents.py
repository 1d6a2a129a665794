"""Documents, what they stand on, and the answers to requests."""

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    append_only = context.config.attributes["append_only"]
    append_only(
        op.create_table(
            "evidence",
            sa.Column("position", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("tenant", sa.Text, nullable=False),
            sa.Column("address", sa.Text, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("inputs", sa.Text, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
            sa.Column("recorded_at", sa.Text, nullable=False),
            sa.UniqueConstraint("tenant", "address"),
            sa.CheckConstraint("address = 'sha256:' || encode(sha256(body), 'hex')", name="address_of_body").ddl_if(
                "postgresql"
            ),
            sqlite_autoincrement=True,
            sqlite_strict=True,
        )
    )
    op.create_index("evidence_by_kind", "evidence", ["tenant", "kind", "position"])
    op.create_index("evidence_by_inputs", "evidence", ["tenant", "inputs"])
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
