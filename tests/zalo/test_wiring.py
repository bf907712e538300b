"""Put together from the settings: routes, polling or webhook, the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from click import ClickException
from click.testing import CliRunner
from litestar.testing import TestClient

from bot.bootstrap import App, build, now
from bot.channels import loading
from bot.channels.zalo_bot.links import FileLinks
from bot.channels.zalo_bot.quota import Quota
from bot.cli.zalo import zalo
from bot.settings import Settings, SettingsError, read
from bot.web import create_app
from handlers.turn import Knowledge
from storage import outbox
from storage import zalo as stored
from storage.database import Database
from storage.files import StoredFile, add_file
from storage.keys import Keys
from tests.support.zalo_bot_server import TOKEN
from tests.support.zalo_oa_server import APP_ID, APP_SECRET, SECRET_KEY, ZaloOaServer, headers, zalo_oa_server

SECRET = "s3cret_for-tests"
OA = {"CHUNGTAY_ZALO_OA_APP_ID": APP_ID, "CHUNGTAY_ZALO_OA_APP_SECRET": APP_SECRET,
      "CHUNGTAY_ZALO_OA_SECRET_KEY": SECRET_KEY, "CHUNGTAY_PUBLIC_URL": "https://x.example"}  # fmt: skip


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, tmp_path: Path) -> None:
    """The words are read once for all tests; the keys are this test's own, since starting makes their file."""
    known = replace(knowledge, keys=Keys(tmp_path / "keys.json"))
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: known)


@pytest.fixture
def app(sqlite_url: str) -> App:
    settings = Settings(
        database_url=sqlite_url,
        public_url="https://x.example",
        webhook_secret=SECRET,
        zalo_bot_token=TOKEN,
        zalo_oa_app_id=APP_ID,
        zalo_oa_app_secret=APP_SECRET,
        zalo_oa_secret_key=SECRET_KEY,
        zalo_api="http://127.0.0.1:1",
    )
    return build(settings)


@pytest.fixture
def client(app: App) -> Iterator[TestClient[Any]]:
    webhooks = loading.zalo().webhooks(app.settings, app.channels, app.arrivals, app.counts, now)
    with TestClient(create_app(app, None, webhooks)) as running:
        yield running


def test_both_channels_are_there(app: App) -> None:
    """With the buttons and pictures that each can do."""
    bot, oa = app.channels["zalo_bot"].capabilities, app.channels["zalo_oa"].capabilities
    assert (bot.buttons, bot.edit, bot.pictures_out, bot.text_limit) == (0, False, True, 2000)
    assert (oa.buttons, oa.edit, oa.pictures_out, oa.text_limit) == (5, False, True, 2000)


def test_the_webhooks_are_closed_without_secret_or_signature(client: TestClient[Any]) -> None:
    """The empty probe is answered."""
    assert client.post("/webhooks/zalo-bot", json={"event_name": "x"}).status_code == 403
    assert client.post("/webhooks/zalo-oa", json={"event_name": "x"}).status_code == 403
    assert client.post("/webhooks/zalo-bot").status_code == client.post("/webhooks/zalo-oa").status_code == 200


def test_the_webhooks_take_what_is_genuine(client: TestClient[Any]) -> None:
    """Header names in any case; 200 with an empty body."""
    update = {"event_name": "hologram"}
    assert client.post("/webhooks/zalo-bot", json=update, headers={"X-Bot-Api-Secret-Token": SECRET}).status_code == 200
    event = ZaloOaServer().event("user_seen_message", "5", int(datetime.now(UTC).timestamp() * 1000))
    raw = str(event).replace("'", '"').encode()
    assert client.post("/webhooks/zalo-oa", content=raw, headers=headers(raw)).status_code == 200


async def test_a_picture_is_shown_under_its_signed_address_only(app: App, client: TestClient[Any]) -> None:
    """And a picture of another channel under none."""
    database = Database(app.settings.database_url)
    until = now() + timedelta(days=1)
    async with database.write() as connection:
        for key, channel in (("k" * 40, "zalo_bot"), ("w" * 40, "web")):
            await add_file(connection, StoredFile(key, channel, "5", "image/png", b"png"), now(), until)
    await database.close()
    links = FileLinks("", app.knowledge.keys, now)
    shown = await asyncio.to_thread(client.get, links.url("k" * 40))
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, b"png", "image/png")
    for path in (links.url("w" * 40), "/files/x", f"/files/1.{'0' * 43}.{'k' * 40}"):
        assert (await asyncio.to_thread(client.get, path)).status_code == 404


def test_without_zalo_there_is_nothing_of_it(sqlite_url: str) -> None:
    """No channel, no route."""
    app = build(Settings(database_url=sqlite_url))
    assert "zalo_bot" not in app.channels and "zalo_oa" not in app.channels and not app.arrivals.channels


@pytest.mark.parametrize("missing", list(OA)[1:])
def test_half_of_the_settings_stops_the_start(missing: str) -> None:
    """With the name of what is missing."""
    environment = {name: value for name, value in OA.items() if name != missing}
    with pytest.raises(SettingsError, match=missing):
        read(environment)
    assert read(OA).zalo_oa_app_id == APP_ID


def test_a_webhook_without_a_secret_stops_the_start() -> None:
    """Anybody could post as Zalo."""
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET"):
        read({"CHUNGTAY_ZALO_BOT_TOKEN": TOKEN, "CHUNGTAY_PUBLIC_URL": "https://x.example"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("ZALO_BOT_TOKEN", "x"), ("ZALO_OA_APP_ID", "12a"), ("ZALO_BOT_QUOTA", "0"), ("ZALO_API", "ftp://x")],
)
def test_a_bad_value_stops_the_start(name: str, value: str) -> None:
    """One line, without the value of a secret."""
    with pytest.raises(SettingsError, match=name):
        read({f"CHUNGTAY_{name}": value})


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with zalo_oa_server() as running:
        yield running


async def command(environment: dict[str, str], *arguments: str, given: str = "") -> tuple[int, str]:
    """Run a command as an operator does, beside the test server of this loop."""
    result = await asyncio.to_thread(CliRunner().invoke, zalo, arguments, input=given, env=environment)
    return result.exit_code, result.output


async def test_consent_is_kept_encrypted_and_tried(server: ZaloOaServer, sqlite_url: str, tmp_path: Path) -> None:
    """Then the status shows no alarm; a token that does not work is said to be one."""
    environment = {**OA, "CHUNGTAY_DATABASE_URL": sqlite_url, "CHUNGTAY_ZALO_API": server.url,
                   "CHUNGTAY_KEY_FILE": str(tmp_path / "keys.json")}  # fmt: skip
    assert "CONSENT NEEDED" in (await command(environment, "status"))[1]
    code, said = await command(environment, "consent", "--refresh-token", given=f"{server.refresh_token}\n")
    assert (code, "Consent is in place" in said) == (0, True), said
    assert "CONSENT NEEDED" not in (await command(environment, "status"))[1]
    code, said = await command(environment, "consent", "--refresh-token", given="wrong\n")
    assert code == 1 and "wrong" not in said
    assert "CONSENT NEEDED" in (await command(environment, "status"))[1]
    assert (await command(environment, "consent", "--refresh-token", given="\n"))[0] == 1


class Consenting:
    """An administrator: opens the address that the command shows, and pastes the one that the browser ends at."""

    def __init__(self, loop: asyncio.AbstractEventLoop, change: Callable[[str], str] = str) -> None:
        self.said = ""
        self.visited = ""
        self._loop = loop
        self._change = change

    def echo(self, message: object = "", err: bool = False) -> None:
        self.said += f"{message}\n"

    def readline(self) -> str:
        self.visited = next(line for line in self.said.splitlines() if line.startswith("http"))
        return self._change(asyncio.run_coroutine_threadsafe(self._consent(), self._loop).result(10)) + "\n"

    async def _consent(self) -> str:
        async with ClientSession() as browser, browser.get(self.visited, allow_redirects=False) as response:
            assert response.status == 302
            return response.headers["Location"]


async def consent(environment: dict[str, str], person: Consenting, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("bot.cli.zalo.sys.stdin", person)
    monkeypatch.setattr("bot.cli.zalo.click.echo", person.echo)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run() -> int:
        try:
            zalo.main(["consent"], standalone_mode=False)
        except (ClickException, SystemExit) as error:
            person.echo(getattr(error, "message", ""))
            return 1
        return 0

    return await asyncio.to_thread(run)


async def test_consent_by_the_address_that_the_browser_ends_at(
    server: ZaloOaServer, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is exchanged with the secret whose hash asked for it; both tokens are there before their first use."""
    environment = {**OA, "CHUNGTAY_DATABASE_URL": sqlite_url, "CHUNGTAY_ZALO_API": server.url,
                   "CHUNGTAY_KEY_FILE": str(tmp_path / "keys.json")}  # fmt: skip
    person = Consenting(asyncio.get_running_loop())
    assert await consent(environment, person, monkeypatch) == 0, person.said
    assert "redirect_uri=https%3A%2F%2Fx.example%2Fzalo%2Fconsent" in person.visited
    assert "verifier" not in person.visited and len(server.refreshes) == 1 and not server.codes
    database = Database(sqlite_url)
    async with database.read() as connection:
        pair = await stored.tokens(connection, Keys(tmp_path / "keys.json"), APP_ID)
    await database.close()
    assert pair is not None and (pair.access_token, pair.refresh_token) == (server.access_token, server.refresh_token)
    assert pair.expires_at - pair.refreshed_at == timedelta(seconds=90_000)


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        (lambda address: address.replace("state=", "state=x"), "another request"),
        (lambda address: address.split("code=")[0] + "state=" + address.split("state=")[1], "no code"),
        (lambda address: "code-that-is-not-one_test", "no working consent"),
    ],
)
async def test_a_wrong_answer_leaves_what_was_in_force(
    server: ZaloOaServer, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    pasted: Callable[[str], str], why: str,
) -> None:  # fmt: skip
    """Another request's address, one without a code, a code that Zalo does not know: nothing is overwritten."""
    environment = {**OA, "CHUNGTAY_DATABASE_URL": sqlite_url, "CHUNGTAY_ZALO_API": server.url,
                   "CHUNGTAY_KEY_FILE": str(tmp_path / "keys.json")}  # fmt: skip
    keys = Keys(tmp_path / "keys.json")
    keys.create_if_missing(now())
    database = Database(sqlite_url)
    async with database.write() as connection:
        await stored.consented(connection, keys, APP_ID, "in-force", now())
    person = Consenting(asyncio.get_running_loop(), pasted)
    assert await consent(environment, person, monkeypatch) == 1
    assert why in person.said
    async with database.read() as connection:
        pair = await stored.tokens(connection, keys, APP_ID)
    await database.close()
    assert pair is not None and pair.refresh_token == "in-force"


def test_the_callback_takes_nothing_and_says_what_to_do(client: TestClient[Any]) -> None:
    """The code in the address is worth nothing without the secret in the command's process."""
    answer = client.get("/zalo/consent?code=x&state=y")
    assert answer.status_code == 200 and "chungtay zalo consent" in answer.text
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


async def test_the_status_shows_the_month_and_a_pause_that_can_be_lifted(sqlite_url: str, tmp_path: Path) -> None:
    """With the warning at 80 %."""
    environment = {"CHUNGTAY_DATABASE_URL": sqlite_url, "CHUNGTAY_ZALO_BOT_TOKEN": TOKEN,
                   "CHUNGTAY_ZALO_BOT_QUOTA": "5", "CHUNGTAY_KEY_FILE": str(tmp_path / "keys.json")}  # fmt: skip
    database = Database(sqlite_url)
    for _ in range(4):
        await Quota(database, 5, now).add()
    async with database.write() as connection:
        await outbox.pause_channel(connection, "zalo_bot", now() + timedelta(days=3))
    await database.close()
    said = (await command(environment, "status"))[1]
    assert "4 of 5 messages" in said and "WARNING" in said and "nothing is sent before" in said
    assert (await command(environment, "resume", "zalo_bot"))[0] == 0
    assert "nothing is sent before" not in (await command(environment, "status"))[1]
