"""Conditions of an audience as SQL: one SELECT of chats, the same on both engines.

`rules.audiences.condition` evaluates the same conditions in memory; what is not known of a person (an empty column, no
row) fits no condition there and here, so every part is made two-valued. Whatever hangs on an account is asked as "the
account is among those that …": such a list is computed once for the statement, not once for each of a million chats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.audiences.condition import Below, Condition, Either, Every, Never, OneOf, Plain, Since, Some, fits
from rules.audiences.model import Frame, Tree
from rules.audiences.tree import condition_of, read
from storage.areas import below
from storage.tables import conversations
from storage.tables_broadcasts import topic_choices
from storage.tables_linked import account_households
from storage.tables_people import account_channels, areas, roles
from storage.tables_register import households

SOURCE_LANGUAGE: Final = "vi"
"""What a chat reads whose person has chosen nothing."""
_LOWEST: Final = ("commune", "township", "ward")
Conditions = tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """The frame of the conditions, and where somebody lives who has named no place: the unit that this service is for,
    which is the lowest one that holds all its communes.
    """

    frame: Frame
    home: str


async def setting(connection: AsyncConnection, today: date, topics: Mapping[str, bool]) -> Setting:
    """Read the areas; `topics` says of each topic whether it is wanted by who has chosen nothing."""
    query = select(areas.c.key, areas.c.path, areas.c.kind, areas.c.start, areas.c.end)
    found = (await connection.execute(query)).all()
    communes = [row for row in found if row.kind in _LOWEST]
    lowest = [row.path for row in communes if row.start <= today and (row.end is None or row.end > today)]
    return Setting(
        Frame({row.key: row.path for row in found}, topics, today), _common(lowest or [row.path for row in communes])
    )


def _common(paths: list[str]) -> str:
    """The path of the lowest area above all of these; of a single commune, itself."""
    if len(paths) < 2:
        return paths[0] if paths else "/"
    steps = zip(*(path.split("/") for path in paths), strict=False)
    shared = [step[0] for step in takewhile(lambda step: len(set(step)) == 1, steps)]
    return "/".join(shared).rstrip("/") + "/"


async def recipients(
    connection: AsyncConnection, audience: Tree | str, *, scope: str, today: date, topics: Mapping[str, bool]
) -> Select[Any]:
    """The chats of an audience within the sender's area: channel, chat, account_id, area_key, language.

    `audience` is a tree, or the text that a broadcast keeps. Whom the sender always leaves out (stopped, blocked,
    already told, an account's other chats) is not here: see `storage.broadcasts`.

    Raises:
        AudienceError: the text is no audience.
    """
    tree = read(audience) if isinstance(audience, str) else audience
    known = await setting(connection, today, topics)
    return selection(condition_of(tree, known.frame), scope=scope, known=known)


def selection(condition: Condition, *, scope: str, known: Setting) -> Select[Any]:
    """The SELECT of a condition; the sender's own area is always part of it."""
    linked = and_(
        account_channels.c.channel == conversations.c.channel, account_channels.c.chat == conversations.c.chat
    )
    within = Some("places", (Below("path", scope),))
    return (
        select(
            conversations.c.channel,
            conversations.c.chat,
            account_channels.c.account_id,
            conversations.c.area_key,
            _LANGUAGE.label("language"),
        )
        .select_from(conversations.outerjoin(account_channels, linked))
        .where(_sql(Every((within, condition)), known))
    )


_LANGUAGE: Final = func.coalesce(func.nullif(conversations.c.language, ""), SOURCE_LANGUAGE)
_CHAT_COLUMNS: Final[Mapping[str, Any]] = {
    "channel": conversations.c.channel,
    "language": _LANGUAGE,
    "seen": conversations.c.last_seen_at,
}


def _sql(condition: Condition, known: Setting) -> ColumnElement[bool]:
    match condition:
        case Every(parts):
            return and_(true(), *(_sql(part, known) for part in parts))
        case Either(parts):
            return or_(false(), *(_sql(part, known) for part in parts))
        case Never(part):
            return not_(_sql(part, known))
        case Some(rows, conditions):
            return _ROWS[rows](conditions, known)
        case OneOf() | Below() | Since():
            return _plain(condition, _CHAT_COLUMNS)


def _plain(condition: Plain, columns: Mapping[str, Any]) -> ColumnElement[bool]:
    """A condition on columns that are never empty."""
    column = columns[condition.column]
    match condition:
        case OneOf(_, values):
            return column.in_(list(values))  # type: ignore[no-any-return]  # a comparison of columns
        case Below(_, path):
            return below(column, path)
        case Since(_, moment):
            return column >= moment  # type: ignore[no-any-return]  # a comparison of columns


def _all(conditions: Conditions, columns: Mapping[str, Any]) -> ColumnElement[bool]:
    return reduce(and_, (_plain(each, columns) for each in conditions), true())


def _account_in(query: Select[Any]) -> ColumnElement[bool]:
    """The chat's account is one of those; a chat without an account is none."""
    account = account_channels.c.account_id
    return and_(account.is_not(None), account.in_(query))


def _held(conditions: Conditions, known: Setting) -> Select[Any]:
    """Accounts that hold a role today to which the conditions apply."""
    columns = {"role": roles.c.role, "path": areas.c.path}
    today = known.frame.today
    return (
        select(roles.c.account_id)
        .join(areas, areas.c.key == roles.c.area_key)
        .where(roles.c.start <= today, or_(roles.c.end.is_(None), roles.c.end > today))
        .where(_all(conditions, columns))
    )


def _homes(conditions: Conditions) -> Select[Any]:
    """Accounts that linked a household of the register, as it is today, and agreed to be addressed by it."""
    columns = {"status": households.c.status, "path": households.c.area_path}
    return (
        select(account_households.c.account_id)
        .join(households, households.c.id == account_households.c.household_id)
        .where(account_households.c.consented_at.is_not(None), account_households.c.ended_at.is_(None))
        .where(households.c.state == "active")
        .where(_all(conditions, columns))
    )


def _named(conditions: Conditions) -> ColumnElement[bool]:
    """The person named a place, in this chat or in another of the own."""
    keys = select(areas.c.key).where(_all(conditions, {"path": areas.c.path}))
    chats, talks = account_channels.alias("chats"), conversations.alias("talks")
    elsewhere = (
        select(chats.c.account_id)
        .join(talks, and_(talks.c.channel == chats.c.channel, talks.c.chat == chats.c.chat))
        .where(talks.c.area_key.is_not(None), talks.c.area_key.in_(keys))
    )
    here = and_(conversations.c.area_key.is_not(None), conversations.c.area_key.in_(keys))
    return or_(here, _account_in(elsewhere))


def _some_place(conditions: Conditions, known: Setting) -> ColumnElement[bool]:
    def lies(wanted: Conditions) -> ColumnElement[bool]:
        return or_(_named(wanted), _account_in(_held(wanted, known)), _account_in(_homes(wanted)))

    found = lies(conditions)
    at_home = all(fits(each, {"path": known.home}) for each in conditions)
    return or_(found, not_(lies(()))) if at_home else found


def _some_role(conditions: Conditions, known: Setting) -> ColumnElement[bool]:
    return _account_in(_held(conditions, known))


def _some_household(conditions: Conditions, known: Setting) -> ColumnElement[bool]:
    return _account_in(_homes(conditions))


def _some_topic(conditions: Conditions, known: Setting) -> ColumnElement[bool]:
    columns = {"topic": topic_choices.c.topic, "wanted": topic_choices.c.wanted}
    chosen = select(topic_choices.c.channel, topic_choices.c.chat).where(_all(conditions, columns))
    return tuple_(conversations.c.channel, conversations.c.chat).in_(chosen)


_ROWS: Final[Mapping[str, Callable[[Conditions, Setting], ColumnElement[bool]]]] = {
    "places": _some_place,
    "roles": _some_role,
    "households": _some_household,
    "topics": _some_topic,
}
