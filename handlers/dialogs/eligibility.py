"""Around the check of a household: beginning it from an article or a sentence, and everything done with its result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from handlers import interview as engine
from handlers.actions.cards import keep_card
from handlers.conversation import Running
from handlers.eligibility import answers as fields
from handlers.eligibility import comparing, hearing, several, telling
from handlers.eligibility.answers import Answers
from handlers.eligibility.card import card_of
from handlers.eligibility.noticing import stamp
from handlers.eligibility.report import report
from handlers.eligibility.showing import beside, result
from handlers.interviews import handover
from handlers.interviews.eligibility import interview, told_now
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn


async def choice(turn: Turn, argument: str) -> Replies:
    """`elig:<verb>[:<argument>]`."""
    verb, _, rest = argument.partition(":")
    if verb == "for":
        return await _begin_about(turn, rest)
    if verb == "said":
        return await _begin_noticed(turn, rest)
    answers = _answers(turn)
    handle = _VERBS.get(verb)
    if handle is None or answers is None:
        return []
    return await handle(turn, answers, rest)


async def text(turn: Turn, said: str) -> Replies | None:
    """ "Nếu thoát nghèo thì mất gì?" while a check is going on or its result is there."""
    running = _running(turn)
    if running is None or not fields.facts(running.answers):
        return None
    supposition = comparing.supposed(turn, running.answers, said)
    if supposition is None:
        return None
    told = comparing.compared(turn, running.answers, supposition)
    return [beside(turn, running.answers, report(turn, running.answers, turn.today), told, "")]


async def _begin_about(turn: Turn, article_id: str) -> Replies:
    """From an article: what is known already need not be asked again."""
    if article_id not in turn.knowledge.guide.articles:
        return []
    known = {key: value for key, value in (_answers(turn) or {}).items() if key not in (fields.ABOUT, fields.ADDING)}
    opening = turn.say("eligibility.opening_about") if not known else ""
    return await engine.start(turn, interview, {**known, fields.ABOUT: article_id}, opening)


async def _begin_noticed(turn: Turn, which: str) -> Replies:
    noticed = turn.conversation.noticed
    if not noticed or stamp(noticed) != which:
        return []
    names = _told(noticed)
    understood = turn.say("eligibility.understood", facts=hearing.told(turn, noticed, names))
    opening = "\n\n".join(filter(None, (understood, told_now(turn, {}, noticed))))
    return await engine.start(turn, interview, noticed, opening)


async def _result(turn: Turn, answers: Answers, _rest: str) -> Replies:
    return [result(turn, answers)]


async def _more(turn: Turn, answers: Answers, _rest: str) -> Replies:
    found = report(turn, answers, turn.today)
    return [beside(turn, answers, found, telling.more(turn, found), "elig:more")]


async def _papers(turn: Turn, answers: Answers, _rest: str) -> Replies:
    found = report(turn, answers, turn.today)
    return [beside(turn, answers, found, telling.papers(turn, found), "elig:papers")]


async def _law(turn: Turn, answers: Answers, slug: str) -> Replies:
    """Which benefit, then what its verdict rests on."""
    found = report(turn, answers, turn.today)
    chosen = next((item for item in found.items if item.slug == slug), None)
    if chosen is None and len(found.items) == 1:
        chosen = found.items[0]
    if chosen is not None:
        return [beside(turn, answers, found, telling.law(turn, chosen), "")]
    choices = tuple(Choice(f"elig:law:{item.slug}", item.title) for item in found.items)
    return [Reply(turn.say("eligibility.which_law"), choices, controls=(_back(turn),))]


async def _exit(turn: Turn, answers: Answers, _rest: str) -> Replies:
    told = comparing.compared(turn, answers, comparing.Supposition(comparing.EXIT))
    return [beside(turn, answers, report(turn, answers, turn.today), told, "elig:exit")]


async def _all(turn: Turn, answers: Answers, _rest: str) -> Replies:
    return await _restart(turn, {key: value for key, value in answers.items() if key != fields.ABOUT}, "")


async def _add(turn: Turn, answers: Answers, _rest: str) -> Replies:
    return await _restart(turn, {**answers, fields.ADDING: fields.next_number(answers)}, "")


async def _other(turn: Turn, _answers: Answers, _rest: str) -> Replies:
    return await engine.start(turn, interview, {fields.OTHER: True}, turn.say("eligibility.opening_other"))


async def _restart(turn: Turn, answers: dict[str, Any], opening: str) -> Replies:
    """Goes on with changed answers; what was skipped stays skipped."""
    running = _running(turn)
    skipped = list(running.skipped) if running is not None else []
    asked = list(running.asked) if running is not None else []
    turn.conversation.interview = Running(interview.kind, answers, asked, skipped)
    return await engine.ask_again(turn, interview, opening)


async def _card(turn: Turn, answers: Answers, _rest: str) -> Replies:
    """A picture where the channel shows pictures, else a text to keep."""
    found = report(turn, answers, turn.today)
    if not turn.capabilities.pictures_out:
        return [beside(turn, answers, found, telling.text_card(turn, found), "elig:card")]
    key = await keep_card(turn, card_of(turn, found))
    shown = beside(turn, answers, found, turn.say("eligibility.card_sent"), "elig:card")
    return [Reply(shown.text, shown.choices, shown.controls, picture=key)]


async def _hand(turn: Turn, answers: Answers, consent: str) -> Replies:
    """A card to show, pass on or have sent; private facts go on it only if the person agrees."""
    names = _told(answers)
    private = [name for name in names if _is_private(turn, answers, name)]
    if private and consent not in ("yes", "no"):
        choices = (
            turn.choice("elig:hand:no", "eligibility.hand_without"),
            turn.choice("elig:hand:yes", "eligibility.hand_with"),
        )
        text = turn.say("eligibility.hand_consent", facts=hearing.told(turn, answers, private))
        return [Reply(text, choices, controls=(_back(turn),))]
    shown = [name for name in names if consent == "yes" or name not in private]
    found = report(turn, answers, turn.today)
    card = telling.text_card(turn, found, hearing.told(turn, answers, shown))
    head = turn.words.translate(turn.knowledge.locality.commune_words.village_head)
    how = beside(turn, answers, found, turn.say("eligibility.hand_how", village_head=head), "elig:hand")
    send = turn.choice(f"elig:send:{consent or 'no'}", "eligibility.hand_send")
    return [Reply(card), Reply(how.text, (send, *how.choices), controls=how.controls)]


async def _send(turn: Turn, answers: Answers, consent: str) -> Replies:
    """Have the card sent to the commune's officers: where to and how to be reached is asked first, then a clear yes."""
    shown = [name for name in _told(answers) if consent == "yes" or not _is_private(turn, answers, name)]
    known: dict[str, Any] = {
        "card": telling.brief(turn, report(turn, answers, turn.today), hearing.told(turn, answers, shown))
    }
    area = turn.knowledge.locality.areas.get(turn.conversation.commune)
    if area is not None:
        known["commune"] = area.key
    return await engine.start(turn, handover.interview, known)


def _told(answers: Answers) -> list[str]:
    """The answers that are shown: what was told by itself and what was picked among several."""
    names = [name for name in answers if fields.is_several(name) or fields.is_fact(name)]
    return [name for name in names if fields.split(name)[0] != hearing.GENDER]


def _is_private(turn: Turn, answers: Answers, name: str) -> bool:
    if fields.is_several(name):
        return several.is_private(turn, answers, name)
    return turn.knowledge.assessor.engine.book.get(fields.split(name)[0]).sensitive


def _back(turn: Turn) -> Choice:
    return turn.choice("elig:result", "eligibility.see_result")


def _running(turn: Turn) -> Running | None:
    running = turn.conversation.interview
    return running if running is not None and running.kind == interview.kind else None


def _answers(turn: Turn) -> dict[str, Any] | None:
    """What was told in the check that is going on, or in the one put aside."""
    running = _running(turn)
    if running is None:
        running = next((one for one in turn.conversation.put_aside if one.kind == interview.kind), None)
    return None if running is None else running.answers


Handle = Callable[[Turn, Answers, str], Awaitable[Replies]]
_VERBS: Final[dict[str, Handle]] = {
    "result": _result,
    "more": _more,
    "papers": _papers,
    "law": _law,
    "exit": _exit,
    "all": _all,
    "add": _add,
    "other": _other,
    "card": _card,
    "hand": _hand,
    "send": _send,
}

dialog = Dialog({"elig": choice}, text=text, order=5)
