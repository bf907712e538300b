"""Several officers and several people at once, in any order: no reply is lost and none is sent twice."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import delete, insert

from bot import words
from bot.settings import Settings
from handlers.actions import inbox, inbox_replies
from handlers.actions.inbox_replies import Answer
from handlers.actions.people import sync_areas
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.sealing import opened
from storage import cases
from storage.keys import Keys
from storage.tables import conversations
from tests.cases.conftest import Town, _town, unhurried
from tests.cases.seeding import a_case
from tests.support.assembly import Clock, migrated, new_database

_KNOWN = words.knowledge(Settings())
_OFFICERS = ("Hoa Mẫu", "Lan Mẫu", "Minh Mẫu")
_PEOPLE = ("bac", "ba", "chu")
_LOOP = asyncio.new_event_loop()
_FOLDER = tempfile.TemporaryDirectory()
who = st.sampled_from(_OFFICERS)
whom = st.sampled_from(_PEOPLE)


@cache
def _template() -> Path:
    """A migrated file, made once."""
    path = Path(_FOLDER.name) / "template.db"
    asyncio.run(migrated(path))
    return path


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return _LOOP.run_until_complete(work)


class Cases(RuleBasedStateMachine):
    """Compared after each step: what the model says was sent, and what is in the outbox and in the cases."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.expected: dict[str, list[str]] = {one: [] for one in _PEOPLE}
        self.told: dict[str, list[str]] = {one: [] for one in _PEOPLE}
        self.pages: dict[str, tuple[str, int, int, str]] = {}
        self.count = 0
        self.town: Town

    @initialize()
    def begin(self) -> None:
        (Path(self.folder.name) / "one").mkdir()
        shutil.copy(_template(), Path(self.folder.name) / "template.db")

        async def make() -> Town:
            database = unhurried(new_database(Path(self.folder.name) / "one"))
            clock = Clock()
            town = _town(database, replace(_KNOWN, keys=Keys.fixed(b"stateful", clock.at)), clock)
            async with database.write() as connection:
                await sync_areas(connection, town.knowledge.locality)
            for name in _OFFICERS:
                await town.officer(name, "commune_officer", "thuy-loi-2023")
            return town

        self.town = _run(make())

    @rule(person=whom)
    def asks(self, person: str) -> None:
        """Hands over, or adds to what is open."""
        self.count += 1
        if _run(self._open(person)) is None:
            _run(self._hand_over(person))
        else:
            _run(self.town.say(person, f"thêm {self.count}"))
            self.told[person].append(f"thêm {self.count}")

    @rule(officer=who, person=whom)
    def opens_the_page(self, officer: str, person: str) -> None:
        row = _run(self._open(person))
        if row is not None:
            self.count += 1
            seen = _run(self._see(officer, row.id))
            self.pages[officer] = (person, row.id, seen.newest, f"{self.count:032d}")

    @rule(officer=who, twice=st.booleans())
    def answers(self, officer: str, twice: bool) -> None:
        """From a page that may be old; the same form perhaps sent twice."""
        if officer not in self.pages:
            return
        person, case_id, seen, submission = self.pages[officer]
        row = _run(self._get(case_id))
        text = f"trả lời {submission}"
        later = [one for one in _run(self._talk(case_id)) if one.kind == "staff" and one.id > seen]
        known = any(one.kind == "staff" and text in self.expected[person] for one in later)
        for _ in range(2 if twice else 1):
            try:
                _run(self._reply(officer, case_id, Answer(text, seen, submission)))
            except AnsweredFirstError as error:
                assert later and not known
                # Shown, and confirmed.
                self.pages[officer] = (person, case_id, error.replies[-1].id, submission)
                return
            except CaseError:
                assert row.is_closed
                return
            assert not row.is_closed
        if text not in self.expected[person]:
            assert not later
            self.expected[person].append(text)

    @rule(officer=who, other=who, person=whom)
    def two_answer_at_once(self, officer: str, other: str, person: str) -> None:
        """At the same moment, having seen the same: one goes out, the other is told."""
        row = _run(self._open(person))
        if row is None or officer == other:
            return
        seen = _run(self._see(officer, row.id)).newest
        self.count += 2
        texts = [f"cùng lúc {self.count - 1}", f"cùng lúc {self.count}"]

        async def both() -> list[Any]:
            return await asyncio.gather(
                *(
                    self._reply(name, row.id, Answer(text, seen, f"{text[-6:]}".strip().rjust(32, "z")))
                    for name, text in zip((officer, other), texts, strict=True)
                ),
                return_exceptions=True,
            )

        results = _run(both())
        assert [isinstance(one, AnsweredFirstError) for one in results].count(True) == 1
        self.expected[person] += [
            text for text, one in zip(texts, results, strict=True) if not isinstance(one, Exception)
        ]

    @rule(officer=who, person=whom)
    def takes(self, officer: str, person: str) -> None:
        row = _run(self._open(person))
        if row is not None:
            _run(self._write(inbox.take, officer, row.id, row.version, self.town.clock.at))
            assert _run(self._get(row.id)).assignee == self.town.officers[officer].account_id

    @rule(officer=who, person=whom)
    def closes(self, officer: str, person: str) -> None:
        row = _run(self._open(person))
        if row is not None:
            _run(self._write(inbox.close, officer, self.town.knowledge, row.id, "answered", self.town.clock.at))
            self.told[person].clear()

    @rule(person=whom)
    def withdraws(self, person: str) -> None:
        if _run(self._open(person)) is not None:
            _run(self.town.say(person, "rút lại câu hỏi", "1"))
            assert _run(self._open(person)) is None
            self.told[person].clear()

    @invariant()
    def every_reply_is_there_once(self) -> None:
        for person in _PEOPLE if hasattr(self, "town") else ():
            sent = [text for _, text, _ in _run(self.town.sent(person)) if text.startswith("Cán bộ")]
            assert len(sent) == len(self.expected[person])
            for text in self.expected[person]:
                assert sum(f"{text}\n" in f"{one}\n" for one in sent) == 1, text
            row = _run(self._open(person))
            if row is not None:
                said = _run(self._talk(row.id))
                keys = self.town.knowledge.keys
                words = [opened(keys, row.id, one.text) for one in said if one.kind == "person"]
                assert [one for one in words if one.startswith("thêm")] == self.told[person]

    def teardown(self) -> None:
        if hasattr(self, "town"):
            _run(self.town.engine.close())
            _run(self.town.database.close())
        self.folder.cleanup()

    async def _hand_over(self, person: str) -> None:
        """As the talk leaves it, without its five questions."""
        async with self.town.database.write() as connection:
            made = await a_case(
                connection, self.town.knowledge, self.town.clock.at, self.count, desk="thuy-loi-2023",
                channel="plain", chat=person, person="", topic="", office="commune",
            )  # fmt: skip
            state = b'{"case":%d}' % made
            await connection.execute(delete(conversations).where(conversations.c.chat == person))
            at = self.town.clock.at
            await connection.execute(
                insert(conversations).values(channel="plain", chat=person, state=state, created_at=at, last_seen_at=at)
            )

    async def _open(self, person: str) -> cases.CaseRow | None:
        async with self.town.database.read() as connection:
            return await cases.open_of(connection, ("plain", person))

    async def _get(self, case_id: int) -> cases.CaseRow:
        async with self.town.database.read() as connection:
            row = await cases.get(connection, case_id)
        assert row is not None
        return row

    async def _talk(self, case_id: int) -> list[cases.EntryRow]:
        async with self.town.database.read() as connection:
            return await cases.entries(connection, case_id)

    async def _see(self, officer: str, case_id: int) -> inbox.Seen:
        async with self.town.database.write() as connection:
            return await inbox.see_case(
                connection, self.town.officers[officer], self.town.knowledge, case_id, self.town.clock.at
            )

    async def _reply(self, officer: str, case_id: int, answer: Answer) -> Any:
        async with self.town.database.write() as connection:
            return await inbox_replies.reply(
                connection, self.town.officers[officer], self.town.knowledge, case_id, answer, self.town.clock.at
            )

    async def _write(self, work: Any, officer: str, *more: Any) -> Any:
        async with self.town.database.write() as connection:
            return await work(connection, self.town.officers[officer], *more)


Cases.TestCase.settings = settings(
    max_examples=5, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCases = Cases.TestCase
