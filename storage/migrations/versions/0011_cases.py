"""Cases handed over to the offices.

Revision: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_NOT_CLOSED = sa.text("state != 'closed'")
_KINDS = (
    "kind IN ('person', 'staff', 'note', 'bot', 'moved', 'taken', 'assigned', 'relayed', 'closed', 'reopened', 'left')"
)
_OUTCOMES = "'answered', 'passed_on', 'not_ours', 'no_word', 'abuse', 'withdrawn', 'deleted'"


def upgrade() -> None:
    _cases()
    _entries()
    op.create_table(
        "case_presence",
        sa.Column("case_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("account_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("writing", sa.Boolean, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "case_notices",
        sa.Column("account_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("told_at", UtcDateTime, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("alarms_from", UtcDateTime, nullable=False),
        sa.Column("alarms", sa.Integer, nullable=False),
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("account_id", RowId),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_by", RowId, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint(
            "account_id", "area_path", "title", name=op.f("uq_saved_replies_account_id_area_path_title")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_saved_replies_place", "saved_replies", ["area_path"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("office", sa.String(32), nullable=False),
        sa.Column("desk_key", sa.String(64), nullable=False),
        sa.Column("desk_path", _PATH, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("assignee", RowId),
        sa.Column("village_ok", sa.Boolean, nullable=False),
        sa.Column("left_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("taken_at", UtcDateTime),
        sa.Column("first_reply_at", UtcDateTime),
        sa.Column("last_person_at", UtcDateTime, nullable=False),
        sa.Column("last_staff_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("closed_by", RowId),
        sa.Column("outcome", sa.String(16)),
        sa.CheckConstraint("state IN ('open', 'waiting', 'closed')", name=op.f("ck_cases_state")),
        sa.CheckConstraint("cause IN ('wish', 'failure', 'distrust', 'urgent')", name=op.f("ck_cases_cause")),
        sa.CheckConstraint(f"outcome IS NULL OR outcome IN ({_OUTCOMES})", name=op.f("ck_cases_outcome")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_cases_closed")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_queue", "cases", ["state", "rank", "due_at", "id"])
    op.create_index("ix_cases_place", "cases", ["desk_path", "state", "id"])
    op.create_index("ix_cases_assignee", "cases", ["assignee", "state", "rank", "due_at", "id"])
    op.create_index("ix_cases_figures", "cases", ["opened_at", "topic"])
    op.create_index(
        "uq_cases_open_chat",
        "cases",
        ["channel", "chat"],
        unique=True,
        postgresql_where=_NOT_CLOSED,
        sqlite_where=_NOT_CLOSED,
    )


def _entries() -> None:
    op.create_table(
        "case_entries",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("case_id", RowId, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("detail", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("outbox_id", RowId),
        sa.Column("submission", sa.String(64)),
        sa.UniqueConstraint("submission", name=op.f("uq_case_entries_submission")),
        sa.CheckConstraint(_KINDS, name=op.f("ck_case_entries_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_entries_case", "case_entries", ["case_id", "id"])


def downgrade() -> None:
    for table in ("saved_replies", "case_notices", "case_presence", "case_entries", "cases"):
        op.drop_table(table)
