"""What a process counts while it works. The labels are names of ours, never of people, chats or words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.metrics.families import Counter, Family, Histogram

_TURN_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
# Without a channel name in front of them they would be those of somebody else's exporter.
PREFIX: Final = "chungtay_"


class Measures:
    """One per process; whoever works is given it by name."""

    def __init__(self, seconds: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: Final = seconds
        self.received: Final = Counter(
            f"{PREFIX}messages_received_total",
            "Messages from people by what became of their turn",
            "channel",
            "outcome",
        )
        self.written: Final = Counter(
            f"{PREFIX}messages_written_total", "Messages to people that a turn has put into the outbox", "channel"
        )
        self.turn: Final = Histogram(
            f"{PREFIX}turn_seconds", "From a message's coming to the commit of its turn", _TURN_BOUNDS
        )
        self.deliveries: Final = Counter(
            f"{PREFIX}deliveries_total", "Attempts to send a message by what became of it", "channel", "result"
        )
        self.webhook_refusals: Final = Counter(
            f"{PREFIX}webhook_refusals_total", "Posts to a webhook that were not taken", "channel", "reason"
        )
        self.webhook_notes: Final = Counter(
            f"{PREFIX}webhook_notes_total", "What came with a post that was taken, and is odd", "channel", "what"
        )
        self.responses: Final = Counter(
            f"{PREFIX}http_responses_total", "Answers of the web server by class of status", "status"
        )
        self.happened: Final[Mapping[str, Counter]] = {
            "search": Counter(f"{PREFIX}search_outcomes_total", "Free questions by kind of what was found", "kind"),
            "interview": Counter(
                f"{PREFIX}interviews_total", "Interviews begun, resumed, put aside, dropped, finished", "kind", "event"
            ),
        }

    def count(self, happenings: Iterable[tuple[str, ...]]) -> None:
        """Count what turns have noted down: the counter's name, then its labels; another name is not ours."""
        for name, *labels in happenings:
            counter = self.happened.get(name)
            if counter is not None:
                counter.add(*labels)

    def families(self) -> list[Family]:
        counters = (
            self.received,
            self.written,
            self.deliveries,
            self.webhook_refusals,
            self.webhook_notes,
            self.responses,
            *self.happened.values(),
        )
        return [*(each.family() for each in counters), self.turn.family()]
