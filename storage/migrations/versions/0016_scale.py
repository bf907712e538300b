"""A large register: how every household counted from day to day, read from its history; names of a district together.

Revision: 0016
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.tables import RowId

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_PLAIN = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
_ACTIVE = sa.text("state = 'active'")
_STATE = "state IN ('active', 'moved_out', 'dissolved', 'merged')"
_STATUS = "status IN ('poor', 'near_poor', 'newly_exited', 'average', 'none')"
_OPEN = sa.text("state IN ('sent', 'checking', 'asked', 'checked', 'deciding')")
_OTHER = sa.text("other_household_id IS NOT NULL")
_TAKEN = sa.text("move = 'take'")
_FOREVER = date(9999, 12, 31)
_AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "household_spans",
        sa.Column("household_id", RowId, primary_key=True, autoincrement=False),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("code", _PLAIN, nullable=False),
        sa.Column("area_path", _PATH, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.CheckConstraint('"until" > since', name=op.f("ck_household_spans_dates")),
        sa.CheckConstraint(_STATE, name=op.f("ck_household_spans_state")),
        sa.CheckConstraint(_STATUS, name=op.f("ck_household_spans_status")),
        sqlite_with_rowid=False,
    )
    if not op.get_context().as_sql:
        _fill(op.get_bind())
    op.create_index("ix_household_spans_place", "household_spans", ["area_path", "code", "since", "until"])
    op.create_index(
        "ix_household_spans_status", "household_spans", ["status", "area_path", "code", "since", "until"],
        postgresql_where=_ACTIVE, sqlite_where=_ACTIVE,
    )  # fmt: skip

    for level in ("upper_path", "unit_path"):
        op.add_column("name_keys", sa.Column(level, _PATH, nullable=False, server_default=sa.text("''")))
    if not op.get_context().as_sql:
        _lift(op.get_bind())
    op.create_index("ix_name_keys_upper", "name_keys", ["upper_path", "key", "household_id"])
    op.create_index("ix_name_keys_unit", "name_keys", ["unit_path", "key", "household_id"])
    op.drop_index("ix_name_keys_place", "name_keys")
    op.create_index("ix_areas_parent_key", "areas", ["parent_key"])
    op.create_index("ix_reports_form", "reports", ["form", "area_path", "id"])
    op.create_index("ix_reports_open", "reports", ["id"], postgresql_where=_OPEN, sqlite_where=_OPEN)
    op.create_index("ix_reports_other", "reports", ["other_household_id"], postgresql_where=_OTHER, sqlite_where=_OTHER)
    op.create_index(
        "ix_report_moves_taken", "report_moves", ["account_id", "report_id"], postgresql_where=_TAKEN,
        sqlite_where=_TAKEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_report_moves_taken", "report_moves")
    op.drop_index("ix_reports_other", "reports")
    op.drop_index("ix_reports_open", "reports")
    op.drop_index("ix_reports_form", "reports")
    op.drop_index("ix_areas_parent_key", "areas")
    op.create_index("ix_name_keys_place", "name_keys", ["area_path", "key", "household_id"])
    op.drop_index("ix_name_keys_unit", "name_keys")
    op.drop_index("ix_name_keys_upper", "name_keys")
    for level in ("unit_path", "upper_path"):
        op.drop_column("name_keys", level)
    op.drop_table("household_spans")


def _lift(connection: sa.Connection) -> None:
    """The first two and three levels of every path, a village at a time by the index that is dropped afterwards."""
    change = sa.text("UPDATE name_keys SET upper_path = :upper, unit_path = :unit WHERE area_path = :path")
    for (path,) in connection.execute(sa.text("SELECT path FROM areas")).all():
        parts = path.strip("/").split("/")
        upper, unit = (f"/{'/'.join(parts[:length])}/" for length in (2, 3))
        connection.execute(change, {"upper": upper, "unit": unit, "path": path})


def _fill(connection: sa.Connection) -> None:
    """The stretches of every household that is there, from its changes."""
    spans = sa.table(
        "household_spans", sa.column("household_id"), sa.column("since", sa.Date), sa.column("until", sa.Date),
        sa.column("code"), sa.column("area_path"), sa.column("state"), sa.column("status"),
    )  # fmt: skip
    paths = {row.key: row.path for row in connection.execute(sa.text("SELECT key, path FROM areas"))}
    last = 0
    while True:
        homes = connection.execute(
            sa.text("SELECT id, code FROM households WHERE id > :last ORDER BY id LIMIT :most"),
            {"last": last, "most": _AT_ONCE},
        ).all()
        if not homes:
            return
        ids = [row.id for row in homes]
        codes = {row.id: row.code for row in homes}
        query = sa.text(
            "SELECT l.household_id, c.id, c.event_date, c.undoes, c.items FROM change_households l "
            "JOIN changes c ON c.id = l.change_id WHERE l.household_id IN :ids ORDER BY l.household_id, c.id"
        ).bindparams(sa.bindparam("ids", expanding=True))
        histories: dict[int, list[Any]] = {}
        for row in connection.execute(query.columns(event_date=sa.Date), {"ids": ids}):
            histories.setdefault(row.household_id, []).append(row)
        found = [row for each in ids for row in _stretches(each, codes[each], histories.get(each, []), paths)]
        if found:
            connection.execute(sa.insert(spans), found)
        last = ids[-1]


def _stretches(home: int, code: str, history: list[Any], paths: dict[str, str]) -> list[dict[str, Any]]:
    dead: set[int] = set()
    for row in reversed(history):
        if row.undoes is not None and row.id not in dead:
            dead.add(row.undoes)
    living = [row for row in history if row.undoes is None and row.id not in dead]
    values: dict[str, Any] = {}
    turns: list[tuple[date, tuple[str, str, str]]] = []
    for row in sorted(living, key=lambda each: (each.event_date, each.id)):
        for entity, row_id, _, after in json.loads(row.items):
            if entity == "household" and row_id == home and after is not None:
                values.update(after)
        if "area_key" not in values:
            continue
        now = (paths[values["area_key"]], values["state"], values["status"])
        if turns and turns[-1][0] == row.event_date:
            turns.pop()
        if not turns or turns[-1][1] != now:
            turns.append((row.event_date, now))
    ends = [since for since, _ in turns[1:]] + [_FOREVER]
    return [
        {
            "household_id": home, "since": since, "until": until, "code": code, "area_path": now[0],
            "state": now[1], "status": now[2],
        }
        for (since, now), until in zip(turns, ends, strict=True)
    ]  # fmt: skip
