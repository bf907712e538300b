"""Calls of the Bot API: aiogram's methods, types and HTTP session; the answers are read by us.

Two things differ from `aiogram.Bot`, both measured with aiogram 3.31:

- aiogram builds a validator for every class of the API while it is imported: 155 MB resident and 2.7 s. We write ten of
  them and read none, so only those are built: 48 MB and 0.6 s, aiohttp's 23 MB included.
- Answers are read as plain JSON. aiogram checks a whole page of updates against the API as it was at its release; one
  field of a newer API that does not fit would make a polling bot deaf.

No error raised here holds an address (the token is part of it) or what was sent.
"""

from __future__ import annotations

import json
import re
import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from aiohttp import ClientError, ClientTimeout
from pydantic import BaseModel

from bot.channels.telegram.errors import ApiRefusalError, UnreachableError


@contextmanager
def _without_building() -> Iterator[None]:
    """Import aiogram's classes without their validators, unless somebody has imported it whole already."""
    if "aiogram" in sys.modules:
        yield
        return
    build = BaseModel.__dict__["model_rebuild"]
    setattr(BaseModel, "model_rebuild", classmethod(lambda cls, **_: None))  # noqa: B010  # mypy refuses the assignment
    try:
        yield
    finally:
        setattr(BaseModel, "model_rebuild", build)  # noqa: B010


with _without_building():
    from aiogram import Bot, types
    from aiogram.client.default import Default
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.methods import (
        AnswerCallbackQuery,
        DeleteWebhook,
        EditMessageText,
        GetFile,
        GetUpdates,
        SendDocument,
        SendMessage,
        SendPhoto,
        SetWebhook,
        TelegramMethod,
    )
    from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

__all__ = (
    "AnswerCallbackQuery",
    "BotApi",
    "DeleteWebhook",
    "EditMessageText",
    "GetUpdates",
    "SendDocument",
    "SendMessage",
    "SendPhoto",
    "SetWebhook",
    "build",
    "keyboard",
    "upload",
)

_OK: Final = 200
# "photos/file_12.jpg": what Telegram's own servers answer.
_FILE_PATH: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]{0,200}")

_WRITTEN: Final[tuple[type[BaseModel], ...]] = (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    AnswerCallbackQuery,
    DeleteWebhook,
    EditMessageText,
    GetUpdates,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetWebhook,
)


def build(classes: tuple[type[BaseModel], ...]) -> None:
    """Make these classes usable: they were imported without their validators."""
    names = {name: getattr(types, name) for name in types.__all__}
    names |= {"Default": Default, "Optional": typing.Optional, "Union": typing.Union, "Literal": typing.Literal}
    for each in classes:
        if not each.__pydantic_complete__:
            each.model_rebuild(_types_namespace=names)


build(_WRITTEN)


class _Session(AiohttpSession):
    """aiogram's session with a proxy that may be HTTP, and a close that does not wait."""

    def __init__(self, api: TelegramAPIServer, proxy: str | None) -> None:
        self.http_proxy: Final = proxy if proxy and proxy.startswith("http") else None
        super().__init__(proxy=None if self.http_proxy else proxy or None, api=api)

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


class BotApi:
    """One bot at one API server."""

    def __init__(self, token: str, *, api_root: str, proxy: str | None = None) -> None:
        self._session: Final = _Session(TelegramAPIServer.from_base(api_root), proxy)
        self._bot: Final = Bot(token, session=self._session)

    async def call(self, method: TelegramMethod[Any], timeout_s: float) -> Any:
        """The `result` of a call, as plain JSON values.

        Raises:
            ApiRefusalError: the API answered, and the answer is no.
            UnreachableError: no answer that can be read; the call may have had its effect.
        """
        name = method.__api_method__
        try:
            client = await self._session.create_session()
            async with client.post(
                self._session.api.api_url(token=self._bot.token, method=name),
                data=self._session.build_form_data(self._bot, method),
                timeout=ClientTimeout(total=timeout_s),
                proxy=self._session.http_proxy,
            ) as response:
                status, body = response.status, await response.read()
        except (ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(name, type(error).__name__) from None
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise UnreachableError(name, f"HTTP {status} without a readable body")
        if answer.get("ok") is True:
            return answer.get("result")
        raise _refusal(name, status, answer)

    async def file(self, file_id: str, most_bytes: int, timeout_s: float) -> bytes | None:
        """A file that a person sent, from the same server and through the same proxy as every call; None where the
        server does not give it out, or it is larger than that.

        Raises:
            ApiRefusalError: the API answered, and the answer is no.
            UnreachableError: no answer that can be read.
        """
        found = await self.call(GetFile(file_id=file_id), timeout_s)
        path = found.get("file_path") if isinstance(found, dict) else None
        # An own API server in local mode names a place on its own disk: nothing that could be fetched.
        if not isinstance(path, str) or not _FILE_PATH.fullmatch(path) or ".." in path:
            return None
        content = bytearray()
        try:
            client = await self._session.create_session()
            async with client.get(
                self._session.api.file_url(token=self._bot.token, path=path),
                timeout=ClientTimeout(total=timeout_s),
                proxy=self._session.http_proxy,
                allow_redirects=False,
            ) as response:
                if response.status != _OK:
                    return None
                async for piece in response.content.iter_chunked(65_536):
                    content += piece
                    if len(content) > most_bytes:
                        return None
        except (ClientError, TimeoutError, OSError) as error:
            raise UnreachableError("file", type(error).__name__) from None
        return bytes(content)

    async def close(self) -> None:
        await self._session.close()


def keyboard(rows: list[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """Buttons below one another, from (label, data)."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=data)] for label, data in rows]
    )


def upload(content: bytes, name: str) -> BufferedInputFile:
    """A file to go along with a message."""
    return BufferedInputFile(content, filename=name)


def _refusal(name: str, status: int, answer: dict[str, Any]) -> ApiRefusalError:
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    code = answer.get("error_code")
    retry_after = parameters.get("retry_after")
    return ApiRefusalError(
        name,
        code if isinstance(code, int) else status,
        str(answer.get("description") or ""),
        retry_after=float(retry_after) if isinstance(retry_after, int | float) else None,
        migrated=parameters.get("migrate_to_chat_id") is not None,
    )
