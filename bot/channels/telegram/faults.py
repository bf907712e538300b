"""What an answer of the Bot API means for the message that was to be sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from bot.channels import Refused, TryLater
from bot.channels.telegram.errors import ApiRefusalError, TelegramError, UnreachableError

_GONE: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot can't initiate conversation",
    "bot was blocked",
    "bot was kicked",
)
NOT_MODIFIED: Final = ("message is not modified",)
CANNOT_EDIT: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "message identifier is not specified",
)
_TOKEN_WAIT_S: Final = 60.0
_SHORTEST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 300.0
# After so long without an answer it is not one message's trouble: the whole channel waits.
_OUTAGE_S: Final = 5.0


class Faults:
    """Turns errors into deliveries; remembers since when the API has been out of reach, to wait longer and longer."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds: Final = seconds
        self._out_since: float | None = None

    def answered(self) -> None:
        """The API has answered something sensible."""
        self._out_since = None

    def delivery(self, error: TelegramError) -> TryLater | Refused:
        if isinstance(error, ApiRefusalError) and error.status < 500:
            self.answered()
            return _of_refusal(error)
        reason = error.reason if isinstance(error, UnreachableError) else "the API has a fault of its own"
        if isinstance(error, ApiRefusalError):
            reason = f"HTTP {error.status}"
        return self._wait(reason)

    def _wait(self, reason: str) -> TryLater:
        now = self._seconds()
        if self._out_since is None:
            self._out_since = now
        out_for = now - self._out_since
        # Waiting as long as it has lasted doubles the wait every time.
        wait = min(max(out_for, _SHORTEST_WAIT_S), _LONGEST_WAIT_S) * random.uniform(1.0, 1.3)
        return TryLater(wait, reason, whole_channel=out_for >= _OUTAGE_S)


def _of_refusal(error: ApiRefusalError) -> TryLater | Refused:
    if error.status == 429 or error.retry_after is not None:
        after = error.retry_after if error.retry_after is not None else _SHORTEST_WAIT_S
        return TryLater(after, "HTTP 429", whole_channel=True)
    if error.status == 401 or (error.status == 404 and not error.says("chat", "user")):
        # Not this message's fault: it waits until the token is right again.
        return TryLater(_TOKEN_WAIT_S, f"HTTP {error.status}: the token is not accepted", whole_channel=True)
    if error.migrated:
        return Refused("the chat has become a supergroup")
    gone = error.status == 403 or error.says(*_GONE)
    return Refused(f"HTTP {error.status} {error.description}".strip(), gone=gone)
