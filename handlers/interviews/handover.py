"""Sending one's own result to the officers of the commune: where one lives, how one is reached, and a clear yes.

`known` is {"card": the short text that the person has just agreed to}. Nothing is sent before the summary, which
says who gets what, has been confirmed.
"""

from __future__ import annotations

from typing import Final

from content.localities import LOWEST_KINDS
from handlers.actions.handover import send_to_officers
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.turn import Replies, Turn

KIND: Final = "handover"
_LONGEST_CONTACT: Final = 200
_SHORTEST_CONTACT: Final = 3


class Handover:
    """The interview."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("handover.title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return next((field for field in ("commune", "contact") if field not in answers), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say("office.ask_commune" if field == "commune" else "handover.ask_contact"))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field == "contact":
            contact = " ".join(said.split())
            if not _SHORTEST_CONTACT <= len(contact) <= _LONGEST_CONTACT:
                return NotUnderstood(turn.say("handover.contact_unclear", most=_LONGEST_CONTACT))
            return Understood({"contact": contact})
        found = [area for area in turn.knowledge.locality.areas_named(said) if area.kind in LOWEST_KINDS]
        if len(found) != 1:
            return NotUnderstood(turn.say("handover.commune_unclear"))
        return Understood({"commune": found[0].key})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return [
            Line("commune", turn.say("handover.to"), _commune(turn, answers)),
            Line("contact", turn.say("handover.contact"), str(answers["contact"])),
        ]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        commune = _commune(turn, answers)
        text = turn.say("handover.notice", contact=answers["contact"], commune=commune, card=answers["card"])
        sent = await send_to_officers(turn, str(answers["commune"]), text)
        key = "handover.sent" if sent else "handover.nobody"
        head = turn.words.translate(turn.knowledge.locality.commune_words.village_head)
        reply = turn.say(key, commune=commune, village_head=head)
        ways_on = (turn.choice("elig:result", "eligibility.see_result"), turn.choice("menu", "choice.menu"))
        return [Reply(reply, controls=ways_on)]


def _commune(turn: Turn, answers: Answers) -> str:
    return turn.words.translate(turn.knowledge.locality.areas[str(answers["commune"])].name)


interview: Final = Handover()
