"""Actions on a conversation itself."""

from __future__ import annotations

from handlers.actions.cases import forget_cases
from handlers.actions.linked import end_with_the_data
from handlers.actions.links import chat_hash, forget_person
from handlers.conversation import Conversation
from handlers.turn import Turn
from storage import arrivals, audit, media_fetches, people, personal, photos, subscriptions, zalo
from storage.dialogues import forget_questions
from storage.files import forget_files
from storage.learning import forget_question
from storage.outbox import forget_messages
from storage.turns import forget_conversation


async def forget_chat(turn: Turn) -> None:
    """Delete what is kept of this chat: its state, the replies sent, and messages kept for replay.

    Message ids stay without whose they are (they guard against answering a redelivered message twice).
    The right to deletion: Nghị định 13/2023/NĐ-CP.
    """
    connection = await turn.work.connection()
    key = (turn.incoming.channel, turn.incoming.chat)
    await forget_cases(connection, key, turn.now)
    await forget_conversation(connection, key)
    await forget_messages(connection, key)
    await forget_files(connection, key)
    await forget_questions(connection, key)
    if turn.conversation.ticket:
        await forget_question(connection, turn.conversation.ticket)
    await photos.forget(connection, key)
    await media_fetches.forget(connection, key)
    await subscriptions.forget(connection, key)
    await arrivals.forget(connection, *key)
    await personal.forget_senders(connection, key)
    await personal.forget_consents(connection, key)
    account = await people.account_of_chat(connection, key, turn.today)
    if account is not None:
        await end_with_the_data(connection, account.id, turn.now)
    await forget_person(connection, key, turn.today)
    if turn.incoming.channel == "zalo_oa":
        await zalo.forget_person(connection, turn.incoming.chat)
    deleted = audit.Event("data_deleted", "chat", chat_hash(turn.knowledge.keys, key))
    await audit.append(connection, deleted, turn.now)
    turn.conversation = Conversation(language=turn.conversation.language)
    turn.forgotten = True
