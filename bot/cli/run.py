"""`run`, `web`, `worker`, `poll`: the long-running processes."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import click
import uvicorn
import uvloop

from bot.bootstrap import App, build, configure_logging, now
from bot.channels import loading
from bot.memory import trim
from bot.nightly import Nightly
from bot.opening import check_schema
from bot.settings import PREFIX, Settings, SettingsError, read
from bot.web import create_app
from bot.webhooks import Webhook
from storage.errors import StorageError
from storage.keys import Keys

_PORT_ERRORS = (errno.EADDRINUSE, errno.EACCES)

# SQLite runs in threads, and each answer of theirs waits for the interpreter's lock while a turn computes. With the
# default of 5 ms a webhook's commit at 200 posts a second takes half as long again (benchmarks/zalo_webhook.py).
SWITCH_INTERVAL_S: Final = 0.0005


@click.command()
def run() -> None:
    """Serve everything that is configured: web chat, Telegram, Zalo, delivery."""
    settings = _settings()
    _port_is_free(settings)
    uvloop.run(_run(settings))


@click.command()
def web() -> None:
    """Serve the web chat and webhooks, and deliver; no polling."""
    settings = _settings()
    _port_is_free(settings)
    uvloop.run(_web(settings))


@click.command()
def worker() -> None:
    """Deliver what is in the outbox, and do the nightly jobs."""
    uvloop.run(_until_stopped(_settings(), lambda app: _nightly(app).run()))


@click.command()
def poll() -> None:
    """Only fetch the updates of Telegram and Zalo Bot by polling, and deliver."""
    settings = _settings()
    if not (settings.telegram_token or settings.zalo_bot_token):
        raise SettingsError(f"{PREFIX}TELEGRAM_TOKEN or {PREFIX}ZALO_BOT_TOKEN must be set for polling")
    uvloop.run(_until_stopped(settings, _poll))


def _settings() -> Settings:
    settings = read(os.environ)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    configure_logging(settings.log_level, settings.log_format)
    return settings


def _port_is_free(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            name = "PORT" if error.errno in _PORT_ERRORS else "HOST"
            where = f"{settings.host}:{settings.port}"
            raise SettingsError(f"{PREFIX}{name}: {where} cannot be used ({error.strerror}); set another") from error


async def _prepared(settings: Settings) -> App:
    app = build(settings)  # first: a wrong setting must not leave a database behind
    try:
        await check_schema(app.database)
        _check_keys(app.knowledge.keys)
    except BaseException:
        await app.database.close()
        raise
    return app


def _check_keys(keys: Keys) -> None:
    try:
        keys.create_if_missing(now())
        keys.all()
    except StorageError as error:
        raise SettingsError(f"{PREFIX}KEY_FILE: {error}") from error


async def _run(settings: Settings) -> None:
    app = await _prepared(settings)
    can_poll = bool(settings.telegram_token or settings.zalo_bot_token)
    polling = asyncio.create_task(_poll(app)) if can_poll and not settings.public_url else None
    serving = asyncio.create_task(_serve(app))
    nightly = asyncio.create_task(_nightly(app).run())
    try:
        # Whichever ends first ends the other: a refused token must not leave a bot that looks alive.
        await asyncio.wait((serving, *([polling] if polling else [])), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (polling, serving, nightly):
            if task is not None and not task.done():
                task.cancel()
        results = await asyncio.gather(serving, nightly, *([polling] if polling else []), return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


def _nightly(app: App) -> Nightly:
    return Nightly(app.database, now)


async def _web(settings: Settings) -> None:
    await _serve(await _prepared(settings))


async def _serve(app: App) -> None:
    settings = app.settings
    webhook = None
    if settings.telegram_token and settings.public_url:
        webhook = loading.telegram_webhook(app.channels["telegram"], app.engine.handle, settings, now)
        await webhook.register(f"{settings.public_url}/webhooks/telegram", settings.webhook_secret)
    zalo = {}
    if loading.has_zalo(settings):
        zalo = loading.zalo().webhooks(settings, app.channels, app.arrivals, app.counts, now)
    config = uvicorn.Config(
        create_app(app, webhook, zalo),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=64_000,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    await _Server(config, app, zalo).serve()


class _Server(uvicorn.Server):
    """Says where to go once it listens, not before."""

    def __init__(self, config: uvicorn.Config, app: App, zalo: Mapping[str, Webhook]) -> None:
        super().__init__(config)
        self._app = app
        self._zalo = zalo

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        trim()
        settings = self._app.settings
        telegram = "on" if settings.telegram_token else f"off (set {PREFIX}TELEGRAM_TOKEN to turn it on)"
        click.echo(self._app.knowledge.locality.about.title)
        click.echo(f"  Web chat:  http://{settings.host}:{settings.port}")
        click.echo(f"  Telegram:  {telegram}")
        click.echo(f"  Zalo:      {_zalo_state(settings)}")
        click.echo("  Stop with Ctrl+C.")
        if self._zalo:
            # Only now: Zalo tries the address while it is being told of it.
            await loading.zalo().register(settings, self._zalo)


def _zalo_state(settings: Settings) -> str:
    on = [
        name for name, value in (("Zalo Bot", settings.zalo_bot_token), ("Zalo OA", settings.zalo_oa_app_id)) if value
    ]
    return " and ".join(on) if on else f"off (set {PREFIX}ZALO_BOT_TOKEN or {PREFIX}ZALO_OA_APP_ID to turn it on)"


async def _poll(app: App) -> None:
    pollers = []
    if "telegram" in app.channels:
        pollers.append(loading.telegram_poller(app.channels["telegram"], app.engine.handle, now))
    if "zalo_bot" in app.channels:
        pollers.append(loading.zalo().poller(app.channels["zalo_bot"], app.engine.handle, now))
    await asyncio.gather(*(poller.run() for poller in pollers))


async def _until_stopped(settings: Settings, work: Callable[[App], Awaitable[object]]) -> None:
    app = await _prepared(settings)
    await app.start()
    trim()
    task = asyncio.ensure_future(work(app))
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, task.cancel)
    try:
        await asyncio.wait((task,))
        if not task.cancelled() and task.exception() is not None:
            await task
    finally:
        await app.close()
