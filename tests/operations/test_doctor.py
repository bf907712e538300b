"""Every trouble that the doctor knows is made once and found, with what to do; a good installation is called good."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner
from sqlalchemy import insert, text, update

from bot import words
from bot.cli import cli
from bot.doctor import channels, machine, online, stored
from bot.doctor.findings import Finding, Level, bad, good, warn, worst
from bot.settings import Settings
from handlers.turn import Knowledge
from storage import audit, migrate, outbox, standing, zalo
from storage.audit import Event
from storage.database import Database
from storage.keys import Keys
from storage.outbox import NewRow
from storage.tables import inbox
from storage.tables_linked import job_runs
from storage.tables_people import accounts, roles
from tests.support.assembly import Clock

TOKEN = "424242:AAA"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> None:
    """The words are read once for all tests; that they can be read has a test of its own."""
    monkeypatch.setattr(machine, "knowledge", lambda settings: knowledge)


async def _look(url: str, key_file: str, now: datetime, **more: Any) -> dict[str, Finding]:
    database = Database(url)
    settings = Settings(database_url=url, key_file=key_file, **more)
    found = {finding.check: finding async for finding in stored.look(settings, database, now)}
    await database.close()
    return found


@pytest.fixture
def clock() -> Clock:
    """Today: the demo's trail is written at the same moment."""
    return Clock()


async def _healthy(url: str, now: datetime) -> None:
    database = Database(url)
    async with database.write() as connection:
        account = {"name": "Quản trị Mẫu", "notices_stopped": False, "created_at": now, "demo": True}
        number = (await connection.execute(insert(accounts).values(**account).returning(accounts.c.id))).scalar_one()
        role = {"role": "administrator", "area_key": "kim-bang-district", "start": now.date()}
        await connection.execute(insert(roles).values(account_id=number, **role))
        await standing.backed_up(connection, now.date(), now, now, 1, "here")
        night = {"holder": "x", "attempts": 1, "lease_until": now, "result": "{}", "night": now.date()}
        await connection.execute(insert(job_runs).values(job="purge", started_at=now, finished_at=now, **night))
    await database.close()


async def test_a_good_database_is_called_good(full_url: str, keys: Keys, clock: Clock) -> None:
    """On both engines: no warning at all."""
    at = clock.at if full_url.startswith("sqlite") else datetime.now(UTC)
    await _healthy(full_url, at)
    found = await _look(full_url, str(keys.file), at)
    assert [finding for finding in found.values() if finding.level is not Level.OK] == []
    assert found.keys() >= {"database", "clock", "encrypted data", "audit trail", "worker", "backup", "nightly work"}
    assert "1 keys in use" in found["encrypted data"].said


async def test_what_waits_too_long_says_that_the_worker_is_dead(full_url: str, keys: Keys, clock: Clock) -> None:
    """Five minutes are a warning, half an hour of answers is broken."""
    database = Database(full_url)
    async with database.write() as connection:
        await outbox.add(connection, [NewRow("telegram", "1", b"{}", clock.at)], clock.at)
    await database.close()
    for minutes, level in ((1, Level.OK), (6, Level.WARN), (31, Level.BAD)):
        found = (await _look(full_url, str(keys.file), clock.at + timedelta(minutes=minutes)))["worker"]
        assert found.level is level, found
    assert "telegram" in found.said and "chungtay worker" in found.to_do


async def test_backups_and_nights_that_do_not_come_are_missed(full_url: str, keys: Keys, clock: Clock) -> None:
    """Never, a day ago, a week ago; a night that failed is named by its place."""
    file, at = str(keys.file), clock.at
    found = await _look(full_url, file, at)
    assert [found[check].level for check in ("backup", "nightly work", "staff")] == [Level.WARN] * 3
    await _healthy(full_url, at)
    for days, backup, night in ((0, Level.OK, Level.OK), (2, Level.WARN, Level.WARN), (8, Level.BAD, Level.WARN)):
        found = await _look(full_url, file, at + timedelta(days=days))
        assert (found["backup"].level, found["nightly work"].level) == (backup, night)
    database = Database(full_url)
    async with database.write() as connection:
        await connection.execute(update(job_runs).where(job_runs.c.job == "purge").values(failure="purge.py:7"))
    await database.close()
    assert "purge.py:7" in (await _look(full_url, file, at))["nightly work"].said


async def test_a_changed_audit_trail_is_found(full_url: str, keys: Keys, clock: Clock) -> None:
    """A row that was changed, and one that was taken out."""
    database = Database(full_url)
    async with database.write() as connection:
        rows = [await audit.append(connection, Event("tested", "test", str(n)), clock.at) for n in range(5)]
        trigger = "DROP TRIGGER audit_no_update" + ("" if database.is_sqlite else " ON audit")
        await connection.execute(text(trigger))
        await connection.execute(text(trigger.replace("update", "delete")))
        assert (await audit.verify_tail(connection, 3)).rows == 3
        await connection.execute(text("UPDATE audit SET subject_id = 'x' WHERE id = :id"), {"id": rows[3]})
        assert (await audit.verify_tail(connection, 3)).broken == rows[3]
        await connection.execute(text("DELETE FROM audit WHERE id = :id"), {"id": rows[3]})
    await database.close()
    found = (await _look(full_url, str(keys.file), clock.at))["audit trail"]
    assert (found.level, str(rows[4]) in found.said) == (Level.BAD, True)


async def test_another_key_file_is_found_before_anybody_needs_it(full_url: str, tmp_path: Path, clock: Clock) -> None:
    """After a restore with the wrong keys nothing else would say so until an officer opens a household."""
    other = Keys(tmp_path / "other.json")
    other.create_if_missing(clock.at)
    found = (await _look(full_url, str(other.file), clock.at))["encrypted data"]
    assert found.level is Level.BAD
    assert (await _look(full_url, str(tmp_path / "none.json"), clock.at))["encrypted data"].level is Level.BAD


async def test_a_clock_that_is_wrong_is_found(full_url: str, keys: Keys, clock: Clock) -> None:
    """Against PostgreSQL's own, and on both engines against a trail that lies in the future."""
    found = await _look(full_url, str(keys.file), clock.at - timedelta(hours=1))
    assert found["clock"].level is Level.BAD


async def test_a_paused_channel_failed_turns_and_quotas_are_told(sqlite_url: str, clock: Clock) -> None:
    """With the command that helps."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await outbox.pause_channel(connection, "zalo_bot", clock.at + timedelta(days=3))
        failed = {"channel": "web", "chat": "1", "received_at": clock.at, "state": 2, "payload": b"", "failure": "x"}
        await connection.execute(insert(inbox).values(message_id="1", **failed))
        await zalo.count(connection, "zalo_bot", "2026-11", {"sent": 3000})
    await database.close()
    oa = {"zalo_oa_app_id": "1", "zalo_oa_app_secret": "s", "zalo_oa_secret_key": "k"}
    found = await _look(sqlite_url, "", clock.at, zalo_bot_token=TOKEN, **oa)
    assert "zalo_bot" in found["channel paused"].said
    assert "turns failed" in found["turns"].to_do
    assert found["zalo_bot quota"].level is Level.BAD
    assert (found["zalo_oa token"].level, "zalo consent" in found["zalo_oa token"].to_do) == (Level.BAD, True)


async def test_another_schema_is_told_with_what_to_run(bare_url: str, clock: Clock) -> None:
    """Empty, older, newer."""
    assert "migrate" in (await _look(bare_url, "", clock.at))["database"].to_do
    database = Database(bare_url)
    await migrate.upgrade(database, "0008")
    found = await _look(bare_url, "", clock.at)
    assert (found["database"].level, "0008" in found["database"].said) == (Level.BAD, True)
    assert len(found) == 1
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    assert "newer" in (await _look(bare_url, "", clock.at))["database"].said


def _machine(**settings: Any) -> dict[str, Finding]:
    return {finding.check: finding for finding in machine.look(Settings(**settings))}


def test_a_key_file_that_others_may_read_or_that_is_damaged_is_found(tmp_path: Path, clock: Clock) -> None:
    """600 and nothing else."""
    file = tmp_path / "keys.json"
    url = f"sqlite:///{tmp_path}/x.db"
    assert _machine(database_url=url, key_file=str(file))["keys"].level is Level.WARN
    Keys(file).create_if_missing(clock.at)
    assert _machine(database_url=url, key_file=str(file))["keys"].level is Level.OK
    file.chmod(0o640)
    found = _machine(database_url=url, key_file=str(file))["keys"]
    assert (found.level, "chmod 600" in found.to_do) == (Level.BAD, True)
    file.chmod(0o600)
    file.write_text("[]", "utf-8")
    assert _machine(database_url=url, key_file=str(file))["keys"].level is Level.BAD


def test_little_room_is_found(tmp_path: Path, monkeypatch: Any) -> None:
    """Before the database stops."""
    url = f"sqlite:///{tmp_path}/not/yet/x.db"
    for gib, level in ((50, Level.OK), (1, Level.WARN), (0.1, Level.BAD)):
        usage = (0, 0, int(gib * 1024**3))
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _, usage=usage: type("Usage", (), {"free": usage[2]}))
        assert _machine(database_url=url)["disk"].level is level


def test_what_listens_to_everybody_without_https_is_found(tmp_path: Path) -> None:
    """And a short secret, and nobody watching."""
    url = f"sqlite:///{tmp_path}/x.db"
    open_to_all = _machine(database_url=url, host="0.0.0.0", webhook_secret="12345678")
    assert [open_to_all[check].level for check in ("address", "webhook secret", "monitoring")] == [Level.WARN] * 3
    assert "12345678" not in str(open_to_all)
    behind = _machine(database_url=url, host="0.0.0.0", public_url="https://x.example", metrics_listen="127.0.0.1:1")
    assert behind["address"].level is Level.OK
    assert "monitoring" not in behind


def test_channels_are_listed_without_their_tokens() -> None:
    """With what will not work in Viet Nam."""
    found = list(channels.look(Settings(telegram_token=TOKEN, zalo_bot_token=TOKEN)))
    assert TOKEN not in str(found)
    assert {finding.check for finding in found if finding.level is Level.WARN} == {"telegram proxy", "zalo_bot polling"}
    assert [finding.said for finding in channels.look(Settings())] == ["the web chat only"]


def test_the_worst_finding_is_the_exit_code() -> None:
    """0, 1, 2."""
    assert [int(worst(found)) for found in ([], [good("a", "b")], [warn("a", "b", "c"), good("a", "b")])] == [0, 0, 1]
    assert int(worst([good("a", "b"), bad("a", "b", "c"), warn("a", "b", "c")])) == 2


def _command(monkeypatch: pytest.MonkeyPatch, *arguments: str, **settings: str) -> tuple[int, str]:
    for name, value in settings.items():
        monkeypatch.setenv(f"CHUNGTAY_{name.upper()}", value)
    result = CliRunner().invoke(cli, ["doctor", *arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_the_command_tells_machines_and_people(sqlite_url: str, tmp_path: Path, monkeypatch: Any) -> None:
    """JSON holds the same findings; a warning is 1, something broken is 2."""
    code, said = _command(monkeypatch, database_url=sqlite_url)
    assert code == 1
    assert "WARN  backup" in said and "→ run `chungtay backup" in said
    code, said = _command(monkeypatch, "--json", database_url=sqlite_url)
    answer = json.loads(said)
    assert (code, answer["level"]) == (1, "warn")
    assert {"check": "settings", "level": "ok", "said": "every one can be used", "to_do": ""} in answer["findings"]
    code, said = _command(monkeypatch, database_url=f"sqlite:///{tmp_path}/nothing.db")
    assert (code, "there is no file" in said, (tmp_path / "nothing.db").exists()) == (2, True, False)
    code, said = _command(monkeypatch, database_url="postgresql://u:hidden@127.0.0.1:1/none")
    assert (code, "hidden" in said, "BAD   database" in said) == (2, False, True)
    code, said = _command(monkeypatch, port="hidden")
    assert (code, said.startswith("BAD   settings"), len(said.splitlines())) == (2, True, 2)


async def _served(*routes: web.RouteDef) -> tuple[web.AppRunner, str]:
    application = web.Application()
    application.add_routes(routes)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def _json(answer: object) -> Any:
    async def handle(request: web.Request) -> web.Response:
        return web.json_response(answer)

    return handle


async def test_online_asks_the_platforms_and_names_what_is_wrong() -> None:
    """Known and well; then a stranger's webhook, a refused token, nobody there. No token in any line."""
    telegram = {
        "getMe": {"ok": True, "result": {"id": 1, "username": "mau_bot"}},
        "getWebhookInfo": {"ok": True, "result": {"url": "", "pending_update_count": 2}},
    }
    answer = {"ok": True, "result": {"account_name": "bot.mau"}}
    routes = [web.post(f"/bot{TOKEN}/{name}", _json(said)) for name, said in telegram.items()]
    runner, root = await _served(*routes, web.post("/zalo" + f"/bot{TOKEN}/getMe", _json(answer)))
    settings = Settings(telegram_token=TOKEN, telegram_api=root, zalo_bot_token=TOKEN, zalo_api=f"{root}/zalo")
    found = {finding.check: finding async for finding in online.look(settings)}
    assert [finding.level for finding in found.values()] == [Level.OK, Level.OK], found
    assert "@mau_bot" in found["telegram online"].said
    telegram["getWebhookInfo"]["result"]["url"] = "https://somebody.example"  # type: ignore[index]  # a plain answer
    telegram_found = [finding async for finding in online.look(Settings(telegram_token=TOKEN, telegram_api=root))]
    assert telegram_found[0].level is Level.WARN
    telegram["getMe"].update(ok=False, error_code=401, description="Unauthorized")
    answer.update(ok=False, error_code=401, description="Unauthorized")
    refused = [finding async for finding in online.look(settings)]
    assert [finding.level for finding in refused] == [Level.BAD, Level.BAD]
    await runner.cleanup()
    gone = [finding async for finding in online.look(settings)]
    assert [finding.level for finding in gone] == [Level.BAD, Level.BAD]
    assert TOKEN not in str([*telegram_found, *refused, *gone])


async def test_online_asks_the_public_address() -> None:
    """As the platforms will."""

    async def ready(request: web.Request) -> web.Response:
        return web.Response(status=200 if request.path == "/good/health/ready" else 502)

    runner, root = await _served(web.get("/{tail:.*}", ready))
    assert (await online._public(f"{root}/good")).level is Level.OK
    assert "502" in (await online._public(f"{root}/bad")).said
    await runner.cleanup()
    assert (await online._public(f"{root}/good")).level is Level.BAD


def test_content_that_cannot_be_read_is_named(monkeypatch: Any, tmp_path: Path) -> None:
    """A locality that is not there."""
    monkeypatch.setattr(machine, "knowledge", words.knowledge)
    found = _machine(database_url=f"sqlite:///{tmp_path}/x.db", locality="nowhere")
    assert (found["content"].level, "LOCALITY" in found["content"].said) == (Level.BAD, True)
