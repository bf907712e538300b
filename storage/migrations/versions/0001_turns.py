"""Inbox, conversations, outbox and channels: what a turn needs.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FAILED = sa.text("state = 2")
_QUEUED = sa.text("state = 1")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("message_id", sa.String(128), primary_key=True),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("failure", sa.Text),
        sa.CheckConstraint("state IN (1, 2)", name=op.f("ck_inbox_state")),
    )
    op.create_index("ix_inbox_failed", "inbox", ["received_at"], postgresql_where=_FAILED, sqlite_where=_FAILED)
    op.create_table(
        "conversations",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("channel", "chat", name="uq_conversations_channel_chat"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("receipt", sa.String(128)),
        sa.Column("failure", sa.Text),
        sa.CheckConstraint("state IN (1, 2, 3)", name=op.f("ck_outbox_state")),
        sa.CheckConstraint("priority IN (1, 2, 3)", name=op.f("ck_outbox_priority")),
        # Without it SQLite gives a deleted row's id to the next one, and a mailbox reader would miss that message.
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["channel", "priority", "id"], postgresql_where=_QUEUED, sqlite_where=_QUEUED
    )
    op.create_index("ix_outbox_chat", "outbox", ["channel", "chat", "id"])
    op.create_table(
        "channels",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("paused_until", UtcDateTime),
    )


def downgrade() -> None:
    for table in ("channels", "outbox", "conversations", "inbox"):
        op.drop_table(table)
