"""News and stories of the campaign: to browse, to search ("tin nuoi ga"), to read in parts."""

from __future__ import annotations

import re
from typing import Final

from content.news import search_words
from content.text import plain
from handlers.newsroom import reading
from handlers.turn import Dialog, Replies, Turn

# "tin nuôi gà", "tìm tin vay vốn", "gương thoát nghèo ở Thụy Lôi": few words, and the first says what is wanted.
_LOOKS: Final = re.compile(
    r"(?:(?:tim|xem|doc|co)(?: cho)?(?: toi)? )?(?:tin tuc|ban tin|tin|guong dien hinh|guong tot|guong)(?: ve| noi ve)?"
    r" (.+)|news about (.+)"
)
# "tin nhắn lừa đảo thì báo ai" is a question, and so is whatever asks.
_ASKS: Final = re.compile(
    r"\b(?:nhan|don|ai|gi|nao|sao|dau|may|khong|ko|chua|bao (?:nhieu|gio|lau)|duoc|who|what|how)\b"
)
_MOST_WORDS: Final = 9
_HIGHEST_PAGE: Final = 999


async def news(turn: Turn, argument: str) -> Replies:
    """`news`, `news:list:<list>:<page>`, `news:find:<page>:<words>`, `news:read:<id>:<part>:<list>`."""
    verb, _, rest = argument.partition(":")
    if not verb:
        return [await reading.home(turn)]
    if verb == "list":
        name, _, page = rest.partition(":")
        shown = await reading.listed(turn, name, _number(page)) if _number(page) else None
    elif verb == "find":
        page, _, said = rest.partition(":")
        shown = await reading.found(turn, said.replace("_", " "), _number(page)) if _number(page) else None
    elif verb == "read":
        number, part, name = (*rest.split(":"), "", "")[:3]
        shown = await reading.read(turn, int(number), _number(part), name) if _is_id(number) else None
    else:
        shown = None
    return [] if shown is None else [shown]


async def text(turn: Turn, said: str) -> Replies | None:
    """ "tin nuoi ga": only where news are found, else it is a question like any other."""
    looked = _LOOKS.fullmatch(plain(said))
    if looked is None or "?" in said or len(said.split()) > _MOST_WORDS:
        return None
    rest = looked[1] or looked[2]
    words = " ".join(search_words(rest))
    found = await reading.found(turn, words, every=True) if words and not _ASKS.search(rest) else None
    return None if found is None else [found]


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and 0 < int(said[:4]) <= _HIGHEST_PAGE else 0


def _is_id(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) < 18


dialog = Dialog({"news": news}, text=text, order=60)
