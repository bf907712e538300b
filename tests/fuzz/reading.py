"""Targets: everything that reads what a person typed, before any conversation."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from content.reading.ages import read_age
from content.reading.amounts import period_of, sums
from content.reading.births import birth_at, cycle_at
from content.reading.dates import read_date
from content.reading.members import read_members
from content.reading.money import LARGEST, read_money
from content.reading.names import Named, match_names
from content.reading.numbers import read_number
from content.reading.options import Option, read_option
from content.reading.result import Read
from content.reading.roster import Roster
from content.reading.several import Misread, read_several
from content.reading.stance import stance
from content.reading.tokens import read_line
from content.reading.yes_no import read_yes_no
from content.search.finding import CANDIDATES_AT_MOST
from content.search.period import named_period
from content.similar import groups
from content.text import clean, is_syllable, plain, unaccented, words
from handlers import codes
from handlers.learning.masking import LONGEST, masked
from handlers.turn import Knowledge
from rules.household import parse
from tests.fuzz.target import Target, at_most, never_hanging
from tests.fuzz.texts import messages, sentences

TODAY: Final = date(2026, 11, 24)
DAYS: Final = st.sampled_from((TODAY, date(2024, 2, 29), date(2025, 6, 30), date(2026, 1, 1), date(2026, 12, 31)))
"""Days on which counting back goes wrong more easily than on others."""
_LONGEST_TURN: Final = 20_000
_LONGEST_MESSAGE: Final = 4_100


def _steps(text: str) -> int:
    """What one reader may cost: so much for each character, and something to begin with."""
    return 40_000 + 500 * len(text)


def plain_text(text: str) -> None:
    """The plain spelling is stable and has nothing invisible in it."""
    with never_hanging(), at_most(_steps(text)):
        said = plain(text)
        cleaned = clean(text)
    assert said == " ".join(said.split()) and said.isprintable()
    assert (said.encode() and cleaned.encode()) or not said or not cleaned
    assert all(isinstance(is_syllable(word), bool) for word in words(unaccented(cleaned))[:50])
    masked_text = masked(text)
    assert len(masked_text) <= LONGEST
    code = codes.read(text)
    assert code is None or code.code == "" or code.code.isascii()


def answers(case: tuple[str, date]) -> None:
    """Each reader of an answer reads, refuses or passes; figures stay within what the law can mean."""
    text, today = case[0][:_LONGEST_MESSAGE], case[1]
    with never_hanging(), at_most(10 * _steps(text)):
        number, money, age = read_number(text), read_money(text), read_age(text, today)
        day, sure, period = read_date(text, today), read_yes_no(text), named_period(text, today)
        options = [
            Option("a", "hộ nghèo"),
            Option("b", text[:100]),
            Option("c", "hộ cận nghèo", ("cn", text[:50][::-1])),
        ]
        option = read_option(text, options)
        several = read_several(text, {"a": "mẹ", "b": "con", "c": text[:100]}, {"a": ("bà",)})
        people = match_names(text, [Named("1", "Nguyễn Văn An", "thôn Đông"), Named("2", text[:100])])
    assert not isinstance(number, Read) or 0 <= number.value < 10**15
    assert not isinstance(money, Read) or 0 <= money.value.dong < LARGEST
    assert not isinstance(age, Read) or 0 <= age.value.low <= age.value.years <= age.value.high <= 150
    assert not isinstance(day, Read) or isinstance(day.value.day, date)
    assert sure is None or sure.value
    assert period is None or period[0] < period[1]
    assert not isinstance(option, Read) or option.value in "abc"
    assert isinstance(several, Misread) or set(several) <= set("abc")
    assert all(each.id in "12" for each in people)


def everything_told(known: Knowledge, case: tuple[str, date]) -> None:
    """What is recognised is in the facts' own form, and the rules can take it."""
    text, today = case[0][:_LONGEST_MESSAGE], case[1]
    reader = known.recogniser
    with never_hanging(), at_most(8 * _steps(text)):
        found = reader.recognise(text, today)
        members = read_members(text, reader.family, reader.phrases, today)
    for said in (*found.household, *(said for person in found.persons for said in person.facts)):
        reader.book.get(said.fact).checked(said.value)
    parse(found.values(approximate=True), reader.book)
    assert all(isinstance(each, str) and each for each in found.say_back(sensitive=True))
    assert all(each.relation for each in members.persons)


def places_in_a_line(known: Knowledge, case: tuple[str, date]) -> None:
    """Reading may begin at any word, also at the last and behind it."""
    text, today = case
    line = read_line(text[:300])
    family = known.recogniser.family
    roster = Roster(family.relations)
    speakers = family.speaker_words(line)
    for at in range(len(line.tokens) + 1):
        for found in (birth_at(line, at, today), cycle_at(line, at, today)):
            assert found is None or at <= found.end
        roster.at_clause(line.clause(at))
        mention = family.mention_at(line, at, speakers, None)
        if mention is not None:
            roster.named(mention, line.words(mention.start, mention.end), line.clause(at))
        assert stance(line, at, min(at + 1, len(line.tokens)), owner_known=bool(at % 2), figure=bool(at % 3))
    assert all(each.end <= len(line.tokens) for each in sums(line))
    assert period_of(line) in (None, "day", "week", "month", "quarter", "year", "season", "once")


def found_answer(known: Knowledge, case: tuple[str, date, str | None]) -> None:
    """The search always finds something to say, about articles that exist."""
    text, today, topic = case
    text = text[:_LONGEST_TURN]
    with never_hanging(), at_most(20 * _steps(text)):
        found = known.search.find(text, today=today, topic=topic)
    assert found.kind in ("article", "choices", "handoff", "smalltalk", "urgent")
    assert (found.article is not None) == (found.kind == "article")
    assert len(found.candidates) <= CANDIDATES_AT_MOST
    assert all(0 <= each.score <= 1 for each in found.candidates)


def alike(texts: list[str]) -> None:
    """Every question is in exactly one group."""
    with never_hanging():
        found = groups(texts)
    assert sorted(each for group in found for each in group) == list(range(len(texts)))


_ON: Final = st.tuples(messages(), DAYS)
_TOPICS: Final[Any] = st.sampled_from((None, "credit-poor", "social-pension", "no-such-article", ""))
TARGETS: Final = (
    Target("plain text", messages(), plain_text, in_suite=30),
    Target("answers", _ON, answers, in_suite=15),
    Target("facts told", _ON, everything_told, "knowledge", in_suite=15),
    Target("places in a line", st.tuples(sentences(), DAYS), places_in_a_line, "knowledge", in_suite=30),
    Target("search", st.tuples(messages(), DAYS, _TOPICS), found_answer, "knowledge", in_suite=20),
    Target("alike", st.lists(sentences(), max_size=8), alike, in_suite=15),
)
