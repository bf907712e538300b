"""How answers are read: rough figures, impossible ones, ones that contradict each other, and no answer at all."""

from __future__ import annotations

import pytest

from tests.eligibility.talking import Talk


async def _asked_for_age(talk: Talk, who: str = "bố") -> None:
    await talk.say("trợ cấp hưu trí xã hội", "1", who)


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ("82", 82),
        ("82 tuổi", 82),
        ("tám hai tuổi", 82),
        ("khoảng 82", 82),
        ("ngoài 80", 80),
        ("gần 70", 69),
        ("sinh năm 1944", 82),
    ],
)
async def test_a_rough_age_counts_where_no_limit_is_near(talk: Talk, said: str, years: int) -> None:
    """ "Gần 70" is below 70; "ngoài 80" is 80 or more: neither can be on the other side of a limit."""
    await _asked_for_age(talk)
    await talk.say(said)
    assert talk.answer("0:person.age") == years


@pytest.mark.parametrize("said", ["khoảng 75", "sinh năm 1951"])
async def test_a_rough_age_at_a_limit_is_asked_back(talk: Talk, said: str) -> None:
    """75 decides: both answers are offered, and either of them settles it."""
    await _asked_for_age(talk)
    assert "75 tuổi là mốc quyết định" in await talk.say(said)
    assert talk.labels[:2] == ["Từ 75 tuổi trở lên", "Dưới 75 tuổi"]
    await talk.say("2")
    assert talk.answer("0:person.age") == 74


async def test_a_rough_age_over_several_limits_is_asked_exactly(talk: Talk) -> None:
    """ "Khoảng 72" may be 69 or 75."""
    await _asked_for_age(talk)
    assert "con số sát nhất" in await talk.say("khoảng 72")
    assert talk.answer("0:person.age") is None


@pytest.mark.parametrize("said", ["200", "200 tuổi", "-5 tuổi", "sinh năm 1850"])
async def test_an_impossible_age_is_said_back(talk: Talk, said: str) -> None:
    """And asked again."""
    await _asked_for_age(talk)
    answer = await talk.say(said)
    assert "không thể có được" in answer
    assert "bao nhiêu tuổi" in answer


async def test_an_age_that_does_not_fit_the_person_is_asked_again(talk: Talk) -> None:
    """No grandmother is three; at 32 she may be one."""
    await _asked_for_age(talk, "bà")
    assert "cháu nghe nhầm" in await talk.say("3")
    assert "cháu nghe nhầm" in await talk.say("31")
    await talk.say("32")
    assert talk.answer("0:person.age") == 32


async def test_a_child_with_a_pension_is_asked_again(talk: Talk) -> None:
    """Both sides are said, and how to mend the earlier one."""
    await talk.say("nhà tôi được hỗ trợ gì", "hộ nghèo", "con", "3")
    answer = await talk.say("con tôi có lương hưu")
    assert "con bác: 3 tuổi" in answer or "3 tuổi" in answer
    assert "sửa tuổi" in answer
    assert talk.answer("0:person.pension_kind") is None


async def test_a_correction_drops_what_it_contradicts(talk: Talk) -> None:
    """The pension of somebody who turns out to be three years old is not kept; an age of 71 keeps it."""
    await talk.say("con tôi 40 tuổi có lương hưu hộ nghèo", "1")
    assert talk.answer("0:person.pension_kind") == "pension"
    await talk.say("sửa tuổi", "41")
    assert talk.answer("0:person.pension_kind") == "pension"
    await talk.say("sửa tuổi", "3")
    assert talk.answer("0:person.age") == 3
    assert talk.answer("0:person.pension_kind") is None


@pytest.mark.parametrize("said", ["không nhớ", "chịu", "bác không nhớ đâu cháu ạ", "bỏ qua"])
async def test_not_knowing_leaves_the_fact_open(talk: Talk, said: str) -> None:
    """The verdict stays open and says what has to be known; it never becomes a yes."""
    await _asked_for_age(talk)
    await talk.say(said)
    while talk.conversation.interview is not None and talk.conversation.interview.current:
        await talk.say("bỏ qua")
    assert "CẦN BIẾT THÊM" in talk.text
    assert "✔" not in talk.text


@pytest.mark.parametrize(
    ("said", "dong"), [("3tr5", 3_500_000), ("khoảng 3 triệu", 3_000_000), ("năm trăm nghìn", 500_000)]
)
async def test_money_is_read_as_people_say_it(talk: Talk, said: str, dong: int) -> None:
    """A pension below the allowance still leaves the allowance; the limit itself is asked back."""
    await _asked_for_age(talk)
    await talk.say("80", "lương hưu", said)
    assert talk.answer("0:person.pension_amount") == dong


@pytest.mark.parametrize(
    ("said", "hint"), [("3 đô", "nước ngoài"), ("3", "nghìn hay triệu"), ("vài triệu", "áng chừng")]
)
async def test_money_that_is_not_clear_is_asked_again(talk: Talk, said: str, hint: str) -> None:
    """With what was understood."""
    await _asked_for_age(talk)
    assert hint in await talk.say("80", "lương hưu", said)


async def test_a_pension_just_below_and_at_the_allowance(talk: Talk) -> None:
    """539.999 đồng is less than the allowance, 540.000 is not."""
    await _asked_for_age(talk)
    assert "✔" in await talk.say("80", "lương hưu", "539.999 đồng")
    assert "✔" not in await talk.say("sửa mức lương hưu", "540.000 đồng")


async def test_a_word_alone_chooses_nothing_of_a_list(talk: Talk) -> None:
    """ "Có" fits several answers; "không" means none of them."""
    await _asked_for_age(talk)
    await talk.say("80")
    assert "là điều nào" in await talk.say("có")
    await talk.say("không")
    assert talk.answer("0:person.pension_kind") == "none"


async def test_a_question_is_no_answer(talk: Talk) -> None:
    """ "Hộ cận nghèo được vay bao nhiêu" chooses no status."""
    await talk.say("nhà tôi được hỗ trợ gì", "hộ cận nghèo được vay bao nhiêu tiền")
    assert talk.answer("household.status") is None
    assert "Trả lời tiếp câu lúc nãy" in talk.labels
