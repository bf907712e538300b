"""Putting somebody forward for commendation: who, where, what they did, by which criteria, and whether they agree.

What is typed about a person is sealed at once: conversations are stored in the clear. `begin` puts in who nominates and
where; `look_up` which place a typed name may mean. `finish` hands over to `handlers.actions.nominations`, which checks
everything again.
"""

from __future__ import annotations

from typing import Any, Final

from content.text import plain
from handlers.access import VILLAGE_HEAD, can_anywhere
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice
from handlers.nominating import answers as told
from handlers.nominating import hearing
from handlers.nominating.answers import nominating_of
from handlers.nominating.lines import lines
from handlers.nominating.sending import send
from handlers.turn import Replies, Turn
from rules.nominations.model import ANSWERS, HOW, KINDS, MOST_PHOTOS, SHORTEST_DEED
from storage import areas

KIND: Final = "nomination"
ENOUGH: Final = "enough"
_PLACES: Final = ("village", "commune", "township", "ward")
_MOST_PLACES: Final = 8
FREE: Final = frozenset({"name", "deed", "consent_who"})
"""What is told of somebody in free words: "cứu người đuối nước" is a good deed here and no cry for help."""


async def begin(turn: Turn) -> dict[str, Any] | None:
    """The answers to start with; None for somebody who puts nobody forward."""
    actor = await turn.actor()
    if not can_anywhere(actor, "nominate"):
        return None
    answers: dict[str, Any] = {
        "submission": turn.knowledge.keys.keyed_hash(f"nomination:{turn.seed}"),
        "officer": actor.role != VILLAGE_HEAD,
    }
    if not answers["officer"]:
        row = await areas.get(await turn.work.connection(), actor.area_key)
        answers["area"] = {"key": actor.area_key, "name": row.name if row is not None else actor.area_key}
    return answers


async def look_up(turn: Turn, text: str) -> None:
    """Before a typed place is read: which ones within the actor's area it may mean."""
    running = turn.conversation.interview
    if running is None or running.kind != KIND or running.current != "area":
        return
    actor = await turn.actor()
    words = [word for word in plain(text).split() if word not in ("thon", "xa", "thi", "tran", "phuong", "to", "xom")]
    rows = await areas.named(
        await turn.work.connection(), words or plain(text).split(), actor.area_path or "/", kinds=_PLACES,
        limit=_MOST_PLACES + 1,
    )  # fmt: skip
    running.answers["found"] = [[row.key, row.name] for row in rows[:_MOST_PLACES]]
    running.answers["more"] = len(rows) > _MOST_PLACES


class NominationInterview:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("nominations.title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return next((field for field in told.wanted(turn, answers) if field not in answers), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        options: tuple[Choice, ...] = ()
        if field == "organisation":
            known = nominating_of(turn).organisations
            options = tuple(Choice(each.id, turn.words.translate(each.name)) for each in known)
        elif field == "kind":
            options = tuple(turn.choice(kind, f"nominations.kind.{kind}") for kind in KINDS)
        elif field == "area":
            options = tuple(Choice(key, name) for key, name in answers.get("found", ()))
        elif field in ("criteria", "more_criteria"):
            return _ask_criteria(turn, answers, field)
        elif field == "photos":
            return _ask_photos(turn, answers)
        elif field == "consent":
            options = tuple(turn.choice(each, f"nominations.consent_choice.{each}") for each in ANSWERS)
        elif field == "consent_how":
            options = tuple(turn.choice(each, f"nominations.how.{each}") for each in HOW)
        elif field == "consent_day":
            options = (turn.choice("today", "nominations.today"), turn.choice("yesterday", "nominations.yesterday"))
        return Ask(_question(turn, answers, field), options)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        return hearing.heard(turn, answers, field, said, self.ask(turn, answers, field).options, chosen=chosen)

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        if "kind" not in answers:
            return []
        said = told.nomination_of(turn, answers)
        place = str(answers.get("area", {}).get("name", ""))
        found = [Line(*each) for each in lines(turn.words, nominating_of(turn), said, place) if each.field in answers]
        if answers.get("photos"):
            count = len(answers.get("files", ()))
            value = turn.say("nominations.photo_count", count=count) if count else turn.say("nominations.no_photo")
            found.append(Line("photos", turn.say("nominations.line.photos"), value))
        # An organisation stays the one it is, and a village head's village too.
        fixed = {"organisation"} if "nomination" in answers else set()
        return [each for each in found if each.field not in fixed and (each.field != "area" or answers["officer"])]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        return await send(turn, dict(answers))


def _question(turn: Turn, answers: Answers, field: str) -> str:
    if field in ("name", "consent"):
        return turn.say(f"nominations.ask.{field}_{answers['kind']}")
    if field == "deed":
        return turn.say("nominations.ask.deed", least=SHORTEST_DEED)
    return turn.say(f"nominations.ask.{field}")


def _ask_criteria(turn: Turn, answers: Answers, field: str) -> Ask:
    nominating = nominating_of(turn)
    chosen = {each[0] for each in answers.get("criteria", ())} if field == "more_criteria" else set()
    left = [each for each in nominating.of_kind(answers["kind"]) if each.id not in chosen]
    options = tuple(Choice(each.id, turn.words.translate(each.label)) for each in left)
    if field == "more_criteria":
        enough = turn.choice(ENOUGH, "nominations.enough")
        return Ask(turn.say("nominations.ask.more_criteria"), (enough, *options))
    if nominating.confirmed:
        return Ask(turn.say("nominations.ask.criteria"), options)
    guide = turn.words.translate(nominating.guide)
    return Ask(turn.say("nominations.ask.criteria_unconfirmed", guide=guide), options)


def _ask_photos(turn: Turn, answers: Answers) -> Ask:
    count = len(answers.get("files", ()))
    if not count:
        none = turn.choice(ENOUGH, "nominations.no_photo")
        return Ask(turn.say("nominations.ask.photos", most=MOST_PHOTOS), (none,))
    done = turn.choice(ENOUGH, "nominations.photos_done")
    return Ask(turn.say("nominations.ask.more_photos", count=count, most=MOST_PHOTOS), (done,))


interview: Final = NominationInterview()
