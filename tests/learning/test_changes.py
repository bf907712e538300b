"""Proposing, approving, sending back and taking back; what is wrong is refused with every reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from content.articles import Article, Block
from handlers.access import AccessDenied
from handlers.actions import learning as actions
from handlers.learning.errors import KnowledgeError, ProblemsError
from handlers.learning.versions import compared, effective
from handlers.turn import Knowledge
from storage import learning
from tests.cases.conftest import Town
from tests.learning.conftest import approved, edited, tried

NEW = Article(
    id="bee-keeping", title="Nuôi ong", short="Nuôi ong", group="work", last_checked=date(2026, 11, 24),
    answer=(
        Block(date(2026, 1, 1), 'Bác hỏi lớp nuôi ong ở {{ commune }} hoặc {{ office("agriculture") }}.', "confirmed"),
    ),
    questions=tuple(f"nuôi ong lấy mật {end}" for end in ("ở đâu", "thế nào", "học ai", "cần gì", "bán đâu")),
    office="agriculture",
)  # fmt: skip


async def propose(town: Town, article: Article, *, base: int = 0, new: bool = False, by: str = "author") -> int:
    async with town.database.write() as connection:
        return await actions.propose_article(
            connection, town.officers[by], town.knowledge, article, base=base, new=new, ids=[], now=town.clock.at
        )


async def samples(town: Town, article_id: str, said: str, ids: list[int] | None = None) -> int:
    async with town.database.write() as connection:
        return await actions.propose_samples(
            connection, town.officers["author"], town.knowledge, article_id, said, ids or [], town.clock.at
        )


async def in_force(town: Town, article_id: str) -> Article | None:
    async with town.database.read() as connection:
        return effective(town.knowledge.library, await learning.in_force(connection), article_id)


async def refused(town: Town, work: Any) -> str:
    with pytest.raises(KnowledgeError) as caught:
        await work
    return caught.value.key


async def test_samples_wait_for_a_second_person(town: Town) -> None:
    """Nothing is in force before; the author cannot approve; nobody approves what was not tried."""
    change = await samples(town, "housing", "mái tôn dột thì ai giúp\nnhà tranh vách đất xin sửa")
    assert "mái tôn dột thì ai giúp" not in (await in_force(town, "housing")).questions  # type: ignore[union-attr]
    async with town.database.write() as connection:
        with pytest.raises(AccessDenied):
            await actions.approve(connection, town.officers["author"], town.knowledge, change, town.clock.at)
    async with town.database.write() as connection:
        with pytest.raises(KnowledgeError, match="not_tried"):
            await actions.approve(connection, town.officers["boss"], town.knowledge, change, town.clock.at)
    await approved(town, change)
    assert "mái tôn dột thì ai giúp" in (await in_force(town, "housing")).questions  # type: ignore[union-attr]


async def test_never_the_author(town: Town) -> None:
    """A district officer who wrote it needs another one."""
    change = await propose(town, NEW, new=True, by="boss")
    assert await refused(town, approved(town, change, "boss")) == "knowledge.error.own"
    await approved(town, change, "other")
    assert await in_force(town, NEW.id) == NEW


async def test_a_change_over_another_ones_is_not_approved(town: Town) -> None:
    """Two edits of one text: the second would undo the first. Samples add to whatever is there."""
    housing = town.knowledge.library.shipped["housing"]
    first = await propose(town, edited(housing, title="Nhà ở một"))
    second = await propose(town, edited(housing, title="Nhà ở hai"))
    more = await samples(town, "housing", "mái tôn dột thì ai giúp")
    await approved(town, first)
    assert await refused(town, approved(town, second)) == "knowledge.error.changed_since"
    await approved(town, more)
    now = await in_force(town, "housing")
    assert now is not None and now.title == "Nhà ở một" and "mái tôn dột thì ai giúp" in now.questions


async def test_what_was_tried_on_other_knowledge_is_tried_again(town: Town) -> None:
    """A trial says nothing about knowledge that came after it."""
    one, other = (
        await samples(town, "housing", "mái tôn dột"),
        await samples(town, "tuition", "tiền trường lớp cháu tôi"),
    )
    await tried(town, other)
    await approved(town, one)
    async with town.database.write() as connection:
        with pytest.raises(KnowledgeError, match="not_tried"):
            await actions.approve(connection, town.officers["boss"], town.knowledge, other, town.clock.at)


async def test_versions_are_compared_and_taken_back(town: Town) -> None:
    """Back to an earlier text at once, and back to the file; each is a version of its own."""
    housing = town.knowledge.library.shipped["housing"]
    one = edited(housing, title="Nhà ở một")
    await approved(town, await propose(town, one))
    await approved(town, await propose(town, edited(housing, title="Nhà ở hai"), base=1))
    words = town.knowledge.languages["vi"]
    lines = compared(one, await in_force(town, "housing"), words)
    assert [(line.kind, line.text) for line in lines if line.kind != "same"] == [
        ("gone", "Tên bài: Nhà ở một"),
        ("new", "Tên bài: Nhà ở hai"),
    ]
    for number, title in ((1, "Nhà ở một"), (0, housing.title)):
        async with town.database.write() as connection:
            await actions.restore(
                connection, town.officers["boss"], town.knowledge, "housing", number, town.clock.at
            )  # fmt: skip
        found = await in_force(town, "housing")
        assert found is not None and found.title == title
    async with town.database.write() as connection:
        with pytest.raises(KnowledgeError, match="no_version"):
            await actions.restore(connection, town.officers["boss"], town.knowledge, "housing", 99, town.clock.at)
    async with town.database.read() as connection:
        assert [row.number for row in await learning.approved_of(connection, "housing")] == [4, 3, 2, 1]


async def test_sent_back_or_withdrawn_it_is_over(town: Town) -> None:
    """With a reason; only the author withdraws; its questions come back to be looked at."""
    await town.say("a", "máy cày hỏng thì ai sửa cho tôi bây giờ")
    async with town.database.read() as connection:
        rows = await learning.to_look_at(connection, "/ha-nam/", town.today)
    change = await samples(town, "livelihood-model", "máy cày hỏng", [row.id for row in rows])
    async with town.database.write() as connection:
        assert rows and await learning.to_look_at(connection, "/ha-nam/", town.today) == []
        with pytest.raises(KnowledgeError, match="reason"):
            await actions.refuse(connection, town.officers["boss"], change, "  ", town.clock.at)
        with pytest.raises(KnowledgeError, match="not_yours"):
            await actions.withdraw(connection, town.officers["boss"], change, town.clock.at)
        await actions.refuse(connection, town.officers["boss"], change, "Không phải việc này", town.clock.at)
        assert await learning.to_look_at(connection, "/ha-nam/", town.today) == rows
        with pytest.raises(KnowledgeError, match="decided"):
            await actions.withdraw(connection, town.officers["author"], change, town.clock.at)


def _with(text: str, **more: Any) -> Article:
    return edited(NEW, answer=(Block(date(2026, 1, 1), text, "confirmed"),), **more)


@pytest.mark.parametrize(
    ("article", "key"),
    [
        (_with('Hỏi {{ office("moon") }}.'), "office"),
        (edited(NEW, office="moon"), "office"),
        (_with("Bác được 540.000 đồng mỗi tháng."), "undated_figure"),
        (_with("Từ 75 tuổi là được."), "undated_figure"),
        (_with('Được {{ money(p("no.such")) }}.'), "unknown_figure"),
        (_with('Được {{ money(p("social_pension.amount") }}.'), "placeholder"),
        (_with("Hỏi {{ communee }}."), "placeholder"),
        (_with("Hỏi {commune}."), "placeholder"),
        (_with('{% for each in range(9) %}x{% endfor %}'), "placeholder"),
        (_with('{{ "a" * 999999999 }}'), "placeholder"),
        (_with("{{ commune.__class__ }}"), "placeholder"),
        (_with("x" * 601), "too_long"),
        (_with("  "), "no_text"),
        (edited(NEW, id="Bài Mới"), "id"),
        (edited(NEW, id="housing"), "id_taken"),
        (edited(NEW, group="moon"), "dates"),
        (edited(NEW, questions=("một câu",)), "few_questions"),
        (edited(NEW, questions=(*NEW.questions, "dừng thông báo")), "question_elsewhere"),
        (edited(NEW, answer=()), "no_answer"),
        (edited(NEW, answer=(Block(date(2026, 1, 1), "Hỏi xã.", "confirmed", date(2026, 5, 1)),)), "answer_ends"),
        (edited(NEW, answer=(*NEW.answer, Block(date(2026, 5, 1), "Hỏi xã.", "confirmed"))), "dates"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_refused_with_its_reason(town: Town, article: Article, key: str) -> None:
    """An unknown office, an undated amount, a broken placeholder, and whatever else the loader would refuse."""
    with pytest.raises(ProblemsError) as caught:
        await propose(town, article, new=True)
    assert key in {problem.key for problem in caught.value.problems}
    words = town.knowledge.languages["vi"]
    for problem in caught.value.problems:
        assert len(words.say(f"knowledge.problem.{problem.key}", **problem.values)) > 20
    async with town.database.read() as connection:
        assert await learning.waiting(connection) == []


def test_every_shipped_article_passes(knowledge: Knowledge) -> None:
    """What is checked here is what the shipped files keep to."""
    for article in knowledge.library:
        found = actions._problems(knowledge, article, new=False)
        assert [(problem.key, problem.part) for problem in found] == [], article.id


async def test_a_figure_outside_its_dates_is_refused(town: Town) -> None:
    """A text from 1990 cannot be filled with a figure that begins later."""
    text = 'Được {{ money(p("social_pension.amount")) }}.'
    early = edited(NEW, answer=(Block(date(1990, 1, 1), text, "confirmed"),))
    with pytest.raises(ProblemsError) as caught:
        await propose(town, early, new=True)
    assert [problem.key for problem in caught.value.problems] == ["placeholder"]


async def test_a_commune_sees_its_own_questions_and_those_of_nowhere(town: Town) -> None:
    """Another commune's are not shown."""
    quế = await town.officer("elsewhere", "commune_officer", "que-2023")
    row = learning.NewQuestion(town.today, "handoff", "", 0.1, "thuy-loi-2023", "x")
    async with town.database.write() as connection:
        await learning.add_questions(connection, [row])
        assert len(await learning.to_look_at(connection, town.officers["author"].area_path, town.today)) == 1
        assert await learning.to_look_at(connection, quế.area_path, town.today) == []
        week = await actions.see_figures(connection, town.officers["author"], town.today + timedelta(days=1), 2)
    assert [(day.asked, day.answered) for day in week.days] == [(1, 0)]
