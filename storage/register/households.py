"""Households as they are, as they were on a day, and how they came to be so. No protected field in the clear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register.fold import State, fold_until
from storage.register.model import Recorded
from storage.register.reading import histories, members_of, rows
from storage.tables_register import changes, households, members

_AT_ONCE: Final = 5_000
_SECRET: Final = ("encrypted", "hash")


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a household; `protected` names the protected fields that are known, not what they say."""

    id: int
    fields: Mapping[str, Any]
    protected: frozenset[str]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class Household:
    """A household with everybody who belongs to it, the head first; ended members are among them."""

    id: int
    fields: Mapping[str, Any]
    protected: frozenset[str]
    members: tuple[Member, ...]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def living(self) -> tuple[Member, ...]:
        """The members who count."""
        return tuple(member for member in self.members if member["ended_on"] is None)

    @property
    def head(self) -> Member | None:
        return next((member for member in self.members if member.id == self["head_member_id"]), None)


async def present(connection: AsyncConnection, household_id: int) -> Household | None:
    """The household as the register has it now."""
    found = await presents(connection, [household_id])
    return found.get(household_id)


async def presents(connection: AsyncConnection, household_ids: Iterable[int]) -> dict[int, Household]:
    """Several households as the register has them now: two queries."""
    homes = await rows(connection, "household", household_ids)
    people: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for row in await members_of(connection, homes):
        people.setdefault(row.household_id, []).append((row.id, row._mapping))
    return {each: _household(each, values, people.get(each, ())) for each, values in homes.items()}


async def state_at(connection: AsyncConnection, household_id: int, on: date) -> Household | None:
    """The household as it was at the end of a day, by the days of the events as they are known now."""
    state = fold_until(await histories(connection, [household_id]), on)
    return from_state(state, household_id)


def from_state(state: State, household_id: int) -> Household | None:
    """A household of a folded state."""
    values = state.get(("household", household_id))
    if values is None:
        return None
    people = [
        (row_id, member)
        for (entity, row_id), member in state.items()
        if entity == "member" and member.get("household_id") == household_id
    ]
    return _household(household_id, values, people)


async def history(connection: AsyncConnection, household_id: int) -> list[Recorded]:
    """Every change about a household in the order of recording, undone ones and their undos too."""
    return [each for each in await histories(connection, [household_id]) if household_id in each.household_ids]


async def undone_by(connection: AsyncConnection, change_ids: Iterable[int]) -> dict[int, int]:
    """The newest undo of each change that has one."""
    query = select(changes.c.undoes, changes.c.id).where(changes.c.undoes.in_(list(change_ids))).order_by(changes.c.id)
    return {row.undoes: row.id for row in await connection.execute(query)}


async def fields_of(connection: AsyncConnection, entity_ids: Mapping[str, Iterable[int]]) -> dict[tuple[str, int], Any]:
    """The recorded fields of rows as they are now, ciphertexts included: what a change is made from."""
    found: dict[tuple[str, int], Any] = {}
    for household_id, values in (await rows(connection, "household", entity_ids.get("household", ()))).items():
        found["household", household_id] = values
    for member_id, values in (await rows(connection, "member", entity_ids.get("member", ()))).items():
        found["member", member_id] = values
    return found


async def by_code(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, int]:
    """The id of each household whose code is known."""
    wanted = list(codes)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(households.c.code, households.c.id).where(
            households.c.code.in_(wanted[start : start + _AT_ONCE])
        )
        found.update((row.code, row.id) for row in await connection.execute(query))
    return found


async def by_id_number(connection: AsyncConnection, hashes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """(household, member) of the living persons whose identity number has one of these keyed hashes."""
    wanted = list(hashes)
    found: dict[str, tuple[int, int]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(members.c.id_number_hash, members.c.household_id, members.c.id).where(
            members.c.id_number_hash.in_(wanted[start : start + _AT_ONCE]), members.c.ended_on.is_(None)
        )
        found.update((row[0], (row[1], row[2])) for row in await connection.execute(query))
    return found


def _household(
    household_id: int, values: Mapping[str, Any], people: Iterable[tuple[int, Mapping[str, Any]]]
) -> Household:
    head = values["head_member_id"]
    ordered = sorted(people, key=lambda each: (each[0] != head, each[0]))
    return Household(
        household_id,
        _open(values),
        _protected(values),
        tuple(Member(member_id, _open(member), _protected(member)) for member_id, member in ordered),
    )


def _open(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not name.endswith(_SECRET)}


def _protected(values: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        name.removesuffix("_encrypted")
        for name, value in values.items()
        if name.endswith("_encrypted") and value is not None
    )
