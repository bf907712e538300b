"""What a change of the register is made of, how it is written down, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec

from storage.errors import StorageError

Entity = Literal["household", "member"]
Values = Mapping[str, Any]

NEW_HOUSEHOLD: Final[Values] = {
    "code": "",
    "area_key": "",
    "head_member_id": None,
    "address": "",
    "state": "active",
    "merged_into": None,
    "status": "none",
    "status_since": None,
    "decision_no": "",
    "decision_date": None,
    "b1": None,
    "b2": None,
    "deprivations": [],
    "causes": [],
    "groups": [],
    "phone_encrypted": None,
    "phone_hash": None,
    "demo": False,
}
"""Every field of a household that a change can set, with what holds where the change says nothing."""

NEW_MEMBER: Final[Values] = {
    "household_id": None,
    "name": "",
    "relation": "other",
    "birth_date": None,
    "birth_precision": "day",
    "sex": None,
    "ethnicity": "",
    "id_number_encrypted": None,
    "id_number_hash": None,
    "disability_encrypted": None,
    "schooling": "",
    "pension": None,
    "study": None,
    "ended_on": None,
    "ended_reason": "",
}
"""The same for a member."""

NEW: Final[Mapping[Entity, Values]] = {"household": NEW_HOUSEHOLD, "member": NEW_MEMBER}
_DATES: Final = frozenset({"status_since", "decision_date", "birth_date", "ended_on"})


class Item(NamedTuple):
    """What a change does to one row: `before` is None for a new one, `after` is None for one that is taken out.

    For a row that stays, both hold the same fields: those that change.
    """

    entity: Entity
    id: int
    before: Values | None
    after: Values | None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to households on a day, to be applied as a whole."""

    kind: str
    event_date: date
    items: Sequence[Item]
    account_id: int | None = None
    report_id: int | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as it stands in the register's history."""

    id: int
    kind: str
    event_date: date
    recorded_at: datetime
    account_id: int | None
    report_id: int | None
    import_id: int | None
    undoes: int | None
    household_ids: tuple[int, ...]
    area_path: str
    items: tuple[Item, ...]


class RegisterError(StorageError):
    """A change that the register does not take; nothing of it was written."""


class StaleError(RegisterError):
    """The register no longer holds what the change takes for granted."""

    def __init__(self, entity: Entity, row_id: int, field: str, *, expected: Any = None, found: Any = None) -> None:
        super().__init__(f"{entity} {row_id}: {field} is no longer what the change was made from")
        self.entity: Final = entity
        self.id: Final = row_id
        self.field: Final = field
        self.expected: Final = expected
        self.found: Final = found


class LaterEventError(StaleError):
    """A later event has already set the field: that change must be undone before an earlier one can come in."""

    def __init__(self, entity: Entity, row_id: int, field: str, change_id: int) -> None:
        super().__init__(entity, row_id, field)
        self.change_id: Final = change_id


class UndoConflictError(RegisterError):
    """A change cannot be undone because a later one builds on it."""

    def __init__(self, change_id: int, conflicting: int) -> None:
        super().__init__(f"change {change_id} cannot be undone: change {conflicting} builds on it")
        self.change_id: Final = change_id
        self.conflicting: Final = conflicting


def creation(entity: Entity, row_id: int, values: Values) -> Item:
    """The item that adds a row, every field filled in."""
    unknown = values.keys() - NEW[entity].keys()
    if unknown:
        raise RegisterError(f"a {entity} has no field {sorted(unknown)[0]!r}")
    return Item(entity, row_id, None, {**NEW[entity], **values})


def update(entity: Entity, row_id: int, present: Values, values: Values) -> Item:
    """The item that sets fields of a row, leaving out those which already have the value."""
    changed = {name: value for name, value in values.items() if present[name] != value}
    return Item(entity, row_id, {name: present[name] for name in changed}, changed)


def encode_items(items: Sequence[Item]) -> str:
    """The stored form of the items."""
    return msgspec.json.encode(list(items)).decode()


def decode_items(text: str) -> tuple[Item, ...]:
    """The items again, their dates as dates."""
    return tuple(
        Item(entity, row_id, _with_dates(before), _with_dates(after))
        for entity, row_id, before, after in msgspec.json.decode(text)
    )


def _with_dates(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is not None:
        for name in _DATES & values.keys():
            if values[name] is not None:
                values[name] = date.fromisoformat(values[name])
    return values


def check_form(change: Change) -> None:
    """Refuse a change that no register could hold, whatever is in it at present.

    Raises:
        RegisterError: no items, a row twice, an unknown field, or fields that differ before and after.
    """
    if not change.items:
        raise RegisterError("a change without any item")
    if len({(item.entity, item.id) for item in change.items}) != len(change.items):
        raise RegisterError("a change that names a row twice")
    for item in change.items:
        fields = NEW[item.entity].keys()
        sides = [side for side in (item.before, item.after) if side is not None]
        if not sides or any(side.keys() - fields for side in sides):
            raise RegisterError(f"{item.entity} {item.id}: an item with no side or an unknown field")
        whole = item.before is None or item.after is None
        if sides[0].keys() != (fields if whole else sides[-1].keys()):
            raise RegisterError(f"{item.entity} {item.id}: before and after must hold the same fields")
