"""What a report form is made of: what it asks, what must hold, and what it does to the register.

Everything here is pure: a form gets a `Case` (the household as it is, what was told, the day of the event) and gives a
problem or an effect. Ids of new rows are only known when an effect is applied, so a new household is named by a `Ref`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date
from typing import Any, Final, Literal

FieldKind = Literal["choice", "text", "name", "birth", "number", "member", "members", "people"]
Subject = Literal["household", "member"]
Entity = Literal["household", "member"]

PROTECTED: Final = frozenset({"disability"})
"""Fields of an effect that are sealed before they go into the register."""
HOME: Final = "home"
"""The household that an effect founds."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a household as far as a form needs to know."""

    id: int
    name: str
    relation: str = "other"
    birth_date: date | None = None
    birth_precision: str = "day"
    sex: str | None = None
    study: bool | None = None
    ended_on: date | None = None
    ended_reason: str = ""

    @property
    def lives(self) -> bool:
        """Whether the person counts as a member."""
        return self.ended_on is None


@dataclass(frozen=True, slots=True)
class Household:
    """A household as the register has it; `earlier` are the statuses that it ever had before the present one."""

    id: int
    code: str
    area_key: str
    state: str = "active"
    status: str = "none"
    status_since: date | None = None
    head_member_id: int | None = None
    deprivations: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    earlier: frozenset[str] = frozenset()

    @property
    def living(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.lives)

    @property
    def head(self) -> Member | None:
        return self.member(self.head_member_id)

    def member(self, member_id: int | None) -> Member | None:
        return next((member for member in self.members if member.id == member_id), None)


@dataclass(frozen=True, slots=True)
class Area:
    """The village: `closed_on` is the first day on which it is gone, `successors` the names of what followed."""

    key: str
    name: str
    closed_on: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a report, perhaps not all of it yet. `is_new`: about a household not in the register."""

    today: date
    on: date | None = None
    area: Area | None = None
    household: Household | None = None
    is_new: bool = False
    member_id: int | None = None
    other: Household | None = None
    fields: Mapping[str, Any] = default(default_factory=dict)

    @property
    def member(self) -> Member | None:
        return self.household.member(self.member_id) if self.household is not None else None

    @property
    def day(self) -> date:
        """The day of the event, where an effect needs it."""
        if self.on is None:
            raise ValueError("the day of the event is not known")
        return self.on


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a report cannot be so: `key` ends a phrase key `reports.check.…`, `field` is what is to be put right."""

    key: str
    field: str
    values: Mapping[str, Any] = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of a row that the same effect adds."""

    name: str


@dataclass(frozen=True, slots=True)
class New:
    """A row to be added."""

    entity: Entity
    ref: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Set:
    """Fields of a row to be set."""

    entity: Entity
    id: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an approved report does to the register; `column` is the column of the period report, "" for none."""

    changes: tuple[New | Set, ...] = ()
    column: str = ""
    kind: str = ""
    """Kind of the recorded change; the form's own slug where empty."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a form asks beside who and when. `wanted` says for which cases; `officer` fields are asked only
    from officers; `private` ones are never shown in lists.
    """

    id: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    required: bool = True
    officer: bool = False
    private: bool = False
    wanted: Callable[[Case], bool] | None = None


Check = Callable[[Case], Problem | None]


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of event: `form.py` of a folder defines one as `form`."""

    subject: Subject
    effect: Callable[[Case], Effect]
    fields: tuple[Field, ...] = ()
    checks: tuple[Check, ...] = ()
    may_be_new: bool = False
    """Whether it can be about a household that is not in the register yet."""
    other: bool = False
    """Whether it needs a second household."""
    same_within_days: int = 15
    """Reports of the same thing whose days lie no further apart are taken for one until somebody says otherwise."""
    reviewed: bool = False
    """Whether it is a matter of the regular review, with its own time limits."""
