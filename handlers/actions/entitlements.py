"""Going through the register: who becomes entitled to something by a birthday, a change or new law, or no longer is.

The list goes to the village head and the commune, who visit. A household hears of it where it is linked to an account
and has consented, and it never hears a verdict: what may be, and who decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.documents.entitled import load as load_words
from handlers.access import COMMUNE_OFFICER, VILLAGE_HEAD, Actor, can, require, scope_filter
from handlers.entitled.comparing import Comparer, News
from handlers.entitled.facts import Known, OpenDisability, known
from handlers.entitled.telling import household_text
from handlers.reporting.frame import Frame
from handlers.reporting.notices import tell
from handlers.turn import VIETNAM
from rules.assess import Assessor
from rules.errors import RulesError
from storage import areas, audit, entitlements, findings, linked, people
from storage.audit import Event
from storage.entitlements import Finding, FoundRow, RunRow
from storage.errors import StorageError
from storage.findings import Wanted
from storage.keys import Keys
from storage.linked import Link
from storage.register import protected
from storage.register.fold import State, fold_until
from storage.register.reading import histories, in_parts

_EVERYWHERE: Final = "/"
_HISTORIES_AT_ONCE: Final = 200
_ASKED_OF: Final = (VILLAGE_HEAD, COMMUNE_OFFICER)
_YEAR: Final = timedelta(days=365)
_NEWS_FOR: Final = timedelta(days=7)
"""So long a finding is still told: a morning on which nobody could be told is made up for."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did."""

    id: int
    since: date
    on: date
    households: int
    persons: int
    found: int
    new: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What going through the register found, before anything of it is kept."""

    path: str
    since: date
    on: date
    found: tuple[Finding, ...]
    households: int
    persons: int
    unreadable: int


async def survey(
    connection: AsyncConnection,
    assessor: Assessor,
    keys: Keys,
    *,
    today: date,
    on: date | None = None,
    since: date | None = None,
    area_key: str | None = None,
) -> Survey:
    """Compare the whole register on two days. It only reads, so nobody waits for it.

    Without `since` it goes on where the last run ended, so a night that was missed is made up for.

    Raises:
        StorageError: there is no such area, or `since` is not before `on`.
        DateOutsideLawError: no law is known for one of the days.
    """
    path = _EVERYWHERE
    if area_key is not None:
        area = await areas.get(connection, area_key)
        if area is None:
            raise StorageError(f"unknown area {area_key!r}")
        path = area.path
    day = on or today
    last = await entitlements.run_before(connection, path, day) if since is None else None
    start = since or (last.on if last is not None else day - timedelta(days=1))
    if start >= day:
        raise StorageError("the day to compare with must lie before the day looked at")
    # What happened earlier and became known only now is news too; of the past only the days of the events count.
    told = last.started_at if last is not None else datetime.combine(start + timedelta(days=1), time(), VIETNAM)
    walk = _Walk(connection, Comparer(assessor, start, day), keys)
    await walk.go(path, told if day >= today else None)
    return Survey(path, start, day, tuple(walk.found), walk.households, walk.persons, walk.unreadable)


async def keep(connection: AsyncConnection, made: Survey, now: datetime) -> Run:
    """Write down what a survey found. `now` is when it began; doing it again adds nothing."""
    run_id = await entitlements.begin(connection, made.path, made.since, made.on, now)
    await entitlements.record(connection, run_id, made.found, now)
    row = RunRow(run_id, made.path, made.since, made.on, now)
    found, new = await entitlements.finish(connection, row, made.households, made.persons, made.unreadable)
    days = {"from": made.since.isoformat(), "to": made.on.isoformat()}
    detail = {**days, "households": made.households, "findings": found}
    event = Event("look_for_overlooked", "register", str(run_id), None, "", made.path, detail)
    await audit.append(connection, event, now)
    return Run(run_id, made.since, made.on, made.households, made.persons, found, new, made.unreadable)


async def findings_of(connection: AsyncConnection, run_id: int) -> list[FoundRow]:
    """Everything that a run found, for the operator."""
    return [row for _, row in await _every(connection, _EVERYWHERE, run_id=run_id)]


async def see_findings(
    connection: AsyncConnection, actor: Actor, since: date, path: str = ""
) -> list[FoundRow]:  # fmt: skip
    """The list "hộ có thể được thêm" of the actor's area, or a part of it.

    What tells of somebody's health is left out for who may not see such fields.

    Raises:
        AccessDenied: the area is not the actor's.
    """
    scope = path or scope_filter(actor, "see_findings")
    require(actor, "see_findings", scope)
    sensitive = can(actor, "show_sensitive", scope)
    return [row for _, row in await _every(connection, scope, since=since, sensitive=sensitive)]


async def see_own_findings(connection: AsyncConnection, link: Link, today: date) -> list[FoundRow]:
    """What was found of a household within a year and nobody has settled, for the account that is linked with it."""
    wanted = Wanted(
        _EVERYWHERE, since=today - _YEAR, until=today, handled=False, sensitive=True, household_id=link.household_id
    )
    return [line.row for line in await findings.page(connection, wanted)]


async def tell_staff(
    connection: AsyncConnection, frame: Frame, run_id: int | None, now: datetime, today: date
) -> int:  # fmt: skip
    """One notice to each village head and commune officer in whose area a run found something new; returns how many.

    Without a run: everything of the last days that nobody has been told of. It says how many households, never whose.
    A finding is told once.
    """
    if run_id is not None:
        untold = await _every(connection, _EVERYWHERE, run_id=run_id, untold=True)
    else:
        untold = await _recent(connection, now, today, untold=True)
    if not untold:
        return 0
    holders = await people.holders(connection, _EVERYWHERE, today, limit=100_000)
    notices = 0
    for one in holders:
        role = one.role
        if role.role not in _ASKED_OF or role.start > today:
            continue
        homes = {
            row.finding.household_id
            for _, row in untold
            if row.finding.area_path.startswith(role.area_path)
            and not (row.finding.sensitive and role.role == VILLAGE_HEAD)
        }
        chats = [
            (channel, chat) for channel, chat, chosen in await people.chats_of(connection, role.account_id) if chosen
        ]
        if homes and chats:
            text = load_words().notice.format(count=len(homes), area=role.area_name)
            await tell(connection, chats, text, now)
            notices += 1
    await entitlements.told(connection, [row_id for row_id, _ in untold], now)
    event = Event("tell_overlooked", "register", str(run_id or ""), detail={"notices": notices})
    await audit.append(connection, event, now)
    return notices


async def tell_households(
    connection: AsyncConnection, frame: Frame, assessor: Assessor, now: datetime, today: date
) -> int:  # fmt: skip
    """One notice for each household with news to each account that it is linked to; returns how many.

    A finding is told to an account once. Who has stopped notices hears nothing, and is not told of it later.
    """
    links = await linked.hearing(connection)
    if not links:
        return 0
    by_home: dict[int, list[FoundRow]] = {}
    for _, row in await _recent(connection, now, today):
        by_home.setdefault(row.finding.household_id, []).append(row)
    notices = 0
    for link, channel, chat in links:
        rows = by_home.get(link.household_id, [])
        known = await linked.told_of(connection, link.account_id, link.household_id) if rows else set()
        fresh = [
            row for row in rows
            if (row.finding.member_id, row.finding.benefit, row.finding.kind, row.finding.day) not in known
        ]  # fmt: skip
        if not fresh:
            continue
        text = household_text(frame, assessor, link.code, link.head, fresh, today, on_behalf=link.on_behalf)
        await tell(connection, [(channel, chat)], text, now)
        await linked.tell(connection, link.account_id, [row.finding for row in fresh], now)
        notices += 1
    if notices:
        await audit.append(connection, Event("tell_households", "register", "", detail={"notices": notices}), now)
    return notices


async def _recent(
    connection: AsyncConnection, now: datetime, today: date, *, untold: bool = False
) -> list[tuple[int, FoundRow]]:  # fmt: skip
    """What was found within the last days and has happened: a run that looks ahead tells nobody anything."""
    found = await _every(connection, _EVERYWHERE, untold=untold, found_since=now - _NEWS_FOR)
    return [(row_id, row) for row_id, row in found if row.finding.day <= today]


async def _every(
    connection: AsyncConnection, path: str, *, run_id: int | None = None, since: date | None = None,
    untold: bool = False, sensitive: bool = True, found_since: datetime | None = None,
) -> list[tuple[int, FoundRow]]:  # fmt: skip
    found: list[tuple[int, FoundRow]] = []
    while True:
        page = await entitlements.findings(
            connection, path, run_id=run_id, since=since, untold=untold, sensitive=sensitive, found_since=found_since,
            after=found[-1][0] if found else 0,
        )  # fmt: skip
        found += page
        if not page:
            return found


class _Walk:
    """One way through the register: pages of households as they are, and those with news from their history."""

    def __init__(self, connection: AsyncConnection, comparer: Comparer, keys: Keys) -> None:
        self.connection: Final = connection
        self.comparer: Final = comparer
        self.opened: Final = _opener(keys, comparer.assessor)
        self.found: Final[list[Finding]] = []
        self.households = self.persons = self.unreadable = 0
        self.places: dict[str, tuple[str, bool, date, date | None]] = {}

    async def go(self, path: str, known_by: datetime | None) -> None:
        """Everything below a path. Rows of today also stand for the past where nothing has changed since."""
        self.places = await entitlements.places(self.connection)
        since, on = self.comparer.since, self.comparer.on
        news = await entitlements.changed(self.connection, path, since, known_by)
        async for ids, state in entitlements.homes(self.connection, path):
            still = [household_id for household_id in ids if household_id not in news]
            before, after = self._known(state, still, since), self._known(state, still, on)
            for household_id in still:
                self._compare(household_id, before, after, None)
        for part in in_parts(news, _HISTORIES_AT_ONCE):
            told = await histories(self.connection, part)
            past = [each for each in told if known_by is None or each.recorded_at <= known_by]
            was, now = fold_until(past, since), fold_until(told, on)
            before, after = self._known(was, None, since), self._known(now, None, on)
            for household_id in part:
                self._compare(household_id, before, after, News(*news[household_id]))

    def _known(self, state: State, wanted: Iterable[int] | None, on: date) -> dict[int, Known]:
        """The facts of the active households of a state, by id."""
        homes = {row_id: fields for (entity, row_id), fields in state.items() if entity == "household"}
        members: dict[int, list[tuple[int, dict[str, object]]]] = {}
        for (entity, row_id), fields in state.items():
            if entity == "member" and fields.get("household_id") in homes:
                members.setdefault(fields["household_id"], []).append((row_id, fields))
        found: dict[int, Known] = {}
        for household_id in homes if wanted is None else wanted:
            home = homes[household_id]
            if home["state"] != "active":
                continue
            path, rural, start, end = self.places[home["area_key"]]
            told = rural if start <= on and (end is None or on < end) else None
            found[household_id] = known(home, members.get(household_id, ()), on, path, told, self.opened)
        return found

    def _compare(self, household_id: int, before: dict[int, Known], after: dict[int, Known], news: News | None) -> None:
        was, now = before.get(household_id), after.get(household_id)
        self.households += now is not None
        self.persons += len(now.persons) if now is not None else 0
        if self.comparer.same_law and was is not None and now is not None and was.same_as(now):
            return
        try:
            self.found.extend(self._findings(household_id, was, now, before, after, news))
        except RulesError:
            self.unreadable += 1

    def _findings(
        self, household_id: int, was: Known | None, now: Known | None, before: dict[int, Known],
        after: dict[int, Known], news: News | None,
    ) -> Iterator[Finding]:  # fmt: skip
        yield from self.comparer.household(household_id, was, now, news)
        here = now.persons if now is not None else {}
        for member_id in here:
            # Whoever moved to another household of the register is one person, not one who left and one who came.
            earlier = was if was is not None and member_id in was.persons else _home_of(member_id, before)
            yield from self.comparer.person(household_id, member_id, earlier, now, news)
        for member_id in was.persons if was is not None else ():
            if member_id not in here and _home_of(member_id, after) is None:
                yield from self.comparer.person(household_id, member_id, was, now, news)


def _home_of(member_id: int, homes: dict[int, Known]) -> Known | None:
    return next((home for home in homes.values() if member_id in home.persons), None)


def _opener(keys: Keys, assessor: Assessor) -> OpenDisability:
    degrees = assessor.engine.book.get("person.disability_degree").choices

    def opened(ciphertext: str) -> str | None:
        said = protected.opened(keys, "member", "disability", ciphertext)
        return said if said in degrees else None

    return opened
