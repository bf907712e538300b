"""Every dialog of the product is finished on Zalo Bot by typing alone: no button, no edit, 2,000 characters."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from handlers.respond import Responder, discover
from handlers.turn import Knowledge
from storage.database import Database
from tests.channels.drivers import Driver
from tests.zalo.drivers import zalo_bot

WALKED = {
    "answer",
    "code",
    "eligibility",
    "hidden",
    "interviews",
    "language",
    "menu",
    "notices",
    "office",
    "people",
    "privacy",
}


@pytest.fixture
async def person(sqlite_url: str, knowledge: Knowledge) -> AsyncIterator[Person]:
    async with zalo_bot(Database(sqlite_url), Responder(), knowledge) as driver:
        yield Person(driver)


class Person:
    """Types, and reads what came last."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def says(self, text: str) -> str:
        before = len(await self.driver.seen(5))
        await self.driver.say(5, text)
        seen = await self.driver.seen(5)
        assert len(seen) > before
        return "\n".join(each.text for each in seen[before:])


def numbered(text: str) -> dict[str, str]:
    """The label of each number that may be typed."""
    return dict(re.findall(r"^(\d+)\. (.+)$", text, flags=re.MULTILINE))


async def test_menu_article_and_each_part(person: Person) -> None:
    """From the list of subjects down to each part of an article, by numbers."""
    menu = numbered(await person.says("mục lục"))
    assert len(menu) >= 5
    group = numbered(await person.says("2"))
    article = await person.says("1")
    assert group["1"] and "Căn cứ" in article
    for label in numbered(article).values():
        assert len(await person.says(label)) > 40
        article = await person.says("Về mục lục")


async def test_office_and_commune(person: Person) -> None:
    """The way to a person, and the name of one's own commune, typed without accents."""
    await person.says("trợ cấp hưu trí xã hội")
    assert "UBND" in await person.says("gap can bo")
    assert "Thụy Lôi" in await person.says("thuy loi")


async def test_language_there_and_back(person: Person) -> None:
    """English and Vietnamese again."""
    assert re.search(r"English|you", await person.says("english"))
    assert "tiếng Việt" in await person.says("tiếng việt")


async def test_notices_stopped_and_taken_again(person: Person) -> None:
    """One word each."""
    assert "dừng" in await person.says("dừng")
    assert "nhận lại" in await person.says("đăng ký lại")


async def test_privacy_looked_at_and_deleted(person: Person) -> None:
    """With the confirmation that deleting asks for."""
    await person.says("bảo hiểm y tế hộ nghèo")
    assert "đang giữ" in await person.says("dữ liệu của tôi")
    asked = numbered(await person.says("xóa dữ liệu"))
    assert "đã xóa" in await person.says(next(n for n, label in asked.items() if label == "Đồng ý xóa"))


async def test_the_check_of_a_household_to_its_result(person: Person) -> None:
    """Every question is answered by a number, up to the result; its choices work by number too."""
    said = await person.says("xem nhà mình được hỗ trợ gì")
    for _ in range(40):
        if "KẾT QUẢ" in said:
            break
        said = await person.says("1" if numbered(said) else "70" if "bao nhiêu tuổi" in said else "bỏ qua")
    assert "KẾT QUẢ" in said
    assert "Giấy tờ" in await person.says("1")


async def test_an_interview_put_aside_and_taken_up(person: Person) -> None:
    """Put aside by a word; taken up by another, at the same question."""
    await person.says("xem nhà mình được hỗ trợ gì")
    question = numbered(await person.says("1"))
    assert "làm tiếp" in await person.says("để sau")
    assert numbered(await person.says("làm tiếp")) == question


async def test_who_am_i_a_link_and_a_wrong_code(person: Person) -> None:
    """A citizen without a role asks, gets a code for another channel, and mistypes one."""
    assert "mã" in await person.says("tôi là ai")
    code = await person.says("liên kết")
    assert re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert await person.says("mã ABCD-2345")
    assert await person.says("bỏ liên kết")


async def test_a_hidden_message_is_answered_with_what_to_do(person: Person) -> None:
    """message.unsupported.received: the commune, the village head, the numbers to call; no silence."""
    driver = person.driver
    server = driver.server  # type: ignore[attr-defined]  # the Zalo driver's own
    await driver._give(server.update(f"{5:020x}", "message.unsupported.received"))  # type: ignore[attr-defined]
    said = (await driver.seen(5))[-1].text
    assert "UBND" in said and "trưởng thôn" in said and "115" in said and "chưa hiểu" not in said


def test_every_dialog_that_is_walked_is_there() -> None:
    """A dialog that is renamed takes its walk along."""
    assert set(discover()) >= WALKED
