"""Pictures that were sent in a chat and are still to be fetched; the day on which a nomination was reminded of.

Revision: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "media_fetches",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("failure", sa.String(32), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_media_fetches_due", "media_fetches", ["due_at"])
    op.create_index("ix_media_fetches_chat", "media_fetches", ["channel", "chat"])
    op.add_column("nominations", sa.Column("reminded_on", sa.Date))


def downgrade() -> None:
    op.drop_column("nominations", "reminded_on")
    op.drop_table("media_fetches")
