"""Handing a question to a person, and everything the person who asked can do with it afterwards.

While an officer is in charge the bot keeps silent: what is typed goes into the case. Commands, "gặp lại Chung Tay" and
cries for help are the exceptions.
"""

from __future__ import annotations

from typing import Final

from content.text import plain
from handlers import interview as engine
from handlers.actions import cases as actions
from handlers.cases import saying
from handlers.cases.recent import recall
from handlers.interviews import case as asking
from handlers.interviews.case import ways_on
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn
from storage import cases, people
from storage.cases import CaseRow
from storage.tables_cases import CAUSES

# What people say when an answer was wrong, word for word, without accents.
_DISTRUST: Final = frozenset(
    (
        "khong dung", "ko dung", "k dung", "sai", "sai roi", "sai het", "sai het roi", "noi sai", "noi sai roi",
        "tra loi sai", "tra loi sai roi", "khong phai", "khong phai the", "khong phai vay", "khong dung roi",
        "chua dung", "khong tin", "toi khong tin", "noi linh tinh", "noi lung tung", "that khong", "co that khong",
        "wrong", "that is wrong", "not true",
    )
)  # fmt: skip
_DISTRUST_MARKED: Final = frozenset(("đừng", "dừng"))
_QUESTIONS: Final = (
    "bao nhieu", "the nao", "o dau", "duoc khong", "la gi", "khi nao", "bao gio", "bao lau", "can gi", "giay to gi",
    "lam sao", "duoc gi", "nhung gi", "how much", "where", "what", "when",
)  # fmt: skip
_AROUND: Final = ("chau oi ", "chung tay ", "chau noi ", "the la ", "vay la ")


async def case(turn: Turn, argument: str) -> Replies:
    """`case:<verb>[:<argument>]`."""
    verb, _, rest = argument.partition(":")
    if verb == "new":
        cause, _, topic = rest.partition(":")
        return await _begin(turn, cause, topic)
    if verb == "again":
        return await _again(turn)
    row = await _own(turn)
    if row is None or row.is_closed:
        return [Reply(turn.say("case.none"), controls=_no_case(turn))]
    if verb == "leave":
        left = await actions.talk_to_bot(turn, row.id)
        return [] if left is None else [_back_with_bot(turn, left)]
    if verb == "talk":
        stays = await actions.talk_to_officer(turn, row.id)
        return [] if stays is None else [Reply(turn.say("case.talk_on", receipt=row.receipt), controls=ways_on(turn))]
    if verb == "withdraw":
        return await _withdraw(turn, row, rest)
    return [await _status(turn, row)] if verb == "status" else []


async def text(turn: Turn, said: str) -> Replies | None:
    """A doubt about the last answer; and while there is a case, whatever is typed goes along."""
    running = turn.conversation.interview
    if running is not None and running.current:
        return None
    if not turn.conversation.case:
        return _doubted(turn, said)
    found = turn.knowledge.search.find(said, today=turn.today, topic=turn.conversation.topic or None)
    urgent = found.kind == "urgent"
    kept = await actions.add_message(turn, turn.conversation.case, urgent=urgent)
    if kept is None:
        turn.conversation.case, turn.conversation.case_told = 0, False
        return _doubted(turn, said)
    if kept.left_at is not None or urgent:
        return None  # the numbers to call come first, from the dialog that answers
    if kept.assignee is None and found.kind == "article" and _asks(said):
        return None  # nobody is there yet, and the bot knows it
    return await _acknowledged(turn, kept)


async def media(turn: Turn) -> Replies | None:
    """A photo or a place goes along as well."""
    if not turn.conversation.case:
        return None
    kept = await actions.add_message(turn, turn.conversation.case)
    return None if kept is None or kept.left_at is not None else await _acknowledged(turn, kept)


async def _begin(turn: Turn, cause: str, topic: str) -> Replies:
    if cause not in CAUSES:
        return []
    row = await _own(turn)
    if row is not None and not row.is_closed:
        return [await _status(turn, row)]
    if not topic and cause == "wish":
        topic = turn.conversation.topic if recall(turn) else ""
    known_topic = topic if turn.knowledge.library.get(topic) is not None else ""
    return await engine.start(turn, asking.interview, asking.known(turn, cause, known_topic))


async def _again(turn: Turn) -> Replies:
    row = await actions.ask_again(turn)
    if row is None:
        return [Reply(turn.say("case.none"), controls=_no_case(turn))]
    return [Reply(turn.say("case.reopened", receipt=row.receipt), controls=ways_on(turn))]


async def _withdraw(turn: Turn, row: CaseRow, sure: str) -> Replies:
    if sure == "yes":
        await actions.withdraw(turn, row.id)
        return [Reply(turn.say("case.withdrawn", receipt=row.receipt), controls=(turn.choice("menu", "choice.menu"),))]
    yes = turn.choice("case:withdraw:yes", "case.yes_withdraw")
    no = turn.choice("case:status", "case.no_withdraw")
    return [Reply(turn.say("case.ask_withdraw", receipt=row.receipt), (yes, no))]


async def _own(turn: Turn) -> CaseRow | None:
    """The open case of this chat, whatever the conversation remembers."""
    return await cases.open_of(await turn.work.connection(), turn.key)


async def _status(turn: Turn, row: CaseRow) -> Reply:
    turn.conversation.case = row.id
    waited = saying.span(turn.words, (turn.now - row.opened_at).total_seconds())
    holder = await _holder(turn, row)
    key = "case.status_taken" if holder else "case.status_open"
    office = saying.office_name(turn.knowledge, turn.words, row.office)
    text = turn.say(key, receipt=row.receipt, office=office, waited=waited, name=holder or office)
    ways = ways_on(turn) if row.left_at is None else (turn.choice("case:talk", "case.talk"), ways_on(turn)[1])
    return Reply(text, controls=(*ways, turn.choice("menu", "choice.menu")))


async def _acknowledged(turn: Turn, row: CaseRow) -> Replies:
    """Once: who reads it. After that silence, as between two people."""
    if turn.conversation.case_told:
        return []
    turn.conversation.case_told = True
    holder = await _holder(turn, row)
    if holder:
        return [Reply(turn.say("case.passed_to", name=holder), controls=ways_on(turn))]
    return [Reply(turn.say("case.passed_on", receipt=row.receipt), controls=ways_on(turn))]


async def _holder(turn: Turn, row: CaseRow) -> str:
    if row.assignee is None:
        return ""
    found = await people.account(await turn.work.connection(), row.assignee, turn.today)
    return found.name if found is not None else ""


def _back_with_bot(turn: Turn, row: CaseRow) -> Reply:
    controls = (
        turn.choice("case:talk", "case.talk"),
        turn.choice("case:withdraw", "case.withdraw"),
        turn.choice("menu", "choice.menu"),
    )
    return Reply(turn.say("case.bot_back_meanwhile", receipt=row.receipt), controls=controls)


def _doubted(turn: Turn, said: str) -> Replies | None:
    """ "Không đúng", right after an answer: no argument, but the way to somebody who can look it up."""
    topic = turn.conversation.topic
    words = plain(said).strip(" .!?")
    for around in _AROUND:
        words = words.removeprefix(around)
    for ending in (" dau", " a", " roi a", " nhe", " chau a"):
        words = words.removesuffix(ending) if words not in _DISTRUST else words
    if not topic or words not in _DISTRUST or not recall(turn) or _marked_otherwise(said):
        return None
    article = turn.knowledge.library.get(topic)
    title = turn.words.translate(article.title) if article is not None else ""
    choices = (turn.choice(f"case:new:distrust:{topic}", "case.let_officer_check"),)
    return [Reply(turn.say("case.doubted", title=title), choices, controls=(turn.choice("menu", "choice.menu"),))]


def _asks(said: str) -> bool:
    """Whether it is a question of its own, not one more thing told to the officer."""
    words = f" {plain(said)} "
    return "?" in said or any(f" {one} " in words for one in _QUESTIONS)


def _marked_otherwise(said: str) -> bool:
    """ "đừng" and "dừng" look like "đúng" without accents."""
    return any(word in _DISTRUST_MARKED for word in said.lower().split())


def _no_case(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("case:new:wish:", "case.write_officer"), turn.choice("menu", "choice.menu"))


dialog = Dialog({"case": case}, text=text, media=media, order=7)
