"""Notices facts in an ordinary question and offers the check that they begin: "bà tôi 82 tuổi hộ nghèo"."""

from __future__ import annotations

import zlib
from typing import Any, Final

import msgspec

from content.reading.recognised import Recognised, Said
from content.words import SOURCE_LANGUAGE
from handlers.eligibility import answers as fields
from handlers.eligibility.asking import called, label_of
from handlers.eligibility.checking import check
from handlers.eligibility.hearing import certainty
from handlers.messages import Choice
from handlers.turn import Turn
from rules.errors import ContradictionError

BEGIN: Final = "elig:said:"
_ENOUGH: Final = 2


def offer(turn: Turn, text: str) -> Choice | None:
    """The choice to check what the message tells, None where it tells too little. What was heard is kept for it."""
    heard = turn.knowledge.recogniser.recognise(text, turn.today)
    told = _told(heard)
    if len(told) < _ENOUGH or heard.contradictions:
        return None
    found = fields.from_recognised(heard, certainty(turn))
    try:
        check(turn.knowledge.assessor, found, turn.today)
    except ContradictionError:
        return None
    turn.conversation.noticed = found
    people = fields.people(found)
    if len(people) > 1:
        # What is said of each stands in the answer; one list would give one person's school to another.
        told = [said for said in told if said in heard.household or said in heard.persons[0].facts]
    facts = ", ".join(_said(turn, said) for said in told if not said.sensitive)
    who = called(turn, found, people[0]) if people and fields.field(fields.WHO, people[0]) in found else ""
    key = "eligibility.check_for" if who else "eligibility.check_this"
    return Choice(f"{BEGIN}{stamp(found)}", turn.say(key, who=who, facts=facts) if who else turn.say(key, facts=facts))


def stamp(found: dict[str, Any]) -> str:
    """Tells an old button from one that belongs to what is remembered now."""
    return f"{zlib.crc32(msgspec.json.encode(found, order='sorted')):08x}"


def _told(heard: Recognised) -> list[Said]:
    all_said = [*(said for person in heard.persons for said in person.facts), *heard.household]
    return [said for said in all_said if not said.implied and not said.approximate]


def _said(turn: Turn, said: Said) -> str:
    if turn.words.language == SOURCE_LANGUAGE:
        return said.say
    return label_of(turn, turn.knowledge.assessor.engine.book.get(said.fact), said.value)
