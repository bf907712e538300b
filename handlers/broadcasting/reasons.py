"""Why somebody did not get an announcement, in an officer's words."""

from __future__ import annotations

import re
from typing import Final

from content.words import Words
from storage.expansion import REASONS

# What platforms and the worker write beside a row, by what it means to an officer.
_MEANINGS: Final = (
    ("cancelled", re.compile(r"cancel")),
    ("expired", re.compile(r"expired|too late")),
    ("window", re.compile(r"seven days|7 days|window|interact")),
    ("quota", re.compile(r"quota")),
    (
        "gone",
        re.compile(r"block|deactivated|kicked|not found|unfollow|follow|deleted|can't initiate|left", re.IGNORECASE),
    ),
    ("too_long", re.compile(r"too long")),
    ("given_up", re.compile(r"given up")),
)


def reason_said(words: Words, reason: str) -> str:
    """The reason in words; one that nobody foresaw stays as the platform gave it."""
    if reason in REASONS:
        return words.say(f"broadcasts.reason.{reason}")
    for name, pattern in _MEANINGS:
        if pattern.search(reason):
            return words.say(f"broadcasts.reason.{name}")
    return words.say("broadcasts.reason.other", reason=reason[:80])
