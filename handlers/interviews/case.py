"""Handing a question to the office in charge: what goes along, where the person lives, and a clear yes at the end.

`known` is {"cause", "topic"} and, where it is known, {"area"}. What is typed is sealed at once: conversations are
stored in the clear. Nothing is sent before the summary, which says who reads what, has been confirmed.
"""

from __future__ import annotations

from typing import Any, Final

from content.localities import LOWEST_KINDS, Area
from content.reading.yes_no import read_yes_no
from content.text import plain
from handlers.actions.cases import Opened, Wish, open_case
from handlers.cases import saying
from handlers.cases.recent import recall
from handlers.cases.sealing import seal_told, told
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice, Reply
from handlers.turn import Replies, Turn

KIND: Final = "case"
RECENT: Final = "recent"
_LONGEST: Final = 1_500
_SHORTEST: Final = 2
_LONGEST_NAME: Final = 60
_LONGEST_PLACE: Final = 80
_FIELDS: Final = ("what", "area", "name", "village")
_URGENT_FIELDS: Final = ("what", "area")


class CaseInterview:
    """The interview."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("case.title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        wanted = _URGENT_FIELDS if answers.get("cause") == "urgent" else _FIELDS
        if "name" in skipped:
            # Without a name nobody can be found: the village head could bring nothing.
            skipped |= {"village"}
        return next((field for field in wanted if field not in answers and field not in skipped), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field == "what":
            return _ask_what(turn, answers)
        if field == "area":
            return Ask(turn.say("case.ask_area"), skippable=True)
        if field == "name":
            return Ask(turn.say("case.ask_name"), skippable=True)
        head = turn.words.translate(turn.knowledge.locality.commune_words.village_head)
        options = (turn.choice("yes", "case.village_yes"), turn.choice("no", "case.village_no"))
        return Ask(turn.say("case.ask_village", village_head=head), options)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field == "what":
            return _read_what(turn, said, chosen=chosen)
        if field == "area":
            return _read_area(turn, said, chosen=chosen)
        if field == "name":
            return _read_name(turn, said)
        return _read_village(turn, said, chosen=chosen)

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        area = turn.knowledge.locality.areas.get(str(answers.get("area", "")))
        nothing = turn.say("case.not_told")
        lines = [
            Line("what", turn.say("case.line_what"), " / ".join(f"“{one}”" for one in _texts(turn, answers, 90))),
            Line("area", turn.say("case.line_area"), turn.words.translate(area.name) if area else nothing),
        ]
        if answers.get("cause") != "urgent":
            name = told(turn.knowledge.keys, answers.get("name")) or nothing
            lines.append(Line("name", turn.say("case.line_name"), name))
        if "village" in answers:
            yes = turn.say("case.village_yes" if answers["village"] else "case.village_no")
            lines.append(Line("village", turn.say("case.line_village"), yes))
        return lines

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        area = str(answers.get("area", ""))
        if area:
            turn.conversation.commune = area
        wish = Wish(
            str(answers["cause"]),
            _topic(turn, answers),
            _said(turn, answers),
            area,
            told(turn.knowledge.keys, answers.get("name")),
            bool(answers.get("village")),
        )
        return [_done(turn, wish, await open_case(turn, wish))]


def _ask_what(turn: Turn, answers: Answers) -> Ask:
    office = turn.knowledge.locality.office_for(str(answers.get("topic", ""))).name
    recent = recall(turn)
    if not recent:
        return Ask(turn.say("case.ask_write", office=turn.words.translate(office)))
    lines = "\n".join(f"• “{saying.shortened(text)}”" for text, _ in recent)
    options = [turn.choice(RECENT, "case.send_recent")]
    if len(recent) > 1:
        options.append(turn.choice("last", "case.send_last"))
    return Ask(turn.say("case.ask_what", office=turn.words.translate(office), said=lines), tuple(options))


def _read_what(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood | DontKnow:
    recent = recall(turn)
    if chosen and recent:
        return Understood({"what": said if said in (RECENT, "last") else RECENT}, drop=("own",))
    answer = read_yes_no(said)
    if recent and answer is not None and answer.value == "yes" and len(said.split()) < 4:
        return Understood({"what": RECENT}, drop=("own",))
    text = said.strip()
    if (answer is not None and len(text.split()) < 4) or len(text) < _SHORTEST:
        return NotUnderstood(turn.say("case.write_it"))
    if len(text) > _LONGEST:
        return NotUnderstood(turn.say("case.too_long", most=_LONGEST))
    return Understood({"what": "own", "own": seal_told(turn.knowledge.keys, text)})


def _read_area(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood | DontKnow:
    locality = turn.knowledge.locality
    if chosen:
        return Understood({"area": said}) if said in locality.areas else NotUnderstood(turn.say("case.area_unclear"))
    units: list[Area] = []
    for area in locality.areas_named(said) or _mentioned(turn, said):
        if area.kind in LOWEST_KINDS:
            units += [one for one in locality.today_of(area, turn.today) if one not in units]
    if len(units) == 1:
        return Understood({"area": units[0].key})
    options = tuple(Choice(one.key, turn.words.translate(one.name)) for one in units)
    return NotUnderstood(turn.say("office.which_commune" if units else "case.area_unclear"), options)


def _mentioned(turn: Turn, said: str) -> list[Area]:
    """ "tui ở bên Thụy Lôi ấy": a name of two words or more anywhere in a short answer."""
    padded = f" {plain(said[:_LONGEST_PLACE])} "
    known = turn.knowledge.locality.areas.values()
    names = ((plain(name), area) for area in known for name in (area.name, *area.aliases))
    return [area for name, area in names if " " in name and f" {name} " in padded]


def _read_name(turn: Turn, said: str) -> Understood | NotUnderstood | DontKnow:
    answer = read_yes_no(said)
    if answer is not None and answer.value in ("no", "dont_know"):
        return DontKnow()
    name = " ".join(said.split())
    if not _SHORTEST <= len(name) <= _LONGEST_NAME or not any(char.isalpha() for char in name):
        return NotUnderstood(turn.say("case.name_unclear", most=_LONGEST_NAME))
    return Understood({"name": seal_told(turn.knowledge.keys, name)})


def _read_village(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood | DontKnow:
    if chosen:
        return Understood({"village": said == "yes"})
    answer = read_yes_no(said)
    if answer is None:
        return NotUnderstood(turn.say("case.yes_or_no"))
    return Understood({"village": answer.value == "yes"})


def _said(turn: Turn, answers: Answers) -> tuple[tuple[str, str], ...]:
    if answers.get("what") == "own":
        return ((told(turn.knowledge.keys, answers.get("own")), ""),)
    recent = recall(turn)
    return tuple(recent[-1:] if answers.get("what") == "last" else recent)


def _topic(turn: Turn, answers: Answers) -> str:
    """What was written just now says itself what it is about, if the search knows it."""
    if answers.get("what") == "own" and answers["cause"] != "urgent":
        found = turn.knowledge.search.find(told(turn.knowledge.keys, answers.get("own")), today=turn.today)
        if found.kind == "article" and found.article:
            return found.article
    return str(answers["topic"])


def _texts(turn: Turn, answers: Answers, most: int) -> list[str]:
    return [saying.shortened(text, most) for text, _ in _said(turn, answers)]


def _done(turn: Turn, wish: Wish, opened: Opened) -> Reply:
    """What the person is told: where it went and when an answer can be expected, or honestly that nobody is there."""
    words, knowledge = turn.words, turn.knowledge
    office = words.translate(opened.route.office.name)
    head = words.translate(knowledge.locality.commune_words.village_head)
    row, desk = opened.row, opened.route.desk
    if row is None or desk is None:
        commune = words.translate(knowledge.locality.commune_words.commune)
        text = turn.say("case.nobody", office=office, commune=commune, village_head=head)
        return Reply(text, controls=(turn.choice("office", "choice.office"), turn.choice("menu", "choice.menu")))
    if opened.already:
        return Reply(turn.say("case.already", receipt=row.receipt), controls=ways_on(turn))
    parts = [turn.say("case.opened", receipt=row.receipt, office=office, desk=words.translate(desk.name))]
    if not opened.route.in_charge:
        parts.append(turn.say("case.other_level", desk=words.translate(desk.name)))
    if row.urgent and opened.told:
        parts.append(turn.say("case.urgent_told", count=opened.told))
    elif row.urgent:
        parts.append(turn.say("case.urgent_not_told"))
    parts.append(saying.expectation(knowledge, words, opened.route.office, list(opened.times), turn.now))
    parts.append(turn.say("case.while_waiting"))
    return Reply("\n\n".join(parts), controls=ways_on(turn))


def ways_on(turn: Turn) -> tuple[Choice, ...]:
    """What a person with an open case can do beside writing on."""
    return (turn.choice("case:leave", "case.leave"), turn.choice("case:withdraw", "case.withdraw"))


def known(turn: Turn, cause: str, topic: str) -> dict[str, Any]:
    """What needs no asking when a hand-over begins."""
    answers: dict[str, Any] = {"cause": cause, "topic": topic}
    if turn.conversation.commune in turn.knowledge.locality.areas:
        answers["area"] = turn.conversation.commune
    if cause == "urgent" and recall(turn):
        # One question less: the summary shows what goes along before it goes.
        answers["what"] = "last"
    return answers


interview: Final = CaseInterview()
