"""The channels under test. A new channel is one factory more in `CHANNELS`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from content import commands, words
from handlers.messages import Choice, Reply
from handlers.respond import Responder
from handlers.turn import Dialog, Replies, Turn
from storage.database import Database
from tests.channels import drivers
from tests.support.assembly import new_database
from tests.zalo import drivers as zalo_drivers

CHANNELS: Final[dict[str, drivers.Factory]] = {
    "plain": drivers.plain,
    "terminal": drivers.terminal,
    "web": drivers.web,
    "telegram": drivers.telegram,
    "zalo_bot": zalo_drivers.zalo_bot,
    "zalo_oa": zalo_drivers.zalo_oa,
}

COLOURS: Final = (
    Choice("colour:red", "Màu đỏ"),
    Choice("colour:green", "Màu xanh lá cây"),
    Choice("colour:long", "Một màu có cái tên dài đến mức không nút bấm nào trên đời chứa cho hết được, kể cả nút to"),
)
LONG: Final = " ".join(f"Câu số {number} của một câu trả lời rất dài." for number in range(1, 301))


async def _colour(turn: Turn, name: str) -> Replies:
    return [Reply(f"Đã chọn {name}")] if name in ("red", "green", "long") else []


async def _text(turn: Turn, text: str) -> Replies:
    turn.conversation.misses += 1
    if text == "màu":
        return [Reply("Bác thích màu nào?", COLOURS)]
    if text == "dài":
        return [Reply(LONG, COLOURS)]
    if text == "sửa":
        return [Reply("Xong", edit_of="1")]
    if text == "hai":
        return [Reply("một"), Reply("hai")]
    return [Reply(f"Tin thứ {turn.conversation.misses}")]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return new_database(tmp_path)


@pytest.fixture
def responder() -> Responder:
    """The real responder over one dialog that offers colours, gives long answers, and counts."""
    return Responder({"test": Dialog({"colour": _colour}, text=_text)})


@pytest.fixture(scope="session")
def knowledge() -> Any:
    return SimpleNamespace(languages=words.load(), commands=commands.load())


@pytest.fixture(params=list(CHANNELS))
async def driver(
    request: pytest.FixtureRequest, database: Database, responder: Responder, knowledge: Any
) -> AsyncIterator[drivers.Driver]:
    async with CHANNELS[request.param](database, responder, knowledge) as running:
        yield running
