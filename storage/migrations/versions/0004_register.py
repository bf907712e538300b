"""The register: households, members, their changes, imports, movements, name keys and closed periods.

Revision: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_PLAIN = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
_ACTIVE = sa.text("state = 'active'")
_STATE = "state IN ('active', 'moved_out', 'dissolved', 'merged')"
_STATUS = "status IN ('poor', 'near_poor', 'newly_exited', 'average', 'none')"
_SEX = "sex IS NULL OR sex IN ('male', 'female')"
_PRECISION = "birth_precision IN ('day', 'month', 'year')"
_LIST = "status IN ('poor', 'near_poor')"


def upgrade() -> None:
    _households()
    _members()
    _changes()
    _reading()


def _households() -> None:
    op.create_table(
        "households",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("code", _PLAIN, nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("head_member_id", RowId),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("merged_into", RowId),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_since", sa.Date),
        sa.Column("decision_no", sa.String(100), nullable=False),
        sa.Column("decision_date", sa.Date),
        sa.Column("b1", sa.Integer),
        sa.Column("b2", sa.Integer),
        sa.Column("deprivations", sa.Text, nullable=False),
        sa.Column("causes", sa.Text, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("phone_encrypted", sa.Text),
        sa.Column("phone_hash", sa.String(64)),
        sa.Column("name_search", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("code", name="uq_households_code"),
        sa.CheckConstraint(_STATE, name=op.f("ck_households_state")),
        sa.CheckConstraint(_STATUS, name=op.f("ck_households_status")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_households_place", "households", ["area_path", "code"])
    op.create_index(
        "ix_households_status",
        "households",
        ["status", "area_path", "code"],
        postgresql_where=_ACTIVE,
        sqlite_where=_ACTIVE,
    )
    op.create_index("ix_households_phone_hash", "households", ["phone_hash"])


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("household_id", RowId, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_plain", sa.Text, nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("birth_precision", sa.String(8), nullable=False),
        sa.Column("sex", sa.String(8)),
        sa.Column("ethnicity", sa.String(50), nullable=False),
        sa.Column("id_number_encrypted", sa.Text),
        sa.Column("id_number_hash", sa.String(64)),
        sa.Column("disability_encrypted", sa.Text),
        sa.Column("schooling", sa.String(64), nullable=False),
        sa.Column("pension", sa.Boolean),
        sa.Column("study", sa.Boolean),
        sa.Column("ended_on", sa.Date),
        sa.Column("ended_reason", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(_SEX, name=op.f("ck_members_sex")),
        sa.CheckConstraint(_PRECISION, name=op.f("ck_members_birth_precision")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_members_household_id", "members", ["household_id"])
    op.create_index("ix_members_id_number_hash", "members", ["id_number_hash"])
    op.create_index("ix_members_birth_date", "members", ["birth_date"])


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("event_date", sa.Date, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("report_id", RowId),
        sa.Column("import_id", RowId),
        sa.Column("undoes", RowId),
        sa.Column("household_ids", sa.Text, nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_report_id", "changes", ["report_id"])
    op.create_index("ix_changes_import_id", "changes", ["import_id", "id"])
    op.create_index("ix_changes_area", "changes", ["area_path", "id"])
    op.create_index("ix_changes_undoes", "changes", ["undoes"])
    op.create_table(
        "change_households",
        sa.Column("household_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("change_id", RowId, primary_key=True, autoincrement=False),
    )
    op.create_index("ix_change_households_change_id", "change_households", ["change_id"])
    op.create_table(
        "imports",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("event_date", sa.Date, nullable=False),
        sa.Column("households", sa.Integer, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("undone_at", UtcDateTime),
        sqlite_autoincrement=True,
    )


def _reading() -> None:
    op.create_table(
        "movements",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("change_id", RowId, nullable=False),
        sa.Column("household_id", RowId, nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("event_date", sa.Date, nullable=False),
        sa.Column("booked_on", sa.Date, nullable=False),
        sa.Column("column", sa.String(24), nullable=False),
        sa.Column("households", sa.SmallInteger, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.CheckConstraint(_LIST, name=op.f("ck_movements_status")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_movements_change_id", "movements", ["change_id"])
    op.create_index("ix_movements_household", "movements", ["household_id", "event_date"])
    op.create_index("ix_movements_place", "movements", ["area_path", "booked_on"])
    op.create_table(
        "name_keys",
        sa.Column("key", _PLAIN, primary_key=True),
        sa.Column("household_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("member_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("area_path", _PATH, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_keys_place", "name_keys", ["area_path", "key", "household_id"])
    op.create_index("ix_name_keys_household_id", "name_keys", ["household_id"])
    op.create_table(
        "periods",
        sa.Column("area_path", _PATH, primary_key=True),
        sa.Column("start", sa.Date, primary_key=True),
        sa.Column("end", sa.Date, primary_key=True),
        sa.Column("locked_at", UtcDateTime, nullable=False),
        sa.Column("by", RowId),
        sa.CheckConstraint('"end" > start', name=op.f("ck_periods_dates")),
    )


def downgrade() -> None:
    for table in (
        "periods",
        "name_keys",
        "movements",
        "imports",
        "change_households",
        "changes",
        "members",
        "households",
    ):
        op.drop_table(table)
