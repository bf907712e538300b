"""Writing down in chat what a nominee says about being written about, as officers do at the desk.

`begin` puts in {"id", "version", "kind", "name"}; the action asks again who may, and whether it still stands so.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from handlers.actions.nomination_story import set_consent
from handlers.actions.nominations import NominationError, Viewed
from handlers.cases.sealing import seal_told, told
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice
from handlers.nominating import hearing, saying
from handlers.nominating.moving import shown
from handlers.reporting.frame import frame_of
from handlers.turn import Replies, Turn
from rules.nominations.model import ANSWERS, HOW, Consent

KIND: Final = "nomination_consent"
FREE: Final = frozenset({"consent_who"})


def begin(turn: Turn, seen: Viewed) -> dict[str, Any]:
    """The answers to start with."""
    name = seen.said.name if seen.said is not None else ""
    row = seen.row
    return {"id": row.id, "version": row.version, "kind": row.kind, "name": seal_told(turn.knowledge.keys, name)}


class NominationConsent:
    """The interview."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("nominations.consent_title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return next((field for field in _wanted(answers) if field not in answers), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field == "consent":
            options = tuple(turn.choice(each, f"nominations.consent_choice.{each}") for each in ANSWERS)
            return Ask(turn.say(f"nominations.ask.consent_{answers['kind']}"), options)
        options = ()
        if field == "consent_how":
            options = tuple(turn.choice(each, f"nominations.how.{each}") for each in HOW)
        elif field == "consent_day":
            options = (turn.choice("today", "nominations.today"), turn.choice("yesterday", "nominations.yesterday"))
        return Ask(turn.say(f"nominations.ask.{field}"), options)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        options: tuple[Choice, ...] = self.ask(turn, answers, field).options
        return hearing.heard(turn, answers, field, said, options, chosen=chosen)

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return [
            Line(field, turn.say(f"nominations.line.{field}"), _value(turn, answers, field))
            for field in _wanted(answers)
            if field in answers
        ]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        nomination_id = int(answers["id"])
        try:
            row = await set_consent(
                await turn.work.connection(), await turn.actor(), turn.knowledge.keys,
                frame_of(turn.knowledge.locality, turn.words), nomination_id, _consent(turn, answers),
                version=int(answers["version"]), now=turn.now, today=turn.today,
            )  # fmt: skip
        except NominationError as failed:
            return [await shown(turn, nomination_id, saying.error(turn, failed))]
        return [await shown(turn, nomination_id, turn.say("nominations.consent_kept", receipt=row.receipt))]


def _wanted(answers: Answers) -> list[str]:
    fields = ["consent"]
    if answers.get("consent") == "yes":
        fields += [*(["consent_who"] if answers["kind"] != "person" else []), "consent_how", "consent_day"]
    return fields


def _consent(turn: Turn, answers: Answers) -> Consent:
    if answers["consent"] != "yes":
        return Consent(answers["consent"])
    # A person agrees for themself; a household or a collective by somebody who speaks for it.
    who = told(turn.knowledge.keys, answers["name" if answers["kind"] == "person" else "consent_who"])
    return Consent("yes", who, answers["consent_how"], date.fromisoformat(answers["consent_day"]))


def _value(turn: Turn, answers: Answers, field: str) -> str:
    if field == "consent":
        return turn.say(f"nominations.consent_choice.{answers[field]}")
    if field == "consent_how":
        return turn.say(f"nominations.how.{answers[field]}")
    if field == "consent_day":
        return turn.words.date(date.fromisoformat(answers[field]))
    return told(turn.knowledge.keys, answers[field])


interview: Final = NominationConsent()
