"""People in whole turns: what a citizen's question costs, links, refusals, drafts that follow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.turns import Outcome, TurnEngine
from handlers import codes
from handlers.actions import people as actions
from handlers.messages import Incoming
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import audit, invitations, people
from storage.database import Database
from storage.keys import Keys
from tests.people.conftest import person
from tests.support.assembly import Clock
from tests.turns.conftest import Outlet, Plain


class Talk:
    """An engine with the product's own dialogs, and what it said last."""

    def __init__(self, database: Database, knowledge: Knowledge, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.outlet = Outlet()
        other = Plain()
        other.name = "zalo"
        channels = {"plain": Plain(), "zalo": other}
        self.engine = TurnEngine(database, knowledge, Responder(), channels, self.outlet, clock)
        self.number = 0

    async def say(self, text: str = "", *, choice: str = "", channel: str = "plain", chat: str = "a") -> str:
        self.number += 1
        message = Incoming(channel, chat, str(self.number), self.clock.at, text=text, choice=choice)
        before = len(self.outlet.taken)
        assert await self.engine.handle(message) is Outcome.DONE
        return "\n".join(each.reply.text for each in self.outlet.taken[before:])

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What goes to the database within the block."""
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        sync = self.database.engine.sync_engine
        event.listen(sync, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(sync, "before_cursor_execute", note)


@pytest.fixture
async def talk(places: Database, knowledge: Knowledge, keys: Keys, clock: Clock) -> AsyncIterator[Talk]:
    made = Talk(places, replace(knowledge, keys=keys), clock)
    yield made
    await made.engine.close()


async def _code(talk: Talk, keys: Keys, role: str = "village_head", area: str = "thuy-loi-mau-1") -> str:
    async with talk.database.write() as connection:
        made = await actions.invite(
            connection, None, keys, role=role, area_key=area, name="Mẫu", seed=role, now=talk.clock.at
        )
    return made.code


async def test_a_citizens_question_asks_nothing_about_people(talk: Talk) -> None:
    """No account is looked up, no savepoint opened: inbox, conversation, its state, what was asked, whether an earlier
    answer is still unsent, outbox.
    """
    await talk.say("thẻ bảo hiểm y tế hộ nghèo")
    with talk.statements() as seen:
        await talk.say("bà tôi 78 tuổi không lương hưu được gì")
    tables = ("account", "roles", "invitations", "audit", "areas", "SAVEPOINT")
    assert not [one for one in seen if any(table in one for table in tables)]
    assert len([one for one in seen if not one.startswith("BEGIN")]) == 6


async def test_who_somebody_is_costs_one_query(talk: Talk, keys: Keys) -> None:
    """However many roles."""
    await talk.say(f"mã {await _code(talk, keys)}")
    await talk.say(f"mã {await _code(talk, keys, 'commune_officer', 'thuy-loi-2023')}")
    with talk.statements() as seen:
        await talk.say("đổi vai")
    assert len([one for one in seen if "FROM accounts" in one]) == 1


async def test_a_link_of_the_channel_is_a_typed_code(talk: Talk, keys: Keys) -> None:
    """`/start <code>`; anything else after /start is a greeting."""
    code = await _code(talk, keys)
    assert "Xin chào" in await talk.say("/start xin-chao-bac")
    assert "Trưởng thôn" in await talk.say(f"/start {code}")
    assert "không dùng được" in await talk.say(f"/start {code}", chat="b")
    assert "không có chữ O" in await talk.say("/start ABO2-23D5", chat="b")


@pytest.mark.parametrize(
    "choice",
    [
        "invite",
        "staff",
        "unrole:1:yes",
        "begin:invite",
        "iv:a:village_head",
        "role:1",
        "unrole:1",
        "unrole:x",
        "code:zz",
        "link:x",
    ],
)
async def test_a_pressed_button_gives_no_right(talk: Talk, clock: Clock, choice: str) -> None:
    """A citizen sends what an officer's button sends: refused, or an outdated button."""
    head = await person(talk.database, "village_head", "thuy-loi-mau-1", at=clock)
    assert head.acting is not None
    answer = await talk.say(choice=choice)
    assert "không làm được" in answer or "không dùng được nữa" in answer or "vai gì" in answer
    async with talk.database.read() as connection:
        assert (await people.role(connection, head.acting.id)) == head.acting
        assert await invitations.still_open(connection, "/", clock.at) == []
        refusals = [entry.verb async for entry in audit.walk(connection)]
    assert set(refusals) <= {"refused"}
    assert bool(refusals) == ("không làm được" in answer)


async def test_the_right_is_asked_again_when_an_invitation_is_confirmed(talk: Talk, keys: Keys, clock: Clock) -> None:
    """The officer's role ended while the questions were open."""
    await talk.say(f"mã {await _code(talk, keys, 'commune_officer', 'thuy-loi-2023')}")
    for said in ("mời trưởng thôn", "mau 1", "Lê Mẫu"):
        await talk.say(said)
    async with talk.database.write() as connection:
        await actions.end_role(connection, None, 1, clock.at.date(), clock.at)
    assert "không làm được" in await talk.say("1")
    async with talk.database.read() as connection:
        assert await invitations.still_open(connection, "/", clock.at) == []


async def test_five_wrong_codes_are_answered_kindly_and_questions_go_on(talk: Talk, keys: Keys) -> None:
    """The refusal is about codes only."""
    for number in range(5):
        assert "không dùng được" in await talk.say(f"mã AB{number + 2}C-23D5")
    assert "một giờ nữa" in await talk.say(f"mã {codes.shown(await _code(talk, keys))}")
    assert "bảo hiểm y tế" in (await talk.say("thẻ bảo hiểm y tế hộ nghèo")).lower()


async def test_what_was_put_aside_follows_the_person(talk: Talk, keys: Keys) -> None:
    """Begun on one channel, taken up on the other; done there, it is gone here."""
    await talk.say(f"mã {await _code(talk, keys, 'commune_officer', 'thuy-loi-2023')}")
    code = (await talk.say("liên kết")).split(": ")[1][:9]
    await talk.say(code, channel="zalo", chat="b")
    for said in ("mời trưởng thôn", "mau 1", "để sau"):
        await talk.say(said)
    async with talk.database.read() as connection:
        assert list(await people.drafts(connection, 1)) == ["invite"]
    assert "Mời một người" in await talk.say("làm tiếp", channel="zalo", chat="b")
    assert "Họ tên" in await talk.say("1", channel="zalo", chat="b")
    async with talk.database.read() as connection:
        assert await people.drafts(connection, 1) == {}
    await talk.say("Lê Mẫu", channel="zalo", chat="b")
    assert "Mã mời cho Lê Mẫu" in await talk.say("1", channel="zalo", chat="b")
    assert "Mời một người" not in await talk.say("làm tiếp")


async def test_silence_asked_for_on_one_channel_is_the_persons(talk: Talk) -> None:
    """Whoever sends notices asks the account."""
    code = (await talk.say("liên kết")).split(": ")[1][:9]
    await talk.say(code, channel="zalo", chat="b")
    for said, channel, chat, stopped in (("dừng", "zalo", "b", True), ("đăng ký lại", "plain", "a", False)):
        await talk.say(said, channel=channel, chat=chat)
        async with talk.database.read() as connection:
            assert await people.notices_stopped(connection, 1) is stopped


async def test_having_everything_deleted_takes_the_account_along(talk: Talk) -> None:
    """Of a citizen."""
    await talk.say("liên kết")
    await talk.say("xóa dữ liệu")
    await talk.say("đồng ý xóa")
    async with talk.database.read() as connection:
        assert await people.account(connection, 1, talk.clock.at.date()) is None
