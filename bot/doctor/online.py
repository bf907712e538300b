"""Asks the platforms and the public address: the only part of the doctor that talks to anybody."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels.telegram.errors import ApiRefusalError, TelegramError
from bot.channels.zalo_bot.api import BotApi
from bot.channels.zalo_http import RefusalError, ZaloError
from bot.doctor.findings import Finding, bad, good, warn
from bot.settings import PREFIX, Settings

_TIMEOUT_S: Final = 10.0
_MANY_WAITING: Final = 100


async def look(settings: Settings) -> AsyncIterator[Finding]:
    """One line for each that was asked."""
    if settings.public_url:
        yield await _public(settings.public_url)
    if settings.telegram_token:
        yield await _telegram(settings)
    if settings.zalo_bot_token:
        yield await _zalo_bot(settings)


async def _public(address: str) -> Finding:
    to_do = "does the name lead here, is the certificate valid, does the proxy pass everything on? (deploy/proxy)"
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=_TIMEOUT_S)) as session,
            session.get(f"{address}/health/ready", allow_redirects=False) as answer,
        ):
            status = answer.status
    except (ClientError, TimeoutError, OSError) as error:
        return bad("public address", f"{address} does not answer ({type(error).__name__})", to_do)
    if status != 200:
        return bad("public address", f"{address}/health/ready answers {status}", to_do)
    return good("public address", f"{address} answers")


async def _telegram(settings: Settings) -> Finding:
    probing = importlib.import_module("bot.channels.telegram.probing")
    try:
        found = await probing.probe(
            settings.telegram_token, api_root=settings.telegram_api, proxy=settings.telegram_proxy or None
        )
    except ApiRefusalError as error:
        return bad("telegram online", f"refused: {error}", f"take it anew from BotFather ({PREFIX}TELEGRAM_TOKEN)")
    except TelegramError as error:
        return bad("telegram online", str(error), f"in Viet Nam set {PREFIX}TELEGRAM_PROXY; is there a way out?")
    wanted = f"{settings.public_url}/webhooks/telegram" if settings.public_url else ""
    if found.webhook != wanted:
        return warn(
            "telegram online",
            f"@{found.username}: its webhook is {found.webhook or 'not set'}",
            "the next start sets or removes it; does another installation use the same token?",
        )
    if found.trouble and found.waiting:
        said = f"@{found.username}: {found.waiting} messages wait; Telegram says: {found.trouble}"
        return warn("telegram online", said, "can Telegram reach the public address?")
    if found.waiting > _MANY_WAITING:
        return warn("telegram online", f"@{found.username}: {found.waiting} messages wait", "is a process running?")
    return good("telegram online", f"@{found.username} is known, {found.waiting} messages wait")


async def _zalo_bot(settings: Settings) -> Finding:
    api = BotApi(settings.zalo_bot_token, root=settings.zalo_api)
    try:
        me = await api.call("getMe", {}, _TIMEOUT_S)
    except RefusalError as error:
        to_do = f"take the token from Zalo Bot Manager anew ({PREFIX}ZALO_BOT_TOKEN)"
        return bad("zalo_bot online", f"refused: {error}", to_do)
    except ZaloError as error:
        return bad("zalo_bot online", str(error), "is there a way out to bot-api.zaloplatforms.com?")
    finally:
        await api.close()
    name = me.get("account_name") if isinstance(me, dict) else None
    return good("zalo_bot online", f"{name or 'the bot'} is known")
