"""Loads the demo register through real changes, so that the demo has a real history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange.demo import Demo, DemoEvent, DemoHousehold, DemoMember
from storage import audit, register
from storage.keys import Keys
from storage.register import Change, Item, creation, protected
from storage.register.households import by_code
from storage.register.reading import rows

# Who tells of an event does so two days later, in the morning.
_TOLD_AFTER: Final = timedelta(days=2)


async def load_demo(connection: AsyncConnection, demo: Demo, keys: Keys, now: datetime) -> int:
    """Put the demo's households and their year into the register; returns how many changes were made.

    Doing it again changes nothing.
    """
    await audit.serialise(connection)
    if await by_code(connection, [demo.households[0].code]):
        return 0
    loader = _Loader(connection, keys)
    told = datetime.combine(demo.start + _TOLD_AFTER, time(2), UTC)
    for household in demo.households:
        await loader.found(demo, household, told)
    for event in demo.events:
        told = max(told, datetime.combine(event.day + _TOLD_AFTER, time(2), UTC))
        await loader.happen(event, told)
    detail = {"households": len(loader.homes), "changes": loader.changes}
    await audit.append(connection, audit.Event("load_demo", "register", "demo", detail=detail), now)
    return loader.changes


class _Loader:
    """Knows the ids of what it has loaded: households by code, members in the order of the file."""

    def __init__(self, connection: AsyncConnection, keys: Keys) -> None:
        self.connection: Final = connection
        self.keys: Final = keys
        self.homes: Final[dict[str, int]] = {}
        self.people: Final[dict[str, list[int]]] = {}
        self.changes = 0

    async def found(self, demo: Demo, household: DemoHousehold, told: datetime) -> None:
        decided = {"decision_no": demo.decision, "decision_date": demo.start, "status_since": demo.start}
        listed = household.status != "none"
        items = await self._founding(household, decided if listed else {})
        await self._apply(Change("import", demo.start, items), told)

    async def happen(self, event: DemoEvent, told: datetime) -> None:
        items: list[Item] = []
        if event.founds is not None:
            decided = {"status_since": event.day}
            items += await self._founding(event.founds, decided, self._moved(event))
        if event.household is not None:
            items += await self._about(event, event.household)
        change_id = await self._apply(Change(event.kind, event.day, items), told)
        if event.undone:
            await register.undo(self.connection, change_id, told + timedelta(days=7))
            self.changes += 1

    def _moved(self, event: DemoEvent) -> list[int]:
        people = self.people[event.household] if event.household is not None else []
        return [people[number - 1] for number in event.moves]

    async def _founding(
        self, household: DemoHousehold, decided: dict[str, Any], moved: Iterable[int] = ()
    ) -> list[Item]:
        (home,) = await register.new_ids(self.connection, "household")
        people = await register.new_ids(self.connection, "member", len(household.members))
        self.homes[household.code] = home
        self.people[household.code] = [*moved, *people]
        values = {
            "code": household.code,
            "area_key": household.village,
            "status": household.status,
            "b1": household.b1,
            "b2": household.b2,
            "deprivations": list(household.deprivations),
            "causes": list(household.causes),
            "groups": list(household.groups),
            "head_member_id": self.people[household.code][0],
            "demo": True,
            **decided,
        }
        added = zip(people, household.members, strict=True)
        return [creation("household", home, values), *(self._member(home, each, of) for each, of in added)]

    def _member(self, home: int, member_id: int, of: DemoMember) -> Item:
        values: dict[str, Any] = {
            "household_id": home,
            "name": of.name,
            "relation": of.relation,
            "sex": of.sex,
            "birth_date": of.birth_date,
            "ethnicity": "Kinh",
            "study": of.study,
            "pension": of.pension,
            **protected.sealed(self.keys, "member", "disability", of.disability),
            **protected.sealed(self.keys, "member", "id_number", of.id_number),
        }
        return creation("member", member_id, values)

    async def _about(self, event: DemoEvent, code: str) -> list[Item]:
        """What the event does to the household itself and to its members."""
        home = self.homes[code]
        household: dict[str, Any] = dict(event.set)
        if "status" in event.set:
            household["status_since"] = event.day
        if event.decision is not None:
            household |= {"decision_no": event.decision, "decision_date": event.day}
        if event.head is not None:
            household["head_member_id"] = self.people[code][event.head - 1]
        target = home
        if event.into is not None:
            target = self.homes[event.into]
            household |= {"state": "merged", "merged_into": target, "head_member_id": None}
        elif event.founds is not None:
            target = self.homes[event.founds.code]
        of_members: dict[int, dict[str, Any]] = {}
        for ended in event.ends:
            of_members[self.people[code][ended.member - 1]] = {"ended_on": event.day, "ended_reason": ended.reason}
        if event.head is not None:
            of_members.setdefault(self.people[code][event.head - 1], {})["relation"] = "head"
        for number, member in enumerate(self._moved(event)):
            heads = event.founds is not None and number == 0
            of_members[member] = {"household_id": target, "relation": "head" if heads else "other"}
        items = await self._updates("household", {home: household} if household else {})
        items += await self._updates("member", of_members)
        fresh = await register.new_ids(self.connection, "member", len(event.adds)) if event.adds else []
        self.people[code] += fresh
        return [*items, *(self._member(home, each, of) for each, of in zip(fresh, event.adds, strict=True))]

    async def _updates(self, entity: register.Entity, wanted: dict[int, dict[str, Any]]) -> list[Item]:
        present_rows = await rows(self.connection, entity, wanted)
        return [register.update(entity, each, present_rows[each], values) for each, values in wanted.items()]

    async def _apply(self, change: Change, told: datetime) -> int:
        self.changes += 1
        return await register.apply(self.connection, change, told)
