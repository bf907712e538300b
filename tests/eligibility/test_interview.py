"""The interview engine, with a small interview of three fields: everything a person expects of being asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from handlers import interview as engine
from handlers.dialogs import interviews as dialog
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice, Reply
from handlers.respond import Responder
from handlers.turn import Dialog, Knowledge, Replies, Turn
from tests.eligibility.talking import Talk

FIELDS = ("name", "colour", "size")
COLOURS = {"red": "Đỏ", "blue": "Xanh"}


class Small:
    """Asks a name, a colour (may be skipped) and a size; says what it got."""

    kind = "small"
    begins_empty = True
    confirms = True

    def title(self, turn: Turn) -> str:
        return "việc nhỏ"

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return next((field for field in FIELDS if field not in answers and field not in skipped), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field == "colour":
            return Ask("Màu gì?", tuple(Choice(key, label) for key, label in COLOURS.items()), skippable=True)
        return Ask({"name": "Tên gì?", "size": "Cỡ mấy?"}[field])

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field == "colour" and not chosen:
            return DontKnow() if said == "chịu thôi" else NotUnderstood("")
        if field == "size":
            if not said.isdecimal():
                return NotUnderstood("Cháu cần một con số.")
            if int(said) > 50:
                return NotUnderstood("Bác chọn giúp:", (Choice("40", "Bốn mươi"), Choice("50", "Năm mươi")))
            return Understood({"size": int(said)}, "Đã ghi cỡ.", drop=("colour",) if said == "1" else ())
        return Understood({field: said})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        labels = {"name": "tên", "colour": "màu", "size": "cỡ"}
        return [Line(field, labels[field], str(answers[field])) for field in FIELDS if field in answers]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        return [Reply(f"Xong: {dict(sorted(answers.items()))}")]


@pytest.fixture
def talk(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A talk in which only this interview exists, beside the real answers."""
    small = Small()
    monkeypatch.setattr(dialog, "discover", lambda: {"small": small})
    return Talk(knowledge)


async def test_fields_are_asked_one_by_one_and_confirmed(talk: Talk) -> None:
    """Until nothing is left; then the summary, then what it is for."""
    assert "Tên gì?" in await talk.press("begin:small")
    assert "Màu gì?" in await talk.say("Ba")
    assert "Cỡ mấy?" in await talk.say("2")
    assert "• tên: Ba" in await talk.say("38")
    assert "Xong: {'colour': 'blue', 'name': 'Ba', 'size': 38}" in await talk.say("đúng rồi, gửi")
    assert talk.conversation.interview is None


async def test_an_option_is_chosen_by_number_label_or_label_without_accents(talk: Talk) -> None:
    """The floor of every channel."""
    for said in ("1", "Đỏ", "do", "ĐỎ."):
        await talk.press("begin:small")
        await talk.say("Ba", said)
        assert talk.answer("colour") == "red", said


async def test_back_asks_the_field_before_again(talk: Talk) -> None:
    """And at the beginning it says so."""
    await talk.press("begin:small")
    assert "câu đầu tiên" in await talk.say("quay lại")
    await talk.say("Ba", "1")
    assert "Màu gì?" in await talk.say("quay lại")
    assert "Tên gì?" in await talk.say("quay lại")
    assert talk.answer("name") is None


async def test_a_skipped_field_is_not_asked_again_until_one_goes_back(talk: Talk) -> None:
    """ "Không nhớ" is an answer where the field may be skipped, and only there."""
    await talk.press("begin:small")
    assert "cần có câu trả lời" in await talk.say("không nhớ")
    assert "Cỡ mấy?" in await talk.say("Ba", "không nhớ")
    assert "Màu gì?" in await talk.say("quay lại")
    assert "Cỡ mấy?" in await talk.say("chịu thôi")


async def test_one_answer_is_corrected_from_the_summary(talk: Talk) -> None:
    """By choosing its line, or by naming it."""
    await talk.press("begin:small")
    await talk.say("Ba", "1", "38")
    assert "sửa điều nào" in await talk.say("sửa lại")
    assert "Cỡ mấy?" in await talk.say("3")
    assert "• cỡ: 40" in await talk.say("40")
    assert "Tên gì?" in await talk.say("sửa tên")
    assert "• tên: Tư" in await talk.say("Tư")
    assert talk.answer("size") == 40


async def test_going_back_while_correcting_keeps_the_old_answer(talk: Talk) -> None:
    """Nothing is lost by looking."""
    await talk.press("begin:small")
    await talk.say("Ba", "1", "38", "sửa tên")
    assert "• tên: Ba" in await talk.say("quay lại")


async def test_a_name_of_no_field_is_an_ordinary_answer(talk: Talk) -> None:
    """ "Sửa xe" is no correction."""
    await talk.press("begin:small")
    assert "Màu gì?" in await talk.say("sửa xe")
    assert talk.answer("name") == "sửa xe"


async def test_what_is_not_understood_is_asked_again_with_the_reason(talk: Talk) -> None:
    """And with the answers that remain, where there are some."""
    await talk.press("begin:small")
    assert "Cháu cần một con số." in await talk.say("Ba", "1", "to")
    assert "Bác chọn giúp:" in await talk.say("99")
    assert talk.labels[:2] == ["Bốn mươi", "Năm mươi"]
    assert "• cỡ: 50" in await talk.say("2")


async def test_an_answer_may_drop_another(talk: Talk) -> None:
    """Where the two cannot both be true; it is asked anew."""
    await talk.press("begin:small")
    await talk.say("Ba", "1")
    assert "Màu gì?" in await talk.say("1")
    assert talk.answer("colour") is None


async def test_an_interview_is_put_aside_and_taken_up_next_week(talk: Talk) -> None:
    """ "Dừng" stops the questions, not the notices; "làm tiếp" goes on where it was."""
    await talk.press("begin:small")
    await talk.say("Ba")
    assert "làm tiếp" in await talk.say("dừng")
    assert not talk.conversation.notices_stopped
    await talk.say("cảm ơn cháu")
    assert "việc nhỏ" in "".join([await talk.say("làm tiếp"), *talk.labels])
    assert "Màu gì?" in await talk.say("1")
    assert talk.answer("name") == "Ba"


async def test_an_interview_is_cancelled(talk: Talk) -> None:
    """Nothing of it is kept."""
    await talk.press("begin:small")
    assert "đã hủy" in await talk.say("Ba", "hủy")
    assert (talk.conversation.interview, talk.conversation.put_aside) == (None, [])


async def test_an_emergency_goes_before_any_question(talk: Talk) -> None:
    """And the interview waits."""
    await talk.press("begin:small")
    assert "114" in await talk.say("Ba", "cháy nhà rồi cứu với")
    assert "Màu gì?" in await talk.say("làm tiếp")


async def test_a_question_in_between_is_answered_and_the_interview_waits(talk: Talk) -> None:
    """With the way back below the answer."""
    await talk.press("begin:small")
    assert "hưu trí xã hội" in await talk.say("Ba", "trợ cấp hưu trí xã hội là bao nhiêu tiền")
    assert "Trả lời tiếp câu lúc nãy" in talk.labels
    assert "Màu gì?" in await talk.say("trả lời tiếp câu lúc nãy")


async def test_an_old_button_of_the_interview_is_answered_kindly(talk: Talk) -> None:
    """When no interview is going on."""
    for choice in (
        "iv:a:1",
        "iv:back",
        "iv:again",
        "iv:resume:small",
        "iv:resume:none",
        "begin:none",
        "iv:correct:name",
    ):
        assert "lần trước" in await talk.press(choice), choice


async def test_two_interviews_of_one_name_stop_the_start() -> None:
    """Dialogs claim the first word of a choice only once."""

    async def nothing(_turn: Turn, _argument: str) -> Replies:
        return []

    twice: Mapping[str, Any] = {"one": Dialog({"iv": nothing}), "two": Dialog({"iv": nothing})}
    with pytest.raises(ValueError, match="claims the choice 'iv'"):
        Responder(twice)


def test_the_way_on_is_found_in_what_is_typed() -> None:
    """With or without accents, with a point."""
    assert engine.control("Quay lại.") == engine.BACK
    assert engine.control("khong biet") == engine.SKIP
    assert engine.control("bò") is None


async def test_correcting_what_was_not_told_shows_what_was(knowledge: Knowledge) -> None:
    """After the result, "sửa …" of something unknown lists what there is to correct."""
    talk = Talk(knowledge)
    await talk.say("trợ cấp hưu trí xã hội", "1", "bố", "40")
    assert talk.conversation.interview is not None
    assert not talk.conversation.interview.current
    assert "sửa điều nào" in await talk.say("sửa lương hưu")
    assert "tuổi (bố bác): 40 tuổi" in talk.labels
