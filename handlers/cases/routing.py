"""Where a question goes: the office that the plan makes responsible, and the officers who can answer for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import LOWEST_KINDS, Locality, Office
from handlers.access import COMMUNE_OFFICER, COMMUNICATIONS_STAFF, DISTRICT_OFFICER, AccessDenied, Actor, require
from storage import areas, people
from storage.areas import AreaRow
from storage.cases import CaseRow

ANSWER: Final = "answer_case"
COMMUNICATIONS_OFFICES: Final = ("culture", "media_centre")
"""The offices whose subjects communications staff answer for."""
LEVELS: Final = {
    **dict.fromkeys(LOWEST_KINDS, "commune"),
    "district": "district",
    "town_district": "district",
    "province": "province",
}
_ORDER: Final = {
    "village": ("commune", "district", "province"),
    "commune": ("commune", "district", "province"),
    "district": ("district", "province", "commune"),
    "province": ("province", "district", "commune"),
}
"""Where to look for somebody: the level in charge, the levels above it, and last what is left."""
_MOST_OFFICERS: Final = 200


@dataclass(frozen=True, slots=True)
class Route:
    """The office in charge, and the area whose officers get the case; None where nobody is."""

    office: Office
    desk: AreaRow | None
    officers: tuple[int, ...] = ()
    in_charge: bool = True
    """The desk is of the office's own level."""


async def route(connection: AsyncConnection, locality: Locality, topic: str, area_key: str, today: date) -> Route:
    """The way of a question about a topic from an area ("" where the person does not know it)."""
    office = locality.office_for(topic) if topic else locality.office("commune")
    by_level = await levels(connection, locality, area_key)
    for level in _ORDER[office.level]:
        desk = by_level.get(level)
        if desk is None:
            continue
        found = await officers(connection, desk, office.role, today)
        if found:
            return Route(office, desk, found, level == office.level)
    return Route(office, None)


async def levels(connection: AsyncConnection, locality: Locality, area_key: str) -> dict[str, AreaRow]:
    """The areas of each level above and at a place; without a place those that all of the locality lies in."""
    place = await areas.get(connection, area_key or _whole(locality))
    found: dict[str, AreaRow] = {}
    for key in place.path.strip("/").split("/") if place is not None else ():
        area = await areas.get(connection, key)
        if area is not None and area.kind in LEVELS:
            found[LEVELS[area.kind]] = area
    return found


async def officers(connection: AsyncConnection, desk: AreaRow, office: str, today: date) -> tuple[int, ...]:
    """The accounts that hold a role at exactly this area which answers for the office."""
    kinds = [COMMUNE_OFFICER if desk.kind in LOWEST_KINDS else DISTRICT_OFFICER]
    if office in COMMUNICATIONS_OFFICES:
        kinds.append(COMMUNICATIONS_STAFF)
    held = await people.holders(connection, desk.path, today, kinds=kinds, limit=_MOST_OFFICERS)
    return tuple(
        dict.fromkeys(one.role.account_id for one in held if one.role.area_key == desk.key and one.role.start <= today)
    )


def offices_of(actor: Actor) -> tuple[str, ...]:
    """The only offices that a role answers for; none where it answers for all."""
    return COMMUNICATIONS_OFFICES if actor.role == COMMUNICATIONS_STAFF else ()


def require_case(actor: Actor, row: CaseRow) -> None:
    """Go on only if the actor answers for this case.

    Raises:
        AccessDenied: it lies outside the area, or is not of an office of theirs.
    """
    require(actor, ANSWER, row.desk_path)
    offices = offices_of(actor)
    if offices and row.office not in offices:
        raise AccessDenied(actor, ANSWER, row.desk_path)


def _whole(locality: Locality) -> str:
    """The lowest area that holds all of a locality: its district, else its province."""
    there = [area for area in locality.areas.values() if area.exists(locality.about.start)]
    for level in ("district", "province"):
        found = next((area for area in there if LEVELS.get(area.kind) == level), None)
        if found is not None:
            return found.key
    return ""
