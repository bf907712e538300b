"""What comparing the register with the law finds: who becomes entitled to something, or no longer is."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath
from storage.tables_register import JsonList

KINDS: Final = ("begins", "may_begin", "ends", "may_end", "amount")
CAUSES: Final = ("birthday", "change", "law", "registered", "time")

entitlement_runs: Final = Table(
    "entitlement_runs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("area_path", AreaPath, nullable=False),
    # What held at the end of the first day is compared with what holds at the end of the second.
    Column("since", Date, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("households", Integer, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("unreadable", Integer, nullable=False),
    Index("ix_entitlement_runs_place", "area_path", "on_day"),
    sqlite_autoincrement=True,
)

entitlement_findings: Final = Table(
    "entitlement_findings",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # The last run that found it.
    Column("run_id", RowId, ForeignKey("entitlement_runs.id"), nullable=False),
    Column("first_run_id", RowId, nullable=False),
    Column("household_id", RowId, nullable=False),
    # 0 for what belongs to the household as a whole.
    Column("member_id", RowId, nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("benefit", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("cause", String(16), nullable=False),
    # The age reached, or the kind of the change.
    Column("detail", String(32), nullable=False),
    # In the unit of the benefit, where it is known.
    Column("amount", String(32), nullable=False),
    # Ids of the facts that have to be asked.
    Column("missing", JsonList, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    # Tells of something about health: only for those who may see such fields.
    Column("sensitive", Boolean, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    UniqueConstraint(
        "household_id", "member_id", "benefit", "kind", "day", name="uq_entitlement_findings_what"
    ),
    Index("ix_entitlement_findings_place", "area_path", "day"),
    Index("ix_entitlement_findings_run_id", "run_id", "area_path"),
    CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
    CheckConstraint(f"cause IN ({', '.join(repr(cause) for cause in CAUSES)})", name="cause"),
    sqlite_autoincrement=True,
)  # fmt: skip
