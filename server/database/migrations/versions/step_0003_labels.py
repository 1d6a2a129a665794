"""The callers' own names of documents, by which lists find them."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    append_only = context.config.attributes["append_only"]
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
