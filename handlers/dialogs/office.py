"""The way to a person: which office answers, and for which commune."""

from __future__ import annotations

from typing import Final

from content.localities import LOWEST_KINDS, Area, Office
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn

_LONGEST_COMMUNE_MESSAGE: Final = 60
_LONGEST_CHOICE: Final = 64


async def office(turn: Turn, article_id: str) -> Replies:
    """The office in charge of a subject (the last one talked about), the commune as the nearest place to go, and the
    way to write to an officer from here.
    """
    locality = turn.knowledge.locality
    subject = article_id or turn.conversation.topic
    responsible = locality.office_for(subject) if subject else locality.office("commune")
    commune = locality.office("commune")
    lines = [_describe(turn, responsible)]
    if responsible.role != commune.role:
        lines.append(_describe(turn, commune))
    area = locality.areas.get(turn.conversation.commune)
    if area is not None:
        lines.append(_where(turn, area))
    else:
        lines.append(turn.say("office.ask_commune"))
    known = responsible.phone or locality.phone_of(area)
    lines.append(turn.say("office.call_or_write" if known else "office.no_phone", village_head=_village_head(turn)))
    write = turn.choice(f"case:new:wish:{subject}"[:_LONGEST_CHOICE], "case.write_officer")
    return [Reply("\n\n".join(lines), (write,), controls=(turn.choice("menu", "choice.menu"),))]


async def commune_named(turn: Turn, text: str) -> Replies | None:
    """A message that is little more than the name of a commune: remember it and say where that is today."""
    if len(text) > _LONGEST_COMMUNE_MESSAGE:
        return None
    found = turn.knowledge.locality.areas_named(text)
    if not found:
        return None
    communes = tuple(area for area in found if area.kind in LOWEST_KINDS)
    if not communes:
        # "Kim Bảng" alone is the district of old and a ward of today: only the old commune tells where to go.
        return [Reply(turn.say("office.ask_commune"), controls=(turn.choice("menu", "choice.menu"),))]
    today = _units_today(turn, communes)
    if len(today) > 1:
        choices = tuple(Choice(f"commune:{area.key}", turn.words.translate(area.name)) for area in today)
        return [Reply(turn.say("office.which_commune"), choices)]
    return _remember(turn, today[0])


async def commune(turn: Turn, key: str) -> Replies:
    """A chosen commune."""
    area = turn.knowledge.locality.areas.get(key)
    return [] if area is None else _remember(turn, area)


def _remember(turn: Turn, area: Area) -> Replies:
    turn.conversation.commune = area.key
    choices = (turn.choice("office", "choice.office"), turn.choice("menu", "choice.menu"))
    return [Reply("\n".join((_where(turn, area), turn.say("office.commune_noted"))), controls=choices)]


def _units_today(turn: Turn, found: tuple[Area, ...]) -> tuple[Area, ...]:
    units: list[Area] = []
    for area in found:
        for now in turn.knowledge.locality.today_of(area, turn.today):
            if now not in units:
                units.append(now)
    return tuple(units)


def _where(turn: Turn, area: Area) -> str:
    line = turn.say("office.commune", commune=turn.words.translate(area.name))
    return line if area.phone is None else f"{line}\n{turn.say('office.phone', phone=area.phone)}"


def _village_head(turn: Turn) -> str:
    return turn.words.translate(turn.knowledge.locality.commune_words.village_head)


def _describe(turn: Turn, one: Office) -> str:
    words = turn.words
    lines = [words.translate(one.name)]
    if one.in_charge_of:
        lines.append(turn.say("office.in_charge", of="; ".join(words.translate(item) for item in one.in_charge_of)))
    if one.address:
        lines.append(turn.say("office.address", address=words.translate(one.address)))
    if one.phone:
        lines.append(turn.say("office.phone", phone=one.phone))
    if one.confidence != "confirmed":
        lines.append(turn.say("office.unconfirmed"))
    return "\n".join(lines)


dialog = Dialog({"office": office, "commune": commune}, text=commune_named, order=50)
