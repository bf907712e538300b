"""Asks Telegram who the bot is and how its webhook fares: for `chungtay doctor --online`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aiogram.methods import GetMe, GetWebhookInfo

from bot.channels.telegram.bot_api import BotApi, build

_CALL_TIMEOUT_S: Final = 10.0

build((GetMe, GetWebhookInfo))


@dataclass(frozen=True, slots=True)
class Probed:
    """What Telegram says."""

    username: str
    webhook: str
    """The address that Telegram posts to; empty for a polling bot."""
    waiting: int
    trouble: str
    """What went wrong when Telegram last posted, if anything."""


async def probe(token: str, *, api_root: str, proxy: str | None) -> Probed:
    """Two calls that change nothing.

    Raises:
        TelegramError: it was refused or could not be reached.
    """
    api = BotApi(token, api_root=api_root, proxy=proxy)
    try:
        me = _object(await api.call(GetMe(), _CALL_TIMEOUT_S))
        hook = _object(await api.call(GetWebhookInfo(), _CALL_TIMEOUT_S))
    finally:
        await api.close()
    return Probed(
        str(me.get("username") or me.get("id") or ""),
        str(hook.get("url") or ""),
        int(hook.get("pending_update_count") or 0),
        str(hook.get("last_error_message") or ""),
    )


def _object(answer: Any) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else {}
