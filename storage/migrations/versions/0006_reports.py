"""Reports, their way through the review, and what was sent along.

Revision: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_OPEN = sa.text("state IN ('sent', 'checking', 'asked', 'checked', 'deciding')")
_STATE = "state IN ('sent', 'checking', 'asked', 'checked', 'deciding', 'approved', 'refused', 'withdrawn', 'joined')"


def upgrade() -> None:
    _reports()
    _beside()


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("receipt", sa.String(16), nullable=False),
        sa.Column("submission", sa.String(64), nullable=False),
        sa.UniqueConstraint("submission", name="uq_reports_submission"),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("household_id", RowId),
        sa.Column("member_id", RowId),
        sa.Column("other_household_id", RowId),
        sa.Column("subject_hash", sa.String(64)),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("event_date", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sent_by", RowId, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("moved_at", UtcDateTime, nullable=False),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("due_on", sa.Date),
        sa.Column("reminded_on", sa.Date),
        sa.Column("change_id", RowId),
        sa.Column("duplicate_of", RowId),
        sa.CheckConstraint(_STATE, name=op.f("ck_reports_state")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_reports_queue", "reports", ["state", "area_path", "id"], postgresql_where=_OPEN, sqlite_where=_OPEN
    )
    op.create_index("ix_reports_due", "reports", ["due_on", "id"], postgresql_where=_OPEN, sqlite_where=_OPEN)
    op.create_index("ix_reports_place", "reports", ["area_path", "id"])
    op.create_index("ix_reports_same", "reports", ["form", "household_id", "event_date"])
    op.create_index("ix_reports_subject_hash", "reports", ["subject_hash"])
    op.create_index("ix_reports_household_id", "reports", ["household_id"])
    op.create_index("ix_reports_sent_by", "reports", ["sent_by", "id"])
    op.create_index("ix_reports_duplicate_of", "reports", ["duplicate_of"])


def _beside() -> None:
    op.create_table(
        "report_moves",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("report_id", RowId, sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_moves_report_id", "report_moves", ["report_id"])
    op.create_table(
        "report_files",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("report_id", RowId, sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("mime", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_files_report_id", "report_files", ["report_id"])


def downgrade() -> None:
    for table in ("report_files", "report_moves", "reports"):
        op.drop_table(table)
