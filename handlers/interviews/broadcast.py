"""Composing an announcement in chat: the topic, the words, to whom, where, when; then it is shown as it will look.

`begin` puts into the answers where the actor may send; `look_up` puts which areas a typed name may mean. Both only
steer the questions: `finish` keeps a draft through `handlers.actions.broadcasts`, which asks `handlers.access` again.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any, Final

from content.reading.dates import read_date
from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import Read
from content.text import plain
from content.topics import topics
from handlers.access import scope_filter
from handlers.actions import broadcasts as actions
from handlers.broadcasting.checking import LONGEST_TITLE, BroadcastError, Text, Typed, cleaned, units
from handlers.broadcasting.office import office_of
from handlers.broadcasting.options import full_name
from handlers.broadcasting.showing import failed, shown
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice
from handlers.turn import VIETNAM, Replies, Turn
from rules.audiences.model import AllOf, Leaf
from storage import areas

KIND: Final = "broadcast"
_FIELDS: Final = ("topic", "title", "text", "who", "where", "when")
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
        return next((field for field in _FIELDS if field not in answers), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        text = turn.say(f"broadcasts.ask.{field}")
        if field == "topic":
            return Ask(text, tuple(turn.choice(name, f"topics.name.{name}") for name in topics()))
        if field == "who":
            return Ask(text, tuple(turn.choice(who, f"broadcasts.who.{who}") for who in _WHO))
        if field == "where":
            return Ask(text, (Choice(_EVERYWHERE, turn.say("broadcasts.everywhere", area=answers["home"])),))
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
        kept = cleaned(said)
        if field == "title" and (units(kept) > LONGEST_TITLE or "\n" in kept):
            return NotUnderstood(turn.say("broadcasts.problem.title_too_long", length=units(kept), most=LONGEST_TITLE))
        return Understood({field: kept}) if kept else NotUnderstood(turn.say(f"broadcasts.problem.no_{field}"))

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        # Also asked for half-way, when a text begins like "sửa …".
        return [
            Line(field, turn.say(f"broadcasts.label.{field}"), _told(turn, answers, field))
            for field in _FIELDS
            if field in answers
        ]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        parts = [*_WHO[answers["who"]]]
        if answers["where"]:
            parts.append(Leaf("area", (answers["where"][0],)))
        typed = Typed(
            topic=answers["topic"],
            texts={"vi": Text(answers["title"], answers["text"])},
            audience=AllOf(tuple(parts)),
            # In chat a warning of a disaster is always one that cannot wait for the morning.
            urgent=topics()[answers["topic"]].urgent,
            start_at=datetime.fromisoformat(answers["when"]) if answers["when"] else None,
        )
        office = office_of(turn.knowledge, turn.now)
        try:
            row = await actions.write(await turn.work.connection(), await turn.actor(), office, typed)
            return await shown(turn, row.id, turn.say("broadcasts.kept"))
        except BroadcastError as error:
            return [failed(turn, error)]


def _told(turn: Turn, answers: Answers, field: str) -> str:
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
    on = day.value.day if isinstance(day, Read) and known else turn.today
    at = time(int(hour[1]), int(hour[2] or 0)) if hour is not None else _MORNING
    moment = datetime.combine(on, at, VIETNAM)
    if moment < turn.now:
        return NotUnderstood(turn.say("broadcasts.problem.in_the_past"))
    return Understood({"when": moment.isoformat()})


interview: Final = Broadcast()
