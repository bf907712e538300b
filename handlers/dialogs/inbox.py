"""The inbox in the chat of an officer: see what waits, open a case by its number, take, answer, pass on, close."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from content.text import plain
from handlers import interview as engine
from handlers.access import can_anywhere
from handlers.actions import inbox as actions
from handlers.actions import inbox_beginnings as beginnings
from handlers.actions.inbox import OUTCOMES, Said, Seen
from handlers.cases import reply_picture, routing, saying
from handlers.cases.errors import CaseError
from handlers.cases.sealing import seal_told
from handlers.interviews import case_reply
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn
from storage import case_inbox, case_notices, cases
from storage.cases import CaseRow

_RECEIPT: Final = re.compile(r"ht ?0*([1-9][0-9]{0,17})")
_PAGE: Final = 8
_LINES: Final = 10
_MICRO: Final = 1_000_000
_SHOWN: Final = ("unassigned", "mine", "waiting", "overdue")
_ARTICLES: Final = 2
_LONGEST_CHOICE: Final = 64


async def inbox(turn: Turn, argument: str) -> Replies:
    """`inbox[:<verb>[:<id>[:<more>]]]`; without a verb what waits for somebody."""
    verb, _, rest = argument.partition(":")
    if not verb or verb in case_inbox.BOXES:
        return await _list(turn, verb or "unassigned", rest)
    number, _, more = rest.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return []
    try:
        return await _with_case(turn, verb, int(number), more)
    except CaseError as error:
        return [Reply(turn.say(error.key, **error.values), controls=_ways_on(turn))]


async def text(turn: Turn, said: str) -> Replies | None:
    """The text of an answer, which may stand under a photo; and "HT-0012" alone, for people with an account."""
    running = turn.conversation.interview
    if running is not None and running.kind == case_reply.KIND:
        if turn.incoming.photos:
            opening = await reply_picture.take(turn)
            if running.current != "text":
                return await engine.ask_again(turn, case_reply.interview, opening)
        return await engine.typed(turn, case_reply.interview, said) or None
    if not turn.conversation.account:
        return None
    named = _RECEIPT.fullmatch(plain(said).replace("-", " ").strip())
    if named is None or not can_anywhere(await turn.actor(), routing.ANSWER):
        return None
    return await inbox(turn, f"see:{named[1]}")


async def media(turn: Turn) -> Replies | None:
    """A photo without a word, while an answer is being written: it goes along."""
    running = turn.conversation.interview
    if running is None or running.kind != case_reply.KIND or not turn.incoming.photos:
        return None
    return await engine.ask_again(turn, case_reply.interview, await reply_picture.take(turn))


async def _list(turn: Turn, box: str, after: str) -> Replies:
    connection, actor = await turn.work.connection(), await turn.actor()
    filters = actions.filters_for(actor, box, turn.now)
    found = await actions.see_inbox(connection, actor, turn.knowledge, filters, after=_place(after), limit=_PAGE)
    await case_notices.looked(connection, actor.account_id)
    choices = [Choice(f"inbox:see:{line.id}", _line(turn, line, found.questions[line.id])) for line in found.lines]
    if found.after is not None:
        rank, due, case_id = found.after
        choices.append(turn.choice(f"inbox:{box}:{rank}.{round(due.timestamp() * _MICRO)}.{case_id}", "inbox.more"))
    numbers = turn.say(
        "inbox.counts", unassigned=found.counts["unassigned"], mine=found.counts["mine"],
        waiting=found.counts["waiting"], overdue=found.counts["overdue"],
    )  # fmt: skip
    head = turn.say(f"inbox.box_{box}" if found.lines else "inbox.empty")
    boxes = tuple(turn.choice(f"inbox:{one}", f"inbox.show_{one}") for one in _SHOWN if one != box)
    return [Reply(f"{head}\n{numbers}", tuple(choices), controls=(*boxes, turn.choice("menu", "choice.menu")))]


async def _with_case(turn: Turn, verb: str, case_id: int, more: str) -> Replies:
    connection, actor = await turn.work.connection(), await turn.actor()
    if verb == "take":
        await actions.take(connection, actor, case_id, int(more) if more.isdecimal() and len(more) < 9 else 0, turn.now)
        return [await _shown(turn, case_id, turn.say("inbox.taken", receipt=cases.receipt(case_id)))]
    if verb in ("reply", "note"):
        seen = await actions.see_case(connection, actor, turn.knowledge, case_id, turn.now)
        return await _write(turn, verb, case_id, {"seen": seen.newest})
    if verb in _DEEDS:
        return await _DEEDS[verb](turn, case_id, more)
    if verb == "close":
        if more in OUTCOMES:
            await actions.close(connection, actor, turn.knowledge, case_id, more, turn.now)
            return [Reply(turn.say("inbox.closed", receipt=cases.receipt(case_id)), controls=_ways_on(turn))]
        choices = tuple(turn.choice(f"inbox:close:{case_id}:{one}", f"inbox.outcome.{one}") for one in OUTCOMES)
        back = turn.choice(f"inbox:see:{case_id}", "inbox.back_to_case")
        return [Reply(turn.say("inbox.ask_outcome", receipt=cases.receipt(case_id)), choices, controls=(back,))]
    if verb == "next":
        filters = actions.filters_for(actor, "unassigned", turn.now)
        following = await case_inbox.next_case(connection, filters, case_id)
        if following is None:
            return [Reply(turn.say("inbox.empty"), controls=_ways_on(turn))]
        case_id = following
    if verb == "numbers":
        return [await _shown(turn, case_id, turn.say("inbox.numbers_noted"), numbers=True)]
    return [await _shown(turn, case_id, "")] if verb in ("see", "next") else []


async def _write(turn: Turn, verb: str, case_id: int, more: dict[str, object]) -> Replies:
    # Foretold by the turn alone: run again, it is the same submission.
    submission = turn.knowledge.keys.keyed_hash(f"case-reply:{turn.seed}:{case_id}")
    known = {"id": case_id, "verb": verb, "submission": submission, **more}
    return await engine.start(turn, case_reply.interview, known)


async def _move(turn: Turn, case_id: int, more: str) -> Replies:
    """First where to, then why: `<office>:<level>`."""
    connection, actor = await turn.work.connection(), await turn.actor()
    office, _, level = more.partition(":")
    if office and level:
        return await _write(turn, "move", case_id, {"office": office, "level": level})
    row = (await actions.see_case(connection, actor, turn.knowledge, case_id, turn.now)).row
    there = await routing.levels(connection, turn.knowledge.locality, row.area_key)
    offices = {one.role: one for one in turn.knowledge.locality.offices}
    wanted: list[Choice] = [
        Choice(f"inbox:move:{case_id}:{row.office}:{name}", area.name)
        for name, area in there.items()
        if area.key != row.desk_key
    ]
    wanted += [
        Choice(f"inbox:move:{case_id}:{role}:{one.level}", turn.words.translate(one.name))
        for role, one in offices.items()
        if role != row.office and one.level in there
    ]
    back = turn.choice(f"inbox:see:{case_id}", "inbox.back_to_case")
    return [Reply(turn.say("inbox.ask_where", receipt=row.receipt), tuple(wanted), controls=(back,))]


async def _assign(turn: Turn, case_id: int, more: str) -> Replies:
    """First to whom: `<account>:<who has it by the list that was shown>`, or `from.<n>` of that list."""
    connection, actor = await turn.work.connection(), await turn.actor()
    account, _, holder = more.partition(":")
    if _is_id(account) and _is_id(holder):
        row = await actions.assign(
            connection, actor, turn.knowledge, case_id, int(account), turn.now, holder=int(holder)
        )
        names = {one.role.account_id: one.name for one in await actions.colleagues(connection, row, turn.now)}
        name = names[int(account)]
        return [await _shown(turn, case_id, turn.say("inbox.assigned", receipt=row.receipt, name=name))]
    row = (await actions.see_case(connection, actor, turn.knowledge, case_id, turn.now)).row
    if row.is_closed:
        raise CaseError("inbox.error_closed")
    others = await _others(turn, row)
    choices = [Choice(f"inbox:assign:{case_id}:{key}:{row.assignee or 0}", name) for key, name in others]
    said = turn.say("inbox.ask_whom" if others else "inbox.no_colleagues", receipt=row.receipt)
    return [_some(turn, said, choices, f"inbox:assign:{case_id}", more, case_id)]


async def _saved(turn: Turn, case_id: int, more: str) -> Replies:
    """First which one; then the answer begins with it."""
    connection, actor = await turn.work.connection(), await turn.actor()
    seen = await _answerable(turn, case_id)
    values = beginnings.placeholders(turn.knowledge, turn.knowledge.languages["vi"], actor, seen)
    found = await beginnings.saved(connection, actor, values)
    if _is_id(more):
        begun = next((text for one, text in found if one.id == int(more)), None)
        if begun is None:
            raise CaseError("inbox.saved_gone")
        return await _begin(turn, seen, begun)
    choices = [Choice(f"inbox:saved:{case_id}:{one.id}", one.title) for one, _ in found]
    said = turn.say("inbox.ask_saved" if found else "inbox.no_saved", receipt=seen.row.receipt)
    return [_some(turn, said, choices, f"inbox:saved:{case_id}", more, case_id)]


async def _article(turn: Turn, case_id: int, more: str) -> Replies:
    """The answer begins with what an article says today."""
    seen = await _answerable(turn, case_id)
    words = turn.knowledge.languages["vi"]
    found = beginnings.articles(turn.knowledge, words, seen.question, seen.row.topic, turn.today)
    begun = next((one.text for one in found if one.id == more), None)
    if begun is None:
        raise CaseError("inbox.article_gone")
    return await _begin(turn, seen, begun)


async def _answerable(turn: Turn, case_id: int) -> Seen:
    """The case, where it can still be answered.

    Raises:
        CaseError: closed, or the person cannot be reached.
    """
    connection, actor = await turn.work.connection(), await turn.actor()
    seen = await actions.see_case(connection, actor, turn.knowledge, case_id, turn.now)
    if seen.row.is_closed:
        raise CaseError("inbox.error_closed")
    if not seen.window.reachable:
        raise CaseError(f"inbox.error_window_{seen.window.state}")
    return seen


async def _begin(turn: Turn, seen: Seen, begun: str) -> Replies:
    template = seal_told(turn.knowledge.keys, begun)
    return await _write(turn, "reply", seen.row.id, {"seen": seen.newest, "template": template})


async def _others(turn: Turn, row: CaseRow) -> list[tuple[int, str]]:
    """Who else could have the case; where nobody has it, the officer here takes it instead."""
    connection, actor = await turn.work.connection(), await turn.actor()
    has_it = row.assignee or actor.account_id
    found = await actions.colleagues(connection, row, turn.now)
    return [(one.role.account_id, one.name) for one in found if one.role.account_id != has_it]


def _some(turn: Turn, said: str, choices: list[Choice], way: str, more: str, case_id: int) -> Reply:
    """A page of a long list; `more` is `from.<n>`."""
    place = more.removeprefix("from.")
    begin = int(place) if place != more and place.isdecimal() and len(place) < 5 else 0
    shown = choices[begin : begin + _PAGE]
    if len(choices) > begin + _PAGE:
        shown.append(turn.choice(f"{way}:from.{begin + _PAGE}", "inbox.more"))
    return Reply(said, tuple(shown), controls=(turn.choice(f"inbox:see:{case_id}", "inbox.back_to_case"),))


async def _shown(turn: Turn, case_id: int, opening: str, *, numbers: bool = False) -> Reply:
    connection, actor = await turn.work.connection(), await turn.actor()
    seen = await actions.see_case(connection, actor, turn.knowledge, case_id, turn.now, numbers=numbers)
    row = seen.row
    topic = saying.topic_title(turn.knowledge, turn.words, row.topic) or turn.say("inbox.no_topic")
    head = turn.say(
        "inbox.case", receipt=row.receipt, topic=topic, area=seen.area_name or turn.say("inbox.no_area"),
        person=seen.person or turn.say("inbox.no_name"),
        waited=saying.span(turn.words, (turn.now - row.opened_at).total_seconds()),
    )  # fmt: skip
    lines = [opening, head, *(_told(turn, one) for one in seen.talk[-_LINES:])]
    if not row.is_closed and not seen.window.reachable:
        lines.append(turn.say(f"inbox.error_window_{seen.window.state}"))
    if seen.others:
        lines.append(turn.say("inbox.others", names=", ".join(one.name for one in seen.others)))
    return Reply("\n".join(filter(None, lines)), await _choices(turn, seen), controls=_ways_on(turn))


async def _choices(turn: Turn, seen: Seen) -> tuple[Choice, ...]:
    row = seen.row
    asked = [turn.choice(f"inbox:numbers:{row.id}", "inbox.show_numbers")] if seen.hidden else []
    if row.is_closed:
        return tuple(asked)
    found = []
    if row.assignee is None:
        found.append(turn.choice(f"inbox:take:{row.id}:{row.version}", "inbox.take"))
    if seen.window.reachable:
        found.append(turn.choice(f"inbox:reply:{row.id}", "inbox.reply"))
    found += [
        turn.choice(f"inbox:note:{row.id}", "inbox.note"),
        turn.choice(f"inbox:move:{row.id}", "inbox.move"),
        turn.choice(f"inbox:close:{row.id}", "inbox.close"),
    ]
    if seen.next is not None:
        found.append(turn.choice(f"inbox:next:{row.id}", "inbox.next"))
    if await _others(turn, row):
        found.append(turn.choice(f"inbox:assign:{row.id}", "inbox.assign"))
    if seen.window.reachable:
        found += await _beginnings(turn, seen)
    return (*found, *asked)


async def _beginnings(turn: Turn, seen: Seen) -> list[Choice]:
    """What an answer can begin with, beside the question."""
    connection, actor = await turn.work.connection(), await turn.actor()
    case_id, words = seen.row.id, turn.knowledge.languages["vi"]
    saved = await beginnings.saved(connection, actor, {})
    fitting = beginnings.articles(turn.knowledge, words, seen.question, seen.row.topic, turn.today)
    named = [(f"inbox:article:{case_id}:{one.id}", one.title) for one in fitting[:_ARTICLES]]
    return [
        *([turn.choice(f"inbox:saved:{case_id}", "inbox.saved")] if saved else []),
        *(turn.choice(way, "inbox.article", title=title) for way, title in named if len(way) <= _LONGEST_CHOICE),
    ]


def _told(turn: Turn, one: Said) -> str:
    entry = one.entry
    if entry.kind == "person":
        return turn.say("inbox.said_person", text=turn.say("inbox.photo") if one.has_photo else one.text)
    if entry.kind in ("staff", "note", "relayed"):
        return turn.say(f"inbox.said_{entry.kind}", name=entry.name, text=one.text or turn.say("inbox.file"))
    return turn.say(f"inbox.happened.{entry.kind}", name=entry.name or turn.say("inbox.the_person"))


def _line(turn: Turn, line: case_inbox.Line, question: str) -> str:
    topic = saying.topic_title(turn.knowledge, turn.words, line.topic) or turn.say("inbox.no_topic")
    mark = "🔴 " if line.rank == 0 else ""
    area = line.area_name or turn.say("inbox.no_area")
    return f"{mark}{line.receipt} · {topic} · {area} · {saying.shortened(question, 50)}"


def _place(said: str) -> case_inbox.Place | None:
    """Where the next page begins, as its choice says it."""
    parts = said.split(".")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 18 for part in parts):
        return None
    rank, due, case_id = map(int, parts)
    return rank, datetime.fromtimestamp(0, UTC) + timedelta(microseconds=due), case_id


def _is_id(said: str) -> bool:
    return said.isdecimal() and len(said) < 19


_DEEDS: Final = {"move": _move, "assign": _assign, "saved": _saved, "article": _article}
"""What is chosen in more than one step."""


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("inbox", "inbox.list"), turn.choice("inbox:mine", "inbox.show_mine"))


dialog = Dialog({"inbox": inbox}, text=text, media=media, order=2)
"""Before those of reports and of one's own case: what is typed or shown while an answer is written is the answer."""
