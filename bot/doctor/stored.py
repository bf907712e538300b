"""What the database tells: schema, clock, keys, queues, jobs, backups, the audit trail, the channels' standing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_bot import quota
from bot.doctor.findings import Finding, bad, good, warn
from bot.metrics.stored import PRIORITIES
from bot.settings import PREFIX, Settings, key_file
from handlers.turn import VIETNAM
from storage import audit, schema, standing
from storage import zalo as zalo_stored
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keys
from storage.standing import BACKUP, Job, Standing
from storage.tables_people import audit as audit_table
from storage.tables_people import roles
from storage.tables_zalo import ARRIVAL_FAILED

_AUDIT_TAIL: Final = 2000
_SKEW_WARN_S: Final = 2.0
_SKEW_BAD_S: Final = 60.0
_LATE: Final = timedelta(minutes=5)
_VERY_LATE: Final = timedelta(minutes=30)
_A_DAY: Final = timedelta(hours=26)
_A_WEEK: Final = timedelta(days=7)


async def look(settings: Settings, database: Database, now: datetime) -> AsyncIterator[Finding]:
    """Everything that is in the database; ends early where it cannot be asked."""
    present, wanted = await schema.present(database), schema.wanted()
    if present != wanted:
        yield _other_schema(present, wanted)
        return
    yield good("database", f"{'SQLite' if database.is_sqlite else 'PostgreSQL'} answers, schema {present}")
    async with database.read() as connection:
        yield await _clock(connection, now)
        yield await _key_ids(connection, settings)
        yield await _audit(connection)
        yield await _administrator(connection, now)
        stood = await standing.look(connection, now)
    for finding in (*_queues(stood), *_work(stood, now), _backup(stood.jobs, now), *_jobs(stood.jobs, now)):
        yield finding
    async for finding in _zalo(settings, database, now):
        yield finding


def _other_schema(present: str | None, wanted: str) -> Finding:
    if present is None:
        return bad("database", "it is empty", "run `chungtay migrate`, or `chungtay restore` with a backup")
    if present > wanted:
        return bad(
            "database",
            f"its schema {present} is newer than this version's {wanted}",
            "start the newer version again; going back is described in docs/tasks/upgrade.md",
        )
    return bad("database", f"it has schema {present}, this version wants {wanted}", "run `chungtay migrate`")


async def _clock(connection: AsyncConnection, now: datetime) -> Finding:
    theirs = await standing.database_clock(connection)
    newest = (await connection.execute(select(func.max(audit_table.c.at)))).scalar_one()
    skew = abs((theirs - now).total_seconds()) if theirs is not None else 0.0
    ahead = (newest - now).total_seconds() if newest is not None else 0.0
    to_do = "let both machines take the time from the network (systemd-timesyncd or chrony)"
    if skew > _SKEW_BAD_S or ahead > _SKEW_BAD_S:
        future = f"the audit trail has rows {ahead:.0f} s in the future"
        return bad("clock", f"{skew:.0f} s from the database's" if skew >= ahead else future, to_do)
    if skew > _SKEW_WARN_S:
        return warn("clock", f"{skew:.1f} s from the database's", to_do)
    return good("clock", "agrees with the database")


async def _key_ids(connection: AsyncConnection, settings: Settings) -> Finding:
    used = await standing.key_ids(connection)
    try:
        ours = {key.id for key in Keys(key_file(settings)).all()} if used else set()
    except StorageError:
        ours = set()
    missing = used - ours
    if missing:
        return bad(
            "encrypted data",
            f"values of the keys {', '.join(sorted(missing))} cannot be read with this key file",
            "put back the key file that belongs to this database (docs/operations.md, Keys)",
        )
    return good("encrypted data", f"{len(used)} keys in use, all of them in the key file")


async def _audit(connection: AsyncConnection) -> Finding:
    found = await audit.verify_tail(connection, _AUDIT_TAIL)
    if found.broken is not None:
        return bad(
            "audit trail",
            f"row {found.broken}: {found.reason}",
            "keep this database as it is, run `chungtay audit verify`, tell whoever is responsible for it",
        )
    return good("audit trail", f"the newest {found.rows} rows fit together")


async def _administrator(connection: AsyncConnection, now: datetime) -> Finding:
    today = now.astimezone(VIETNAM).date()
    held = await connection.execute(
        select(func.count())
        .select_from(roles)
        .where(roles.c.role == "administrator", (roles.c.end.is_(None)) | (roles.c.end > today))
    )
    if not held.scalar_one():
        return warn("staff", "nobody is administrator", "`chungtay invite --role administrator --area … --name …`")
    return good("staff", "there is an administrator")


def _queues(stood: Standing) -> Iterator[Finding]:
    late = [queue for queue in stood.queues if queue.oldest_due_s > _LATE.total_seconds()]
    for queue in late:
        said = (
            f"{queue.channel}: {queue.due} messages ({PRIORITIES.get(queue.priority, queue.priority)}) wait, "
            f"the oldest for {queue.oldest_due_s / 60:.0f} minutes"
        )
        to_do = "is `chungtay worker` (or `run`) running, with this channel's token? its log says what is refused"
        very = queue.oldest_due_s > _VERY_LATE.total_seconds() and queue.priority == 1
        yield bad("worker", said, to_do) if very else warn("worker", said, to_do)
    if not late:
        total = sum(queue.due + queue.waiting for queue in stood.queues)
        yield good("worker", f"nothing waits longer than {_LATE.total_seconds() / 60:.0f} minutes ({total} queued)")


def _work(stood: Standing, now: datetime) -> Iterator[Finding]:
    for channel, until in stood.paused.items():
        yield warn(
            "channel paused",
            f"{channel} sends nothing before {_local(until)}, as the platform asked",
            "it goes on by itself; where it is a quota, see `chungtay zalo status`",
        )
    if stood.failed_turns:
        yield warn(
            "turns",
            f"{stood.failed_turns} messages could not be handled",
            "`chungtay turns failed` lists them; after an upgrade `chungtay turns replay` answers them",
        )
    lost = sum(number for (_, state), number in stood.arrivals.items() if state == ARRIVAL_FAILED)
    if lost:
        yield warn("webhooks", f"{lost} stored messages were given up", "the log names the place (arrivals.failed)")
    if stood.overdue_cases:
        yield warn("cases", f"{stood.overdue_cases} cases are over their time limit", "tell the offices in charge")


def _backup(jobs: tuple[Job, ...], now: datetime) -> Finding:
    at = next((job.last_success_at for job in jobs if job.name == BACKUP), None)
    to_do = "run `chungtay backup FOLDER` every night (deploy/systemd/chungtay-backup.timer)"
    if at is None:
        return warn("backup", "none has ever been made", to_do)
    said = f"last one {_local(at)}"
    if now - at > _A_WEEK:
        return bad("backup", said, to_do)
    if now - at > _A_DAY:
        return warn("backup", said, to_do)
    return good("backup", said)


def _jobs(jobs: tuple[Job, ...], now: datetime) -> Iterator[Finding]:
    nightly = [job for job in jobs if job.name != BACKUP]
    if not nightly:
        yield warn("nightly work", "has never run", "it runs in `chungtay run` and `chungtay worker`; is one running?")
    for job in nightly:
        if job.failure is not None:
            yield warn("nightly work", f"{job.name} failed in the night of {job.night}: {job.failure}", "see the log")
        elif now - job.started_at > _A_DAY:
            yield warn("nightly work", f"{job.name} last ran on {job.night}", "is a worker running?")
    if nightly and all(job.failure is None and now - job.started_at <= _A_DAY for job in nightly):
        yield good("nightly work", f"{len(nightly)} jobs ran last night")


async def _zalo(settings: Settings, database: Database, now: datetime) -> AsyncIterator[Finding]:
    if settings.zalo_bot_token:
        use = await quota.use(database, settings.zalo_bot_quota, now)
        said = f"{use.sent} of {use.most} messages of {use.month}, {use.users} of {use.most_users} users"
        to_do = f"a larger plan and {PREFIX}ZALO_BOT_QUOTA, Zalo OA, or wait for the next month"
        if use.sent >= use.most:
            yield bad("zalo_bot quota", said, to_do)
        elif use.warning:
            yield warn("zalo_bot quota", said, to_do)
        else:
            yield good("zalo_bot quota", said)
    if settings.zalo_oa_app_id:
        yield await _official_account(settings, database, now)


async def _official_account(settings: Settings, database: Database, now: datetime) -> Finding:
    consent = "give consent again: `chungtay zalo consent` (docs/vi/zalo-oa.md)"
    try:
        async with database.read() as connection:
            pair = await zalo_stored.tokens(connection, Keys(key_file(settings)), settings.zalo_oa_app_id)
    except StorageError as error:
        return bad("zalo_oa token", str(error), consent)
    if pair is None:
        return bad("zalo_oa token", "no consent has been given", consent)
    if pair.trouble:
        return bad("zalo_oa token", pair.trouble, consent)
    if pair.expires_at <= now:
        return warn("zalo_oa token", f"ended {_local(pair.expires_at)}", "is a worker running? it renews the token")
    return good("zalo_oa token", f"valid until {_local(pair.expires_at)}")


def _local(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
