"""A household of the register linked to a person's account: the one-time code, the consent, the end of it.

Nobody can attach to somebody else's household: the code comes from the village head or the commune, who know the
people, and fits one household only. A wrong code, a code for another household and a household that does not exist look
the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers import codes
from handlers.access import AccessDenied, Actor, require
from handlers.actions.links import chat_hash, note_wrong_code, too_many_codes
from storage import audit, linked, people
from storage.audit import Event
from storage.keys import Keys
from storage.linked import Code, Head, Link
from storage.register.households import Household, present
from storage.register.names import folded
from storage.turns import ChatKey

CONSENT: Final = "1"
"""The text agreed to today: the phrase `linked.consent.1`. A changed text is a new number, and the old one stays."""
SPOKEN: Final = "spoken_1"
"""The text that was read aloud, where somebody passes on what the household is told."""
CODE_VALID_FOR: Final = timedelta(days=7)
MOST_HOMES: Final = 3
"""So many households a citizen's account may belong to: the own one, the parents', the grandparents'."""
_KEPT_AFTER: Final = timedelta(days=30)
_YEAR: Final = re.compile(r"(?:18|19|20)\d\d")


class LinkError(Exception):
    """Why a household cannot be linked; `reason` is the end of a phrase key `linked.error.…`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Given:
    """A new code; it is told once and stored nowhere."""

    code: str
    expires_at: datetime
    head: Head


@dataclass(frozen=True, slots=True)
class Links:
    """Who is linked with a household, and whether a code for it is open."""

    head: Head
    links: Sequence[Link]
    open_codes: Sequence[Code]


async def give_code(
    connection: AsyncConnection, actor: Actor, keys: Keys, household_id: int, seed: str, now: datetime
) -> Given:
    """A one-time code for a household of the actor's area; it replaces the one that was given before.

    Raises:
        AccessDenied: the household lies outside the actor's area.
        LinkError: there is no such household (any more).
    """
    await audit.serialise(connection)
    head = await _household(connection, actor, household_id)
    code = codes.new_code(keys, f"household:{seed}")
    expires_at = now + CODE_VALID_FOR
    await linked.add_code(connection, _hashes(keys, code)[0], household_id, actor.account_id, now, expires_at)
    await audit.append(
        connection,
        Event("household_code_given", "household", str(household_id), actor.account_id, actor.role, head.area_path),
        now,
    )
    return Given(code, expires_at, head)


async def is_household_code(connection: AsyncConnection, keys: Keys, code: str, now: datetime) -> bool:
    """Whether a typed code is for a household; it is not used up by asking."""
    return await linked.open_code(connection, _hashes(keys, code), now) is not None


async def try_code(
    connection: AsyncConnection, keys: Keys, key: ChatKey, code: str, said: str, now: datetime
) -> tuple[Code, Head]:
    """The code with its household, if the household is the one that was said.

    Raises:
        LinkError: wrong (which of the two is not told), or too many tries.
    """
    await audit.serialise(connection)
    chat = chat_hash(keys, key)
    if await too_many_codes(connection, key[0], chat, now):
        raise LinkError("too_many")
    found = await linked.open_code(connection, _hashes(keys, code), now)
    head = await linked.head_of(connection, found.household_id) if found is not None else None
    if found is None or head is None or head.state != "active" or not _means(head, said):
        await note_wrong_code(connection, key[0], chat, now)
        raise LinkError("wrong")
    return found, head


async def attach(
    connection: AsyncConnection, key: ChatKey, actor: Actor, code_id: int, household_id: int, *, stopped: bool,
    now: datetime,
) -> int:  # fmt: skip
    """Use a code that was tried before, after the person has agreed; returns the account, made anew if need be.

    Raises:
        LinkError: the code was used or ran out meanwhile, or the account has too many households.
    """
    await audit.serialise(connection)
    head = await linked.head_of(connection, household_id)
    codes_left = {each.id: each for each in await linked.open_codes_of(connection, household_id, now)}
    if head is None or head.state != "active" or code_id not in codes_left:
        raise LinkError("code_gone")
    account_id = actor.account_id
    if account_id:
        own = [each for each in await linked.of_account(connection, account_id) if not each.on_behalf]
        if len(own) >= MOST_HOMES and household_id not in {each.household_id for each in own}:
            raise LinkError("too_many_homes")
    else:
        account_id = await people.create_account(connection, "", now, notices_stopped=stopped)
        await people.link(connection, key, account_id, now)
    await linked.use_code(connection, code_id, account_id, now)
    await linked.link(
        connection, account_id, household_id, consent_version=CONSENT, linked_by=codes_left[code_id].created_by, now=now
    )
    event = Event(
        "household_linked", "household", str(household_id), account_id, actor.role, head.area_path, {"consent": CONSENT}
    )
    await audit.append(connection, event, now)
    return account_id


async def link_on_behalf(connection: AsyncConnection, actor: Actor, household_id: int, now: datetime) -> Head:
    """The actor passes on what is said to people who cannot write or read here, and who have agreed in person.

    Raises:
        AccessDenied: the household lies outside the actor's area.
        LinkError: there is no such household (any more).
    """
    await audit.serialise(connection)
    head = await _household(connection, actor, household_id)
    await linked.link(
        connection, actor.account_id, household_id, consent_version=SPOKEN, linked_by=actor.account_id, now=now,
        on_behalf=True,
    )  # fmt: skip
    event = Event(
        "household_linked_on_behalf", "household", str(household_id), actor.account_id, actor.role, head.area_path,
        {"consent": SPOKEN},
    )  # fmt: skip
    await audit.append(connection, event, now)
    return head


async def detach(connection: AsyncConnection, actor: Actor, link_id: int, household_id: int, now: datetime) -> bool:
    """End a link: the person at any time, or an officer of the household's area. False when it had ended.

    Raises:
        AccessDenied: neither.
    """
    await audit.serialise(connection)
    found = next((each for each in await linked.of_household(connection, household_id) if each.id == link_id), None)
    if found is None:
        return False
    mine = bool(actor.account_id) and found.account_id == actor.account_id
    if not mine:
        require(actor, "link_household", found.area_path)
    ended = await linked.end(connection, link_id, actor.account_id, "person" if mine else "officer", now)
    event = Event(
        "household_unlinked", "household", str(household_id), actor.account_id, actor.role, found.area_path,
        {"of": found.account_id, "how": "person" if mine else "officer"},
    )  # fmt: skip
    await audit.append(connection, event, now)
    return ended


async def end_with_the_data(connection: AsyncConnection, account_id: int, now: datetime) -> None:
    """The person has their data deleted: so end the links."""
    await audit.serialise(connection)
    for household_id in await linked.end_all(connection, account_id, "deleted", now):
        detail = {"of": account_id, "how": "deleted"}
        event = Event("household_unlinked", "household", str(household_id), account_id, detail=detail)
        await audit.append(connection, event, now)


async def homes_of(connection: AsyncConnection, actor: Actor) -> list[Link]:
    """The households that the person is linked with."""
    return await linked.of_account(connection, actor.account_id) if actor.account_id else []


async def see_own_household(
    connection: AsyncConnection, actor: Actor, household_id: int, now: datetime
) -> Household | None:
    """A household for somebody who is linked with it; the look stands in the audit trail.

    Raises:
        AccessDenied: the account is not linked with it.
    """
    link = next((each for each in await homes_of(connection, actor) if each.household_id == household_id), None)
    if link is None:
        raise AccessDenied(actor, "see_own_household", "")
    event = Event("see_own_household", "household", str(household_id), actor.account_id, actor.role, link.area_path)
    await audit.append(connection, event, now)
    return await present(connection, household_id)


async def see_links(
    connection: AsyncConnection, actor: Actor, household_id: int, now: datetime
) -> Links | None:  # fmt: skip
    """Who is linked with a household; None where there is none.

    Raises:
        AccessDenied: it lies outside the actor's area.
    """
    head = await linked.head_of(connection, household_id)
    if head is None:
        return None
    require(actor, "link_household", head.area_path)
    links = await linked.of_household(connection, household_id, ended=True)
    return Links(head, links, await linked.open_codes_of(connection, household_id, now))


async def forget_old(connection: AsyncConnection, now: datetime) -> int:
    """Delete codes that ran out long ago; how many there were."""
    return await linked.forget_codes(connection, now - _KEPT_AFTER)


def _means(head: Head, said: str) -> bool:
    """Whether what was said is this household: its code, or the name and the year of birth of its head."""
    plain = folded(said)
    if plain.replace(" ", "").replace("-", "") == folded(head.code).replace(" ", "").replace("-", ""):
        return True
    year = _YEAR.search(plain)
    name = " ".join(_YEAR.sub(" ", plain).replace("sinh nam", " ").replace("sinh", " ").split())
    return (
        year is not None
        and head.born is not None
        and int(year[0]) == head.born.year
        and bool(name)
        and name == folded(head.name)
    )


def _hashes(keys: Keys, code: str) -> list[str]:
    return keys.keyed_hashes(f"household:{code}")


async def _household(connection: AsyncConnection, actor: Actor, household_id: int) -> Head:
    head = await linked.head_of(connection, household_id)
    if head is None:
        raise LinkError("no_household")
    require(actor, "link_household", head.area_path)
    if head.state != "active":
        raise LinkError("no_household")
    return head
