"""The blocks of sweeps, and what was done to each sweep."""

import sqlalchemy as sa
from alembic import context, op

revision = "0005"
down_revision = "0004"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    append_only = context.config.attributes["append_only"]
    append_only(
        op.create_table(
            "sweep_blocks",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("plan", sa.Text, primary_key=True),
            sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("address", sa.Text, nullable=False),
            sa.Column("root", sa.LargeBinary, nullable=False),
            sa.ForeignKeyConstraint(["tenant", "plan"], ["evidence.tenant", "evidence.address"]),
            sqlite_strict=True,
        )
    )
    op.create_index("sweep_blocks_by_address", "sweep_blocks", ["tenant", "address"])
    append_only(
        op.create_table(
            "sweep_events",
            sa.Column("tenant", sa.Text, primary_key=True),
            sa.Column("plan", sa.Text, primary_key=True),
            sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("event", sa.Text, nullable=False),
            sa.Column("detail", sa.Text, nullable=False),
            sa.Column("recorded_at", sa.Text, nullable=False),
            sa.ForeignKeyConstraint(["tenant", "plan"], ["evidence.tenant", "evidence.address"]),
            sqlite_strict=True,
        )
    )
