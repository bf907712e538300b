"""From a commendation to the public: the nominee's consent, a story begun from a nomination, having it all erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import LOWEST_KINDS
from handlers.access import Actor, can, require, scope_filter
from handlers.actions import media
from handlers.actions import news as news_actions
from handlers.actions.nominations import CheckError, NominationError, Viewed, changed_by, file_context, record
from handlers.actions.reports import LONGEST_REASON
from handlers.newsroom import draft as stories
from handlers.newsroom.draft import LONGEST_SUMMARY, LONGEST_TITLE, Draft
from handlers.newsroom.errors import NewsError
from handlers.nominating.told import one_line, opened, sealed
from handlers.reporting.frame import Frame
from rules.nominations.model import Consent, consent_problem, may_be_published
from storage import areas, news, nominations, photos
from storage.keys import Keys
from storage.nominations import NominationRow

_OVER: Final = frozenset({"withdrawn", "refused", "joined"})
_TOPIC: Final = "emulation_news"


def may_set_consent(actor: Actor, seen: Viewed) -> bool:
    """Whether somebody may write down what the nominee says now."""
    row = seen.row
    checks = bool(seen.parts) and can(actor, "check_nomination", row.area_path)
    return checks and row.erased_at is None and row.state not in _OVER


async def set_consent(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    nomination_id: int,
    consent: Consent,
    *,
    version: int,
    now: datetime,
    today: date,
) -> NominationRow:
    """Write down what the nominee says about being written about. Without a yes, a story begun from it is erased.

    Raises:
        AccessDenied: it lies outside the actor's area, or the role does not check nominations.
        NominationError: what is missing, it is over, or somebody was first.
    """
    row = await _seen(connection, actor, frame, nomination_id, version)
    if row.state in _OVER:
        raise NominationError("nominations.error.not_now")
    kept = Consent(consent.answer)
    if consent.answer == "yes":
        kept = replace(consent, who=one_line(consent.who), witness=one_line(consent.witness)[:200])
    wrong = consent_problem(kept, today)
    if wrong is not None:
        raise CheckError(wrong)
    said = replace(opened(keys, row), consent=kept)
    values = {"told": sealed(keys, said), "consent": kept.answer}
    if kept.answer != "yes":
        await _erase_story(connection, actor, keys, frame, row, now)
        values["news_id"] = None  # type: ignore[assignment]  # a column that may be empty
    if not await nominations.change(connection, row.id, version, {**values, "moved_at": now}):
        raise NominationError("nominations.error.changed")
    await record(connection, actor, keys, row, "consent", row.state, row.state, None, now)
    return await nominations.get(connection, row.id) or row


async def begin_story(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    nomination_id: int,
    *,
    version: int,
    pictures: Sequence[tuple[str, bytes]] = (),
    now: datetime,
    today: date,
) -> int:
    """A draft among the stories with what was told, its photos (new id, bytes) and the consent; returns its id.

    Officers write it anew, and a second person approves it like every story.

    Raises:
        AccessDenied: it lies outside the actor's area, or the role writes no stories.
        NominationError: it was not approved, the nominee has not agreed, or there is a story already.
    """
    row = await _seen(connection, actor, frame, nomination_id, version)
    require(actor, "compose_broadcast", row.area_path)
    said = opened(keys, row) if row.told else None
    if said is None or not may_be_published(said.consent, row.state):
        raise NominationError("nominations.error.no_consent")
    if await story_of(connection, row) is not None:
        raise NominationError("nominations.error.has_story")
    kept = []
    for media_id, data in pictures:
        try:
            await media.keep_picture(connection, actor, data, media_id=media_id, now=now)
        except media.MediaError:
            continue  # a photo that nobody can open is left out; the story does not wait for it
        kept.append((media_id, ""))
    title = frame.words.say("nominations.story_title", name=said.name)[:LONGEST_TITLE]
    told = said.consent
    consent = stories.consent_said(told.who, told.on, told.how, told.witness or row.sender)
    draft = Draft(
        "story", _TOPIC, await _commune(connection, row), title, " ".join(said.deed.split())[:LONGEST_SUMMARY],
        said.deed, names_person=True, consent=consent, pictures=tuple(kept),
    )  # fmt: skip
    item = await news_actions.save(connection, actor, keys, draft, now=now, today=today)
    if not await nominations.change(connection, row.id, version, {"news_id": item.id}):
        raise NominationError("nominations.error.changed")
    await record(connection, actor, keys, row, "story", row.state, row.state, None, now)
    return item.id


async def erase(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    nomination_id: int,
    *,
    version: int,
    reason: str,
    now: datetime,
) -> NominationRow:
    """Delete who was put forward and everything that was said, with the story; number, days and states stay.

    Raises:
        AccessDenied: it lies outside the actor's area, or the role does not check nominations.
        NominationError: no reason, it is erased already, or somebody was first.
    """
    row = await _seen(connection, actor, frame, nomination_id, version)
    if not reason.strip():
        raise NominationError("nominations.error.reason")
    await _erase_story(connection, actor, keys, frame, row, now)
    for each in [row, *await nominations.joined_to(connection, row.id)]:
        empty = {
            "told": "", "name_hash": None, "consent": "unasked", "news_id": None, "state": "withdrawn", "due_on": None,
            "erased_at": now, "moved_at": now,
        }  # fmt: skip
        if not await nominations.change(connection, each.id, each.version, empty):
            raise NominationError("nominations.error.changed")
        for file in await nominations.files(connection, each.id):
            if file.channel == "web":
                await photos.drop(connection, keys.decrypt(file.content, file_context(each.id)).decode())
        await nominations.erase_beside(connection, each.id)
        why = " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON]
        await record(connection, actor, keys, each, "erase", each.state, "withdrawn", why, now)
    return await nominations.get(connection, row.id) or row


async def story_of(connection: AsyncConnection, row: NominationRow) -> news.ItemRow | None:
    """The story begun from a nomination, while it has a text."""
    item = await news.item(connection, row.news_id) if row.news_id is not None else None
    text = await news.text(connection, item.id, item.version) if item is not None else None
    return item if text is not None and text.title else None


async def _seen(
    connection: AsyncConnection, actor: Actor, frame: Frame, nomination_id: int, version: int
) -> NominationRow:
    scope_filter(actor, "check_nomination")
    row = await changed_by(connection, actor, frame, nomination_id, version)
    require(actor, "check_nomination", row.area_path)
    if row.erased_at is not None:
        raise NominationError("nominations.error.erased")
    return row


async def _erase_story(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, row: NominationRow, now: datetime
) -> None:
    """Take the story off the public page at once, and delete its texts, pictures and consent."""
    item = await story_of(connection, row)
    if item is None:
        return
    try:
        if item.live_version is not None:
            why = frame.words.say("nominations.story_withdrawn", receipt=row.receipt)
            await news_actions.move(
                connection, actor, keys, item.id, "withdraw", version=item.version, now=now, reason=why
            )
        await news_actions.move(connection, actor, keys, item.id, "erase", version=item.version, now=now)
    except NewsError as error:
        raise NominationError("nominations.error.story") from error


async def _commune(connection: AsyncConnection, row: NominationRow) -> str:
    """Stories are told of communes, never of a village."""
    area = await areas.get(connection, row.area_key)
    if area is None or area.kind in LOWEST_KINDS or area.parent_key is None:
        return row.area_key
    return area.parent_key
