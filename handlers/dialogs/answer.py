"""Answering a question: the article, the part asked for, what held on another date, or the way to a person."""

from __future__ import annotations

from datetime import date
from typing import Final

from content.articles import PARTS, Article, Part
from content.filling import Filled, Stretch
from content.search.finding import Finding
from handlers.cases.recent import remember
from handlers.eligibility.noticing import offer
from handlers.interview import AGAIN
from handlers.learning.asking import keep
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn

_MOST_STRETCHES: Final = 4
_MISSES_BEFORE_OFFICE: Final = 2
# What is no question that an officer could answer.
_NO_OFFICE: Final = ("handoff.insult", "handoff.injection")
_CHECK_ARTICLE: Final = "elig:for:"

Period = tuple[date, date]


async def question(turn: Turn, text: str) -> Replies | None:
    """Free text that no other dialog took."""
    conversation = turn.conversation
    found = turn.knowledge.search.find(text, today=turn.today, topic=conversation.topic or None)
    turn.noted.append(("search", found.kind))
    return keep(turn, text, found, _replies(turn, text, found))


def _replies(turn: Turn, text: str, found: Finding) -> Replies:
    conversation = turn.conversation
    if found.kind != "smalltalk":
        # What an officer may read, if the person comes to want that.
        remember(turn, text, found.article or "")
    if found.kind == "article" and found.article is not None:
        conversation.misses = 0
        return _with_check(turn, _found(turn, found), text)
    if found.kind == "choices":
        return _with_check(turn, [_which(turn, found)], text)
    if found.kind == "urgent":
        return [_urgent(turn, found.subject)]
    if found.kind == "smalltalk":
        return [_smalltalk(turn, found.subject)]
    return [_handoff(turn, found.subject)]


async def article(turn: Turn, article_id: str) -> Replies:
    """A chosen article."""
    chosen = turn.knowledge.library.get(article_id)
    return [] if chosen is None else [_answer(turn, chosen, None, None)]


async def part(turn: Turn, argument: str) -> Replies:
    """A chosen part of an article: `<article>:<part>`."""
    article_id, _, name = argument.partition(":")
    chosen = turn.knowledge.library.get(article_id)
    if chosen is None or name not in PARTS:
        return []
    return [_answer(turn, chosen, name, None)]


def _found(turn: Turn, found: Finding) -> Replies:
    library = turn.knowledge.library
    first = library.get(found.article or "")
    others = [one for one in map(library.get, found.more) if one is not None]
    if first is None:
        return [_handoff(turn, "unclear")]
    name = found.part if found.part in PARTS else None
    replies = [_answer(turn, first, name, found.period)]
    replies += [_answer(turn, other, name, found.period) for other in others]
    turn.conversation.topic = first.id
    if others:
        # One set of choices at the end: which of the subjects to go on with.
        choices = tuple(Choice(f"article:{one.id}", turn.words.translate(one.short)) for one in (first, *others))
        replies = [Reply(reply.text) for reply in replies]
        replies[-1] = Reply(replies[-1].text, choices, controls=(turn.choice("menu", "choice.menu"),))
    return replies


def _with_check(turn: Turn, replies: Replies, text: str) -> Replies:
    """Where the question tells something of a person, the first choice is to check exactly that."""
    last = replies[-1]
    check = offer(turn, text) if turn.conversation.topic in turn.knowledge.guide.articles or last.choices else None
    if check is None:
        return replies
    others = tuple(choice for choice in last.choices if not choice.id.startswith(_CHECK_ARTICLE))
    return [*replies[:-1], Reply(last.text, (check, *others), controls=last.controls, edit_of=last.edit_of)]


def _answer(turn: Turn, article: Article, name: Part | None, period: Period | None) -> Reply:
    """One article's answer or part, today or over a period."""
    turn.conversation.topic = article.id
    heading = turn.words.translate(article.title)
    if name is not None:
        heading = turn.say("answer.part_heading", title=heading, part=turn.say(f"part.{name}"))
    body = _over(turn, article, name, period) if period is not None else _today(turn, article, name)
    return Reply(f"{heading}\n\n{body}", _follow_ups(turn, article, name, period), controls=_ways_on(turn, article.id))


def _today(turn: Turn, article: Article, name: Part | None) -> str:
    filled = turn.knowledge.filler.part(article, name, turn.today, turn.words)
    if filled is None and name is not None:
        # No such part today: the answer itself says more than "nothing known".
        filled = turn.knowledge.filler.part(article, None, turn.today, turn.words)
    if filled is None:
        return turn.say("answer.nothing_today", office=_office(turn, article))
    return "\n\n".join((_text(turn, filled), _footer(turn, article, filled)))


def _over(turn: Turn, article: Article, name: Part | None, period: Period) -> str:
    stretches = turn.knowledge.filler.over(article, name, *period, turn.words)
    known = [stretch for stretch in stretches if stretch.filled is not None][:_MOST_STRETCHES]
    if not known:
        return turn.say("answer.nothing_then", start=turn.words.date(period[0]), office=_office(turn, article))
    return "\n\n".join(_stretch(turn, stretch) for stretch in known)


def _stretch(turn: Turn, stretch: Stretch) -> str:
    filled = stretch.filled
    if filled is None:
        raise ValueError("a stretch without a text has nothing to say")
    when = turn.say("answer.between", start=turn.words.date(stretch.start), end=turn.words.date(stretch.end))
    lines = [when, _text(turn, filled)]
    if filled.law:
        lines.append(turn.say("answer.law", law=filled.law))
    return "\n".join(lines)


def _text(turn: Turn, filled: Filled) -> str:
    if filled.confidence == "confirmed":
        return filled.text
    commune = turn.words.translate(turn.knowledge.locality.commune_words.commune)
    return f"{filled.text}\n{turn.say('answer.unconfirmed', commune=commune)}"


def _footer(turn: Turn, article: Article, filled: Filled) -> str:
    lines = [turn.say("answer.office", office=_office(turn, article))]
    if filled.law:
        lines.append(turn.say("answer.law", law=filled.law))
    lines.append(turn.say("answer.checked", day=turn.words.date(article.last_checked)))
    return "\n".join(lines)


def _office(turn: Turn, article: Article) -> str:
    return turn.words.translate(turn.knowledge.locality.office_for(article.id).name)


def _follow_ups(turn: Turn, article: Article, shown: Part | None, period: Period | None) -> tuple[Choice, ...]:
    choices = []
    if period is not None:
        choices.append(turn.choice(f"article:{article.id}", "choice.today"))
    if period is None and article.id in turn.knowledge.guide.articles:
        choices.append(turn.choice(f"{_CHECK_ARTICLE}{article.id}", "eligibility.check_article"))
    choices += [Choice(action.choice, turn.words.translate(action.label)) for action in article.actions]
    for name in PARTS:
        if name != shown and article.block(name, turn.today) is not None:
            choices.append(turn.choice(f"part:{article.id}:{name}", f"part.{name}"))
    return tuple(choices)


def _ways_on(turn: Turn, article_id: str = "") -> tuple[Choice, ...]:
    office = f"office:{article_id}" if article_id else "office"
    ways = (turn.choice(office, "choice.office"), turn.choice("menu", "choice.menu"))
    running = turn.conversation.interview
    if running is not None and running.current:
        return (turn.choice(AGAIN, "interview.again"), *ways)
    return ways


def _which(turn: Turn, found: Finding) -> Reply:
    articles = [turn.knowledge.library.get(candidate.article) for candidate in found.candidates]
    choices = [Choice(f"article:{one.id}", turn.words.translate(one.title)) for one in articles if one is not None]
    none_of_these = turn.choice("office", "choice.none_of_these")
    return Reply(turn.say("answer.which"), tuple(choices), controls=(none_of_these,))


def _urgent(turn: Turn, subject: str) -> Reply:
    """Emergency numbers first, nothing before them."""
    key = f"urgent.{subject}" if f"urgent.{subject}" in turn.words.phrases else "urgent.general"
    tell = turn.choice("case:new:urgent:", "case.tell_officers")
    aid = turn.choice("article:emergency-aid", "choice.emergency_aid")
    return Reply(turn.say(key), (tell,), controls=(aid, turn.choice("office", "choice.office")))


def _smalltalk(turn: Turn, subject: str) -> Reply:
    key = f"smalltalk.{subject}" if f"smalltalk.{subject}" in turn.words.phrases else "smalltalk.greeting"
    return Reply(turn.say(key), controls=_ways_on(turn))


def _handoff(turn: Turn, subject: str) -> Reply:
    conversation = turn.conversation
    conversation.misses += 1
    key = f"handoff.{subject}" if f"handoff.{subject}" in turn.words.phrases else "handoff.unclear"
    if key == "handoff.unclear" and conversation.misses >= _MISSES_BEFORE_OFFICE:
        key = "handoff.still_unclear"
    commune = turn.words.translate(turn.knowledge.locality.commune_words.commune)
    head = turn.words.translate(turn.knowledge.locality.commune_words.village_head)
    text = turn.say(key, commune=commune, village_head=head)
    if conversation.misses < _MISSES_BEFORE_OFFICE or key in _NO_OFFICE:
        return Reply(text, controls=_ways_on(turn))
    # Not understood twice: a person can be asked instead, with what was typed.
    ask = turn.choice(f"case:new:failure:{conversation.topic}"[:64], "case.write_officer")
    return Reply(text, (ask,), controls=_ways_on(turn))


dialog = Dialog({"article": article, "part": part}, text=question, order=100)
