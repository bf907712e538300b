"""Key rotation and retention.

Revision: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_rotations",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column("place", sa.String(96), primary_key=True),
        sa.Column("last", sa.Text, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("unreadable", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
    )
    op.create_table(
        "consents",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("agreed_at", UtcDateTime, nullable=False),
        sa.Column("again_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint(
            "channel", "chat", "purpose", "version", name=op.f("uq_consents_channel_chat_purpose_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_again_at", "consents", ["again_at"])


def downgrade() -> None:
    op.drop_table("consents")
    op.drop_table("key_rotations")
