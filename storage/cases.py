"""Cases and what was said in them. Every function is one statement, or says so.

What changes a case takes the audit chain first (`storage.audit.serialise`), then the case: in one order everywhere, so
that a turn and the desk never wait for each other. Texts come and go as ciphertext; this module opens none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import OUTBOX_FAILED, outbox
from storage.tables_cases import case_entries, case_presence, cases
from storage.tables_people import accounts, areas
from storage.turns import ChatKey, upsert

CLOSED: Final = "closed"
_PREFIX: Final = "HT-"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stands; `person` is ciphertext."""

    id: int
    channel: str
    chat: str
    language: str
    person: str
    cause: str
    rank: int
    topic: str
    area_key: str
    office: str
    desk_key: str
    desk_path: str
    state: str
    assignee: int | None
    village_ok: bool
    left_at: datetime | None
    version: int
    opened_at: datetime
    due_at: datetime
    taken_at: datetime | None
    first_reply_at: datetime | None
    last_person_at: datetime
    last_staff_at: datetime | None
    closed_at: datetime | None
    closed_by: int | None
    outcome: str | None

    @property
    def receipt(self) -> str:
        return receipt(self.id)

    @property
    def key(self) -> ChatKey:
        return self.channel, self.chat

    @property
    def is_closed(self) -> bool:
        return self.state == CLOSED

    @property
    def urgent(self) -> bool:
        return self.rank == 0


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of a case, with the officer's name and what became of a reply (`sent`: the state of the outbox)."""

    id: int
    case_id: int
    at: datetime
    kind: str
    account_id: int | None
    text: str
    detail: str
    file: str
    outbox_id: int | None
    name: str
    sent: int | None
    failure: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A line to be written; `text` and `file` are sealed by the caller."""

    kind: str
    account_id: int | None = None
    text: str = ""
    detail: str = ""
    file: str = ""
    outbox_id: int | None = None
    submission: str | None = None


@dataclass(frozen=True, slots=True)
class PresentRow:
    """An officer who has a case open."""

    account_id: int
    name: str
    writing: bool


def receipt(case_id: int) -> str:
    """The number that can be said on the telephone: "HT-0412"."""
    return f"{_PREFIX}{case_id:04d}"


async def open_case(connection: AsyncConnection, values: Mapping[str, Any]) -> int:
    """A new case; its chat has no other open one (see `open_of`)."""
    made = await connection.execute(insert(cases).values(version=1, **values).returning(cases.c.id))
    case_id: int = made.scalar_one()
    return case_id


async def get(connection: AsyncConnection, case_id: int, *, lock: bool = False) -> CaseRow | None:
    """A case; locked for this transaction where it is to be changed."""
    query = select(cases).where(cases.c.id == case_id)
    if lock:
        # The weaker lock: lines of the person may be added by a turn meanwhile.
        query = query.with_for_update(key_share=True)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else CaseRow(**row._mapping)


async def written(connection: AsyncConnection, case_id: int) -> CaseRow:
    """A case that this transaction has opened."""
    return CaseRow(**(await connection.execute(select(cases).where(cases.c.id == case_id))).one()._mapping)


async def open_of(connection: AsyncConnection, key: ChatKey) -> CaseRow | None:
    """The open case of a chat."""
    query = select(cases).where(cases.c.channel == key[0], cases.c.chat == key[1], cases.c.state != CLOSED)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else CaseRow(**row._mapping)


async def last_of(connection: AsyncConnection, key: ChatKey) -> CaseRow | None:
    """The newest case of a chat, closed or not."""
    query = select(cases).where(cases.c.channel == key[0], cases.c.chat == key[1])
    row = (await connection.execute(query.order_by(cases.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else CaseRow(**row._mapping)


async def of_chat(connection: AsyncConnection, key: ChatKey) -> list[CaseRow]:
    """Every case of a chat."""
    query = select(cases).where(cases.c.channel == key[0], cases.c.chat == key[1]).order_by(cases.c.id)
    return [CaseRow(**row._mapping) for row in await connection.execute(query)]


async def change(connection: AsyncConnection, case_id: int, values: Mapping[str, Any]) -> CaseRow:
    """Set fields and count the version up."""
    changed = await connection.execute(
        update(cases).where(cases.c.id == case_id).values(**values, version=cases.c.version + 1).returning(cases)
    )
    return CaseRow(**changed.one()._mapping)


async def add_entries(connection: AsyncConnection, case_id: int, at: datetime, new: Sequence[NewEntry]) -> list[int]:
    """Write lines, in their order: one statement each."""
    ids: list[int] = []
    for one in new:
        made = await connection.execute(
            insert(case_entries)
            .values(
                case_id=case_id, at=at, kind=one.kind, account_id=one.account_id, text=one.text, detail=one.detail,
                file=one.file, outbox_id=one.outbox_id, submission=one.submission,
            )
            .returning(case_entries.c.id)
        )  # fmt: skip
        ids.append(made.scalar_one())
    return ids


_ENTRY: Final = (
    select(
        *(case_entries.c[name] for name in ("id", "case_id", "at", "kind", "account_id", "text", "detail", "file")),
        case_entries.c.outbox_id,
        func.coalesce(accounts.c.name, "").label("name"),
        outbox.c.state.label("sent"),
        func.coalesce(outbox.c.failure, "").label("failure"),
    )
    .outerjoin(accounts, accounts.c.id == case_entries.c.account_id)
    .outerjoin(outbox, outbox.c.id == case_entries.c.outbox_id)
)


async def entries(
    connection: AsyncConnection, case_id: int, *, kinds: Iterable[str] = (), limit: int = 400
) -> list[EntryRow]:
    """The newest lines of a case, oldest of them first."""
    query = _ENTRY.where(case_entries.c.case_id == case_id)
    if kinds:
        query = query.where(case_entries.c.kind.in_(list(kinds)))
    found = await connection.execute(query.order_by(case_entries.c.id.desc()).limit(limit))
    return [EntryRow(**row._mapping) for row in found][::-1]


async def entry(connection: AsyncConnection, case_id: int, entry_id: int) -> EntryRow | None:
    """One line of a case."""
    query = _ENTRY.where(case_entries.c.case_id == case_id, case_entries.c.id == entry_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else EntryRow(**row._mapping)


async def replies_after(connection: AsyncConnection, case_id: int, entry_id: int) -> list[EntryRow]:
    """What officers have replied since a line."""
    query = _ENTRY.where(
        case_entries.c.case_id == case_id, case_entries.c.id > entry_id, case_entries.c.kind == "staff"
    )
    return [EntryRow(**row._mapping) for row in await connection.execute(query.order_by(case_entries.c.id))]


async def submitted(connection: AsyncConnection, submission: str) -> int | None:
    """The line that a form has become already."""
    query = select(case_entries.c.id).where(case_entries.c.submission == submission)
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def last_failure(connection: AsyncConnection, case_id: int) -> str:
    """Why the newest message of an officer did not arrive; empty where it did, or is on its way."""
    query = (
        select(func.coalesce(outbox.c.failure, ""), outbox.c.state)
        .join(case_entries, case_entries.c.outbox_id == outbox.c.id)
        .where(case_entries.c.case_id == case_id)
        .order_by(case_entries.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return str(row[0] or "?") if row is not None and row[1] == OUTBOX_FAILED else ""


async def empty(connection: AsyncConnection, case_id: int) -> None:
    """Delete every text and file of a case: what is left says that there was one, not what about or by whom."""
    await connection.execute(update(case_entries).where(case_entries.c.case_id == case_id).values(text="", file=""))


async def seen_by(
    connection: AsyncConnection, case_id: int, account_id: int, *, writing: bool, now: datetime, gone: datetime
) -> list[PresentRow]:
    """An officer has the case open; who else does. What is older than `gone` is deleted: three statements."""
    await connection.execute(delete(case_presence).where(case_presence.c.seen_at < gone))
    statement = upsert(connection, case_presence).values(
        case_id=case_id, account_id=account_id, writing=writing, seen_at=now
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[case_presence.c.case_id, case_presence.c.account_id],
            set_={"writing": statement.excluded.writing, "seen_at": statement.excluded.seen_at},
        )
    )
    return await present(connection, case_id, account_id, gone)


async def is_present(connection: AsyncConnection, case_id: int, account_id: int, gone: datetime) -> bool:
    """Whether an officer has a case open."""
    query = select(case_presence.c.case_id).where(
        case_presence.c.case_id == case_id, case_presence.c.account_id == account_id, case_presence.c.seen_at >= gone
    )
    return (await connection.execute(query)).first() is not None


async def present(connection: AsyncConnection, case_id: int, but: int, gone: datetime) -> list[PresentRow]:
    """Who has a case open, except one."""
    query = (
        select(case_presence.c.account_id, func.coalesce(accounts.c.name, ""), case_presence.c.writing)
        .outerjoin(accounts, accounts.c.id == case_presence.c.account_id)
        .where(case_presence.c.case_id == case_id, case_presence.c.account_id != but)
        .where(case_presence.c.seen_at >= gone)
        .order_by(case_presence.c.account_id)
    )
    return [PresentRow(*row) for row in await connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Happened:
    """A new line, for whoever looks on: which case, where it lies, and what kind."""

    id: int
    case_id: int
    kind: str
    desk_path: str
    office: str


async def happened_after(
    connection: AsyncConnection, entry_id: int, gaps: Sequence[int] = (), *, limit: int
) -> list[Happened]:
    """New lines of all cases, oldest first, with those of these older ids that have turned up since."""
    new = case_entries.c.id > entry_id
    query = (
        select(
            case_entries.c.id, case_entries.c.case_id, case_entries.c.kind, cases.c.desk_path, cases.c.office
        )
        .join(cases, cases.c.id == case_entries.c.case_id)
        .where(or_(new, case_entries.c.id.in_(gaps)) if gaps else new)
        .order_by(case_entries.c.id)
        .limit(limit)
    )  # fmt: skip
    return [Happened(*row) for row in await connection.execute(query)]


async def newest_entry(connection: AsyncConnection) -> int:
    """The id of the newest line there is."""
    return int((await connection.execute(select(func.coalesce(func.max(case_entries.c.id), 0)))).scalar_one())


async def answer_times(connection: AsyncConnection, office: str, desk_key: str, since: datetime) -> list[float]:
    """Seconds from question to first answer of the last cases of an office, newest first."""
    query = (
        select(cases.c.opened_at, cases.c.first_reply_at)
        .where(cases.c.office == office, cases.c.desk_key == desk_key, cases.c.opened_at >= since)
        .where(cases.c.first_reply_at.is_not(None))
        .order_by(cases.c.id.desc())
        .limit(40)
    )
    return [(row[1] - row[0]).total_seconds() for row in await connection.execute(query)]


async def area_names(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, str]:
    """The names of areas by key."""
    wanted = sorted(set(keys) - {""})
    if not wanted:
        return {}
    found = await connection.execute(select(areas.c.key, areas.c.name).where(areas.c.key.in_(wanted)))
    return {row[0]: row[1] for row in found}
