"""Policy dialogues: what is announced, asking beforehand, reading the answers."""

from __future__ import annotations

from handlers import interview as engine
from handlers.interviews import dialogue_question
from handlers.messages import Reply
from handlers.newsroom import dialogue_pages as pages
from handlers.turn import Dialog, Replies, Turn
from storage import dialogues as stored
from storage.dialogues import PUBLIC


async def dialogues(turn: Turn, argument: str) -> Replies:
    """`dialogues`, then after a colon `see:<id>`, `ask:<id>`, `answers:<id>:<page>`, `answer:<id>:<group>:<page>`."""
    if not argument:
        return [await pages.listed(turn)]
    verb, number, first, second = (*argument.split(":"), "", "", "")[:4]
    row = await stored.get(await turn.work.connection(), _number(number)) if _number(number) else None
    if row is None or row.state not in PUBLIC:
        return []
    if verb == "see":
        return [await pages.shown(turn, row)]
    if verb == "ask":
        if not row.takes_questions(turn.now):
            return [Reply(turn.say("news.error.question_late"), controls=(turn.choice("dialogues", "dialogue.list"),))]
        known = {"id": row.id, "title": row.title, "until": pages.moment(turn, row.questions_until)}
        return await engine.start(turn, dialogue_question.interview, known)
    if verb == "answers":
        found = await pages.answers(turn, row, _number(first) or 1)
        return [] if found is None else [found]
    if verb == "answer":
        found = await pages.answer(turn, row, _number(first), _number(second) or 1)
        return [] if found is None else [found]
    return []


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else 0


dialog = Dialog({"dialogues": dialogues})
