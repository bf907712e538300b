"""Analytics: questions by week, and where dialogs stand.

Revision: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_weeks",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("area_key", sa.String(64), primary_key=True),
        sa.Column("article", sa.String(64), primary_key=True),
        sa.Column("answered", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.CheckConstraint("answered IN (0, 1)", name=op.f("ck_question_weeks_answered")),
    )
    op.create_table(
        "analytics_weeks",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("summed_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "dialog_counts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("area_key", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("step", sa.String(64), primary_key=True),
        sa.Column("stand", sa.String(16), primary_key=True),
        sa.Column("share", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.CheckConstraint("stand IN ('standing', 'finished', 'cancelled')", name=op.f("ck_dialog_counts_stand")),
    )


def downgrade() -> None:
    op.drop_table("dialog_counts")
    op.drop_table("analytics_weeks")
    op.drop_table("question_weeks")
