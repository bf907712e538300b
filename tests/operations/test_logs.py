"""Logs hold ids and names of events; what a library would fill in is left out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from litestar.testing import TestClient
from sqlalchemy import text
from structlog.contextvars import bound_contextvars

from bot import logs
from bot.bootstrap import build
from bot.settings import PREFIX, Settings, SettingsError, read
from bot.web import create_app
from handlers.messages import Incoming
from handlers.turn import Knowledge, Turn
from storage.database import Database
from tests.support.assembly import Clock


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    """The log belongs to the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("form", logs.FORMATS)
def test_our_lines_carry_the_request_and_the_turn(form: str, capsys: Any) -> None:
    """In both forms; JSON is one object a line."""
    logs.configure("INFO", form)
    with bound_contextvars(request="r1", turn="t1"):
        structlog.get_logger().info("turn.failed", channel="zalo_oa")
    structlog.get_logger().debug("not.said")
    (line,) = capsys.readouterr().out.splitlines()
    if form == logs.JSON:
        said = json.loads(line)
        assert (said["event"], said["request"], said["turn"], said["level"]) == ("turn.failed", "r1", "t1", "info")
        assert said["timestamp"].endswith("Z")
    else:
        assert "event='turn.failed'" in line and "request='r1'" in line


@pytest.mark.parametrize("form", logs.FORMATS)
def test_a_library_cannot_say_what_it_fills_in(form: str, capsys: Any) -> None:
    """Addresses with tokens, statements with parameters, the words of an error: only its kind and place stay."""
    logs.configure("INFO", form)
    library = logging.getLogger("some.library")
    library.warning("calling %s on port %d", "https://api/botMARKED/x", 443)
    try:
        raise ValueError("MARKED name of a person")
    except ValueError:
        library.exception("Task exception was never retrieved\nfuture: <Task MARKED>")
    logging.getLogger("asyncio").error("Exception in callback <function f at 1>('MARKED')")
    err = capsys.readouterr().err
    assert "MARKED" not in err
    lines = err.splitlines()
    assert len(lines) == 3
    assert "port 443" in lines[0]
    assert "ValueError at" in lines[1] and "test_logs.py" in lines[1]
    if form == logs.JSON:
        assert [json.loads(line)["logger"] for line in lines] == ["some.library", "some.library", "asyncio"]


def test_a_turn_has_the_same_name_every_time_and_tells_nobody() -> None:
    """A redelivered message is found again; the chat is not in it."""
    assert logs.turn_id("telegram", "42") == logs.turn_id("telegram", "42") != logs.turn_id("zalo", "42")
    assert "42" not in logs.turn_id("telegram", "4242424242")


async def test_a_failed_turn_is_logged_by_name_and_place(
    sqlite_url: str, knowledge: Knowledge, monkeypatch: Any, capsys: Any
) -> None:
    """Not by what the person wrote, nor by the words of the error."""
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)
    logs.configure("INFO", logs.JSON)
    app = build(Settings(database_url=sqlite_url))

    async def broken(self: Any, turn: Turn) -> None:
        raise RuntimeError(f"{turn.incoming.text} cannot be read")

    monkeypatch.setattr("handlers.respond.Responder.respond", broken)
    await app.engine.handle(Incoming("web", "MARKED-CHAT", "m1", Clock().at, text="MARKED words"))
    await app.engine.close()
    await app.database.close()
    out = capsys.readouterr()
    said = next(json.loads(line) for line in out.out.splitlines() if "turn.failed" in line)
    assert said["turn"] == logs.turn_id("web", "m1")
    assert "RuntimeError at" in said["failure"]
    assert "MARKED" not in out.out + out.err


def test_a_failed_request_is_found_by_the_name_in_its_answer(
    sqlite_url: str, knowledge: Knowledge, monkeypatch: Any, capsys: Any
) -> None:
    """What a person reads out from the error page stands in the log."""
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)
    logs.configure("INFO", logs.JSON)

    class Broken:
        async def receive(self, headers: Any, body: bytes) -> int:
            raise ValueError("MARKED")

    with TestClient(
        create_app(build(Settings(database_url=sqlite_url)), Broken()), raise_server_exceptions=False
    ) as web:
        answer = web.post("/webhooks/telegram", json={"text": "MARKED"})
    out = capsys.readouterr().out
    said = next(json.loads(line) for line in out.splitlines() if "web.failed" in line)
    assert said["request"] == answer.headers["x-request-id"]
    assert "MARKED" not in out


async def test_a_database_error_does_not_show_its_parameters(database: Database) -> None:
    """SQLAlchemy would print them; they are people's data."""
    with pytest.raises(Exception, match="no_such_table") as failed:
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "MARKED"})
    assert "MARKED" not in str(failed.value)


def test_the_form_is_a_setting() -> None:
    """Anything else stops the start."""
    assert read({f"{PREFIX}LOG_FORMAT": "json"}).log_format == logs.JSON
    with pytest.raises(SettingsError, match=f"^{PREFIX}LOG_FORMAT "):
        read({f"{PREFIX}LOG_FORMAT": "xml"})
