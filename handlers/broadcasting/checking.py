"""What an announcement must be before anybody receives it: every problem is found at once, by field, in words.

Nothing here asks the database; how many it reaches, and that it reaches somebody, is counted by the actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from content.topics import topics
from rules.audiences.model import Tree
from rules.audiences.tree import AudienceError, Options, nobody, read

LONGEST: Final = 2000
"""UTF-16 code units of a whole message: what every channel takes in one piece."""
LONGEST_TITLE: Final = 120
LONGEST_LINK: Final = 300
MOST_PICTURES: Final = 10
LANGUAGES: Final = ("vi", "en")
"""In the order in which they are written; the first is always needed, and stands in for any other."""
FARTHEST: Final = timedelta(days=366)

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<!--|&(?:[a-zA-Z]{2,8}|#\d{1,6});")
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{[^}\n]*\}|\{[a-z_]{2,30}\}|\[\[[^\]\n]*\]\]")
_MARKDOWN: Final = re.compile(r"\*\*\S|\S\*\*|__\S[^_\n]*__|\]\(https?:|^#{1,4} ", re.MULTILINE)
_ALLOWED: Final = frozenset("\n\u200d\ufe0f")


@dataclass(frozen=True, slots=True)
class Text:
    """The words in one language."""

    title: str = ""
    text: str = ""
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.text or self.link)


@dataclass(frozen=True, slots=True)
class Typed:
    """An announcement as somebody typed it; nothing in here is trusted."""

    topic: str = ""
    texts: Mapping[str, Text] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    audience: Tree | str = '{"all":[]}'
    urgent: bool = False
    start_at: datetime | None = None
    """Not before; None is at once."""
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What must be mended: the field of the form, and the phrase `broadcasts.problem.<key>`."""

    where: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class BroadcastError(Exception):
    """What somebody wants to do with an announcement cannot be done; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{each.where}: {each.key}" for each in problems))
        self.problems: Final = problems


def units(text: str) -> int:
    """The length as channels count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """What was typed with line ends of one kind, without blanks at the ends and without more than one empty line."""
    text = text.encode("utf-8", "ignore").decode()  # half of a pair, as a phone's keyboard may cut it
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def problems(typed: Typed, options: Options, now: datetime, *, footer: Mapping[str, str]) -> list[Problem]:
    """Everything that is wrong, in the order of the form. `footer` is what stands below the text, by language."""
    found = list(_of_topic(typed))
    for language in LANGUAGES:
        text = typed.texts.get(language, Text())
        if text or language == LANGUAGES[0]:
            found += _of_text(text, language, footer.get(language, ""))
    if len(typed.pictures) > MOST_PICTURES:
        found.append(Problem("pictures", "too_many_pictures", {"most": MOST_PICTURES}))
    found += _of_audience(typed.audience, options)
    found += of_times(typed.start_at, typed.not_after, now)
    return found


def _of_topic(typed: Typed) -> Iterator[Problem]:
    topic = topics().get(typed.topic)
    if topic is None:
        yield Problem("topic", "no_topic")
    elif typed.urgent and not topic.urgent:
        yield Problem("urgent", "not_urgent")


def _of_text(text: Text, language: str, footer: str) -> Iterator[Problem]:
    if not text.title:
        yield Problem(f"title_{language}", "no_title")
    elif units(text.title) > LONGEST_TITLE or "\n" in text.title:
        yield Problem(f"title_{language}", "title_too_long", {"length": units(text.title), "most": LONGEST_TITLE})
    if not text.text:
        yield Problem(f"text_{language}", "no_text")
    for name, said in (("title", text.title), ("text", text.text)):
        yield from _of_marks(said, f"{name}_{language}")
    # Title, text and link are set apart by one empty line each, the footer too.
    whole = units("\n\n".join(part for part in (text.title, text.text, text.link, footer) if part))
    if whole > LONGEST:
        yield Problem(f"text_{language}", "text_too_long", {"over": whole - LONGEST, "most": LONGEST - units(footer)})
    if text.link and not good_link(text.link):
        yield Problem(f"link_{language}", "bad_link")


def _of_marks(said: str, name: str) -> Iterator[Problem]:
    """Marks that no channel shows as what they mean, and characters that none can show at all."""
    for key, pattern in (("markup", _TAG), ("placeholder", _PLACEHOLDER), ("markdown", _MARKDOWN)):
        found = pattern.search(said)
        if found is not None:
            yield Problem(name, key, {"mark": found[0].strip()[:40]})
            return
    if any(not (char.isprintable() or char in _ALLOWED) for char in said):
        yield Problem(name, "unprintable")


def good_link(link: str) -> bool:
    """An address of the web with a host, in full."""
    if len(link) > LONGEST_LINK or not link.isprintable() or " " in link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and "." in (parts.hostname or "") and parts.username is None


def _of_audience(audience: Tree | str, options: Options) -> Iterator[Problem]:
    try:
        tree = read(audience, options) if isinstance(audience, str) else audience
    except AudienceError as error:
        yield Problem("audience", f"audience_{error.key}", error.values)
        return
    if nobody(tree):
        yield Problem("audience", "nobody")


def of_times(start_at: datetime | None, not_after: datetime | None, now: datetime) -> list[Problem]:
    """A beginning in the past, and an end before it."""
    found = []
    if start_at is not None and start_at < now - timedelta(minutes=1):
        found.append(Problem("start_at", "in_the_past"))
    elif start_at is not None and start_at > now + FARTHEST:
        found.append(Problem("start_at", "too_far"))
    if not_after is not None and not_after <= (start_at or now):
        found.append(Problem("not_after", "ends_before" if start_at is not None else "ended"))
    return found
