"""Composing an announcement in chat: the topic, the words, pictures and a link, to whom, where, when; then it is shown
as it will look.

`begin` puts into the answers where the actor may send; `look_up` puts which areas a typed name may mean. Both only
steer the questions: `finish` keeps a draft through `handlers.actions.broadcasts`, which asks `handlers.access` again.
"""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from content.reading.dates import read_date
from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import Read
from content.text import plain
from content.topics import topics
from handlers.access import scope_filter
from handlers.actions import broadcasts as actions
from handlers.broadcasting import pictures
from handlers.broadcasting.checking import (
    LONGEST_TITLE,
    MOST_PICTURES,
    BroadcastError,
    Text,
    Typed,
    cleaned,
    good_link,
    units,
)
from handlers.broadcasting.office import office_of
from handlers.broadcasting.options import full_name
from handlers.broadcasting.showing import failed, shown
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood, ask_again
from handlers.messages import Choice
from handlers.turn import VIETNAM, Replies, Turn
from rules.audiences.model import AllOf, Leaf
from storage import areas

KIND: Final = "broadcast"
_FIELDS: Final = ("topic", "title", "text", "pictures", "link", "who", "where", "when")
_ENOUGH: Final = "enough"
_NO_PICTURE: Final = "none"
_NONE: Final = frozenset("khong|khong co|khong can|k|ko|no|none|khong co anh|khong anh|no picture".split("|"))
_MAY_LACK: Final = ("pictures", "link")
_MORE: Final = ("until", "title_en", "text_en")
"""Never asked: who wants them names them at the summary."""
_DONE: Final = frozenset({"xong", "xong anh", "du", "du roi", "het", "het roi", "done"})
_WHO: Final[dict[str, tuple[Leaf, ...]]] = {
    "everybody": (),
    "heads": (Leaf("role", ("village_head",)),),
    "officers": (Leaf("role", ("commune_officer", "district_officer", "communications_staff")),),
    "poor": (Leaf("household", ("poor", "near_poor")),),
}
_EVERYWHERE: Final = "all"
_MOST_AREAS: Final = 8
_HOUR: Final = re.compile(r"(?<![\d/])(\d{1,2})\s*(?:h|g|gio|:)\s*(\d{2})?(?!\d)")
_MORNING: Final = time(8)
_NO_YEAR: Final = re.compile(
    r"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}(?![\d/.-])|ngay (?:mung )?\d{1,2}(?: thang)? \d{1,2}(?!\d| nam)"
)
_WEEKDAY: Final = re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7])\b")
_BEFORE: Final = re.compile(r"\b(?:truoc|ngoai|qua|roi|vua)\b")


async def begin(turn: Turn) -> dict[str, Any]:
    """The answers to start with.

    Raises:
        AccessDenied: the actor composes nothing.
    """
    actor = await turn.actor()
    scope = scope_filter(actor, "compose_broadcast")
    return {"scope": scope, "home": actor.acting.area_name if actor.acting is not None else ""}


async def look_up(turn: Turn, answers: dict[str, Any], text: str) -> None:
    """Before a typed place is read: which areas it may mean, by a part of the name without accents."""
    connection = await turn.work.connection()
    found = await areas.named(connection, plain(text).split(), answers.get("scope", "/"), limit=_MOST_AREAS + 1)
    answers["found"] = [[area.key, await full_name(connection, area)] for area in found[:_MOST_AREAS]]
    answers["more"] = len(found) > _MOST_AREAS


class Broadcast:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = True
    confirm_key = "broadcasts.confirm"

    def title(self, turn: Turn) -> str:
        return turn.say("broadcasts.ask.title_of_all")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        wanted = (field for field in _FIELDS if field != "pictures" or turn.capabilities.pictures_in)
        return next((field for field in wanted if field not in answers and field not in skipped), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        text = turn.say(f"broadcasts.ask.{field}")
        if field == "topic":
            return Ask(text, tuple(turn.choice(name, f"topics.name.{name}") for name in topics()))
        if field == "who":
            return Ask(text, tuple(turn.choice(who, f"broadcasts.who.{who}") for who in _WHO))
        if field == "where":
            return Ask(text, (Choice(_EVERYWHERE, turn.say("broadcasts.everywhere", area=answers["home"])),))
        if field == "pictures":
            return _ask_pictures(turn, answers)
        if field == "link" or field in _MORE:
            return Ask(text, skippable=True)
        if field == "when":
            return Ask(text, (turn.choice("now", "broadcasts.now"), turn.choice("morning", "broadcasts.morning")))
        return Ask(text)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field in ("topic", "who"):
            return _read_option(turn, field, said, chosen=chosen)
        if field == "where":
            return _read_area(turn, answers, said, chosen=chosen)
        if field == "when":
            return _read_moment(turn, said, chosen=chosen)
        if field == "until":
            return _read_until(turn, said)
        if field == "pictures":
            return _read_pictures(turn, said, chosen=chosen)
        if field == "link":
            return _read_link(turn, said)
        kept = cleaned(said)
        if field in _MORE and plain(kept).strip(" .!") in _NONE:
            return DontKnow()
        if field.startswith("title") and (units(kept) > LONGEST_TITLE or "\n" in kept):
            return NotUnderstood(turn.say("broadcasts.problem.title_too_long", length=units(kept), most=LONGEST_TITLE))
        return (
            Understood({field: kept})
            if kept
            else NotUnderstood(turn.say(f"broadcasts.problem.no_{field.removesuffix('_en')}"))
        )

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        # Also asked for half-way, when a text begins like "sửa …".
        # What was skipped can still be given: it stands there as soon as the next question was answered.
        given = [field for field in _FIELDS if field in answers or (field in _MAY_LACK and "who" in answers)]
        if not (turn.capabilities.pictures_in or answers.get("files")):
            given = [field for field in given if field != "pictures"]
        if "when" in answers:
            given += _MORE
        return [Line(field, turn.say(f"broadcasts.label.{field}"), _told(turn, answers, field)) for field in given]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        unready = await pictures.unready(turn, answers.get("files", ()))
        if unready:
            return await ask_again(turn, self, unready)
        parts = [*_WHO[answers["who"]]]
        if answers["where"]:
            parts.append(Leaf("area", (answers["where"][0],)))
        typed = Typed(
            topic=answers["topic"],
            texts=_texts(answers),
            pictures=tuple(answers.get("files", ())),
            audience=AllOf(tuple(parts)),
            # In chat a warning of a disaster is always one that cannot wait for the morning.
            urgent=topics()[answers["topic"]].urgent,
            start_at=datetime.fromisoformat(answers["when"]) if answers["when"] else None,
            not_after=datetime.fromisoformat(answers["until"]) if answers.get("until") else None,
        )
        office = office_of(turn.knowledge, turn.now)
        try:
            row = await actions.write(await turn.work.connection(), await turn.actor(), office, typed)
            return await shown(turn, row.id, turn.say("broadcasts.kept"))
        except BroadcastError as error:
            return [failed(turn, error)]


def _told(turn: Turn, answers: Answers, field: str) -> str:
    if field == "pictures":
        count = len(answers.get("files", ()))
        return turn.say("broadcasts.picture_count", count=count) if count else turn.say("broadcasts.none_given")
    if field == "until" and answers.get("until"):
        return turn.words.time(datetime.fromisoformat(answers["until"]))
    if field == "link" or field in _MORE:
        return str(answers.get(field) or turn.say("broadcasts.none_given"))
    value = answers[field]
    if field == "topic":
        return turn.say(f"topics.name.{value}")
    if field == "who":
        return turn.say(f"broadcasts.who.{value}")
    if field == "where":
        return str(value[1]) if value else turn.say("broadcasts.everywhere", area=answers["home"])
    if field == "when":
        return turn.words.time(datetime.fromisoformat(value)) if value else turn.say("broadcasts.now")
    return str(value)


def _ask_pictures(turn: Turn, answers: Answers) -> Ask:
    count = len(answers.get("files", ()))
    none = turn.choice(_NO_PICTURE, "broadcasts.drop_pictures" if count else "broadcasts.no_picture")
    if not count:
        return Ask(turn.say("broadcasts.ask.pictures", most=MOST_PICTURES), (none,), skippable=True)
    said = turn.say("broadcasts.ask.more_pictures", count=count, most=MOST_PICTURES)
    return Ask(said, (turn.choice(_ENOUGH, "broadcasts.enough_pictures"), none))


def _read_pictures(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    word = plain(said).strip(" .!")
    if said == _NO_PICTURE if chosen else word in _NONE:
        return Understood({"pictures": True}, drop=("files",))
    if chosen or word in _DONE:
        return Understood({"pictures": True})
    return NotUnderstood(turn.say("broadcasts.picture_or_none"))


def _read_link(turn: Turn, said: str) -> Understood | NotUnderstood | DontKnow:
    """An address; whoever leaves out how it begins means the safe way."""
    link = said.strip()
    if plain(link).strip(" .!") in _NONE:
        return DontKnow()
    link = link if "://" in link else f"https://{link}"
    return Understood({"link": link}) if good_link(link) else NotUnderstood(turn.say("broadcasts.problem.bad_link"))


def _read_option(turn: Turn, field: str, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    names = (
        {name: turn.say(f"topics.name.{name}") for name in topics()}
        if field == "topic"
        else {who: turn.say(f"broadcasts.who.{who}") for who in _WHO}
    )
    if chosen:
        return Understood({field: said}) if said in names else NotUnderstood(turn.say("broadcasts.which"))
    found = read_option(said, [Option(name, label, ()) for name, label in names.items()])
    if isinstance(found, Ambiguous):
        return NotUnderstood(
            turn.say("broadcasts.which"), tuple(Choice(each, names[each]) for each in found.candidates)
        )
    return NotUnderstood(turn.say("broadcasts.which")) if found is None else Understood({field: found.value})


def _read_area(turn: Turn, answers: Answers, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    if said == _EVERYWHERE:
        return Understood({"where": None})
    found = answers.get("found", [])
    for key, name in found:
        if said == key or (len(found) == 1 and not chosen):
            return Understood({"where": [key, name]})
    if not found:
        return NotUnderstood(turn.say("people.no_such_area"))
    key = "people.too_many_areas" if answers.get("more") else "people.which_area"
    return NotUnderstood(turn.say(key), tuple(Choice(key, name) for key, name in found))


def _texts(answers: Answers) -> dict[str, Text]:
    """The words by language; the page to read more on is the same in both."""
    link = answers.get("link", "")
    found = {"vi": Text(answers["title"], answers["text"], link)}
    title, text = answers.get("title_en", ""), answers.get("text_en", "")
    return {**found, "en": Text(title, text, link)} if title or text else found


def _read_until(turn: Turn, said: str) -> Understood | NotUnderstood | DontKnow:
    """A moment, as for the beginning; none takes it away again."""
    if plain(said).strip(" .!") in _NONE:
        return DontKnow()
    read = _read_moment(turn, said, chosen=False)
    if isinstance(read, NotUnderstood):
        return read
    moment = read.answers["when"]
    return Understood({"until": moment}) if moment else NotUnderstood(turn.say("broadcasts.problem.bad_time"))


def _ahead(said: str, day: date, today: date) -> date:
    """The day that is meant for something to come: dates are read as of the past where no year or week is said."""
    if day >= today:
        return day
    if _NO_YEAR.search(said):
        return _next_on(day.month, day.day, today)
    return day + timedelta(days=7) if _WEEKDAY.search(said) and not _BEFORE.search(said) else day


def _next_on(month: int, day: int, today: date) -> date:
    """The first such day from today on; the 29th of February is waited for."""
    years = range(today.year, today.year + 9)
    days = (date(year, month, day) for year in years if (month, day) != (2, 29) or isleap(year))
    return next(each for each in days if each >= today)


def _read_moment(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    local = turn.now.astimezone(VIETNAM)
    if chosen:
        tomorrow = datetime.combine(local.date() + timedelta(days=1), _MORNING, VIETNAM)
        return Understood({"when": tomorrow.isoformat() if said == "morning" else ""})
    if plain(said).strip(" .") in ("ngay", "gui ngay", "bay gio", "luon", "now"):
        return Understood({"when": ""})
    hour = _HOUR.search(plain(said))
    day = read_date(_HOUR.sub(" ", plain(said)) if hour else said, turn.today)
    known = isinstance(day, Read) and day.value.precision == "day"
    if (hour is None and not known) or (hour is not None and (int(hour[1]) > 23 or int(hour[2] or 0) > 59)):
        return NotUnderstood(turn.say("broadcasts.problem.bad_time"))
    on = _ahead(plain(said), day.value.day, turn.today) if isinstance(day, Read) and known else turn.today
    at = time(int(hour[1]), int(hour[2] or 0)) if hour is not None else _MORNING
    moment = datetime.combine(on, at, VIETNAM)
    if moment < turn.now:
        return NotUnderstood(turn.say("broadcasts.problem.in_the_past"))
    return Understood({"when": moment.isoformat()})


interview: Final = Broadcast()
