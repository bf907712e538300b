"""Broadcasts, topics, and what the outbox and the conversations need for them.

Revision: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_QUEUED = sa.text("state = 1")
_QUEUED_SINGLE = sa.text("state = 1 AND broadcast_id IS NULL")
_QUEUED_BROADCAST = sa.text("state = 1 AND broadcast_id IS NOT NULL")
_PAST = sa.text("state <> 1")
_OF_BROADCAST = sa.text("broadcast_id IS NOT NULL")

# The columns of before.
_COLUMNS = "id, channel, chat, priority, state, payload, created_at, due_at, attempts, sent_at, receipt, failure"
_STATES = (
    "draft",
    "waiting_approval",
    "scheduled",
    "running",
    "paused",
    "done",
    "cancelled",
    "expired",
    "refused",
)


def upgrade() -> None:
    _conversations()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_outbox("state IN (1, 2, 3, 4)", new=True)
    else:
        op.add_column("outbox", sa.Column("broadcast_id", RowId))
        op.add_column("outbox", sa.Column("leased", sa.Boolean, nullable=False, server_default=sa.false()))
        op.add_column("outbox", sa.Column("delivered_at", UtcDateTime))
        op.drop_constraint(op.f("ck_outbox_state"), "outbox", type_="check")
        op.create_check_constraint(op.f("ck_outbox_state"), "outbox", "state IN (1, 2, 3, 4)")
        op.drop_index("ix_outbox_due", "outbox")
        op.drop_index("ix_outbox_chat", "outbox")
    # What was in a worker's hands when it was stopped for this is due again when its lease ends, as before.
    _index("ix_outbox_due", ["channel", "priority", "id"], _QUEUED_SINGLE)
    _index("ix_outbox_waiting", ["channel", "chat", "id"], _QUEUED_SINGLE)
    _index("ix_outbox_past", ["channel", "chat", "id"], _PAST)
    _index("ix_outbox_broadcast_due", ["broadcast_id", "channel", "due_at", "id"], _QUEUED_BROADCAST)
    _index("ix_outbox_broadcast", ["broadcast_id", "channel", "chat"], _OF_BROADCAST, unique=True)
    _tables()


def downgrade() -> None:
    # What is gone with the tables below can no longer be rendered.
    op.execute("DELETE FROM outbox WHERE broadcast_id IS NOT NULL")
    op.execute("UPDATE outbox SET state = 3 WHERE state = 4")
    for table in ("channel_shares", "broadcast_moves", "broadcasts", "topic_choices"):
        op.drop_table(table)
    for name in (
        "ix_outbox_due",
        "ix_outbox_waiting",
        "ix_outbox_past",
        "ix_outbox_broadcast_due",
        "ix_outbox_broadcast",
    ):
        op.drop_index(name, "outbox")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_outbox("state IN (1, 2, 3)", new=False)
    else:
        op.drop_constraint(op.f("ck_outbox_state"), "outbox", type_="check")
        op.create_check_constraint(op.f("ck_outbox_state"), "outbox", "state IN (1, 2, 3)")
        for column in ("broadcast_id", "leased", "delivered_at"):
            op.drop_column("outbox", column)
    _index("ix_outbox_due", ["channel", "priority", "id"], _QUEUED)
    op.create_index("ix_outbox_chat", "outbox", ["channel", "chat", "id"])
    for column in ("language", "area_key", "notices_stopped", "stopped_at", "blocked_at"):
        op.drop_column("conversations", column)


def _conversations() -> None:
    op.add_column("conversations", sa.Column("language", sa.String(8), nullable=False, server_default=sa.text("''")))
    op.add_column("conversations", sa.Column("area_key", sa.String(64)))
    op.add_column("conversations", sa.Column("notices_stopped", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("conversations", sa.Column("stopped_at", UtcDateTime))
    op.add_column("conversations", sa.Column("blocked_at", UtcDateTime))
    # Who has asked for silence keeps it. When they asked was not kept: the last time they wrote is the closest.
    state = "convert_from(state, 'UTF8')::json ->> '{}'"
    true = "'true'"
    if op.get_bind().dialect.name == "sqlite":
        state, true = "json_extract(CAST(state AS TEXT), '$.{}')", "1"
    op.execute(
        "UPDATE conversations SET "  # noqa: S608  # constants
        f"language = coalesce(substr({state.format('language')}, 1, 8), ''), "
        f"area_key = nullif(substr({state.format('commune')}, 1, 64), ''), "
        f"notices_stopped = coalesce({state.format('notices_stopped')} = {true}, false), "
        f"stopped_at = CASE WHEN {state.format('notices_stopped')} = {true} THEN last_seen_at END"
    )


def _index(name: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, "outbox", columns, unique=unique, postgresql_where=where, sqlite_where=where)


def _rebuild_outbox(states: str, *, new: bool) -> None:
    """SQLite cannot change a CHECK. The ids go on where they were: they are never given again."""
    for index in ("ix_outbox_due", "ix_outbox_chat") if new else ():
        op.drop_index(index, "outbox")
    op.rename_table("outbox", "outbox_before")
    added = (
        sa.Column("broadcast_id", RowId),
        sa.Column("leased", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("delivered_at", UtcDateTime),
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
        *(added if new else ()),
        sa.CheckConstraint(states, name=op.f("ck_outbox_state")),
        sa.CheckConstraint("priority IN (1, 2, 3)", name=op.f("ck_outbox_priority")),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO outbox ({_COLUMNS}) SELECT {_COLUMNS} FROM outbox_before ORDER BY id")  # noqa: S608  # constants
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', seq FROM sqlite_sequence WHERE name = 'outbox_before'"
    )
    op.drop_table("outbox_before")


def _tables() -> None:
    op.create_table(
        "topic_choices",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("chat", sa.String(128), primary_key=True),
        sa.Column("topic", sa.String(32), primary_key=True),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.Column("chosen_at", UtcDateTime, nullable=False),
    )
    states = ", ".join(f"'{state}'" for state in _STATES)
    op.create_table(
        "broadcasts",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("corrects_id", RowId),
        sa.Column("created_by", RowId),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("approved_by", RowId),
        sa.Column("start_at", UtcDateTime),
        sa.Column("not_after", UtcDateTime),
        sa.Column("moved_at", UtcDateTime, nullable=False),
        sa.Column("estimate", sa.Integer),
        sa.Column("expanded_at", UtcDateTime),
        sa.Column("recipients", sa.Integer),
        sa.Column("excluded", sa.Text),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_broadcasts_state")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state", "start_at"])
    op.create_index("ix_broadcasts_place", "broadcasts", ["area_path", "id"])
    op.create_index("ix_broadcasts_topic", "broadcasts", ["topic", "expanded_at"])
    op.create_table(
        "broadcast_moves",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("broadcast_id", RowId, sa.ForeignKey("broadcasts.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("move", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcast_moves_broadcast_id", "broadcast_moves", ["broadcast_id"])
    op.create_table(
        "channel_shares",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String(32), primary_key=True),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("slots", sa.Integer, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
    )
