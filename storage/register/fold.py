"""The register as the sum of its changes: pure functions, which the tests compare with the tables.

A change that a living change undoes is dead, and so is the undo of a dead one: what is left is folded. For one field of
one row the days of the events never run backwards (see `storage.register.changes`), so that folding in the order of
recording and in the order of events ends in the same state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from storage.register.model import Entity, Item, Recorded

RowKey = tuple[Entity, int]
State = dict[RowKey, dict[str, Any]]
"""The fields of each row that exists."""


def living(changes: Iterable[Recorded]) -> list[Recorded]:
    """The changes that hold, without undos and what they undo, in the order of recording."""
    ordered = sorted(changes, key=lambda change: change.id)
    dead: set[int] = set()
    for change in reversed(ordered):
        if change.undoes is not None and change.id not in dead:
            dead.add(change.undoes)
    return [change for change in ordered if change.undoes is None and change.id not in dead]


def fold(changes: Iterable[Recorded]) -> State:
    """What the register must hold after these changes."""
    state: State = {}
    for change in living(changes):
        put(state, change.items)
    return state


def fold_until(changes: Iterable[Recorded], on: date) -> State:
    """What was so at the end of a day, by the days of the events."""
    state: State = {}
    for change in by_event(changes):
        if change.event_date <= on:
            put(state, change.items)
    return state


def by_event(changes: Iterable[Recorded]) -> list[Recorded]:
    """The living changes by the day of the event; on one day in the order of recording."""
    return sorted(living(changes), key=lambda change: (change.event_date, change.id))


def put(state: State, items: Sequence[Item]) -> None:
    """Let items happen to a state."""
    for item in items:
        key = (item.entity, item.id)
        if item.after is None:
            state.pop(key, None)
        elif item.before is None:
            state[key] = dict(item.after)
        else:
            state.setdefault(key, {}).update(item.after)


def last_setters(changes: Iterable[Recorded]) -> dict[tuple[Entity, int, str], Recorded]:
    """For each field of each row the living change that set it last."""
    found: dict[tuple[Entity, int, str], Recorded] = {}
    for change in living(changes):
        for item in change.items:
            for field in item.after or item.before or ():
                found[item.entity, item.id, field] = change
    return found
