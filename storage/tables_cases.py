"""The tables of cases: what the bot could not answer, who looks after it, and what was said since."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath

STATES: Final = ("open", "waiting", "closed")
"""open: the person waits for us; waiting: we wait for the person."""
CAUSES: Final = ("wish", "failure", "distrust", "urgent")
OUTCOMES: Final = ("answered", "passed_on", "not_ours", "no_word", "abuse", "withdrawn", "deleted")
"""The last two are the person's own: taken back, and everything deleted."""
KINDS: Final = ("person", "staff", "note", "bot", "moved", "taken", "assigned", "relayed", "closed", "reopened", "left")


def one_of(column: str, values: tuple[str, ...]) -> str:
    """A condition for a column with fixed words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


_NOT_CLOSED: Final = text("state != 'closed'")

cases: Final = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Empty once the person had everything deleted.
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("language", String(16), nullable=False),
    # What the person is called, as ciphertext; empty where it was not said.
    Column("person", Text, nullable=False),
    Column("cause", String(16), nullable=False),
    # 0 urgent, 1 everything else: the smaller stands first.
    Column("rank", SmallInteger, nullable=False),
    # Id of the article it is about, or empty.
    Column("topic", String(64), nullable=False),
    # Where the person lives: key of an area, empty where not known.
    Column("area_key", String(64), nullable=False),
    # The office in charge as the locality names it, and the area whose officers see it now.
    Column("office", String(32), nullable=False),
    Column("desk_key", String(64), nullable=False),
    Column("desk_path", AreaPath, nullable=False),
    Column("state", String(16), nullable=False),
    Column("assignee", RowId),
    # The person agreed that the village head may bring the answer.
    Column("village_ok", Boolean, nullable=False),
    # The person talks to the bot again, and what is said no longer goes along.
    Column("left_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("first_reply_at", UtcDateTime),
    Column("last_person_at", UtcDateTime, nullable=False),
    Column("last_staff_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("closed_by", RowId),
    Column("outcome", String(16)),
    Index("ix_cases_queue", "state", "rank", "due_at", "id"),
    Index("ix_cases_place", "desk_path", "state", "id"),
    Index("ix_cases_assignee", "assignee", "state", "rank", "due_at", "id"),
    Index("ix_cases_figures", "opened_at", "topic"),
    Index(
        "uq_cases_open_chat",
        "channel",
        "chat",
        unique=True,
        postgresql_where=_NOT_CLOSED,
        sqlite_where=_NOT_CLOSED,
    ),
    CheckConstraint(one_of("state", STATES), name="state"),
    CheckConstraint(one_of("cause", CAUSES), name="cause"),
    CheckConstraint(f"outcome IS NULL OR {one_of('outcome', OUTCOMES)}", name="outcome"),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    # A number that is given again would lead to somebody else's talk.
    sqlite_autoincrement=True,
)

case_entries: Final = Table(
    "case_entries",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    # The officer; empty for the person and the bot.
    Column("account_id", RowId),
    # What was said, as ciphertext; empty where nothing was, or it was deleted.
    Column("text", Text, nullable=False),
    # An article's id, where it went, an outcome: words of ours only.
    Column("detail", String(64), nullable=False),
    # A picture or file: the channel's handle as ciphertext, or the key of what an officer sent.
    Column("file", Text, nullable=False),
    Column("outbox_id", RowId),
    # Of the form it came from: sent twice, it is still one reply.
    Column("submission", String(64), unique=True),
    Index("ix_case_entries_case", "case_id", "id"),
    CheckConstraint(one_of("kind", KINDS), name="kind"),
    sqlite_autoincrement=True,
)

case_presence: Final = Table(
    "case_presence",
    metadata,
    Column("case_id", RowId, primary_key=True, autoincrement=False),
    Column("account_id", RowId, primary_key=True, autoincrement=False),
    Column("writing", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

case_notices: Final = Table(
    "case_notices",
    metadata,
    Column("account_id", RowId, primary_key=True, autoincrement=False),
    # When this officer was last told of new cases, and how many were held back since.
    Column("told_at", UtcDateTime, nullable=False),
    Column("held", Integer, nullable=False),
    # Alarms within the present span.
    Column("alarms_from", UtcDateTime, nullable=False),
    Column("alarms", Integer, nullable=False),
)

saved_replies: Final = Table(
    "saved_replies",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Whose it is; empty for one of the whole office.
    Column("account_id", RowId),
    # The area whose officers, and those below it, see one of the whole office.
    Column("area_path", AreaPath, nullable=False),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_by", RowId, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("account_id", "area_path", "title"),
    Index("ix_saved_replies_place", "area_path"),
    sqlite_autoincrement=True,
)
