"""Whether the last answer helped: two controls beside it, and what people type instead.

What is typed counts only right after the question was put; "không đúng" is left to the dialog of cases, once noted.
"""

from __future__ import annotations

from typing import Final

from content.text import plain
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn
from storage.learning import BAD, GOOD

_YES: Final = frozenset(
    (
        "co", "co a", "da co", "vang", "da vang", "u", "uh", "ok", "duoc", "duoc roi", "duoc day", "co giup duoc",
        "giup duoc", "co ich", "huu ich", "dung", "dung roi", "dung the", "dung vay", "hieu roi", "ro roi", "tot",
        "tot lam", "co cam on", "co cam on chau", "yes", "it did", "it helped", "correct", "right",
    )
)  # fmt: skip
_NO: Final = frozenset(
    (
        "khong", "khong a", "ko", "k", "hong", "khong giup duoc", "chua", "chua giup duoc", "chua duoc", "khong duoc",
        "khong ich gi", "vo ich", "khong huu ich", "chua ro", "chua hieu", "khong hieu", "kho hieu", "no", "it did not",
        "not helpful",
    )
)  # fmt: skip
# Said of a wrong answer: noted here, answered by the dialog of cases.
_DOUBT: Final = frozenset(
    (
        "khong dung", "ko dung", "k dung", "sai", "sai roi", "sai het", "noi sai", "noi sai roi", "tra loi sai",
        "khong phai", "khong phai the", "chua dung", "khong tin", "wrong", "that is wrong", "not true",
    )
)  # fmt: skip
_ENDINGS: Final = (" a", " nhe", " chau a", " chau", " dau", " lam", " roi a", " ban")
# Without accents "đừng" and "dừng" look like "đúng".
_MARKED_OTHERWISE: Final = frozenset(("đừng", "dừng"))


async def rate(turn: Turn, argument: str) -> Replies:
    """A pressed control: `rate:yes:<ticket>`. One that was used, or is of another day, is thanked all the same."""
    said, _, ticket = argument.partition(":")
    if said not in ("yes", "no") or not ticket:
        return []
    topic = turn.conversation.topic
    _note(turn, ticket, GOOD if said == "yes" else BAD)
    return [_thanks(turn) if said == "yes" else _sorry(turn, topic)]


async def text(turn: Turn, said: str) -> Replies | None:
    """A typed word right after the question; anything else ends the waiting."""
    ticket = turn.conversation.ticket
    if not ticket:
        return None
    if not any(control.id == f"rate:yes:{ticket}" for control in turn.conversation.controls):
        turn.conversation.ticket = ""  # something else has been asked since
        return None
    meant = meaning(said)
    if not meant:
        turn.conversation.ticket = ""
        return None
    _note(turn, ticket, GOOD if meant == "yes" else BAD)
    if meant == "doubt":
        return None
    return [_thanks(turn) if meant == "yes" else _sorry(turn, turn.conversation.topic)]


def meaning(said: str) -> str:
    """`yes`, `no`, `doubt`, or nothing where it is none of these."""
    if any(word.strip(".,!?") in _MARKED_OTHERWISE for word in said.lower().split()):
        return ""
    words = plain(said).strip(" .,!?")
    for _ in range(2):
        for meant, known in (("yes", _YES), ("no", _NO), ("doubt", _DOUBT)):
            if words in known:
                return meant
        words = next((words.removesuffix(ending) for ending in _ENDINGS if words.endswith(ending)), words)
    return ""


def _note(turn: Turn, ticket: str, rating: int) -> None:
    turn.rated.append((ticket, rating))
    turn.conversation.ticket = ""
    turn.noted.append(("rating", "good" if rating == GOOD else "bad"))


def _thanks(turn: Turn) -> Reply:
    return Reply(turn.say("rating.thanks"), controls=(turn.choice("menu", "choice.menu"),))


def _sorry(turn: Turn, topic: str) -> Reply:
    ask = turn.choice(f"case:new:distrust:{topic}"[:64], "case.let_officer_check")
    return Reply(turn.say("rating.sorry"), (ask,), controls=(turn.choice("menu", "choice.menu"),))


dialog = Dialog({"rate": rate}, text=text, order=6)
