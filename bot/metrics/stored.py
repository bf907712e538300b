"""Figures that every process reads from the same database: a board takes the largest of them, not their sum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.metrics.families import Family, Labels, gauge
from bot.metrics.measures import PREFIX
from storage.standing import OPEN_CASES, OPEN_STATES, Standing
from storage.tables_zalo import ARRIVAL_FAILED, ARRIVAL_WAITING

PRIORITIES: Final = {1: "answer", 2: "notice", 3: "broadcast"}
_ARRIVALS: Final = {ARRIVAL_WAITING: "waiting", ARRIVAL_FAILED: "failed"}


def families(standing: Standing, now: datetime) -> list[Family]:
    """One look at the database as gauges."""
    return [*_queues(standing), *_work(standing, now), *_jobs(standing)]


def _queues(standing: Standing) -> list[Family]:
    queued: dict[Labels, float] = {}
    oldest: dict[Labels, float] = {}
    for queue in standing.queues:
        labels = (("channel", queue.channel), ("priority", PRIORITIES.get(queue.priority, str(queue.priority))))
        queued[*labels, ("state", "due")] = queue.due
        queued[*labels, ("state", "waiting")] = queue.waiting
        oldest[labels] = queue.oldest_due_s
    return [
        gauge(f"{PREFIX}outbox_messages", "Messages still to be sent: due, or leased and put off", queued),
        gauge(f"{PREFIX}outbox_oldest_due_seconds", "Age of the message that has been due longest", oldest),
    ]


def _work(standing: Standing, now: datetime) -> list[Family]:
    arrived: dict[Labels, float] = {
        (("channel", channel), ("state", _ARRIVALS.get(state, str(state)))): float(number)
        for (channel, state), number in standing.arrivals.items()
    }
    paused: dict[Labels, float] = {
        (("channel", name),): (until - now).total_seconds() for name, until in standing.paused.items()
    }
    return [
        gauge(f"{PREFIX}arrivals", "Messages that a webhook has stored and no turn has handled", arrived),
        gauge(f"{PREFIX}failed_turns", "Turns that raised and can be replayed", float(standing.failed_turns)),
        gauge(f"{PREFIX}channel_paused_seconds", "For how long a platform wants silence yet", paused),
        gauge(
            f"{PREFIX}open_reports", "Reports that are not decided, by state", _by_state(standing.reports, OPEN_STATES)
        ),
        gauge(f"{PREFIX}open_cases", "Cases at the offices that are not closed", _by_state(standing.cases, OPEN_CASES)),
        gauge(f"{PREFIX}overdue_cases", "Open cases whose time limit is over", float(standing.overdue_cases)),
    ]


def _by_state(counted: Mapping[str, int], states: tuple[str, ...]) -> dict[Labels, float]:
    """Every state, zeros too: a line that is not there looks like one that fell to nothing."""
    return {(("state", state),): float(counted.get(state, 0)) for state in states}


def _jobs(standing: Standing) -> list[Family]:
    succeeded: dict[Labels, float] = {
        (("job", job.name),): job.last_success_at.timestamp()
        for job in standing.jobs
        if job.last_success_at is not None
    }
    failed: dict[Labels, float] = {(("job", job.name),): float(job.failure is not None) for job in standing.jobs}
    return [
        gauge(
            f"{PREFIX}job_last_success_timestamp_seconds", "When a nightly job or the backup last ended well", succeeded
        ),
        gauge(f"{PREFIX}job_failed", "1 where the last night of a job ended with a failure", failed),
    ]
