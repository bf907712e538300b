"""How an announcement will look on each channel, and one copy of it to whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor
from handlers.broadcasting.checking import LANGUAGES, BroadcastError, Problem
from handlers.broadcasting.office import Office
from handlers.broadcasting.outlets import Shown
from handlers.broadcasting.wording import hints_of, messages
from handlers.messages import Reply
from handlers.reporting.notices import MAILBOXES
from storage import outbox, people
from storage.broadcasts import BroadcastRow, Content
from storage.outbox import NewRow, Priority


def looks(content: Content, office: Office) -> dict[tuple[str, str], tuple[Reply, ...]]:
    """The messages by language and channel, exactly as they would be sent."""
    return {
        (language, channel): messages(content, language, shown, office.languages[language], hints_of(office.words))
        for language in LANGUAGES
        if language in content.by_language and language in office.languages
        for channel, shown in office.outlets.shown.items()
    }


async def try_out(connection: AsyncConnection, actor: Actor, office: Office, row: BroadcastRow) -> int:
    """Send it to the author's own chat, each language that it has; returns how many messages that were.

    Raises:
        BroadcastError: no chat is linked to the account.
    """
    known = await people.chats_of(connection, actor.account_id)
    if not known:
        raise BroadcastError(Problem("test", "no_chat"))
    channel, chat, _ = known[0]
    shown: Mapping[str, Shown] = office.outlets.shown
    rows = []
    for language in row.content.by_language:
        words = office.languages.get(language, office.words)
        sent = messages(row.content, language, shown.get(channel, Shown()), words, hints_of(office.words))
        # What it is stands before it, in a message of its own: the copy itself is as long as it may be.
        for part in (Reply(words.say("broadcasts.test")), *sent):
            payload = msgspec.json.encode(part)
            rows.append(NewRow(channel, chat, payload, office.now, Priority.NOTICE, sent=channel in MAILBOXES))
    await outbox.add(connection, rows, office.now)
    return len(rows)
