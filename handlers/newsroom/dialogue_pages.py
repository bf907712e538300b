"""Policy dialogues in chat: which there are, one with its day and place, and the answers five at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handlers.messages import Choice, Reply
from handlers.turn import VIETNAM, Turn
from storage import dialogues
from storage.dialogues import DialogueRow, GroupRow

PAGE: Final = 5
_MOST: Final = 5
_LONGEST_LABEL: Final = 70
_ROOM: Final = 1500


async def listed(turn: Turn) -> Reply:
    """The latest dialogues."""
    rows = await dialogues.public(await turn.work.connection(), limit=_MOST)
    if not rows:
        return Reply(turn.say("dialogue.none"), controls=_ways_on(turn))
    choices = tuple(
        Choice(f"dialogues:see:{row.id}", turn.say("dialogue.label", title=_short(row.title), state=_state(turn, row)))
        for row in rows
    )
    return Reply(turn.say("dialogue.listed"), choices, controls=_ways_on(turn))


async def shown(turn: Turn, row: DialogueRow) -> Reply:
    """One dialogue: when, where, until when one may ask; or that the answers are there."""
    lines = [
        row.title,
        turn.say("news.demo") if row.demo else "",
        turn.say("dialogue.when", moment=moment(turn, row.starts_at), place=row.place, area=row.area_name),
        row.about[:_ROOM],
    ]
    choices = []
    if row.state == "answered":
        number = len(await dialogues.group_list(await turn.work.connection(), row.id))
        lines.append(turn.say("dialogue.answered", count=number))
        choices.append(turn.choice(f"dialogues:answers:{row.id}:1", "dialogue.read_answers"))
    elif row.takes_questions(turn.now):
        lines.append(turn.say("dialogue.takes", until=moment(turn, row.questions_until)))
        choices.append(turn.choice(f"dialogues:ask:{row.id}", "dialogue.ask_title"))
    else:
        lines.append(turn.say("dialogue.closed", until=moment(turn, row.questions_until)))
    choices.append(turn.choice("topics", "news.follow"))
    ways = (turn.choice("dialogues", "dialogue.list"), *_ways_on(turn))
    return Reply("\n\n".join(filter(None, lines)), tuple(choices), controls=ways)


async def answers(turn: Turn, row: DialogueRow, page: int) -> Reply | None:
    """The questions of a page with numbers; a chosen one is answered."""
    groups = await dialogues.group_list(await turn.work.connection(), row.id)
    pages = -(-len(groups) // PAGE)
    here = groups[(page - 1) * PAGE : page * PAGE]
    if row.state != "answered" or not here:
        return None
    choices = tuple(Choice(f"dialogues:answer:{row.id}:{group.id}:{page}", _short(group.question)) for group in here)
    ways = []
    if page < pages:
        ways.append(turn.choice(f"dialogues:answers:{row.id}:{page + 1}", "news.next_page"))
    if page > 1:
        ways.append(turn.choice(f"dialogues:answers:{row.id}:{page - 1}", "news.page_before"))
    text = turn.say("dialogue.answers", title=row.title, page=page, pages=pages)
    return Reply(text, choices, controls=(*ways, turn.choice("dialogues", "dialogue.list"), *_ways_on(turn)))


async def answer(turn: Turn, row: DialogueRow, group_id: int, page: int) -> Reply | None:
    """One question with its answer."""
    groups: list[GroupRow] = await dialogues.group_list(await turn.work.connection(), row.id)
    at = next((number for number, group in enumerate(groups) if group.id == group_id), None)
    if row.state != "answered" or at is None:
        return None
    choices: tuple[Choice, ...] = ()
    if at + 1 < len(groups):
        following = groups[at + 1].id
        number = (at + 1) // PAGE + 1
        choices = (turn.choice(f"dialogues:answer:{row.id}:{following}:{number}", "dialogue.next_question"),)
    back = turn.choice(f"dialogues:answers:{row.id}:{page}", "dialogue.all_questions")
    text = turn.say("dialogue.answer", question=groups[at].question, answer=groups[at].answer)
    return Reply(text, choices, controls=(back, *_ways_on(turn)))


def moment(turn: Turn, at: datetime) -> str:
    """A time as it is written, in Viet Nam's own."""
    return turn.words.time(at.astimezone(VIETNAM))


def _state(turn: Turn, row: DialogueRow) -> str:
    if row.state == "answered":
        return turn.say("dialogue.state_answered")
    return turn.say("dialogue.state_takes" if row.takes_questions(turn.now) else "dialogue.state_closed")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1].rsplit(' ', 1)[0]}…"


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("news", "news.home_short"), turn.choice("menu", "choice.menu"))
