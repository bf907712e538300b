"""Pictures kept, news and stories, policy dialogues.

Revision: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_LIVE = sa.text("live_version IS NOT NULL")


def upgrade() -> None:
    _media()
    _news()
    _news_beside()
    _dialogues()
    _dialogues_beside()


def downgrade() -> None:
    for table in (
        "dialogue_moves", "dialogue_questions", "dialogue_groups", "dialogues",
        "news_moves", "news_pictures", "news_versions", "news_items", "media",
    ):  # fmt: skip
        op.drop_table(table)


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("mime", sa.String(128), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("created_by", RowId),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("kind IN ('picture', 'document')", name=op.f("ck_media_kind")),
    )
    op.create_index("ix_media_same", "media", ["sha256", "area_path"])


def _news() -> None:
    op.create_table(
        "news_items",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("slug", sa.String(96), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("live_version", sa.Integer),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("created_by", RowId),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("moved_at", UtcDateTime, nullable=False),
        sa.Column("published_at", UtcDateTime),
        sa.Column("updated_at", UtcDateTime),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.UniqueConstraint("slug", name="uq_news_items_slug"),
        sa.CheckConstraint(
            "state IN ('draft', 'waiting_approval', 'published', 'withdrawn')", name=op.f("ck_news_items_state")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_news_items_live", "news_items", ["published_at", "id"], postgresql_where=_LIVE, sqlite_where=_LIVE
    )
    op.create_index("ix_news_items_place", "news_items", ["area_path", "state", "id"])
    op.create_table(
        "news_versions",
        sa.Column("news_id", RowId, sa.ForeignKey("news_items.id"), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("area_name", sa.String(200), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("summary_en", sa.Text, nullable=False),
        sa.Column("body_en", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_url", sa.Text, nullable=False),
        sa.Column("names_person", sa.Boolean, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("plain_title", sa.Text, nullable=False),
        sa.Column("plain", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('news', 'story')", name=op.f("ck_news_versions_kind")),
    )


def _news_beside() -> None:
    op.create_table(
        "news_pictures",
        sa.Column("news_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("media_id", sa.String(64), sa.ForeignKey("media.id"), nullable=False),
        sa.Column("alt", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["news_id", "version"], ["news_versions.news_id", "news_versions.version"]),
    )
    op.create_index("ix_news_pictures_media_id", "news_pictures", ["media_id"])
    op.create_table(
        "news_moves",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("news_id", RowId, sa.ForeignKey("news_items.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("move", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_news_moves_news_id", "news_moves", ["news_id"])


def _dialogues() -> None:
    op.create_table(
        "dialogues",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("slug", sa.String(96), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("area_name", sa.String(200), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("questions_until", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", RowId),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("moved_at", UtcDateTime, nullable=False),
        sa.Column("announced_at", UtcDateTime),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.UniqueConstraint("slug", name="uq_dialogues_slug"),
        sa.CheckConstraint(
            "state IN ('draft', 'waiting_approval', 'open', 'answers_waiting', 'answered', 'cancelled')",
            name=op.f("ck_dialogues_state"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dialogues_place", "dialogues", ["area_path", "state", "id"])
    op.create_table(
        "dialogue_groups",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("dialogue_id", RowId, sa.ForeignKey("dialogues.id"), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", RowId),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dialogue_groups_dialogue_id", "dialogue_groups", ["dialogue_id"])


def _dialogues_beside() -> None:
    op.create_table(
        "dialogue_questions",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("dialogue_id", RowId, sa.ForeignKey("dialogues.id"), nullable=False),
        sa.Column("group_id", RowId, sa.ForeignKey("dialogue_groups.id")),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("set_aside", sa.Text, nullable=False),
        sa.Column("told_at", UtcDateTime),
        sa.UniqueConstraint("dialogue_id", "channel", "chat", "text_hash", name="uq_dialogue_questions_same"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dialogue_questions_group_id", "dialogue_questions", ["group_id"])
    op.create_index("ix_dialogue_questions_chat", "dialogue_questions", ["channel", "chat"])
    op.create_table(
        "dialogue_moves",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("dialogue_id", RowId, sa.ForeignKey("dialogues.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("move", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_dialogue_moves_dialogue_id", "dialogue_moves", ["dialogue_id"])
