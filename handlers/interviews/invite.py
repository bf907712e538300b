"""Inviting somebody into a role: which role, for which area, who; the code is told once at the end.

`begin` puts into the answers which roles may be given and the area below which; `look_up` puts the areas that a typed
name may mean. Both only steer the questions: `finish` asks `handlers.access` again.
"""

from __future__ import annotations

from typing import Any, Final

from content.text import plain
from handlers import codes
from handlers.access import AREA_KINDS, STAFF_ROLES, can_anywhere, invite_verb
from handlers.actions.people import PeopleError, clean_name, invite
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice, Reply
from handlers.turn import Replies, Turn
from storage import areas

KIND: Final = "invite"
_FIELDS: Final = ("role", "area", "name")
_MOST_AREAS: Final = 8


async def known_at_the_start(turn: Turn) -> dict[str, Any]:
    """What the acting role may give; an empty list of roles where it may give none."""
    actor = await turn.actor()
    may = [role for role in STAFF_ROLES if can_anywhere(actor, invite_verb(role))]
    known: dict[str, Any] = {"may": may, "scope": actor.area_path}
    if len(may) == 1:
        known["role"] = may[0]
        known |= await _only_area(turn, actor.area_path, may[0])
    return known


async def look_up(turn: Turn, answers: dict[str, Any], text: str) -> None:
    """Before a typed name of an area is read: which areas it may mean, by a part of the name without accents."""
    role = answers.get("role", "")
    if role not in AREA_KINDS or not answers.get("scope"):
        return
    found = await areas.named(
        await turn.work.connection(),
        plain(text).split(),
        answers["scope"],
        kinds=sorted(AREA_KINDS[role]),
        limit=_MOST_AREAS + 1,
    )
    answers["found"] = [[area.key, await _full_name(turn, area)] for area in found[:_MOST_AREAS]]
    answers["more"] = len(found) > _MOST_AREAS


async def _only_area(turn: Turn, scope: str, role: str) -> dict[str, Any]:
    """The areas to choose from where there are few enough to show at once."""
    connection = await turn.work.connection()
    all_of_them = await areas.subtree(connection, scope, kinds=sorted(AREA_KINDS[role]))
    if not 0 < len(all_of_them) <= _MOST_AREAS:
        return {}
    return {"found": [[area.key, await _full_name(turn, area)] for area in all_of_them]}


async def _full_name(turn: Turn, area: areas.AreaRow) -> str:
    """A village with its commune: many have one name."""
    if area.kind != "village" or area.parent_key is None:
        return area.name
    above = await areas.get(await turn.work.connection(), area.parent_key)
    return f"{area.name}, {above.name}" if above is not None else area.name


class Invite:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("people.invite_title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        fits = "area" not in answers or answers["area"][2] == answers.get("role")
        return next((field for field in _FIELDS if field not in answers or (field == "area" and not fits)), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field == "role":
            options = tuple(turn.choice(role, f"people.role.{role}") for role in answers.get("may", ()))
            return Ask(turn.say("people.ask_role"), options)
        if field == "area":
            return Ask(turn.say("people.ask_area"), _area_options(answers))
        return Ask(turn.say("people.ask_name"))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field == "role":
            if said not in answers.get("may", ()):
                return NotUnderstood(turn.say("people.which_role"))
            # Another role wants another kind of area.
            return Understood({"role": said, "found": [], "more": False})
        if field == "area":
            return _read_area(turn, answers, said)
        try:
            return Understood({"name": clean_name(said)})
        except PeopleError:
            return NotUnderstood(turn.say("people.error.name"))

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return [
            Line("role", turn.say("people.role"), turn.say(f"people.role.{answers['role']}")),
            Line("area", turn.say("people.area"), answers["area"][1]),
            Line("name", turn.say("people.name"), answers["name"]),
        ]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        connection = await turn.work.connection()
        try:
            invited = await invite(
                connection,
                await turn.actor(),
                turn.knowledge.keys,
                role=answers["role"],
                area_key=answers["area"][0],
                name=answers["name"],
                seed=turn.seed,
                now=turn.now,
            )
        except PeopleError as error:
            return [Reply(turn.say(f"people.error.{error.reason}"), controls=(turn.choice("invite", "people.invite"),))]
        told = turn.say(
            "people.invited",
            name=answers["name"],
            code=codes.shown(invited.code),
            until=turn.words.date(invited.expires_at.date()),
        )
        return [Reply(told, controls=(turn.choice("invite", "people.invite"), turn.choice("staff", "people.list")))]


def _read_area(turn: Turn, answers: Answers, said: str) -> Understood | NotUnderstood:
    found = answers.get("found", [])
    for key, name in found:
        if said == key:
            return Understood({"area": [key, name, answers.get("role")]})
    if len(found) == 1:
        return Understood({"area": [*found[0], answers.get("role")]})
    if not found:
        return NotUnderstood(turn.say("people.no_such_area"))
    key = "people.too_many_areas" if answers.get("more") else "people.which_area"
    return NotUnderstood(turn.say(key), _area_options(answers))


def _area_options(answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(key, name) for key, name in answers.get("found", ()))


interview: Final = Invite()
