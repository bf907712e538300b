"""How a check begins: from the menu, from an article, from a sentence that tells something."""

from __future__ import annotations

import pytest

from tests.eligibility.talking import Talk


async def test_it_is_the_first_entry_of_the_menu(talk: Talk) -> None:
    """And its first question can be answered in a word."""
    await talk.say("menu")
    assert talk.labels[0] == "Xem nhà mình được hỗ trợ gì"
    assert "thuộc diện nào" in await talk.say("1")


async def test_a_useful_verdict_comes_within_three_questions(talk: Talk) -> None:
    """For a poor household the free card comes with the first answer."""
    await talk.say("nhà tôi được hỗ trợ gì")
    assert "✔ Người trong nhà – Thẻ bảo hiểm y tế cho người thuộc hộ nghèo" in await talk.say("hộ nghèo")


async def test_an_article_offers_to_check_its_own_benefits(talk: Talk) -> None:
    """Only these are asked about and told."""
    await talk.say("trợ cấp hưu trí xã hội")
    assert talk.labels[0] == "Xem nhà mình có được không"
    await talk.say("1", "bố", "76")
    said = await talk.say("không có")
    assert "✔ Bố bác – Trợ cấp hưu trí xã hội hằng tháng: 540.000 đồng mỗi tháng" in said
    assert "Vay" not in said


async def test_an_article_without_benefits_offers_nothing(talk: Talk) -> None:
    """The near miss: an answer about data protection leads to no check."""
    await talk.press("article:privacy")
    assert "Xem nhà mình có được không" not in talk.labels


async def test_a_sentence_with_facts_offers_exactly_this_check(talk: Talk) -> None:
    """And what was understood is said back, with what is certain at once."""
    await talk.say("bà tôi 82 tuổi hộ nghèo không lương hưu")
    assert talk.labels[0].startswith("Kiểm tra cho bà (82 tuổi")
    said = await talk.say("1")
    assert "cả nhà: hộ nghèo; bà: 82 tuổi, không có lương hưu" in said
    assert "✔ Bà – Trợ cấp hưu trí xã hội hằng tháng: 540.000 đồng mỗi tháng" in said


@pytest.mark.parametrize(
    "said", ["bà tôi 82 tuổi thì được gì", "trợ cấp hưu trí xã hội là gì", "cháu 3 tuổi có lương hưu hộ nghèo"]
)
async def test_a_sentence_that_tells_too_little_offers_no_such_check(talk: Talk, said: str) -> None:
    """One fact alone, none, or facts that cannot all be true."""
    await talk.say(said)
    assert not any(label.startswith("Kiểm tra") for label in talk.labels)


async def test_the_button_of_an_older_sentence_is_not_taken_for_a_newer_one(talk: Talk) -> None:
    """Its facts are no longer there: nothing is begun with somebody else's."""
    await talk.say("bà tôi 82 tuổi hộ nghèo không lương hưu")
    old = talk.replies[-1].choices[0].id
    await talk.say("mẹ tôi 78 tuổi hộ cận nghèo không lương hưu")
    assert "lần trước" in await talk.press(old)
    assert "mẹ bác: 78 tuổi" in await talk.press(
        talk.conversation.offered[0].id if talk.conversation.offered else old
    ) or (talk.conversation.noticed["0:person.age"] == 78)


async def test_several_persons_of_one_sentence_are_kept_apart(talk: Talk) -> None:
    """Each with the facts that were said of them."""
    await talk.say("bà tôi 82 tuổi không lương hưu, con tôi học lớp 7, nhà cận nghèo", "1")
    assert (talk.answer("0:who"), talk.answer("0:person.age")) == ("grandmother", 82)
    assert (talk.answer("1:who"), talk.answer("1:person.study")) == ("child", "lower_secondary")
    assert talk.answer("household.status") == "near_poor"


@pytest.mark.parametrize("choice", ["elig:result", "elig:card", "elig:for:nothing", "elig:said:0", "elig:none", "elig"])
async def test_a_button_without_a_check_is_answered_kindly(talk: Talk, choice: str) -> None:
    """An old message may still show it."""
    assert "lần trước" in await talk.press(choice)
