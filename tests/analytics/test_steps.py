"""Where dialogs are counted, turn by turn through the real engine: each exactly once, whatever the person does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest

from handlers import interview as engine
from handlers.analytics.steps import step_of
from handlers.interview import Answers, Ask, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.turn import Replies, Turn
from storage.analytics import dialogs
from storage.database import Database
from tests.support.assembly import Clock
from tests.turns.conftest import Engines, said
from tests.turns.conftest import engines as engines
from tests.turns.conftest import few_words as few_words
from tests.turns.conftest import outlet as outlet

FIELDS = ("name", "colour", "size")
Counts = dict[tuple[str, str], int]


class Small:
    """Three questions, a summary, an end."""

    kind = "small"
    confirms = True

    def title(self, turn: Turn) -> str:
        return "việc nhỏ"

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return next((field for field in FIELDS if field not in answers and field not in skipped), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(field, skippable=True)

    def read(self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool) -> Understood | NotUnderstood:
        return Understood({field: said})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return [Line(field, field, str(value)) for field, value in answers.items()]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        return [Reply("xong")]


async def _respond(turn: Turn) -> Replies:
    """Begins, takes up again, or does what an interview makes of it."""
    text, small = turn.incoming.text, Small()
    if text == "begin":
        return await engine.start(turn, small)
    if text == "resume":
        return await engine.resume(turn, small) or [Reply("-")]
    if text == "place":
        turn.conversation.commune = "que-2023"
    if text == "fail":
        raise RuntimeError
    if turn.conversation.interview is None:
        return [Reply("-")]
    way = {"confirm": engine.CONFIRM, "cancel": engine.CANCEL, "aside": engine.ASIDE, "back": engine.BACK}.get(text)
    return (await engine.choose(turn, small, way) if way else await engine.typed(turn, small, text)) or [Reply("-")]


async def _counts(database: Database, clock: Clock, days: int = 1) -> Counts:
    async with database.read() as connection:
        found = await dialogs(connection, clock.at.date(), clock.at.date() + timedelta(days=days))
    return {(row.step, row.stand): row.number for row in found}


@pytest.mark.parametrize(
    ("talk", "wanted"),
    [
        (["begin"], {("name", "standing"): 1}),
        (["begin", "a", "fail"], {("colour", "standing"): 1}),
        (["begin", "a", "b", "back"], {("colour", "standing"): 1}),
        (["begin", "a", "cancel"], {("colour", "cancelled"): 1}),
        (["begin", "a", "b", "c"], {("=", "standing"): 1}),
        (["begin", "a", "b", "c", "confirm"], {("", "finished"): 1}),
        (["begin", "a", "aside"], {("colour", "standing"): 1}),
        (["begin", "a", "aside", "resume", "b", "c", "confirm"], {("", "finished"): 1}),
        (["begin", "a", "begin", "b"], {("colour", "standing"): 2}),
    ],
)
async def test_a_dialog_is_counted_where_it_stands(
    database: Database, engines: Engines, clock: Clock, talk: list[str], wanted: Mapping[tuple[str, str], int]
) -> None:
    """Going on, going back, failing, putting aside, cancelling, finishing."""
    turns = engines(database, _respond)
    for number, text in enumerate(talk):
        await turns.handle(said(text, number))
    assert await _counts(database, clock) == wanted


async def test_it_stays_with_the_day_and_place_of_its_beginning(
    database: Database, engines: Engines, clock: Clock
) -> None:
    """Taken up a week later from elsewhere, it ends on the day it began; a message that comes twice changes nothing."""
    turns = engines(database, _respond)
    await turns.handle(said("begin", 0))
    began = clock.at.date()
    clock.advance(7 * 86_400)
    for number, text in enumerate(("place", "b", "c", "confirm", "confirm"), 1):
        await turns.handle(said(text, min(number, 4)))
    async with database.read() as connection:
        found = await dialogs(connection, began, began + timedelta(days=1))
        later = await dialogs(connection, began + timedelta(days=1), began + timedelta(days=30))
    assert [(row.area_key, row.stand, row.number) for row in found] == [("", "finished", 1)]
    assert later == []


async def test_whatever_people_do_every_dialog_is_counted_once(
    database: Database, engines: Engines, clock: Clock
) -> None:
    """Four people doing anything, 240 turns: as many are counted as were begun, and none below nothing."""
    turns = engines(database, _respond)
    draw, begun, ends = Random(11), 0, Counter[str]()
    running: dict[str, int] = {}
    for number in range(240):
        chat = draw.choice("abcd")
        text = draw.choice(("begin", "x", "x", "x", "x", "back", "aside", "resume", "confirm", "confirm", "cancel"))
        begun += text == "begin"
        await turns.handle(said(text, number, chat))
        running[chat] = number
    counts = await _counts(database, clock)
    for (_, stand), number in counts.items():
        ends[stand] += number
    assert sum(counts.values()) == begun
    assert min(ends["finished"], ends["cancelled"], ends["standing"]) > 0


def test_the_same_question_about_another_person_is_one_step() -> None:
    """The number of a person in the household is left out; no field is the summary."""
    assert step_of("2:person.age") == step_of("0:person.age") == "person.age"
    assert (step_of("f:name"), step_of("")) == ("f:name", "=")
