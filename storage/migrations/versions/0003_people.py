"""Areas, accounts, roles, invitations, links and the audit trail.

Revision: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_ROLE = "role IN ('village_head', 'commune_officer', 'district_officer', 'communications_staff', 'administrator')"
_REFUSED = "the audit trail is append-only"


def upgrade() -> None:
    _areas()
    _accounts()
    _roles()
    _codes()
    _audit()


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("plain_name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("rural", sa.Boolean, nullable=False),
        sa.Column("parent_key", sa.String(64)),
        sa.Column("path", _PATH, nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("end", sa.Date),
        sa.Column("successors", sa.Text, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.UniqueConstraint("path", name="uq_areas_path"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("notices_stopped", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("demo", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account_channels",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("chat", sa.String(128), primary_key=True),
        sa.Column("account_id", RowId, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("linked_at", UtcDateTime, nullable=False),
        sa.Column("preferred", sa.Boolean, nullable=False),
    )
    op.create_index("ix_account_channels_account_id", "account_channels", ["account_id"])
    op.create_table(
        "account_drafts",
        sa.Column("account_id", RowId, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(64), primary_key=True),
        sa.Column("draft", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
    )


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("account_id", RowId, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("end", sa.Date),
        sa.Column("granted_by", RowId),
        sa.Column("invitation_id", RowId),
        sa.CheckConstraint(_ROLE, name=op.f("ck_roles_role")),
        sa.CheckConstraint('"end" IS NULL OR "end" >= start', name=op.f("ck_roles_dates")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_roles_account_id", "roles", ["account_id"])
    op.create_index("ix_roles_area_key", "roles", ["area_key"])


def _codes() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("area_key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_by", RowId),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("used_by", RowId),
        sa.Column("revoked_at", UtcDateTime),
        sa.UniqueConstraint("code_hash", name="uq_invitations_code_hash"),
        sa.CheckConstraint(_ROLE, name=op.f("ck_invitations_role")),
    )
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", RowId, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("account_id", RowId),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("verb", sa.String(64), nullable=False),
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("previous_hash", name="uq_audit_previous_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_audit_verb", "audit", ["verb", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        )


def downgrade() -> None:
    op.drop_table("audit")  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")
    for table in ("link_codes", "invitations", "roles", "account_drafts", "account_channels", "accounts", "areas"):
        op.drop_table(table)
