"""The demo register of a locality: invented households, what happens to them, and what the figures must then be."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from content.errors import ContentError
from content.files import read_as
from content.localities import FOLDER
from rules.poverty import Deprivation


class DemoMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person; protected fields are sealed when they are loaded."""

    name: str
    relation: str
    sex: Literal["male", "female"]
    birth_date: date
    study: bool | None = None
    pension: bool | None = None
    disability: str | None = None
    id_number: str | None = None


class DemoHousehold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A household; its first member is the head. Without members it is founded by those who move."""

    code: str
    village: str
    status: str
    members: tuple[DemoMember, ...]
    b1: int | None = None
    b2: int | None = None
    deprivations: tuple[Deprivation, ...] = ()
    causes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class DemoEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member, counted from 1, who no longer counts."""

    member: int
    reason: str


class DemoEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change: what is added, ended, moved, founded or set, all at once."""

    day: date
    kind: str
    household: str | None = None
    adds: tuple[DemoMember, ...] = ()
    ends: tuple[DemoEnd, ...] = ()
    head: int | None = None
    set: dict[str, str | int | list[str]] = {}
    moves: tuple[int, ...] = ()
    into: str | None = None
    founds: DemoHousehold | None = None
    decision: str | None = None
    undone: bool = False


class DemoExpected(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """The hand-counted figures of a period: (households, persons) by list and column."""

    start: date
    end: date
    lists: dict[str, dict[str, tuple[int, int]]]


class Demo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`demo/register.yaml` of a locality."""

    start: date
    decision: str
    expected: DemoExpected
    totals: dict[str, int]
    households: tuple[DemoHousehold, ...]
    events: tuple[DemoEvent, ...]


def load(slug: str, folder: Path = FOLDER) -> Demo | None:
    """The demo register of a locality, None where it has none.

    Raises:
        ContentError: the file does not fit, or two households have the same code.
    """
    file = folder / slug / "demo" / "register.yaml"
    if not file.is_file():
        return None
    demo = read_as(file, Demo)
    codes = [each.code for each in demo.households]
    codes += [event.founds.code for event in demo.events if event.founds is not None]
    if len(set(codes)) != len(codes):
        raise ContentError("a household code stands twice", file=file)
    return demo
