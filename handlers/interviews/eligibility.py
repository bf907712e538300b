""" "Nhà tôi được hỗ trợ gì?" as an interview: the rules say what is asked next, and the answers are a household."""

from __future__ import annotations

from dataclasses import replace

from handlers.eligibility import answers as fields
from handlers.eligibility import asking, hearing, several
from handlers.eligibility.checking import check, next_field
from handlers.eligibility.report import Item, items_of
from handlers.eligibility.showing import result
from handlers.eligibility.telling import news
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.turn import Replies, Turn

_MOST_NEWS = 3


class Eligibility:
    """It keeps no state; the verdicts are worked out anew from the answers each time."""

    kind = "eligibility"
    begins_empty = True
    confirms = False

    def title(self, turn: Turn) -> str:
        """What it is called when it is taken up again."""
        return turn.say("eligibility.begin")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        """The field that brings most verdicts nearer."""
        ticking = several.is_open(answers)
        if ticking is not None:
            return ticking
        adding = answers.get(fields.ADDING)
        if adding is not None and fields.field(fields.WHO, adding) not in answers:
            return fields.field(fields.WHO, adding)
        assessor = turn.knowledge.assessor
        checked = check(assessor, answers, turn.today, hearing.only(turn, answers))
        return next_field(assessor, answers, checked, skipped)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        """The question about a person by the word that was used for them."""
        if fields.is_several(field):
            return several.ask(turn, answers, field, hearing.only(turn, answers))
        return asking.ask(turn, answers, field)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        """The answer, with what has become certain by it."""
        found = hearing.read(turn, answers, field, said, chosen=chosen)
        if not isinstance(found, Understood):
            return found
        after = {name: value for name, value in {**answers, **found.answers}.items() if name not in found.drop}
        echo = "\n".join(filter(None, (found.echo, told_now(turn, answers, after))))
        return Understood(found.answers, echo, found.drop)

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        """What has been told, each to be corrected."""
        book = turn.knowledge.assessor.engine.book
        lines = []
        for name, value in answers.items():
            if fields.is_several(name):
                lines.append(Line(name, several.label_of(turn, name), several.value_of(turn, answers, name)))
            elif fields.is_fact(name):
                fact = book.get(fields.split(name)[0])
                lines.append(Line(name, asking.fact_label(turn, answers, name), asking.label_of(turn, fact, value)))
        return lines

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        """The result; it stays, so that it can be corrected, compared and carried away."""
        if turn.conversation.interview is not None:
            turn.conversation.interview.stays = True
        return [result(turn, answers)]


def told_now(turn: Turn, before: Answers, after: Answers) -> str:
    """Entitlements that are certain now and were not before."""
    assessor, about = turn.knowledge.assessor, hearing.only(turn, after)
    earlier = {(one.benefit, one.person) for one in check(assessor, before, turn.today, about).eligible}
    if not fields.people(before) and len(fields.people(after)) > 1:
        # "Somebody in the house" was told; now that all are named it is told of all of them.
        earlier = {(benefit, person) for benefit, person in earlier if person is None}
    checked = check(assessor, after, turn.today, about)
    fresh = tuple(one for one in checked.eligible if (one.benefit, one.person) not in earlier)
    items = tuple(item for item in items_of(turn, after, replace(checked, results=fresh)) if _is_news(item))
    return news(turn, items[:_MOST_NEWS])


def _is_news(item: Item) -> bool:
    return item.entitled and item.confirmed and bool(item.amount)


interview = Eligibility()
