"""Whom a typed name or code may mean, within the actor's own area, and what is remembered of the one who is picked.

What is remembered is plain data: it waits in the conversation while the rest is asked, perhaps for weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.reading.names import Named, match_names
from handlers.access import Actor
from handlers.actions.register import find_households
from handlers.reporting.frame import Frame, area_of
from handlers.reporting.told import registered
from rules.reports.model import Area, Household, Member
from storage import areas
from storage.register.names import folded

MOST: Final = 8
_BEFORE_NAMES: Final = frozenset("ong ba anh chi co chu bac cu em chau ho nha me bo gia dinh ma".split())

Snapshot = dict[str, Any]
Candidate = list[Any]
"""[choice id, label, household, area, member id or None]"""


async def candidates(
    connection: AsyncConnection, actor: Actor, frame: Frame, said: str, *, members: bool
) -> tuple[list[Candidate], bool]:
    """Households or living members that a typed name or code may mean, best first, and whether there are more."""
    page = await find_households(connection, actor, said, limit=MOST + 1)
    name = said
    while not page.lines and folded(name).split()[:1] and folded(name).split()[0] in _BEFORE_NAMES:
        name = name.split(maxsplit=1)[1] if " " in name.strip() else ""
        page = await find_households(connection, actor, name, limit=MOST + 1) if name else page
    if not page.lines:
        # What is no longer there is found as well, so that it can be said why it cannot be reported on.
        page = await find_households(connection, actor, said, active=False, limit=MOST + 1)
    found: list[Candidate] = []
    for line in page.lines:
        home = await registered(connection, line.id)
        row = await areas.get(connection, line.area_key)
        if home is None or row is None:
            continue
        area = area_kept(await area_of(connection, frame, row))
        if members:
            found += [_member(home, area, each) for each in _meant(home, name)]
        else:
            found.append([f"h{home.id}", household_label(home, name), kept(home), area, None])
    return found[:MOST], len(found) > MOST or page.after is not None


def _meant(home: Household, said: str) -> list[Member]:
    """The living members that fit; where the code or the head was typed, everybody."""
    plain = f" {folded(said)}"
    fitting = [member for member in home.living if plain in f" {folded(member.name)}"]
    if not fitting:
        matches = match_names(said, [Named(str(member.id), member.name) for member in home.living])
        fitting = [member for member in home.living if str(member.id) in {match.id for match in matches}]
    return fitting or list(home.living)


def _member(home: Household, area: Snapshot, member: Member) -> Candidate:
    return [f"m{member.id}", member_label(home, member), kept(home), area, member.id]


def household_label(home: Household, said: str = "") -> str:
    """ "DEMO-011 Phạm Văn Mẫu 22"; with the member who was named where that is not the head."""
    head = home.head.name if home.head is not None else ""
    label = f"{home.code} {head}".strip()
    named = [member for member in home.living if said and f" {folded(said)}" in f" {folded(member.name)}"]
    if named and (home.head is None or home.head not in named):
        label += f" ({named[0].name})"
    return label


def member_label(home: Household, member: Member) -> str:
    """ "Phạm Thị Mẫu 23 (1971), hộ DEMO-011"."""
    year = f" ({member.birth_date.year})" if member.birth_date is not None else ""
    return f"{member.name}{year}, hộ {home.code}"


def kept(home: Household) -> Snapshot:
    """A household as plain data."""
    return {
        "id": home.id,
        "code": home.code,
        "area": home.area_key,
        "state": home.state,
        "status": home.status,
        "since": _iso(home.status_since),
        "head": home.head_member_id,
        "earlier": sorted(home.earlier),
        "members": [
            [
                member.id,
                member.name,
                member.relation,
                _iso(member.birth_date),
                member.birth_precision,
                _iso(member.ended_on),
                member.ended_reason,
            ]
            for member in home.members
        ],
    }


def household(data: Mapping[str, Any]) -> Household:
    """The household again, as far as checks and questions need it."""
    return Household(
        id=data["id"],
        code=data["code"],
        area_key=data["area"],
        state=data["state"],
        status=data["status"],
        status_since=_date(data["since"]),
        head_member_id=data["head"],
        earlier=frozenset(data["earlier"]),
        members=tuple(
            Member(each[0], each[1], each[2], _date(each[3]), each[4], ended_on=_date(each[5]), ended_reason=each[6])
            for each in data["members"]
        ),
    )


def area_kept(area: Area) -> Snapshot:
    return {"key": area.key, "name": area.name, "closed": _iso(area.closed_on), "to": list(area.successors)}


def area_again(data: Mapping[str, Any]) -> Area:
    return Area(data["key"], data["name"], _date(data["closed"]), tuple(data["to"]))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
