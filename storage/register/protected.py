"""Protected fields: sealed on the way in, opened on the way out by `handlers.actions.register` only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.keys import Keys
from storage.register.model import Entity
from storage.register.reading import TABLE

# With a keyed hash a field can be looked for. Disability has none: few values, and equal hashes would tell them apart.
_SEARCHABLE: Final = frozenset({"id_number", "phone"})
PROTECTED: Final[Mapping[Entity, tuple[str, ...]]] = {
    "household": ("phone",),
    "member": ("id_number", "disability"),
}


def sealed(keys: Keys, entity: Entity, field: str, value: str | None) -> dict[str, str | None]:
    """The columns that hold a protected field, for the `after` of a change."""
    columns: dict[str, str | None] = {f"{field}_encrypted": None}
    if field in _SEARCHABLE:
        columns[f"{field}_hash"] = None
    if value:
        columns[f"{field}_encrypted"] = keys.encrypt(value.encode(), _context(entity, field))
        if field in _SEARCHABLE:
            columns[f"{field}_hash"] = keys.keyed_hash(f"{field}:{_digits(value)}")
    return columns


def hashes(keys: Keys, field: str, value: str) -> list[str]:
    """What to look for: the hash under every key."""
    return keys.keyed_hashes(f"{field}:{_digits(value)}")


def opened(keys: Keys, entity: Entity, field: str, ciphertext: str) -> str:
    """The value again. The caller has checked who asks and written it into the audit trail."""
    return keys.decrypt(ciphertext, _context(entity, field)).decode()


async def ciphertexts(connection: AsyncConnection, entity: Entity, field: str, ids: Iterable[int]) -> dict[int, str]:
    """What is stored of a protected field, by row."""
    table = TABLE[entity]
    column = table.c[f"{field}_encrypted"]
    query = select(table.c.id, column).where(table.c.id.in_(list(ids)), column.is_not(None))
    return {row[0]: row[1] for row in await connection.execute(query)}


def _context(entity: Entity, field: str) -> str:
    return f"{entity}.{field}"


def _digits(value: Any) -> str:
    return "".join(char for char in str(value) if char.isdigit())
