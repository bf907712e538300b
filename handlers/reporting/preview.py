"""What an approved report would make of the households it is about, beside what they are now. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rules.reports.model import PROTECTED, Effect, New, Ref
from storage.register.households import Household
from storage.register.model import NEW

HOUSEHOLD_FIELDS: Final = (
    "status", "status_since", "state", "address", "decision_no", "decision_date", "b1", "b2", "deprivations",
    "causes", "groups",
)  # fmt: skip
MEMBER_FIELDS: Final = (
    "name", "relation", "sex", "birth_date", "ethnicity", "schooling", "study", "pension", "ended_on", "ended_reason",
)  # fmt: skip

Id = int | str
Rows = dict[tuple[str, Id], dict[str, Any]]
Mark = Literal["same", "changed", "added", "gone"]


@dataclass(frozen=True, slots=True)
class Line:
    """A field as it is and as it would be; `hidden` where only the fact that it changes may be seen."""

    field: str
    before: Any
    after: Any
    hidden: bool = False

    @property
    def changed(self) -> bool:
        return self.hidden or self.before != self.after


@dataclass(frozen=True, slots=True)
class Person:
    """A member before and after; None where the person does not belong to the household then."""

    id: Id
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    hidden: frozenset[str] = frozenset()

    @property
    def mark(self) -> Mark:
        if self.before is None:
            return "added"
        if self.after is None:
            return "gone"
        same = all(self.before.get(name) == self.after.get(name) for name in MEMBER_FIELDS)
        return "same" if same and not self.hidden else "changed"

    @property
    def shown(self) -> Mapping[str, Any]:
        return self.after if self.after is not None else self.before or {}


@dataclass(frozen=True, slots=True)
class Home:
    """One household of the report, with every field that has a value on either side."""

    id: Id
    code: str
    area_key: str
    is_new: bool
    head_before: str
    head_after: str
    lines: tuple[Line, ...]
    people: tuple[Person, ...]


def preview(effect: Effect | None, homes: Mapping[int, Household]) -> tuple[Home, ...]:
    """The households as they are and, where there is an effect, as it would leave them."""
    before: Rows = {}
    for home in homes.values():
        before["household", home.id] = dict(home.fields)
        for member in home.members:
            before["member", member.id] = dict(member.fields)
    after: Rows = {key: dict(values) for key, values in before.items()}
    hidden: dict[tuple[str, Id], set[str]] = {}
    for row in effect.changes if effect is not None else ():
        key: tuple[str, Id] = (row.entity, row.ref if isinstance(row, New) else row.id)
        values = {name: value.name if isinstance(value, Ref) else value for name, value in row.values.items()}
        hidden.setdefault(key, set()).update(PROTECTED & values.keys())
        open_values = {name: value for name, value in values.items() if name not in PROTECTED}
        fresh = dict(NEW[row.entity]) if isinstance(row, New) else {}
        after[key] = {**fresh, **after.get(key, {}), **open_values}
    ids = [row_id for entity, row_id in after if entity == "household"]
    return tuple(_home(row_id, before, after, hidden) for row_id in ids)


def _home(home: Id, before: Rows, after: Rows, hidden: Mapping[tuple[str, Id], set[str]]) -> Home:
    old, new = before.get(("household", home)), after["household", home]
    lines = [Line(name, old.get(name) if old else None, new.get(name)) for name in HOUSEHOLD_FIELDS]
    lines += [Line(name, None, None, True) for name in sorted(hidden.get(("household", home), ()))]
    people = []
    for entity, member in after:
        if entity != "member":
            continue
        was, will = _in_home(before, member, home), _in_home(after, member, home)
        if was is not None or will is not None:
            people.append(Person(member, was, will, frozenset(hidden.get(("member", member), ()))))
    return Home(
        home, new["code"], new["area_key"], old is None, _head(before, old), _head(after, new),
        tuple(line for line in lines if line.hidden or line.before or line.after), tuple(people),
    )  # fmt: skip


def _in_home(rows: Rows, member: Id, home: Id) -> dict[str, Any] | None:
    """The member's fields where the person counts in this household then."""
    values = rows.get(("member", member))
    if values is None or values.get("household_id") != home or values.get("ended_on") is not None:
        return None
    return values


def _head(rows: Rows, home: Mapping[str, Any] | None) -> str:
    if home is None or home.get("head_member_id") is None:
        return ""
    return str(rows.get(("member", home["head_member_id"]), {}).get("name", ""))
