"""A text as it is written at the desk, before anybody has approved it: what it must have, and what is said if not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from content.news import TOPICS
from content.text import plain
from handlers.newsroom.errors import NewsError
from storage.keys import Keys
from storage.tables_news import NEWS_KINDS

LONGEST_TITLE: Final = 150
LONGEST_SUMMARY: Final = 400
LONGEST_BODY: Final = 20_000
LONGEST_ALT: Final = 250
LONGEST_SOURCE: Final = 300
MOST_PICTURES: Final = 10
HOW: Final = ("paper", "message", "recorded", "spoken")
"""How somebody has agreed to be named: on paper, in a message, recorded, said before a witness."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to be told about, on which day and how; `witness` heard it or keeps the paper."""

    who: str
    on: date
    how: str
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that an officer writes for one item."""

    kind: str
    topic: str
    area_key: str
    title: str
    summary: str
    body: str
    title_en: str = ""
    summary_en: str = ""
    body_en: str = ""
    source: str = ""
    source_url: str = ""
    names_person: bool = False
    consent: Consent | None = None
    pictures: tuple[tuple[str, str], ...] = ()
    """(media id, what is to be seen)"""


def check(draft: Draft, today: date) -> None:
    """Whether the text can be kept as a draft.

    Raises:
        NewsError: what is missing, too long, or no address.
    """
    if draft.kind not in NEWS_KINDS or draft.topic not in TOPICS:
        raise NewsError("kind")
    if not plain(draft.title):
        raise NewsError("title_empty")
    for name, most in (("title", LONGEST_TITLE), ("summary", LONGEST_SUMMARY), ("body", LONGEST_BODY)):
        for ending in ("", "_en"):
            if len(getattr(draft, name + ending)) > most:
                raise NewsError(f"{name}_long", most=most)
    if len(draft.pictures) > MOST_PICTURES:
        raise NewsError("pictures_many", most=MOST_PICTURES)
    if any(len(alt) > LONGEST_ALT for _, alt in draft.pictures):
        raise NewsError("alt_long", most=LONGEST_ALT)
    if max(len(draft.source), len(draft.source_url)) > LONGEST_SOURCE or not _is_address(draft.source_url):
        raise NewsError("source")
    if draft.consent is not None and draft.consent.on > today:
        raise NewsError("consent_future")


def check_complete(draft: Draft) -> None:
    """Whether the text can go before everybody.

    Raises:
        NewsError: something that a reader needs is missing, or the consent of who is named.
    """
    if not plain(draft.summary) or not plain(draft.body):
        raise NewsError("text_empty")
    if any(not plain(alt) for _, alt in draft.pictures):
        raise NewsError("alt_empty")
    if any((draft.title_en, draft.summary_en, draft.body_en)) and not (draft.title_en and draft.body_en):
        raise NewsError("english_half")
    if draft.names_person and draft.consent is None:
        raise NewsError("consent_missing")


def consent_said(who: str, on: date | None, how: str, witness: str) -> Consent | None:
    """The consent as the form says it; None where it is not whole."""
    if not plain(who) or on is None or how not in HOW:
        return None
    return Consent(who.strip()[:200], on, how, witness.strip()[:200])


def sealed(keys: Keys, consent: Consent | None, news_id: int, version: int) -> str:
    """The consent as it is kept; empty where there is none."""
    if consent is None:
        return ""
    values = {"who": consent.who, "on": consent.on.isoformat(), "how": consent.how, "witness": consent.witness}
    return keys.encrypt(json.dumps(values).encode(), _context(news_id, version))


def opened(keys: Keys, kept: str, news_id: int, version: int) -> Consent | None:
    """The consent again."""
    if not kept:
        return None
    values: dict[str, Any] = json.loads(keys.decrypt(kept, _context(news_id, version)))
    return Consent(values["who"], date.fromisoformat(values["on"]), values["how"], values["witness"])


def _context(news_id: int, version: int) -> str:
    return f"news_versions.consent:{news_id}:{version}"


def _is_address(text: str) -> bool:
    if not text:
        return True
    try:
        found = urlsplit(text)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.hostname) and text.isprintable() and " " not in text
