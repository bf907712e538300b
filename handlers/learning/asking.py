"""What is kept of a question, and when the person is asked whether the answer helped."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from content.search.finding import Finding
from handlers.learning.masking import masked
from handlers.messages import Reply
from handlers.turn import Replies, Turn
from storage.errors import StorageError
from storage.keys import Keys
from storage.learning import NewQuestion

KEPT: Final = timedelta(days=180)
"""How long a question is kept."""
EVERY: Final = 4
"""The person is asked with the first answer, and then with every so many more."""
_KINDS: Final = ("article", "choices", "handoff")
# Kept are questions, not what is thrown at the bot or told of a neighbour.
_NO_TEXT: Final = ("insult", "injection", "private_data", "nonsense")
_CONTEXT: Final = "question_log.text"


def seal(keys: Keys, text: str) -> str:
    """A question as it is stored."""
    return keys.encrypt(masked(text).encode(), _CONTEXT)


def opened(keys: Keys, sealed: str) -> str:
    """The question again; empty where it cannot be read any more."""
    try:
        return keys.decrypt(sealed, _CONTEXT).decode() if sealed else ""
    except StorageError:
        return ""


def keep(turn: Turn, text: str, found: Finding, replies: Replies) -> Replies:
    """Note the question for the desk, without who asked it, and ask now and then whether the answer helped."""
    if found.kind not in _KINDS or not turn.work.stored:
        return replies
    asks = found.kind == "article" and _is_time(turn)
    ticket = turn.new_key() if asks else None
    turn.conversation.ticket = ticket or ""
    turn.asked.append(
        NewQuestion(
            turn.today, found.kind, _nearest(found), _score(found), turn.conversation.commune,
            "" if found.subject in _NO_TEXT else seal(turn.knowledge.keys, text), ticket,
        )
    )  # fmt: skip
    return [*replies[:-1], _with_question(turn, replies[-1])] if asks else replies


def _is_time(turn: Turn) -> bool:
    """Never in the middle of something, nor while an officer is in charge."""
    conversation = turn.conversation
    if conversation.case or conversation.interview is not None:
        return False
    conversation.answers += 1
    return conversation.answers % EVERY == 1


def _with_question(turn: Turn, reply: Reply) -> Reply:
    ticket = turn.conversation.ticket
    helped = turn.choice(f"rate:yes:{ticket}", "rating.yes")
    did_not = turn.choice(f"rate:no:{ticket}", "rating.no")
    return Reply(
        f"{reply.text}\n\n{turn.say('rating.ask')}", reply.choices, controls=(helped, did_not, *reply.controls),
        picture=reply.picture, document=reply.document, edit_of=reply.edit_of,
    )  # fmt: skip


def _nearest(found: Finding) -> str:
    return found.article or (found.candidates[0].article if found.candidates else "")


def _score(found: Finding) -> float:
    return round(max((candidate.score for candidate in found.candidates), default=0.0), 3)
