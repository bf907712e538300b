"""Households linked to accounts, what became of findings, photos, handed-over roles, and nightly jobs.

Revision: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")
_LATEST = sa.text("latest")


def upgrade() -> None:
    _links()
    _findings()
    _others()


def _links() -> None:
    op.create_table(
        "household_codes",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("household_id", RowId, nullable=False),
        sa.Column("created_by", RowId, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("used_by", RowId),
        sa.Column("revoked_at", UtcDateTime),
        sa.UniqueConstraint("code_hash", name="uq_household_codes_code_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_household_codes_household_id", "household_codes", ["household_id"])
    op.create_table(
        "account_households",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("household_id", RowId, nullable=False),
        sa.Column("consent_version", sa.String(16), nullable=False),
        sa.Column("consented_at", UtcDateTime, nullable=False),
        sa.Column("linked_by", RowId, nullable=False),
        sa.Column("on_behalf", sa.Boolean, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", RowId),
        sa.Column("ended_how", sa.String(16)),
        sa.CheckConstraint(
            "ended_how IN ('person', 'officer', 'deleted', 'account')", name=op.f("ck_account_households_ended_how")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_account_households_open", "account_households", ["account_id", "household_id"], unique=True,
        postgresql_where=_OPEN, sqlite_where=_OPEN,
    )  # fmt: skip
    op.create_index("ix_account_households_household_id", "account_households", ["household_id"])


def _findings() -> None:
    op.create_table(
        "household_told",
        sa.Column("account_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("household_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("member_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("benefit", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("told_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "finding_outcomes",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("household_id", RowId, nullable=False),
        sa.Column("member_id", RowId, nullable=False),
        sa.Column("benefit", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("latest", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('applying', 'granted', 'has_it', 'not_entitled', 'declined', 'open')",
            name=op.f("ck_finding_outcomes_outcome"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_finding_outcomes_latest", "finding_outcomes", ["household_id", "member_id", "benefit", "kind", "day"],
        unique=True, postgresql_where=_LATEST, sqlite_where=_LATEST,
    )  # fmt: skip


def _others() -> None:
    op.create_table(
        "handovers",
        sa.Column("invitation_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("role_id", RowId, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime),
    )
    op.create_index("ix_handovers_role_id", "handovers", ["role_id"])
    op.create_table(
        "photos",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(128), nullable=False),
        sa.Column("mime", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
    )
    op.create_index("ix_photos_chat", "photos", ["channel", "chat"])
    op.create_index("ix_photos_waiting", "photos", ["kept", "created_at"])
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(64), primary_key=True),
        sa.Column("night", sa.Date, primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("lease_until", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("failure", sa.Text),
    )


def downgrade() -> None:
    for table in (
        "job_runs", "photos", "handovers", "finding_outcomes", "household_told", "account_households",
        "household_codes",
    ):  # fmt: skip
        op.drop_table(table)
