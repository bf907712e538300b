"""The knowledge at the desk: groups of questions, samples, the form of an article, the second person, versions."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.actions import learning as actions
from handlers.learning import trial
from handlers.learning.asking import seal
from handlers.learning.trial import Moved, Trial
from storage import learning
from storage.learning import ChangeRow, NewQuestion
from tests.cases.test_desk_inbox import _case
from tests.support.desk import Desk

HOME = "/can-bo/kien-thuc"
ASKED = ("máy cày hỏng thì ai sửa", "máy cày nhà tôi hỏng ai sửa", "may cay hong", "xin giống lúa mới ở đâu")


def _ask(
    desk: Desk, *texts: str, kind: str = "handoff", rating: int | None = None, area: str = "thuy-loi-2023", ago: int = 0
) -> None:
    async def write(connection: AsyncConnection) -> None:
        today = desk.clock.at.date() - timedelta(days=ago)
        rows = [
            NewQuestion(today, kind, "livelihood-model", 0.3, area, seal(desk.knowledge.keys, text), f"{text}{area}")
            for text in texts
        ]
        await learning.add_questions(connection, rows)
        if rating is not None:
            for text in texts:
                await learning.rate(connection, f"{text}{area}", rating)

    desk.database(write)


def _changes(desk: Desk) -> list[ChangeRow]:
    found: list[ChangeRow] = desk.database(learning.waiting)
    return found


def _form(page: str) -> dict[str, str]:
    """Everything in the form of an article, as a browser would send it."""
    form = page[page.index('class="edit article"') :]
    inputs = re.findall(r'<input (?:type="(?:hidden|date)" )?name="([^"]+)" value="([^"]*)"', form)
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    values = {name: unescape(text) for name, text in (*inputs, *texts)}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        values[name] = (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
    for name in re.findall(r'type="checkbox" name="([^"]+)" value="1" checked', form):
        values[name] = "1"
    values.pop("csrf", None)
    return values


def _tried(desk: Desk, change_id: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Press the button; what the trial itself finds is another test's."""
    moved = Moved("Bao giờ có nhà mới", "housing", "housing", "fund-for-poor")
    new = Moved("máy cày hỏng", "livelihood-model", "handoff", "livelihood-model")
    monkeypatch.setattr(trial, "try_out", lambda number, *rest: Trial(number, 1698, 1, 2, (moved,), (new,)))
    return desk.post(f"{HOME}/thay-doi/{change_id}/thu", {})


def test_questions_are_grouped_counted_and_turned_into_samples(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the group to the sample, over the second person, into force; then the group is gone."""
    _ask(desk, *ASKED)
    _ask(desk, "trồng dưa được hỗ trợ gì", kind="article", rating=-1)
    _ask(desk, "câu này được khen", kind="article", rating=1)
    _ask(desk, "câu hỏi của xã khác", area="que-2023")
    desk.enter("commune")
    page = desk.get(HOME).text
    assert "máy cày hỏng thì ai sửa" in page and "3 câu" in page and "1 bị chê" in page
    assert "được khen</" not in page and "xã khác" not in page
    ids = next(found for found in re.findall(r'name="ids" value="([\d,]+)"', page) if found.count(",") == 2)
    answer = desk.post(f"{HOME}/cau-mau", {"ids": ids, "bai": "livelihood-model", "cau": "máy cày hỏng thì ai sửa"})
    (change,) = _changes(desk)
    assert answer.headers["location"] == f"{HOME}/thay-doi/{change.id}?xong=proposed"
    assert "máy cày nhà tôi" not in desk.get(HOME).text
    assert "Rút lại" in desk.get(f"{HOME}/thay-doi/{change.id}").text
    assert desk.post(f"{HOME}/thay-doi/{change.id}/approve", {}).status_code == 403

    desk.enter("district")
    assert desk.post(f"{HOME}/thay-doi/{change.id}/approve", {}).status_code == 409
    assert _tried(desk, change.id, monkeypatch).status_code == 303
    page = desk.get(f"{HOME}/thay-doi/{change.id}").text
    assert "Bao giờ có nhà mới" in page and "+ ? máy cày hỏng thì ai sửa" in page and "1698" in page
    assert desk.post(f"{HOME}/thay-doi/{change.id}/approve", {}).status_code == 303
    page = desk.get(f"{HOME}/bai/livelihood-model?tu=0&den=1").text
    assert "Bản 1" in page and "+ ? máy cày hỏng thì ai sửa" in page and "Cán bộ xã Mẫu" in page
    assert desk.post(f"{HOME}/bai/livelihood-model/quay-lai", {"ve": "0"}).status_code == 303
    assert desk.database(learning.newest) == 2
    verbs = desk.verbs()
    assert {"questions_seen", "knowledge_proposed", "knowledge_approved", "knowledge_restored"} <= set(verbs)


def test_how_well_the_search_does_stands_there_by_week(desk: Desk) -> None:
    """Asked, answered, rated, praised from Monday to Sunday; few ratings make no percentage, old weeks are gone."""
    monday = desk.clock.at.date() - timedelta(days=desk.clock.at.weekday())
    since = desk.clock.at.weekday()
    _ask(desk, "sáu một", "sáu hai", "sáu ba", kind="article", rating=1, ago=since + 1)
    _ask(desk, "sáu bốn", kind="article", rating=1, ago=since + 7)
    _ask(desk, "sáu năm", rating=-1, ago=since + 3)
    _ask(desk, "sáu sáu", "sáu bảy", ago=since + 4)
    _ask(desk, "nay một", kind="article", rating=1, ago=since)
    _ask(desk, "nay hai", ago=0)
    _ask(desk, "xưa", kind="article", rating=1, ago=since + 365)
    _ask(desk, "xã khác", kind="article", rating=1, area="que-2023")
    desk.enter("commune")
    page = desk.get(HOME).text
    table = page[page.index("theo tuần") : page.index("Hỏi nhiều nhất")]
    rows = [re.findall(r"<t[hd]>([^<]*)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    last = monday - timedelta(days=7)
    assert rows == [
        [f"{last.day}/{last.month}/{last.year}", "7", "57%", "5", "80%"],
        [f"{monday.day}/{monday.month}/{monday.year}", "2", "50%", "1", "–"],
    ]


def test_samples_that_are_refused_are_shown_again(desk: Desk) -> None:
    """Another article's question: the reason, and everything typed."""
    _ask(desk, *ASKED)
    desk.enter("commune")
    answer = desk.post(f"{HOME}/cau-mau", {"ids": "1", "bai": "housing", "cau": "máy cày hỏng\ndừng thông báo"})
    assert answer.status_code == 400
    assert "đang thuộc bài" in answer.text and "máy cày hỏng\ndừng thông báo" in answer.text
    assert _changes(desk) == []
    assert desk.post(f"{HOME}/cau-mau", {"bai": "moon", "cau": "x"}).status_code == 400


def test_questions_with_nothing_to_do_go(desk: Desk) -> None:
    """Set aside they are not shown again."""
    _ask(desk, *ASKED)
    desk.enter("commune")
    ids = re.findall(r'name="ids" value="([\d,]+)"', desk.get(HOME).text)
    for each in ids:
        assert desk.post(f"{HOME}/bo-qua", {"ids": each}).status_code == 303
    assert "Chưa có câu hỏi nào cần xem" in desk.get(HOME).text


def test_an_article_is_edited_in_a_form(desk: Desk) -> None:
    """The form sent unchanged changes nothing; one word changed is one line of the comparison."""
    desk.enter("commune")
    values = _form(desk.get(f"{HOME}/soan/housing").text)
    assert values["goc"] == "0" and values["answer-0-tu"]
    unchanged = desk.post(f"{HOME}/soan/housing", values)
    assert unchanged.status_code == 400 and "Không có gì khác" in unchanged.text
    more = desk.post(f"{HOME}/soan/housing", {**values, "them": "papers"})
    assert int(_form(more.text)["papers-so"]) == int(values["papers-so"]) + 1
    answer = desk.post(f"{HOME}/soan/housing", {**values, "ten": "Sửa nhà, xây nhà"})
    assert answer.status_code == 303
    (change,) = _changes(desk)
    page = desk.get(f"{HOME}/thay-doi/{change.id}").text
    assert page.count("<ins>") == 1 and "+ Tên bài: Sửa nhà, xây nhà" in page


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("answer-0-chu", "Bác được 540.000 đồng mỗi tháng.", "540.000 đồng"),
        ("answer-0-chu", 'Hỏi {{ office("moon") }}.', "Không có cơ quan nào"),
        ("answer-0-chu", "Hỏi {{ commune }.", "ngoặc nhọn"),
        ("co_quan", "moon", "Không có cơ quan nào"),
        ("answer-0-tu", "31/02/2026", "không phải một ngày"),
    ],
)
def test_a_bad_draft_is_refused_and_nothing_typed_is_lost(desk: Desk, field: str, typed: str, reason: str) -> None:
    """An unknown office, an undated amount, a broken placeholder, a day that is none."""
    desk.enter("commune")
    values = {
        "ten": "Máy cày", "nhan": "Máy cày", "ma": "may-cay", "nhom": "work", "co_quan": "agriculture",
        "cau": "\n".join(f"máy cày hỏng {end}" for end in ("một", "hai", "ba", "bốn", "năm")), "goc": "0", "ids": "",
        "answer-so": "1", "answer-0-tu": "2026-01-01", "answer-0-chu": "Hỏi {{ commune }}.", "papers-so": "1",
        "papers-0-tu": "2026-01-01", "papers-0-chu": "Mang căn cước.",
    }  # fmt: skip
    answer = desk.post(f"{HOME}/soan", {**values, field: typed})
    assert answer.status_code == 400 and reason in answer.text
    kept = _form(answer.text)
    assert {name: kept.get(name) for name in values} == {**values, field: typed}
    assert _changes(desk) == []
    assert desk.post(f"{HOME}/soan", values).status_code == 303


def test_a_reply_becomes_a_draft(desk: Desk) -> None:
    """From a case: the question, masked, and the officer's answer; for who may read the case."""
    desk.enter("commune")
    case_id = _case(desk)
    desk.post(f"/can-bo/hop-thu/{case_id}/reply", {"noi_dung": "Bác mang máy ra xã.", "ma": "a" * 32, "thay": "999999"})
    assert f"{HOME}/soan?ho_so={case_id}" in desk.get(f"/can-bo/hop-thu/{case_id}").text
    values = _form(desk.get(f"{HOME}/soan?ho_so={case_id}").text)
    assert values["answer-0-chu"] == "Bác mang máy ra xã." and values["cau"]
    desk.enter("other_commune")
    assert desk.get(f"{HOME}/soan?ho_so={case_id}").status_code in (403, 404)


def test_sent_back_with_a_reason(desk: Desk) -> None:
    """The reason stands on the page; without one nothing happens."""
    desk.enter("commune")
    desk.post(f"{HOME}/cau-mau", {"bai": "housing", "cau": "mái tôn dột thì ai giúp"})
    (change,) = _changes(desk)
    desk.enter("district")
    assert desk.post(f"{HOME}/thay-doi/{change.id}/refuse", {"ly_do": " "}).status_code == 409
    assert desk.post(f"{HOME}/thay-doi/{change.id}/refuse", {"ly_do": "Chưa rõ"}).status_code == 303
    assert "Chưa rõ" in desk.get(f"{HOME}/thay-doi/{change.id}").text
    assert desk.post(f"{HOME}/thay-doi/{change.id}/moon", {}).status_code == 409
    assert desk.get(f"{HOME}/thay-doi/99999").status_code == 404
    assert desk.get(f"{HOME}/bai/moon").status_code == 404
    assert actions.APPROVE == "approve_knowledge"
