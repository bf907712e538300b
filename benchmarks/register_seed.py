"""An invented province for the benchmark of a large register, written by PostgreSQL itself in a few minutes.

A village has 150 households of 3.7 persons on average, a commune 10 villages, a district 20 communes. One household in
five has a report; 17 of 20 reports are decided, and have made the household near-poor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.reporting.told import Told, sealed
from storage.database import Database
from storage.keys import Keys
from storage.register.bulk import insert_many
from storage.register.names import folded
from storage.register.protected import sealed as protected
from storage.reports import receipt
from storage.tables_reports import report_moves, reports

NOW: Final = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY: Final = date(2026, 11, 24)
TOP: Final = "tinh-quy-mo"
VILLAGE: Final = 150
COMMUNE: Final = 10 * VILLAGE
DISTRICT: Final = 20 * COMMUNE
SURNAMES: Final = ("Nguyễn",) * 12 + ("Trần",) * 4 + ("Lê",) * 3 + tuple(
    "Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh".split()
)  # fmt: skip
MIDDLES: Final = (
    "Văn", "Thị", "Đức", "Hữu", "Ngọc", "Xuân", "Minh", "Thị Thu", "Thị Kim", "Văn Hải", "Quang", "Thị Bích", "Đình",
    "Công", "Thanh", "Thị Hồng",
)  # fmt: skip
GIVEN: Final = tuple(
    "An Anh Ba Bảo Bích Bình Chi Chiến Cường Diệp Dung Dũng Đạt Đông Giang Hà Hải Hạnh Hiền Hiếu Hoa Hòa Hùng Hương "
    "Khánh Lan Liên Linh Loan Long Mai Mạnh Minh Nam Nga Nghĩa Nhung Phong Phúc Phương Quân Quý Sơn Tâm Thái Thảo "
    "Thắng Thủy Tiến Trang Trung Tú Tuấn Tuyết Vinh Xuân Yến".split()
)  # fmt: skip
_SIZES: Final = (1, 2, 3, 4, 4, 4, 4, 5, 5, 5)
"""Persons of ten households: 37."""
_SCATTER: Final = 7919
_INDEXED: Final = ("households", "members", "changes", "change_households", "movements", "name_keys", "household_spans")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a province is."""

    households: int
    reports: int


async def seed(database: Database, keys: Keys, size: Size) -> None:
    """Fill a migrated database that holds nothing yet."""
    async with database.write() as connection:
        made = await _drop_indexes(connection)
        for statement in (*_areas(), *_people(keys), *_register(), *_names()):
            await connection.exec_driver_sql(statement.replace("HOUSEHOLDS", f"CAST({size.households} AS bigint)"))
        await _write_reports(connection, keys, size)
        for statement in (*made, *_sequences()):
            await connection.exec_driver_sql(statement)
    async with database.engine.connect() as connection:
        settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await settled.execute(text("VACUUM ANALYZE"))


async def _drop_indexes(connection: AsyncConnection) -> list[str]:
    """Drop the indexes of the large tables; returns the statements that make them again."""
    await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    await connection.execute(text("SET LOCAL work_mem = '512MB'"))
    found = await connection.execute(
        text(
            "SELECT i.tablename, i.indexname, i.indexdef, c.conname, pg_get_constraintdef(c.oid) AS made "
            "FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname AND c.contype IN ('p', 'u') "
            "WHERE i.schemaname = 'public' AND i.tablename = ANY(:tables)"
        ),
        {"tables": list(_INDEXED)},
    )
    again = []
    for row in found.all():
        if row.conname is not None:
            await connection.execute(text(f"ALTER TABLE {row.tablename} DROP CONSTRAINT {row.conname}"))
            again.append(f"ALTER TABLE {row.tablename} ADD CONSTRAINT {row.conname} {row.made}")
        else:
            await connection.execute(text(f"DROP INDEX {row.indexname}"))
            again.append(row.indexdef)
    return again


def _areas() -> list[str]:
    """The tree: as large as the number of households asks for."""
    columns = 'key, code, name, plain_name, kind, rural, parent_key, path, start, "end", successors, demo'
    rest = "DATE '2000-01-01', NULL, '[]', true"
    district, commune = f"((g - 1) / {DISTRICT // COMMUNE} + 1)", f"((g - 1) / {COMMUNE // VILLAGE} + 1)"
    of_commune = f"(({commune} - 1) / {DISTRICT // COMMUNE} + 1)"
    return [
        f"INSERT INTO areas ({columns}) VALUES "
        f"('{TOP}', '', 'Tỉnh Quy Mô', 'tinh quy mo', 'province', true, NULL, '/{TOP}/', {rest})",
        f"INSERT INTO areas ({columns}) SELECT 'h' || g, '', 'Huyện Mẫu ' || g, 'huyen mau ' || g, 'district', true, "
        f"'{TOP}', '/{TOP}/h' || g || '/', {rest} FROM generate_series(1, (HOUSEHOLDS - 1) / {DISTRICT} + 1) g",
        f"INSERT INTO areas ({columns}) SELECT 'x' || g, '', 'Xã Mẫu ' || g, 'xa mau ' || g, 'commune', true, "
        f"'h' || {district}, '/{TOP}/h' || {district} || '/x' || g || '/', {rest} "
        f"FROM generate_series(1, (HOUSEHOLDS - 1) / {COMMUNE} + 1) g",
        f"INSERT INTO areas ({columns}) SELECT 't' || g, '', 'Thôn Mẫu ' || g, 'thon mau ' || g, 'village', true, "
        f"'x' || {commune}, '/{TOP}/h' || {of_commune} || '/x' || {commune} || '/t' || g || '/', {rest} "
        f"FROM generate_series(1, (HOUSEHOLDS - 1) / {VILLAGE} + 1) g",
    ]


def _array(values: Sequence[Any]) -> str:
    return f"(ARRAY[{', '.join(repr(value) for value in values)}])"


def _pick(values: Sequence[str], by: str, salt: int) -> str:
    """One of the values, scattered but the same every time."""
    return f"{_array(values)}[1 + abs(hashint8extended({by}, {salt})) % {len(values)}]"


def _people(keys: Keys) -> list[str]:
    """The persons, with the parts of their names still apart; members are written from it."""
    offsets = [sum(_SIZES[:seat]) for seat in range(len(_SIZES))]
    first = f"(h - 1) / 10 * 37 + {_array(offsets)}[1 + (h - 1) % 10]"
    number = protected(keys, "member", "id_number", "000123456789")["id_number_encrypted"]
    disability = protected(keys, "member", "disability", "Nặng")["disability_encrypted"]
    return [
        "CREATE TEMPORARY TABLE places AS SELECT CAST(substr(key, 2) AS bigint) AS number, key, path "
        "FROM areas WHERE kind = 'village'",
        "CREATE TEMPORARY TABLE parts AS SELECT h, s, m, "
        f"{_pick(SURNAMES, 'm - s', 1)} AS a, {_pick(MIDDLES, 'm', 2)} AS b, {_pick(GIVEN, 'm', 3)} AS c, "
        f"{_pick([folded(name) for name in SURNAMES], 'm - s', 1)} AS pa, "
        f"{_pick([folded(name) for name in MIDDLES], 'm', 2)} AS pb, "
        f"{_pick([folded(name) for name in GIVEN], 'm', 3)} AS pc, "
        f"DATE '1935-01-01' + CAST(abs(hashint8extended(m, 4)) % 33000 AS int) AS born FROM "
        f"(SELECT h, s, {first} + s + 1 AS m FROM generate_series(1, HOUSEHOLDS) h, "
        f"generate_series(0, {_array(_SIZES)}[1 + (h - 1) % 10] - 1) s) numbered",
        "INSERT INTO members (id, household_id, name, name_plain, relation, birth_date, birth_precision, sex, "
        "ethnicity, id_number_encrypted, id_number_hash, "
        "disability_encrypted, schooling, pension, study, ended_on, ended_reason, "
        "version) SELECT m, h, a || ' ' || b || ' ' || c, pa || ' ' || pb || ' ' || pc, "
        f"{_array(['head', 'spouse', 'child', 'child', 'child'])}[s + 1], born, 'day', "
        f"CASE WHEN m % 2 = 0 THEN 'male' ELSE 'female' END, 'Kinh', '{number}', md5('a' || m) || md5('b' || m), "
        f"CASE WHEN m % 25 = 0 THEN '{disability}' END, '', m % 7 = 0, NULL, NULL, '', 1 FROM parts",
    ]


_REPORTED: Final = "h % 5 = 0"
_APPROVED: Final = "(h % 5 = 0 AND h / 5 % 20 < 17)"
_REPORT: Final = f"((h / 5 * {_SCATTER}) % (HOUSEHOLDS / 5) + 1)"
_FIRST: Final = (
    f"CASE WHEN {_REPORTED} THEN 'poor' ELSE (ARRAY['none', 'poor', 'poor', 'near_poor', 'near_poor', 'poor', "
    "'near_poor', 'newly_exited', 'average', 'none'])[1 + h % 10] END"
)
_NOW_IS: Final = f"CASE WHEN {_APPROVED} THEN 'near_poor' ELSE {_FIRST} END"
_DECIDED: Final = f"DATE '2024-03-01' + CAST({_REPORT} % 600 AS int)"
_BEGINNING: Final = "DATE '2022-12-14'"


_MOVEMENT: Final = (
    'INSERT INTO movements (change_id, household_id, area_path, status, event_date, booked_on, "column", '
    "households, persons) "
)


def _register() -> list[str]:
    """Households, their history of one or two changes, and what is derived from it."""
    home = (
        '\'{"code":"QM-\' || lpad(h::text, 7, \'0\') || \'","area_key":"\' || key || '
        '\'","head_member_id":\' || head || '
        '\',"address":"Xóm \' || h % 9 || \'","state":"active","merged_into":null,"status":"\' || first || '
        '\'","status_since":"2022-12-14","decision_no":"15/QĐ-UBND","decision_date":"2022-12-14","b1":120,"b2":30,'
        '"deprivations":[],"causes":[],"groups":[],"phone_encrypted":null,"phone_hash":null,"demo":true}\''
    )
    person = (
        'format(\'["member",%s,null,{"household_id":%s,"name":"%s","relation":"%s","birth_date":"%s",'
        '"birth_precision":"day","sex":"%s","ethnicity":"Kinh","id_number_encrypted":"%s","id_number_hash":"%s",'
        '"disability_encrypted":null,"schooling":"","pension":null,"study":null,"ended_on":null,"ended_reason":""}]\', '
        "id, household_id, name, relation, birth_date, sex, id_number_encrypted, id_number_hash)"
    )
    moved = (
        '\'[["household",\' || h || \',{"status":"poor","status_since":"2022-12-14"},{"status":"near_poor",'
        '"status_since":"\' || decided || \'"}]]\''
    )
    change = (
        "INSERT INTO changes (id, kind, event_date, recorded_at, account_id, report_id, import_id, undoes, "
        "household_ids, area_path, items) "
    )
    return [
        "CREATE TEMPORARY TABLE homes AS SELECT h, key, path, substring(path FROM '^/[^/]+/[^/]+/') AS upper, "
        "substring(path FROM '^/[^/]+/[^/]+/[^/]+/') AS unit, "
        f"{_FIRST} AS first, {_NOW_IS} AS status, {_REPORTED} AS reported, {_APPROVED} AS approved, "
        f"{_REPORT} AS report, {_DECIDED} AS decided "
        f"FROM generate_series(1, HOUSEHOLDS) h JOIN places ON places.number = (h - 1) / {VILLAGE} + 1",
        "CREATE TEMPORARY TABLE crowds AS SELECT household_id AS h, min(id) AS head, count(*) AS persons, "
        f"string_agg(name_plain, ' ' ORDER BY id) AS names, string_agg({person}, ',' ORDER BY id) AS said "
        "FROM members GROUP BY household_id",
        "INSERT INTO households (id, code, area_key, area_path, head_member_id, address, state, merged_into, status, "
        "status_since, decision_no, decision_date, b1, b2, deprivations, causes, groups, phone_encrypted, phone_hash, "
        "name_search, version, demo, created_at) SELECT h, 'QM-' || lpad(h::text, 7, '0'), key, path, head, "
        f"'Xóm ' || h % 9, 'active', NULL, status, CASE WHEN approved THEN decided ELSE {_BEGINNING} END, "
        f"'15/QĐ-UBND', {_BEGINNING}, 120, 30, '[]', '[]', '[]', NULL, NULL, names, 1, true, TIMESTAMPTZ '2023-01-05' "
        "FROM homes JOIN crowds USING (h)",
        f"{change} SELECT h, 'import', {_BEGINNING}, TIMESTAMPTZ '2023-01-05', NULL, NULL, NULL, NULL, "
        f"'[' || h || ']', path, '[[\"household\",' || h || ',null,' || {home} || '],' || said || ']' "
        "FROM homes JOIN crowds USING (h)",
        f"{change} SELECT HOUSEHOLDS + report, 'poor_to_nearpoor', decided, decided + INTERVAL '5 days', 1, "
        f"report, NULL, NULL, '[' || h || ']', path, {moved} FROM homes WHERE approved",
        "INSERT INTO change_households (household_id, change_id) SELECT h, h FROM homes "
        "UNION ALL SELECT h, HOUSEHOLDS + report FROM homes WHERE approved",
        "INSERT INTO household_spans (household_id, since, until, code, area_path, state, status) "
        f"SELECT h, {_BEGINNING}, CASE WHEN approved THEN decided ELSE DATE '9999-12-31' END, "
        "'QM-' || lpad(h::text, 7, '0'), path, 'active', first FROM homes UNION ALL "
        "SELECT h, decided, DATE '9999-12-31', 'QM-' || lpad(h::text, 7, '0'), path, 'active', status FROM homes "
        "WHERE approved",
        f"{_MOVEMENT} SELECT h, h, path, first, {_BEGINNING}, {_BEGINNING}, 'rise_other', 1, persons FROM homes "
        "JOIN crowds USING (h) WHERE first IN ('poor', 'near_poor')",
        f"{_MOVEMENT} SELECT HOUSEHOLDS + report, h, path, 'poor', decided, decided, 'to_other_list', -1, -persons "
        "FROM homes JOIN crowds USING (h) WHERE approved",
        f"{_MOVEMENT} SELECT HOUSEHOLDS + report, h, path, 'near_poor', decided, decided, 'from_other_list', 1, "
        "persons FROM homes JOIN crowds USING (h) WHERE approved",
    ]


def _names() -> list[str]:
    into = "INSERT INTO name_keys (key, household_id, member_id, area_path, upper_path, unit_path)"
    rest = "h, m, path, upper, unit FROM parts JOIN homes USING (h)"
    keys = ["pa || ' ' || pb || ' ' || pc", "pb || ' ' || pc", "pc"]
    second = "substr(pb, strpos(pb, ' ') + 1) || ' ' || pc"
    return [
        *(f"{into} SELECT {key}, {rest}" for key in keys),
        f"{into} SELECT {second}, {rest} WHERE strpos(pb, ' ') > 0",
    ]


def _sequences() -> list[str]:
    tables = ("households", "members", "changes", "movements", "reports", "report_moves")
    return [
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))" for table in tables
    ]


async def _write_reports(connection: AsyncConnection, keys: Keys, size: Size) -> None:
    """Each report with ciphertext of its own, as it is tied to its report."""
    if size.reports * 5 != size.households:
        raise SystemExit("the benchmark has one report for five households")
    found = await connection.execute(text("SELECT h, key, path, approved, report, decided FROM homes WHERE reported"))
    written: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for row in found:
        written.append(_report(keys, row))
        moves += _moves(written[-1])
    written.sort(key=lambda each: each["id"])
    await insert_many(connection, reports, written)
    await insert_many(connection, report_moves, moves)


def _report(keys: Keys, row: Any) -> dict[str, Any]:
    waiting = {17: "sent", 18: "checked", 19: "asked" if row.h // 100 % 2 else "deciding"}
    state = "approved" if row.approved else waiting[row.h // 5 % 20]
    sent = NOW - timedelta(days=row.report % 20) if not row.approved else _evening(row.decided)
    form, fields = "poor_to_nearpoor", {"decision_no": "15/QĐ-UBND", "b1": 150, "b2": 20}
    on = row.decided
    if not row.approved:
        form, on = "birth", TODAY - timedelta(days=20 + row.report % 20)
        fields = {"name": "Nguyễn Văn Mẫu", "sex": "male", "relation": "child"}
    told = Told(form, row.key, on, f"scale-{row.report}", row.h, fields=fields)
    return {
        "id": row.report, "receipt": receipt(row.report), "submission": told.submission, "form": form,
        "area_key": row.key, "area_path": row.path, "household_id": row.h, "member_id": None,
        "other_household_id": None, "subject_hash": None, "fields": sealed(keys, told), "event_date": on,
        "state": state, "version": 1, "sent_by": 1, "channel": "web", "chat": "scale", "created_at": sent,
        "moved_at": sent, "decided_at": sent if row.approved else None,
        "due_on": None if row.approved else (sent + timedelta(days=5)).date(), "reminded_on": None,
        "change_id": None, "duplicate_of": None,
    }  # fmt: skip


def _moves(report: dict[str, Any]) -> list[dict[str, Any]]:
    way = ["sent"]
    if report["state"] != "sent":
        way.append("checked")
        way.append(report["state"])
    made = zip(("send", "forward", "approve" if report["state"] == "approved" else "take"), way, strict=False)
    before = ""
    found = []
    for move, state in made:
        found.append(
            {
                "report_id": report["id"], "at": report["created_at"], "account_id": 1, "role": "commune_officer",
                "move": move, "from_state": before, "to_state": state, "reason": None,
            }
        )  # fmt: skip
        before = state
    return found


def _evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
