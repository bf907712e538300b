"""Ratings, edited articles and sample questions.

Revision: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_log",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("article", sa.String(64), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("rating", sa.SmallInteger),
        sa.Column("ticket", sa.String(64)),
        sa.Column("change_id", RowId),
        sa.UniqueConstraint("ticket", name=op.f("uq_question_log_ticket")),
        sa.CheckConstraint("kind IN ('article', 'choices', 'handoff')", name=op.f("ck_question_log_kind")),
        sa.CheckConstraint("rating IS NULL OR rating IN (-1, 1)", name=op.f("ck_question_log_rating")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_log_day", "question_log", ["day", "id"])
    op.create_table(
        "knowledge_changes",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("article_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("questions", sa.Text, nullable=False),
        sa.Column("tried", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_by", RowId, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("decided_by", RowId),
        sa.Column("decided_at", UtcDateTime),
        sa.UniqueConstraint("number", name=op.f("uq_knowledge_changes_number")),
        sa.CheckConstraint("kind IN ('samples', 'article', 'restored')", name=op.f("ck_knowledge_changes_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused', 'withdrawn')", name=op.f("ck_knowledge_changes_state")
        ),
        sa.CheckConstraint("(state = 'approved') = (number IS NOT NULL)", name=op.f("ck_knowledge_changes_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_knowledge_changes_article", "knowledge_changes", ["article_id", "state", "number"])
    op.create_index("ix_knowledge_changes_state", "knowledge_changes", ["state", "id"])


def downgrade() -> None:
    op.drop_table("knowledge_changes")
    op.drop_table("question_log")
