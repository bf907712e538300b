"""The register of households: changed only by `apply` and `undo`, read as of any day."""

from __future__ import annotations

from storage.register.changes import apply, undo
from storage.register.model import (
    Change,
    Entity,
    Item,
    LaterEventError,
    Recorded,
    RegisterError,
    StaleError,
    UndoConflictError,
    creation,
    update,
)
from storage.register.reading import new_ids

__all__ = [
    "Change",
    "Entity",
    "Item",
    "LaterEventError",
    "Recorded",
    "RegisterError",
    "StaleError",
    "UndoConflictError",
    "apply",
    "creation",
    "new_ids",
    "undo",
    "update",
]
