"""Runs over the register that look for new and ending entitlements, and what they found.

Revision: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "entitlement_runs",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("on_day", sa.Date, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("households", sa.Integer, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("unreadable", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entitlement_runs_place", "entitlement_runs", ["area_path", "on_day"])
    op.create_table(
        "entitlement_findings",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("run_id", RowId, sa.ForeignKey("entitlement_runs.id"), nullable=False),
        sa.Column("first_run_id", RowId, nullable=False),
        sa.Column("household_id", RowId, nullable=False),
        sa.Column("member_id", RowId, nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("benefit", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(32), nullable=False),
        sa.Column("amount", sa.String(32), nullable=False),
        sa.Column("missing", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("sensitive", sa.Boolean, nullable=False),
        sa.Column("found_at", UtcDateTime, nullable=False),
        sa.Column("told_at", UtcDateTime),
        sa.UniqueConstraint(
            "household_id", "member_id", "benefit", "kind", "day", name="uq_entitlement_findings_what"
        ),
        sa.CheckConstraint(
            "kind IN ('begins', 'may_begin', 'ends', 'may_end', 'amount')", name=op.f("ck_entitlement_findings_kind")
        ),
        sa.CheckConstraint(
            "cause IN ('birthday', 'change', 'law', 'registered', 'time')",
            name=op.f("ck_entitlement_findings_cause"),
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_entitlement_findings_place", "entitlement_findings", ["area_path", "day"])
    op.create_index("ix_entitlement_findings_run_id", "entitlement_findings", ["run_id", "area_path"])


def downgrade() -> None:
    for table in ("entitlement_findings", "entitlement_runs"):
        op.drop_table(table)
