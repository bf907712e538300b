"""Which channels are configured, and whether that can work; asks nobody outside."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.findings import Finding, good, warn
from bot.settings import PREFIX, Settings


def look(settings: Settings) -> Iterator[Finding]:
    """One line for each channel."""
    way = "by webhook" if settings.public_url else "by polling: one process only"
    if settings.telegram_token:
        yield good("telegram", f"on, {way}")
        if not settings.telegram_proxy and settings.telegram_api == "https://api.telegram.org":
            yield warn(
                "telegram proxy",
                "none is set; Viet Nam's networks have blocked Telegram since 2025",
                f"set {PREFIX}TELEGRAM_PROXY where the server stands in Viet Nam; `doctor --online` tries it",
            )
    if settings.zalo_bot_token:
        yield good("zalo_bot", f"on, {way}")
        if not settings.public_url:
            yield warn(
                "zalo_bot polling",
                "one message a second, no pictures",
                f"set {PREFIX}PUBLIC_URL and {PREFIX}WEBHOOK_SECRET for more than a trial",
            )
    if settings.zalo_oa_app_id:
        yield good("zalo_oa", "on, by webhook")
    if not (settings.telegram_token or settings.zalo_bot_token or settings.zalo_oa_app_id):
        yield good("channels", "the web chat only")
