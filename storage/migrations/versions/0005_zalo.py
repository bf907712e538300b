"""Arrivals, counts per channel, and the people and tokens of a Zalo Official Account.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 1")


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(128), nullable=False),
        sa.Column("sender", sa.String(128), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("failure", sa.Text),
        sa.UniqueConstraint("channel", "message_id", name="uq_arrivals_channel_message_id"),
        sa.CheckConstraint("state IN (1, 2)", name=op.f("ck_arrivals_state")),
    )
    op.create_index(
        "ix_arrivals_waiting", "arrivals", ["channel", "sender", "id"], postgresql_where=_WAITING, sqlite_where=_WAITING
    )
    op.create_table(
        "channel_counts",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "zalo_oa_people",
        sa.Column("user_id", sa.String(128), primary_key=True),
        sa.Column("last_interaction_at", UtcDateTime),
        sa.Column("following", sa.Boolean, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_zalo_oa_people_changed_at", "zalo_oa_people", ["changed_at"])
    op.create_table(
        "zalo_oa_tokens",
        sa.Column("app_id", sa.String(64), primary_key=True),
        sa.Column("access_token", sa.Text, nullable=False),
        sa.Column("refresh_token", sa.Text, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("refreshed_at", UtcDateTime, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("refreshing_until", UtcDateTime),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("zalo_oa_tokens", "zalo_oa_people", "channel_counts", "arrivals"):
        op.drop_table(table)
