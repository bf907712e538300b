"""Topics that people want or do not want to hear of. A person's choice holds in every chat of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import chats_of
from storage.tables_broadcasts import topic_choices
from storage.tables_people import account_channels
from storage.turns import ChatKey, upsert


async def choices(connection: AsyncConnection, key: ChatKey) -> dict[str, bool]:
    """What a chat's person has chosen, by topic; topics without a choice keep their default."""
    found = await connection.execute(
        select(topic_choices.c.topic, topic_choices.c.wanted).where(
            topic_choices.c.channel == key[0], topic_choices.c.chat == key[1]
        )
    )
    return {row.topic: row.wanted for row in found}


async def choose(connection: AsyncConnection, key: ChatKey, wanted: Mapping[str, bool], now: datetime) -> None:
    """Write choices down, for this chat and every other one of the person's account."""
    if not wanted:
        return
    own = await _own_chats(connection, key)
    rows = [
        {"channel": channel, "chat": chat, "topic": topic, "wanted": wanted[topic], "chosen_at": now}
        for channel, chat in sorted(own)
        for topic in sorted(wanted)
    ]
    statement = upsert(connection, topic_choices)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[topic_choices.c.channel, topic_choices.c.chat, topic_choices.c.topic],
            set_={"wanted": statement.excluded.wanted, "chosen_at": statement.excluded.chosen_at},
        ),
        rows,
    )


async def share(connection: AsyncConnection, account_id: int) -> None:
    """After chats were linked to an account: of each topic the latest choice in one of them holds in all of them."""
    linked = and_(
        account_channels.c.channel == topic_choices.c.channel, account_channels.c.chat == topic_choices.c.chat
    )
    found = await connection.execute(
        select(topic_choices.c.topic, topic_choices.c.wanted, topic_choices.c.chosen_at)
        .join(account_channels, linked)
        .where(account_channels.c.account_id == account_id)
        .order_by(topic_choices.c.chosen_at, topic_choices.c.wanted.desc())
    )
    latest = {row.topic: row for row in found}
    chats = await chats_of(connection, account_id)
    if chats:
        for topic in sorted(latest):
            await choose(connection, chats[0][:2], {topic: latest[topic].wanted}, latest[topic].chosen_at)


async def forget(connection: AsyncConnection, key: ChatKey) -> None:
    """Delete a chat's choices."""
    await connection.execute(
        delete(topic_choices).where(topic_choices.c.channel == key[0], topic_choices.c.chat == key[1])
    )


async def is_wanted(connection: AsyncConnection, key: ChatKey, topic: str, *, default: bool) -> bool:
    """Whether a chat's person wants to hear of a topic."""
    return (await choices(connection, key)).get(topic, default)


async def _own_chats(connection: AsyncConnection, key: ChatKey) -> set[ChatKey]:
    mine = account_channels.alias("mine")
    same = exists().where(
        mine.c.channel == key[0], mine.c.chat == key[1], mine.c.account_id == account_channels.c.account_id
    )
    found = await connection.execute(select(account_channels.c.channel, account_channels.c.chat).where(same))
    return {key, *((row.channel, row.chat) for row in found)}
