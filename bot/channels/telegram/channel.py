"""Telegram as a channel: a reply becomes one call of the Bot API."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.channels import Delivery, Sent
from bot.channels.telegram.bot_api import (
    AnswerCallbackQuery,
    BotApi,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    keyboard,
    upload,
)
from bot.channels.telegram.errors import ApiRefusalError, TelegramError
from bot.channels.telegram.faults import CANNOT_EDIT, NOT_MODIFIED, Faults
from bot.pacing import Rate
from handlers.messages import Capabilities, Reply

ReadFile = Callable[[str], Awaitable[bytes | None]]
"""Reads a picture or document by its storage key; None where it is no longer kept."""

# Shorter than the delivery worker's own, so that a slow line is told from a bug.
_SEND_TIMEOUT_S: Final = 15.0
_PRESS_TIMEOUT_S: Final = 5.0
_CAPTION_LIMIT: Final = 1024
_MOST_PICTURE: Final = 20_000_000
"""What the Bot API hands out at most."""
_FETCH_TIMEOUT_S: Final = 20.0
# Telegram's FAQ, reported: about 30 messages a second over all chats, about one a second in one chat.
RATE: Final = Rate(per_second=30, per_chat_s=1.0)


class TelegramChannel:
    """Sends to private chats. Text goes without a parse mode, so that nothing in it can be taken for markup."""

    name: Final = "telegram"
    mailbox: Final = False
    caption_limit: Final = _CAPTION_LIMIT

    def __init__(
        self,
        token: str,
        *,
        api_root: str = "https://api.telegram.org",
        proxy: str | None = None,
        read_file: ReadFile | None = None,
        seconds: Callable[[], float] = time.monotonic,
        timeout_s: float = _SEND_TIMEOUT_S,
        rate: Rate | None = RATE,
    ) -> None:
        self.rate: Final = rate
        self.api: Final = BotApi(token, api_root=api_root, proxy=proxy)
        self.capabilities: Final = Capabilities(
            text_limit=4096,
            buttons=40,
            button_label_limit=60,
            edit=True,
            pictures_in=True,
            pictures_out=read_file is not None,
            files_out=read_file is not None,
        )
        self._read_file: Final = read_file
        self._faults: Final = Faults(seconds)
        self._timeout_s: Final = timeout_s

    async def send(self, chat: str, reply: Reply) -> Delivery:
        """Send or edit one message; what Telegram answers to it becomes the delivery."""
        try:
            receipt = await self._put(chat, reply)
        except TelegramError as error:
            return self._faults.delivery(error)
        self._faults.answered()
        return Sent(receipt)

    async def fetch(self, ref: str) -> bytes | None:
        """A picture that a person sent; None where it can no longer be had."""
        try:
            return await self.api.file(ref, _MOST_PICTURE, _FETCH_TIMEOUT_S)
        except TelegramError:
            return None

    async def end_press(self, press_id: str) -> None:
        """Take the waiting sign off a pressed button. Only for the eye: that it fails, as it does for an old press,
        means nothing.
        """
        try:
            await self.api.call(AnswerCallbackQuery(callback_query_id=press_id), _PRESS_TIMEOUT_S)
        except TelegramError:
            return

    async def close(self) -> None:
        await self.api.close()

    async def _put(self, chat: str, reply: Reply) -> str:
        if reply.picture or reply.document:
            return await self._put_file(chat, reply)
        if reply.edit_of:
            edited = await self._edit(chat, reply)
            if edited:
                return edited
        return await self._put_text(chat, reply)

    async def _put_text(self, chat: str, reply: Reply) -> str:
        markup = keyboard([(choice.label, choice.id) for choice in reply.choices])
        return _receipt(
            await self.api.call(SendMessage(chat_id=chat, text=reply.text, reply_markup=markup), self._timeout_s)
        )

    async def _edit(self, chat: str, reply: Reply) -> str:
        """The id of the edited message; empty where it can no longer be edited and must be sent anew."""
        if not reply.edit_of.isdecimal():
            return ""
        markup = keyboard([(choice.label, choice.id) for choice in reply.choices])
        edit = EditMessageText(chat_id=chat, message_id=int(reply.edit_of), text=reply.text, reply_markup=markup)
        try:
            await self.api.call(edit, self._timeout_s)
        except ApiRefusalError as error:
            if error.says(*CANNOT_EDIT):
                return ""
            if not error.says(*NOT_MODIFIED):
                raise
        return reply.edit_of

    async def _put_file(self, chat: str, reply: Reply) -> str:
        if self._read_file is None:
            return await self._put_text(chat, reply)
        key = reply.picture or reply.document
        content = await self._read_file(key)
        if content is None:
            return await self._put_text(chat, reply)
        file = upload(content, key.rsplit("/", 1)[-1])
        fits = len(reply.text.encode("utf-16-le")) // 2 <= _CAPTION_LIMIT
        caption = reply.text if fits else None
        markup = keyboard([(choice.label, choice.id) for choice in reply.choices]) if fits else None
        call = (
            SendPhoto(chat_id=chat, photo=file, caption=caption, reply_markup=markup)
            if reply.picture
            else SendDocument(chat_id=chat, document=file, caption=caption, reply_markup=markup)
        )
        receipt = _receipt(await self.api.call(call, self._timeout_s))
        return receipt if fits else await self._put_text(chat, reply)


def _receipt(message: Any) -> str:
    message_id = message.get("message_id") if isinstance(message, dict) else None
    return "" if message_id is None else str(message_id)
