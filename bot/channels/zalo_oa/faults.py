"""What an error number of the Official Account's API means for the message that was to be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels import Refused, TryLater
from bot.channels.zalo_http import RefusalError
from handlers.turn import VIETNAM

log = structlog.get_logger(__name__)

RATE: Final = -32
BAD_FIELD: Final = -201
WINDOW: Final = "cannot write now: the person has not written within seven days"

SHUT: Final = "window"
"""The same, as announcements call it."""

_TOO_LONG: Final = -210
_NIGHT: Final = -234
_MORNING: Final = 6
_RATE_WAIT_S: Final = 60.0
_ACCOUNT_WAIT_S: Final = 900.0
_QUOTA_WAIT_S: Final = 3600.0

# Not this message's fault: an administrator must do something, and the messages wait for it.
_ACCOUNT: Final = {
    -216: "the access token is not accepted",
    -220: "the access token has expired",
    -124: "the access token is not accepted",
    -221: "the Official Account is not verified",
    -224: "the Official Account needs a paid tier",
    -320: "the application has no billing account",
    -321: "the billing account is empty",
}
_WINDOW_CODES: Final = frozenset({-230, -232})
_GONE: Final = {-213: "the person does not follow the account", -227: "the person is banned or long idle"}
_REFUSED: Final = {
    BAD_FIELD: "a field was not accepted",
    _TOO_LONG: "the text was too long",
    -240: "the version of the API is shut down",
    -244: "the person does not accept this kind of message",
}


def may_be_the_shape(error: RefusalError) -> bool:
    """Whether the buttons or the list may be what was refused: a field, or a number that no facts page has."""
    known = {RATE, -211, _NIGHT, *_ACCOUNT, *_WINDOW_CODES, *_GONE, *_REFUSED} - {BAD_FIELD}
    return error.code not in known


def delivery(error: RefusalError, clock: Callable[[], datetime]) -> TryLater | Refused:
    """An unknown number is refused with its number and words, so that an operator sees it."""
    code = error.code
    if code == RATE:
        return TryLater(_RATE_WAIT_S, "too many requests", whole_channel=True)
    if code == -211:
        return TryLater(_QUOTA_WAIT_S, "the quota of messages is used up", whole_channel=True)
    if code in _ACCOUNT:
        log.error("zalo_oa.account", code=code, reason=_ACCOUNT[code])
        return TryLater(_ACCOUNT_WAIT_S, f"{code}: {_ACCOUNT[code]}", whole_channel=True)
    if code == _NIGHT:
        return TryLater(_until_morning(clock()), f"{code}: not at night")
    if code in _WINDOW_CODES:
        return Refused(f"{code}: {WINDOW}", shut=SHUT)
    if code in _GONE:
        return Refused(f"{code}: {_GONE[code]}", gone=True)
    return Refused(f"{code}: {_REFUSED.get(code) or error.description}".strip())


def _until_morning(now: datetime) -> float:
    local = now.astimezone(VIETNAM)
    morning = local.replace(hour=_MORNING, minute=1, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return (morning - local).total_seconds()
