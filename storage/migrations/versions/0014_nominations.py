"""Nominations for commendation.

Revision: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_OPEN = sa.text("state IN ('sent', 'checking', 'asked', 'checked', 'deciding')")
_STATE = "state IN ('sent', 'checking', 'asked', 'checked', 'deciding', 'approved', 'refused', 'withdrawn', 'joined')"


def upgrade() -> None:
    _nominations()
    _beside()


def _nominations() -> None:
    op.create_table(
        "nominations",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("receipt", sa.String(16), nullable=False),
        sa.Column("submission", sa.String(64), nullable=False),
        sa.UniqueConstraint("submission", name="uq_nominations_submission"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("name_hash", sa.String(64)),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("consent", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sent_by", RowId, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("moved_at", UtcDateTime, nullable=False),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("due_on", sa.Date),
        sa.Column("duplicate_of", RowId),
        sa.Column("news_id", RowId),
        sa.Column("erased_at", UtcDateTime),
        sa.CheckConstraint(_STATE, name=op.f("ck_nominations_state")),
        sa.CheckConstraint("kind IN ('person', 'household', 'collective')", name=op.f("ck_nominations_kind")),
        sa.CheckConstraint("consent IN ('yes', 'no', 'unasked')", name=op.f("ck_nominations_consent")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_nominations_queue", "nominations", ["state", "area_path", "id"], postgresql_where=_OPEN, sqlite_where=_OPEN
    )
    op.create_index("ix_nominations_year", "nominations", ["year", "area_path", "id"])
    op.create_index("ix_nominations_name_hash", "nominations", ["name_hash", "year"])
    op.create_index("ix_nominations_sent_by", "nominations", ["sent_by", "id"])
    op.create_index("ix_nominations_duplicate_of", "nominations", ["duplicate_of"])


def _beside() -> None:
    op.create_table(
        "nomination_moves",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("nomination_id", RowId, sa.ForeignKey("nominations.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nomination_moves_nomination_id", "nomination_moves", ["nomination_id"])
    op.create_table(
        "nomination_files",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("nomination_id", RowId, sa.ForeignKey("nominations.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("mime", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nomination_files_nomination_id", "nomination_files", ["nomination_id"])


def downgrade() -> None:
    for table in ("nomination_files", "nomination_moves", "nominations"):
        op.drop_table(table)
