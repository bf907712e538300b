"""Actions on a conversation itself."""

from __future__ import annotations

from handlers.actions.links import forget_person
from handlers.conversation import Conversation
from handlers.turn import Turn
from storage import zalo
from storage.files import forget_files
from storage.outbox import forget_messages
from storage.turns import forget_conversation


async def forget_chat(turn: Turn) -> None:
    """Delete what is kept of this chat: its state, the replies sent, and messages kept for replay.

    Message ids stay (they guard against counting a redelivered message twice); they say nothing about the person.
    The right to deletion: Nghị định 13/2023/NĐ-CP.
    """
    connection = await turn.work.connection()
    key = (turn.incoming.channel, turn.incoming.chat)
    await forget_conversation(connection, key)
    await forget_messages(connection, key)
    await forget_files(connection, key)
    await forget_person(connection, key, turn.today)
    if turn.incoming.channel == "zalo_oa":
        await zalo.forget_person(connection, turn.incoming.chat)
    turn.conversation = Conversation(language=turn.conversation.language)
    turn.forgotten = True
