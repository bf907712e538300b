"""Cases in words: what they are about, when an answer can be expected, and what is read by whom."""

from __future__ import annotations

from datetime import datetime
from statistics import median
from typing import Final

from content import office_hours
from content.localities import Office
from content.words import Words
from handlers.turn import VIETNAM, Knowledge

_ENOUGH: Final = 5
"""Answers from which on the usual time is told."""
_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR


def topic_title(knowledge: Knowledge, words: Words, topic: str) -> str:
    """The article's short name; empty for none."""
    article = knowledge.library.get(topic)
    return words.translate(article.short) if article is not None else ""


def office_name(knowledge: Knowledge, words: Words, role: str) -> str:
    """The office by its role; the commune where the locality no longer has it."""
    found = next((one for one in knowledge.locality.offices if one.role == role), None)
    return words.translate((found or knowledge.locality.office("commune")).name)


def expectation(knowledge: Knowledge, words: Words, office: Office, times: list[float], now: datetime) -> str:
    """When somebody is there and how long it has taken lately, as far as that is known."""
    local = now.astimezone(VIETNAM)
    hours = office_hours.load(knowledge.locality.about.slug).of(office.role)
    there = hours.open_at(local)
    if there is False:
        lines = [words.say("case.closed_now", day=words.date(hours.next_day(local)))]
    elif there is None:
        lines = [words.say("case.hours_unknown")]
    else:
        lines = [words.say("case.open_now", hours=hours.written())]
    if len(times) >= _ENOUGH:
        lines.append(words.say("case.usual", time=span(words, median(times))))
    else:
        lines.append(words.say("case.usual_unknown"))
    return " ".join(lines)


def span(words: Words, seconds: float) -> str:
    """A waiting time as people say it."""
    if seconds < _HOUR:
        return words.say("case.minutes", count=max(1, round(seconds / 60)))
    if seconds < 2 * _DAY:
        return words.say("case.hours", count=round(seconds / _HOUR))
    return words.say("case.days", count=round(seconds / _DAY))


def shortened(text: str, most: int = 160) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
