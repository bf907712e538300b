"""What is told at the end, and everything that can be done with it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from handlers.turn import Knowledge
from rules import assess, parameters
from rules.local import LocalFigure, with_overrides
from tests.eligibility.talking import Talk

POOR_GRANDMOTHER = "bà tôi 82 tuổi hộ nghèo không lương hưu"


async def _checked(talk: Talk, sentence: str = POOR_GRANDMOTHER) -> str:
    await talk.say(sentence)
    return await talk.say("1", "xem kết quả")


async def test_yes_comes_first_and_only_a_decision_counts(talk: Talk) -> None:
    """Entitlements with papers and place, then what somebody still chooses, never a promise."""
    said = await _checked(talk)
    order = [said.index(part) for part in ("ĐỦ ĐIỀU KIỆN ĐỂ NỘP ĐƠN", "CÓ THỂ ĐƯỢC XEM XÉT", "CẦN BIẾT THÊM")]
    assert order == sorted(order)
    assert "Giấy tờ: Tờ khai Mẫu số 01 của NĐ 335/2026" in said
    assert "chỉ quyết định của UBND xã, thị trấn mới là chính thức" in said


async def test_what_is_not_confirmed_is_marked(talk: Talk) -> None:
    """It is never told as a fact."""
    said = await _checked(talk)
    line = next(line for line in said.splitlines() if "Hỗ trợ tiền điện hộ nghèo" in line)
    assert "cần hỏi lại UBND xã, thị trấn" in line
    assert "cần hỏi lại" not in next(line for line in said.splitlines() if "hưu trí xã hội" in line)


async def test_no_says_what_would_change_it(talk: Talk) -> None:
    """At 74 the pension is one year away; at 60 it is not mentioned as near."""
    await talk.say("trợ cấp hưu trí xã hội", "1", "bố", "74", "không thuộc diện nào")
    await talk.say("không có")
    assert "Bố bác tròn 75 tuổi" in await talk.say("xem kết quả")
    await talk.say("sửa tuổi", "60")
    assert "tròn 75 tuổi" not in await talk.say("xem kết quả")


async def test_the_law_and_the_papers_are_told_on_demand(talk: Talk) -> None:
    """For one benefit, or for all together without doubles."""
    await _checked(talk)
    assert "của khoản nào" in await talk.say("căn cứ")
    assert "Luật Bảo hiểm xã hội 41/2024/QH15" in await talk.say("1")
    papers = await talk.say("giấy tờ và nơi nộp")
    boxes = [line for line in papers.splitlines() if line.startswith("☐")]
    assert len(boxes) == len(set(boxes)) > 3


async def test_leaving_poverty_ends_the_free_card(talk: Talk) -> None:
    """The pension at 82 stays: it does not depend on the status."""
    await _checked(talk)
    said = await talk.say("nếu thoát nghèo thì mất gì")
    assert "− Thẻ bảo hiểm y tế cho người thuộc hộ nghèo" in said
    assert "hưu trí" not in said


async def test_leaving_poverty_at_72_ends_the_pension_too(talk: Talk) -> None:
    """Below 75 only a poor or near-poor household gives the right to it."""
    await _checked(talk, "bà tôi 72 tuổi hộ nghèo không lương hưu")
    assert "− Trợ cấp hưu trí xã hội hằng tháng (bà): 540.000 đồng" in await talk.say("nếu thoát nghèo thì sao")


async def test_another_year_and_a_day_without_law(talk: Talk) -> None:
    """Known years are compared; beyond the known law nothing is said."""
    await _checked(talk)
    assert "01/01/2027" in await talk.say("sang năm thì sao")
    assert "nằm ngoài các quy định" in await talk.say("năm 2040 thì sao")


async def test_nothing_is_supposed_without_a_check(talk: Talk) -> None:
    """The near miss: then it is an ordinary question."""
    assert "NẾU THÀNH" not in await talk.say("nếu thoát nghèo thì mất gì")


async def test_somebody_is_added_and_another_household_begun(talk: Talk) -> None:
    """The first keeps what is known of the house, the second knows nothing."""
    await _checked(talk)
    await talk.say("thêm người trong nhà", "vợ")
    assert talk.answer("household.status") == "poor"
    assert talk.answer("1:who") == "wife"
    assert "Nhà ấy" in await talk.say("hỏi cho nhà khác")
    assert talk.answer("household.status") is None


async def test_a_check_stays_for_next_week(talk: Talk) -> None:
    """And is told by the law of the new day."""
    await _checked(talk)
    await talk.say("để sau")
    talk.at = talk.at.replace(month=12, day=1)
    await talk.say("làm tiếp", "1")
    assert "01/12/2026" in await talk.say("xem kết quả")


async def test_private_facts_go_on_the_card_only_with_consent(talk: Talk) -> None:
    """Asked first; and it is said that nothing was sent."""
    await _checked(talk, "mẹ tôi 50 tuổi khuyết tật nặng hộ nghèo")
    assert talk.answer("0:person.disability_degree") == "severe"
    assert "điều riêng tư" in await talk.say("đưa cho trưởng thôn, cán bộ")
    without = await talk.press("elig:hand:no")
    assert "Theo lời kể" in without
    assert "khuyết tật nặng" not in without.split("✔")[0]
    assert "chưa gửi thẻ này cho ai" in without
    assert "khuyết tật nặng" in (await talk.press("elig:hand:yes")).split("✔")[0]


async def test_no_consent_is_asked_where_nothing_is_private(talk: Talk) -> None:
    """The near miss."""
    await _checked(talk)
    assert "Theo lời kể" in await talk.say("đưa cho trưởng thôn, cán bộ")


@pytest.mark.parametrize(("share", "text"), [(100, "Nhà nước đóng toàn bộ"), (80, "ít nhất 80%")])
async def test_what_a_place_adds_is_told_with_its_document(knowledge: Knowledge, share: int, text: str) -> None:
    """A made-up resolution pays more of the near-poor card; without it only the national minimum is told."""
    figure = LocalFigure("health_insurance.support.near_poor", *_days(knowledge), share, "NQ 99/2026/NQ-HĐND")
    law = with_overrides(parameters.load(), [figure])
    local = replace(knowledge, local_figures=(figure,), load_assessor=cache(lambda: assess.load(law)))
    for known, told in ((local, True), (knowledge, False)):
        said = await _checked(Talk(known), "con tôi 30 tuổi hộ cận nghèo không có lương hưu")
        line = next(line for line in said.splitlines() if "cận nghèo: " in line and line.startswith("✔"))
        assert (text in line, "NQ 99/2026/NQ-HĐND" in line) == (told, told)


def _days(knowledge: Knowledge) -> tuple:  # type: ignore[type-arg]  # spread into the figure
    line = knowledge.assessor.engine.parameters.get("health_insurance.support.near_poor").values[-1]
    return line.start, None
