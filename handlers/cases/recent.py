"""The last questions of a chat, sealed: what can go along when a person wants an officer to answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from handlers.cases.sealing import seal_told, told
from handlers.conversation import Spoken
from handlers.turn import Turn
from storage.errors import StorageError

_MOST: Final = 4
_LONGEST: Final = 500
_KEPT: Final = timedelta(hours=24)


def remember(turn: Turn, text: str, answer: str = "") -> None:
    """Keep a question with the article that answered it; older than a day nothing is kept."""
    keys = turn.knowledge.keys
    if keys.file is None and not keys.all():
        return  # a command without an installation: nobody to hand anything to
    try:
        sealed = seal_told(keys, text[:_LONGEST])
    except StorageError:
        return
    kept = [one for one in turn.conversation.recent if _fresh(turn, one)]
    turn.conversation.recent = [*kept, Spoken(int(turn.now.timestamp()), sealed, answer)][-_MOST:]


def recall(turn: Turn) -> list[tuple[str, str]]:
    """(question, article) of the last day, oldest first."""
    found = [(told(turn.knowledge.keys, one.text), one.answer) for one in turn.conversation.recent if _fresh(turn, one)]
    return [(text, answer) for text, answer in found if text]


def _fresh(turn: Turn, one: Spoken) -> bool:
    return turn.now.timestamp() - one.at < _KEPT.total_seconds()
