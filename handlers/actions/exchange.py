"""The register out of and into a spreadsheet: all or nothing, checked against what is there already."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange import reading, writing
from content.exchange.layout import Problem, problem
from content.exchange.places import Place, Places
from content.exchange.reading import Proposal, ProposedHousehold
from content.exchange.scores import Scores
from handlers.access import Actor, can, require, scope_filter
from rules.parameters import Parameters
from storage import areas, audit
from storage.audit import Event
from storage.keys import Keys
from storage.register import bulk, protected
from storage.register.bulk import NewHousehold
from storage.register.households import Household, by_code, by_id_number, presents
from storage.register.search import listed

_EVERYWHERE: Final = "/"
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or, where there are problems or it was a trial, would have done."""

    households: int
    persons: int
    problems: tuple[Problem, ...]
    more_problems: int = 0
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read but not yet taken in."""

    name: str
    hash: str
    proposal: Proposal


async def read_file(
    connection: AsyncConnection, actor: Actor | None, parameters: Parameters, file: Path, *, today: date
) -> ReadFile:
    """Read a file and note what is wrong in it. Needs no writing transaction: a large file takes half a minute.

    Raises:
        AccessDenied: the actor may not import.
        ExchangeError: the file is no table at all.
    """
    if actor is not None:
        scope_filter(actor, "import_register")
    known = [
        Place(area.key, area.code, area.name, area.kind, area.path, area.parent_key, area.rural)
        for area in await areas.subtree(connection, _EVERYWHERE)
    ]
    return await asyncio.to_thread(_read, file, Places(known), today, Scores(parameters, today))


def _read(file: Path, places: Places, today: date, scores: Scores) -> ReadFile:
    with file.open("rb") as stream:
        file_hash = hashlib.file_digest(stream, "sha256").hexdigest()
    return ReadFile(file.name, file_hash, reading.read(file, places, today, scores))


async def take_in(
    connection: AsyncConnection,
    actor: Actor | None,
    keys: Keys,
    given: ReadFile,
    *,
    now: datetime,
    today: date,
    dry_run: bool,
) -> Imported:
    """Take in what was read as one import, or list everything that must be mended first.

    Raises:
        AccessDenied: the actor may not import.
    """
    scope = scope_filter(actor, "import_register") if actor is not None else _EVERYWHERE
    if not dry_run:
        await audit.serialise(connection)
    proposal = given.proposal
    problems = [*proposal.problems, *await _against_register(connection, proposal, keys, scope)]
    if problems or dry_run:
        listed_first = tuple(sorted(problems, key=lambda each: each.row))
        return Imported(len(proposal.households), proposal.persons, listed_first, proposal.more_problems)
    account_id = (actor.account_id or None) if actor is not None else None
    import_id = await bulk.begin(
        connection, file_name=given.name, file_hash=given.hash, area_path=scope, event_date=today,
        account_id=account_id, now=now,
    )  # fmt: skip
    await bulk.add(connection, import_id, _new_households(proposal, keys), now)
    detail = {"households": len(proposal.households), "persons": proposal.persons, "file": given.hash}
    event = Event(
        "import_register", "import", str(import_id), account_id, actor.role if actor is not None else "", scope, detail
    )
    await audit.append(connection, event, now)
    return Imported(len(proposal.households), proposal.persons, (), 0, import_id)


async def _against_register(connection: AsyncConnection, proposal: Proposal, keys: Keys, scope: str) -> list[Problem]:
    """Codes and identity numbers that are in the register already, and places that are not the actor's."""
    codes = {each.code: each for each in proposal.households if each.code}
    found = [problem(codes[code].row, "code", "code_known", value=code) for code in await by_code(connection, codes)]
    people = {
        member_hash: member
        for each in proposal.households
        for member in each.members
        if member.id_number
        for member_hash in protected.hashes(keys, "id_number", member.id_number)
    }
    known = await by_id_number(connection, people)
    homes = await presents(connection, {home for home, _ in known.values()})
    for member_hash, (home, _) in known.items():
        found.append(problem(people[member_hash].row, "id_number", "id_known", code=homes[home]["code"]))
    for each in proposal.households:
        if each.place is not None and not each.place.path.startswith(scope):
            found.append(problem(each.row, "commune", "foreign_place", value=each.place.name))
    return found


def _new_households(proposal: Proposal, keys: Keys) -> Iterator[NewHousehold]:
    for each in proposal.households:
        members = sorted(each.members, key=lambda member: member is not each.head)
        yield NewHousehold(
            _household_values(each),
            [
                {
                    "name": member.name, "relation": member.relation, "birth_date": member.birth_date,
                    "birth_precision": member.birth_precision, "sex": member.sex, "ethnicity": member.ethnicity,
                    **protected.sealed(keys, "member", "id_number", member.id_number),
                }
                for member in members
            ],
        )  # fmt: skip


def _household_values(of: ProposedHousehold) -> dict[str, Any]:
    return {
        "code": of.code,
        "area_key": of.place.key if of.place is not None else "",
        "status": of.status,
        "status_since": of.decision_date,
        "decision_no": of.decision_no,
        "decision_date": of.decision_date,
        "b1": of.b1,
        "b2": of.b2,
        "groups": of.groups,
        "causes": of.causes,
        "deprivations": of.deprivations,
    }


async def export_file(
    connection: AsyncConnection, actor: Actor | None, keys: Keys, file: Path, *, now: datetime, path: str = ""
) -> int:
    """Write the households of an area in the layout of the import; returns how many.

    Identity numbers are in it only for a role that may see them. The export stands in the audit trail.

    Raises:
        AccessDenied: the actor may not export from there.
    """
    scope = path or (scope_filter(actor, "export_register") if actor is not None else _EVERYWHERE)
    if actor is not None:
        require(actor, "export_register", scope)
    in_clear = actor is None or can(actor, "show_sensitive", scope)
    known = {area.key: area for area in await areas.subtree(connection, _EVERYWHERE)}
    above = {key: _above(known, key) for key in known}
    rows: list[dict[str, Any]] = []
    count, after = 0, None
    while True:
        page = await listed(connection, scope, after=after, limit=_PAGE)
        homes = await presents(connection, [line.id for line in page.lines])
        living = [member.id for home in homes.values() for member in home.living]
        stored = await protected.ciphertexts(connection, "member", "id_number", living) if in_clear else {}
        numbers = {each: protected.opened(keys, "member", "id_number", text) for each, text in stored.items()}
        for line in page.lines:
            count += 1
            rows.extend(_rows(homes[line.id], above[line.area_key], numbers))
        after = page.after
        if after is None:
            break
    writing.write(file, rows)
    event = Event(
        "export_register", "register", "export", (actor.account_id or None) if actor is not None else None,
        actor.role if actor is not None else "", scope, {"households": count, "in_clear": in_clear},
    )  # fmt: skip
    await audit.append(connection, event, now)
    return count


def _above(known: Mapping[str, areas.AreaRow], key: str) -> dict[str, str]:
    """The cells that say where an area lies."""
    found: dict[str, str] = {}
    area: areas.AreaRow | None = known[key]
    while area is not None:
        if area.kind in ("village", "province"):
            found[area.kind] = area.name
        elif area.kind in ("district", "town_district"):
            found |= {"district": area.name, "district_code": area.code}
        else:
            found |= {"commune": area.name, "commune_code": area.code}
        area = known.get(area.parent_key) if area.parent_key is not None else None
    return found


def _rows(home: Household, place: Mapping[str, str], numbers: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    groups = home["groups"]
    household = {
        "code": home["code"],
        "head": home.head["name"] if home.head is not None else "",
        **place,
        "status": home["status"],
        "decision_no": home["decision_no"],
        "decision_date": home["decision_date"],
        "b1": home["b1"],
        "b2": home["b2"],
        **{name: name in groups for name in ("dtts", "no_labour", "merit")},
        "causes": "; ".join(home["causes"]),
        "deprivations": writing.deprivations(home["deprivations"]),
    }
    for member in home.living:
        yield {
            **household,
            "member": member["name"],
            "relation": "head" if member.id == home["head_member_id"] else member["relation"],
            "birth_date": writing.birth(member["birth_date"], member["birth_precision"]),
            "sex": member["sex"],
            "id_number": numbers.get(member.id, ""),
            "ethnicity": member["ethnicity"],
        }
