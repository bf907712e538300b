"""Two processes on one database: what is approved through one is answered by both, without a restart."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import update

from bot.cli import cli
from bot.learning import Learning
from content.article_files import to_yaml
from content.articles import Article
from content.files import read_as
from handlers.actions import learning as actions
from handlers.learning.trial import try_out
from handlers.turn import Knowledge
from storage.database import Database
from storage.tables_learning import knowledge_changes
from tests.cases.conftest import Town
from tests.learning.conftest import approved, edited, own
from tests.learning.test_changes import NEW, propose, samples
from tests.support.assembly import Clock

ASKED = "cho hỏi nuôi ong lấy mật thì học ở đâu"


async def test_both_processes_answer_with_what_was_approved(
    town: Town, living: Learning, second: Database, knowledge: Knowledge
) -> None:
    """A new article, its office and its samples; taken back, it is gone from both."""
    other = own(knowledge)
    there = Learning(second, other)
    assert not await living.look() and not await there.look()
    await approved(town, await propose(town, NEW, new=True))
    assert other.search.find(ASKED, today=town.today).article != NEW.id
    assert await there.look() and await living.look()
    assert not await there.look()
    for known in (other, town.knowledge):
        assert known.search.find(ASKED, today=town.today).article == NEW.id
        assert known.locality.office_for(NEW.id).role == "agriculture"
    assert "Nuôi ong" in (await town.say("a", ASKED))[-1]
    async with town.database.write() as connection:
        await actions.restore(connection, town.officers["boss"], town.knowledge, NEW.id, 0, town.clock.at)
    assert await there.look()
    assert NEW.id not in other.library and other.search.find(ASKED, today=town.today).article != NEW.id
    assert NEW.id not in knowledge.library


async def test_a_running_process_takes_it_over_by_itself(town: Town) -> None:
    """The loop looks on its own, and other work goes on while the index is built."""
    running = Learning(town.database, town.knowledge, look_every_s=0.01)
    await running.start()
    try:
        await approved(town, await samples(town, "housing", "mái tôn dột thì ai giúp"))
        longest = 0.0
        until = time.monotonic() + 60
        while "mái tôn dột thì ai giúp" not in town.knowledge.library.get("housing").questions:  # type: ignore[union-attr]
            before = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - before)
            assert before < until
    finally:
        await running.close()
    assert longest < 1.0


async def test_what_no_longer_fits_is_left_out(town: Town, living: Learning) -> None:
    """A text of an earlier version with a figure that is gone: the shipped article answers, and nothing stops."""
    housing = town.knowledge.library.shipped["housing"]
    change = await propose(town, edited(housing, title="Nhà ở một"))
    await approved(town, change)
    async with town.database.write() as connection:
        broken = update(knowledge_changes).where(knowledge_changes.c.id == change).values(body="{}")
        await connection.execute(broken)
    assert await living.look()
    assert town.knowledge.library.get("housing") == housing


def test_a_trial_tells_which_samples_get_another_answer(knowledge: Knowledge, clock: Clock) -> None:
    """Samples that belong elsewhere make others worse."""
    library, search = knowledge.library, knowledge.search
    pension = library.shipped["social-pension"]
    stolen = edited(NEW, questions=tuple(f"{question} nhé" for question in pension.questions))
    bad = try_out(0, library, search, NEW.id, stolen, clock.at.date())
    assert bad.asked == sum(len(article.questions) for article in library)
    assert bad.worse > 0 and {one.wanted for one in bad.moved[: bad.worse]} >= {"social-pension"}
    assert bad.new[0].after in (NEW.id, "social-pension")


def test_an_article_written_as_a_file_is_read_the_same(knowledge: Knowledge, tmp_path: Path) -> None:
    """Every shipped one, and one that names its office."""
    for article in (*knowledge.library, NEW):
        file = tmp_path / f"{article.id}.yaml"
        file.write_text(to_yaml(article), encoding="utf-8")
        assert read_as(file, Article) == article


async def test_the_command_writes_what_was_changed(town: Town, database_url: str, tmp_path: Path) -> None:
    """Only what is in force over the files."""
    await approved(town, await propose(town, NEW, new=True))
    await samples(town, "housing", "mái tôn dột thì ai giúp")
    env = {"CHUNGTAY_DATABASE_URL": database_url}
    run = await asyncio.to_thread(CliRunner().invoke, cli, ["knowledge", "export", str(tmp_path)], env=env)
    assert run.exit_code == 0, run.output
    assert [file.name for file in (tmp_path / "articles").iterdir()] == ["bee-keeping.yaml"]
    assert read_as(tmp_path / "articles" / "bee-keeping.yaml", Article) == NEW
