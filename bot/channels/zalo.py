"""Puts both Zalo channels together from the settings. Imported only where one of them is configured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.connection import Request
from litestar.params import FromPath

from bot.arrivals import Arrivals, Work
from bot.channels import Channel
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot import webhook as bot_webhook
from bot.channels.zalo_bot.api import BotApi
from bot.channels.zalo_bot.links import PATH, FileLinks
from bot.channels.zalo_bot.polling import Poller
from bot.channels.zalo_bot.quota import Quota
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa import webhook as oa_webhook
from bot.channels.zalo_oa.api import OaApi
from bot.channels.zalo_oa.consent import CALLBACK
from bot.channels.zalo_oa.tokens import Tokens
from bot.settings import Settings
from bot.turns import Outcome
from bot.webhooks import Webhook
from handlers.messages import Incoming
from storage.database import Database
from storage.keys import Keys
from storage.media import outgoing

Handle = Callable[[Incoming], Awaitable[Outcome]]
ReadFile = Callable[[str], Awaitable[bytes | None]]
Clock = Callable[[], datetime]

BOT_PATH = "/webhooks/zalo-bot"
OA_PATH = "/webhooks/zalo-oa"

CONSENTED = (
    "Zalo đã ghi nhận sự đồng ý. Xin chép nguyên địa chỉ trên thanh địa chỉ của trình duyệt, "
    "dán vào cửa sổ đang chạy lệnh `chungtay zalo consent` rồi nhấn Enter (trong 10 phút)."
)
"""Read by the administrator of the account, who has the guide in Vietnamese beside it."""


def channels(
    settings: Settings, database: Database, keys: Keys, counts: Counts, clock: Clock, read: ReadFile
) -> dict[str, Channel]:
    """The Zalo channels of the settings, by name."""
    found: dict[str, Channel] = {}
    if settings.zalo_bot_token:
        # Zalo fetches pictures itself: without a public address there are none.
        links = FileLinks(settings.public_url, keys, clock) if settings.public_url else None
        found[ZaloBotChannel.name] = ZaloBotChannel(
            BotApi(settings.zalo_bot_token, root=settings.zalo_api),
            Quota(database, settings.zalo_bot_quota, clock),
            counts=counts,
            picture_url=links.url if links else None,
        )
    if settings.zalo_oa_app_id:
        http = Http()
        oa_tokens = tokens(settings, database, keys, http, clock)
        found[ZaloOaChannel.name] = ZaloOaChannel(
            OaApi(oa_tokens, http, root=settings.zalo_api), database, counts, clock, read_file=read
        )
    return found


def tokens(settings: Settings, database: Database, keys: Keys, http: Http, clock: Clock) -> Tokens:
    """The tokens of the Official Account of the settings."""
    return Tokens(
        database,
        keys,
        http,
        clock,
        app_id=settings.zalo_oa_app_id,
        app_secret=settings.zalo_oa_app_secret,
        root=settings.zalo_api,
    )


def works(by_name: Mapping[str, Channel], database: Database, handle: Handle, clock: Clock) -> dict[str, Work]:
    """What becomes of stored messages, by channel."""
    found: dict[str, Work] = {}
    if ZaloBotChannel.name in by_name:
        found[ZaloBotChannel.name] = bot_webhook.Work(handle)
    if ZaloOaChannel.name in by_name:
        found[ZaloOaChannel.name] = oa_webhook.Work(database, handle, clock)
    return found


def webhooks(
    settings: Settings, by_name: Mapping[str, Channel], arrivals: Arrivals, counts: Counts, clock: Clock
) -> dict[str, Webhook]:
    """The webhooks by path; none without a public address."""
    found: dict[str, Webhook] = {}
    bot = by_name.get(ZaloBotChannel.name)
    if settings.public_url and isinstance(bot, ZaloBotChannel):
        found[BOT_PATH] = bot_webhook.Webhook(bot, arrivals.store, settings.webhook_secret, counts, clock)
    if settings.public_url and ZaloOaChannel.name in by_name:
        found[OA_PATH] = oa_webhook.Webhook(
            arrivals.store, counts, clock, app_id=settings.zalo_oa_app_id, secret_key=settings.zalo_oa_secret_key
        )
    return found


async def register(settings: Settings, found: Mapping[str, Webhook]) -> None:
    """Tell Zalo Bot where to post; the Official Account's address is typed into the developer console by hand.

    Raises:
        ZaloError: it was refused or could not be reached.
    """
    webhook = found.get(BOT_PATH)
    if isinstance(webhook, bot_webhook.Webhook):
        await webhook.register(f"{settings.public_url}{BOT_PATH}", settings.webhook_secret)


def poller(channel: Channel, handle: Handle, clock: Clock) -> Poller:
    """The polling intake of Zalo Bot."""
    if not isinstance(channel, ZaloBotChannel):
        raise TypeError("only Zalo Bot is polled")
    return Poller(channel, handle, clock)


def routes(settings: Settings, found: Mapping[str, Webhook], database: Database, keys: Keys, clock: Clock) -> list[Any]:
    """The routes of the webhooks, and of the pictures that Zalo Bot fetches."""
    handlers = [_webhook_route(path, webhook) for path, webhook in found.items()]
    if OA_PATH in found:
        handlers.append(_consent_route())
    if BOT_PATH in found:
        handlers.append(_files_route(FileLinks(settings.public_url, keys, clock), database, clock))
    return handlers


def _webhook_route(path: str, webhook: Webhook) -> Any:
    @post(path, status_code=200, summary="Events from Zalo")
    async def receive(request: Request[Any, Any, Any]) -> Response[None]:
        return Response(None, status_code=await webhook.receive(dict(request.headers), await request.body()))

    return receive


def _consent_route() -> Any:
    @get(CALLBACK, media_type="text/plain; charset=utf-8", summary="Where Zalo sends a browser after consent")
    async def consented() -> Response[str]:
        # Nothing is taken from the address: the code in it is worth nothing without the secret of `zalo consent`.
        return Response(CONSENTED, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"})

    return consented


def _files_route(links: FileLinks, database: Database, clock: Clock) -> Any:
    @get(PATH + "{signed:str}", summary="A picture for Zalo to fetch, under an address signed for minutes")
    async def signed_file(signed: FromPath[str]) -> Response[bytes]:
        key = links.key_of(signed)
        stored = None
        if key:
            async with database.read() as connection:
                stored = await outgoing(connection, key, clock())
        if stored is None or stored.channel not in (ZaloBotChannel.name, ""):
            return Response(b"", status_code=404, media_type="text/plain")
        return Response(stored.data, media_type=stored.mime, headers={"cache-control": "private, max-age=300"})

    return signed_file
