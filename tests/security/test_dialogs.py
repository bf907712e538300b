"""Every choice word, every role, somebody else's things: a choice id can be typed up by anybody, so none may help."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from bot.channels.terminal import TerminalChannel
from bot.turns import Outcome, TurnEngine
from handlers.messages import Incoming
from handlers.respond import Responder, discover
from handlers.turn import Knowledge, merged
from storage.database import Database
from storage.turns import failed_turns
from tests.security.seeding import COMMUNE, DISTRICT, PEOPLE, Foreign, Seeded, rows_of, says
from tests.security.table import WORDS
from tests.support.assembly import Clock
from tests.turns.conftest import Outlet

_HANDLERS: Final = Path(__file__).parents[2] / "handlers"
# f"report:see:{row.id}", turn.choice("case:withdraw:yes", …)
_OFFERED: Final = re.compile(r'Choice\(\s*f?"(\w+):([^"]*)"|turn\.choice\(\s*f?"(\w+):([^"]*)"')
TALKS: Final = (
    ("báo sinh", "{code}"), ("tra hộ", "{code}"), ("tìm hộ", "{code}"), ("báo người mất", "{code}", "hôm qua"),
    ("cấp mã hộ", "{code}"),
    ("mời", "trưởng thôn", "{village}"), ("đề cử", "{village}"), ("nhà tôi", "{code}"), ("soạn thông báo", "{commune}"),
    ("quyền lợi mới",), ("hộp thư",), ("danh sách cán bộ",), ("việc cần duyệt",),
)  # fmt: skip
"""What somebody types to get there without a button."""


class Talking:
    """Somebody who presses and types, over one engine."""

    def __init__(self, engine: TurnEngine, outlet: Outlet, clock: Clock) -> None:
        self._engine = engine
        self._outlet = outlet
        self._clock = clock
        self._number = 0

    async def send(self, who: str, *, text: str = "", choice: str = "") -> str:
        """What is answered to this person, buttons included."""
        before = len(self._outlet.taken)
        self._number += 1
        incoming = Incoming("terminal", who, f"{who}:{self._number}", self._clock.at, text=text, choice=choice)
        assert await self._engine.handle(incoming) is Outcome.DONE
        said = [each for each in self._outlet.taken[before:] if each.chat == who]
        labels = [each.label for one in said for each in (*one.reply.choices, *one.reply.controls)]
        return "\n".join([*(each.reply.text for each in said), *labels])


@pytest.fixture
async def database(seeded: tuple[Path, Seeded], tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "talk.db"
    shutil.copy(seeded[0], path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
async def talking(database: Database, knowledge: Knowledge, clock: Clock) -> AsyncIterator[Talking]:
    outlet, channel = Outlet(), TerminalChannel(lambda _: None)
    engine = TurnEngine(database, knowledge, Responder(), {channel.name: channel}, outlet, clock)
    yield Talking(engine, outlet, clock)
    await engine.close()


def _filled(template: str, foreign: Foreign) -> str:
    return template.format(village=foreign.village, commune=foreign.commune, **foreign.ids)


async def _snapshot(database: Database, hidden: list[Foreign]) -> list[object]:
    async with database.read() as connection:
        return [await rows_of(connection, each) for each in hidden]


def test_every_choice_word_has_its_rule() -> None:
    """A new one, and each new way that a dialog offers it."""
    words = set(merged(discover()))
    missing = sorted(words - set(WORDS))
    assert not missing, f"say in tests/security/table.py WORDS what {missing} can be asked for"
    assert sorted(set(WORDS) - words) == []
    unknown = set()
    for file in sorted(_HANDLERS.rglob("*.py")):
        for found in _OFFERED.finditer(file.read_text("utf-8")):
            word, argument = (found[1], found[2]) if found[1] else (found[3], found[4])
            first = argument.partition(":")[0]
            if "{" not in first and not any(each.partition(":")[0] == first for each in WORDS.get(word, ())):
                unknown.add(f"{word}:{first}")
    assert not unknown, f"add to tests/security/table.py WORDS: {sorted(unknown)}"


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "district_staff"])
async def test_no_choice_helps_to_what_is_somebody_elses(
    talking: Talking, database: Database, seeded: tuple[Path, Seeded], who: str
) -> None:
    """Each word with foreign ids, and what somebody types instead; no mark is said, nothing foreign is changed."""
    hidden = [seeded[1].foreign[mark] for mark in PEOPLE[who][2]]
    before = await _snapshot(database, hidden)
    wrong = []
    for word, arguments in WORDS.items():
        for argument in arguments:
            choice = _filled(f"{word}:{argument}" if argument else word, hidden[0])
            if choice in ("link:off", "privacy:confirmed"):
                continue
            heard = await talking.send(who, choice=choice)
            if not heard or any(says(heard.encode(), each.mark) for each in hidden):
                wrong.append((choice, heard[:200]))
        await talking.send(who, choice="iv:cancel")
    for talk in TALKS:
        for said in talk:
            typed = _filled(said, hidden[0])
            heard = (await talking.send(who, text=typed)).replace(str(hidden[0].ids["code"]), "")
            if not heard.strip() or any(says(heard.encode(), each.mark) for each in hidden):
                wrong.append((typed, heard[:200]))
        await talking.send(who, choice="iv:cancel")
    assert wrong == []
    assert await _snapshot(database, hidden) == before
    async with database.read() as connection:
        assert await failed_turns(connection) == []


async def test_whoever_it_belongs_to_is_told(talking: Talking, seeded: tuple[Path, Seeded]) -> None:
    """The same choices tell the mark to the district's officer: the silence above is no accident."""
    foreign = seeded[1].foreign[COMMUNE]
    told = set()
    for choice in ("review:see:{report}", "report:see:{report}", "inbox:see:{case}", "nominate:see:{nomination}",
                   "broadcast:see:{broadcast}", "found:home:{household}", "staff"):  # fmt: skip
        heard = await talking.send("district_officer", choice=_filled(choice, foreign))
        if says(heard.encode(), COMMUNE):
            told.add(choice.partition(":")[0])
        assert not says(heard.encode(), DISTRICT)
    assert told >= {"report", "inbox", "nominate", "broadcast", "found", "staff"}
