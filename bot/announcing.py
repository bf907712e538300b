"""What a broadcast's rows say: rendered once for each broadcast, language and channel, however many get it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeVar, runtime_checkable

from bot.channels import Channel
from content.words import SOURCE_LANGUAGE, Words
from handlers.broadcasting import wording
from handlers.broadcasting.outlets import Shown
from handlers.messages import Reply
from storage import broadcasts
from storage.broadcasts import Content
from storage.database import Database

_KEPT: Final = 200
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@runtime_checkable
class Captioned(Protocol):
    """A channel whose pictures take only a short text with them."""

    @property
    def caption_limit(self) -> int: ...


class Announcer:
    """Reads a broadcast's content when it is first needed. What is running is never changed, so it is read once."""

    def __init__(self, database: Database, languages: Mapping[str, Words]) -> None:
        self._database: Final = database
        self._languages: Final = languages
        self._hints: Final = wording.hints_of(languages[SOURCE_LANGUAGE])
        self._contents: Final[OrderedDict[int, Content]] = OrderedDict()
        self._messages: Final[OrderedDict[tuple[int, str, str], tuple[Reply, ...]]] = OrderedDict()

    async def messages(self, broadcast_id: int, language: str, channel: Channel) -> Sequence[Reply]:
        """The messages of one row; nothing where the broadcast is no longer there."""
        key = (broadcast_id, language, channel.name)
        if key not in self._messages:
            content = await self._content(broadcast_id)
            if content is None:
                return ()
            _keep(self._messages, key, self._rendered(content, language, channel))
        return self._messages[key]

    async def _content(self, broadcast_id: int) -> Content | None:
        if broadcast_id not in self._contents:
            async with self._database.read() as connection:
                found = await broadcasts.content(connection, broadcast_id)
            if found is None:
                return None
            _keep(self._contents, broadcast_id, found[1])
        return self._contents[broadcast_id]

    def _rendered(self, content: Content, language: str, channel: Channel) -> tuple[Reply, ...]:
        """By the function that shows it before: what is sent is what was previewed."""
        words = self._languages.get(language) or self._languages[SOURCE_LANGUAGE]
        shown = Shown(channel.capabilities, channel.caption_limit if isinstance(channel, Captioned) else 0)
        return wording.messages(content, words.language, shown, words, self._hints)


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    kept[key] = value
    while len(kept) > _KEPT:
        kept.popitem(last=False)
