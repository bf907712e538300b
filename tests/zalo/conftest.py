"""A responder that counts, and the words; the database of each test is new."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from content import commands, words
from handlers.messages import Choice, Reply
from handlers.respond import Responder
from handlers.turn import Dialog, Knowledge, Replies, Turn
from tests.support.assembly import Clock
from tests.zalo import walking

WAYS_ON = (Choice("pick:back", "Quay lại"), Choice("pick:menu", "Về mục lục"))
MANY = tuple(Choice(f"pick:{number}", f"Mục {number}") for number in range(1, 8))


async def _pick(turn: Turn, name: str) -> Replies:
    return [Reply(f"Đã chọn {name}")]


async def _text(turn: Turn, text: str) -> Replies:
    turn.conversation.misses += 1
    if text.startswith("chọn"):
        return [Reply("Bác chọn:", MANY[: int(text.split()[1])])]
    if text.startswith("danh sách"):
        return [Reply("Bác chọn:", MANY[: int(text.split()[2])], WAYS_ON)]
    if text == "hình":
        return [Reply("Có hình đây", picture="key-1")]
    if text == "hình và nút":
        return [Reply("Có hình đây", MANY[:2], picture="key-1")]
    return [Reply(f"Tin thứ {turn.conversation.misses}")]


async def _start(turn: Turn, _: str) -> Replies:
    return [Reply("Chào bác")]


@pytest.fixture
def responder() -> Responder:
    """The real responder over one dialog that counts, offers choices and sends a picture."""
    return Responder({"test": Dialog({"pick": _pick, "start": _start}, text=_text)})


@pytest.fixture(scope="session")
def town_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """The town of the walks, settled once; every walk begins in a copy of it."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copy(sqlite_template, path)
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, also where one is running already
        thread.submit(asyncio.run, walking.settled(f"sqlite:///{path}", knowledge, Clock())).result()
    return path


@pytest.fixture
def town_url(town_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "town.db"
    shutil.copy(town_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def few_words() -> Any:
    """What the responder reads of the knowledge."""
    return SimpleNamespace(languages=words.load(), commands=commands.load())
