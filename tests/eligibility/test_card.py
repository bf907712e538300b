"""The card: a picture that fits a phone, and a text where a channel shows no pictures."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image, ImageFont

from content.cards import WIDTH, Card, Line, Section, draw
from content.cards.drawing import wrapped
from handlers.conversation import Conversation
from handlers.eligibility.card import card_of
from handlers.eligibility.report import report
from handlers.messages import Incoming
from handlers.turn import Knowledge, Turn
from tests.eligibility.talking import NOON, Talk

ANSWERS = {
    "household.status": "poor",
    "household.special_situation": "no",
    "household.area": "rural",
    "household.has_worker": "yes",
    "0:who": "grandmother",
    "0:person.age": 82,
    "0:person.pension_kind": "none",
    "1:who": "child",
    "1:person.age": 12,
    "1:person.study": "lower_secondary",
    "1:person.school": "public",
}


@pytest.fixture
def card(knowledge: Knowledge) -> Card:
    turn = Turn(Incoming("test", "talk", "1", NOON), Conversation(), knowledge, NOON)
    return card_of(turn, report(turn, ANSWERS, date(2026, 11, 24)))


def _opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def test_it_is_a_picture_for_a_phone(card: Card) -> None:
    """1080 pixels wide, not so tall that a messenger shrinks it away, small enough for a slow line."""
    picture = draw(card)
    image = _opened(picture)
    assert (image.format, image.width) == ("PNG", WIDTH)
    assert 1200 < image.height < 3000
    assert len(picture) < 250_000


def test_it_says_what_counts(card: Card) -> None:
    """Results, papers, place, date, and that it is for information only."""
    assert [section.tone for section in card.sections] == ["yes", "maybe", "papers"]
    words = [line.text + line.detail for section in card.sections for line in section.lines]
    assert any("hưu trí xã hội" in text and "540.000 đồng mỗi tháng" in text for text in words)
    assert any("Nơi nộp" in text for text in words)
    assert (card.day, card.mark) == ("24/11/2026", "CHỈ ĐỂ THAM KHẢO")


def test_no_told_fact_stands_on_the_picture(card: Card) -> None:
    """It may be shown around: only what was found is on it."""
    words = " ".join(line.text + line.detail for section in card.sections for line in section.lines)
    assert "82" not in words


def test_the_same_card_gives_the_same_picture(card: Card) -> None:
    """A turn that is run again sends nothing new."""
    assert draw(card) == draw(card)


@pytest.mark.parametrize("word", ["nghiêng", "x" * 400])
def test_every_line_fits(word: str) -> None:
    """Also a word longer than the card."""
    font = ImageFont.load_default(34)
    lines = wrapped(" ".join([word] * 12), font, 400)
    assert all(font.getlength(line) <= 400 for line in lines)
    assert "".join(lines).replace(" ", "") == word * 12


def test_long_lists_make_a_longer_picture_that_is_still_cut_off_somewhere() -> None:
    """Nothing grows without an end."""
    lines = tuple(
        Line(f"Khoản số {number} với một cái tên khá dài để xuống dòng", "chi tiết " * 20) for number in range(60)
    )
    card = Card("Chung Tay", "nơi", "Tên", "24/11/2026", "MẪU", (Section("Mục", lines, "yes"),), "Hết")
    assert _opened(draw(card)).height <= 9000


async def test_without_pictures_there_is_a_text_card(talk: Talk) -> None:
    """The floor of every channel."""
    await talk.say("bà tôi 82 tuổi hộ nghèo không lương hưu", "1", "xem kết quả")
    said = await talk.say("lưu kết quả thành thẻ")
    assert "THẺ KẾT QUẢ CHUNG TAY, ngày 24/11/2026" in said
    assert "☐" in said
    assert not talk.replies[-1].picture
