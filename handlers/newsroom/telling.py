"""Telling everybody who asked what became of the question: each person once, where they asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.words import SOURCE_LANGUAGE, Words
from handlers.reporting.notices import tell
from storage import dialogues
from storage.dialogues import Asker, DialogueRow, GroupRow
from storage.turns import ChatKey

_ROOM: Final = 1800
"""Characters of one message on the plainest channel, with room to spare."""
_SHORTENED: Final = 500


async def tell_askers(
    connection: AsyncConnection,
    languages: Mapping[str, Words],
    row: DialogueRow,
    groups: Sequence[GroupRow],
    reason: str,
    address: str,
    now: datetime,
) -> int:
    """Write one notice to each person who asked and has not been told; returns how many.

    It is the answer to their own question, so it goes also to those who want no announcements. Whoever had everything
    deleted has no question here any more.
    """
    answers = {group.id: group for group in groups}
    people: dict[ChatKey | int, list[Asker]] = {}
    for asker in await dialogues.to_tell(connection, row.id):
        people.setdefault(asker.account_id or (asker.channel, asker.chat), []).append(asker)
    for asked in people.values():
        words = languages.get(asked[0].language) or languages[SOURCE_LANGUAGE]
        if row.state == "cancelled":
            text = words.say("dialogue.told_cancelled", title=row.title, reason=reason)
        else:
            text = _answered(words, row, asked, answers, address)
        await tell(connection, [(asked[0].channel, asked[0].chat)], text, now)
        await dialogues.told(connection, [each.question_id for each in asked], now)
    return len(people)


def _answered(
    words: Words, row: DialogueRow, asked: Sequence[Asker], answers: Mapping[int, GroupRow], address: str
) -> str:
    head = words.say("dialogue.told", title=row.title)
    link = f"{address}/doi-thoai/{row.slug}" if address else ""
    foot = words.say("dialogue.told_more", link=link) if link else words.say("dialogue.told_more_chat")
    parts: list[str] = []
    for group_id in dict.fromkeys(each.group_id for each in asked if each.group_id is not None):
        group = answers[group_id]
        parts.append(
            words.say("dialogue.told_answer", question=_short(group.question, _SHORTENED), answer=group.answer)
        )
    parts += [
        words.say("dialogue.told_aside", reason=reason)
        for reason in dict.fromkeys(each.set_aside for each in asked if each.set_aside)
    ]
    room = _ROOM - len(head) - len(foot) - 4
    share = max(room // max(len(parts), 1) - 2, 80)
    whole = "\n\n".join(parts)
    if len(whole) > room:
        whole = _short("\n\n".join(_short(part, share) for part in parts), room)
    return "\n\n".join((head, whole, foot))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"
