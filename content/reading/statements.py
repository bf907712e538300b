"""Putting down what a phrase states: a value, a denial, or a figure, for the house or for one person."""

from __future__ import annotations

from typing import Final

from content.reading.ages import Age
from content.reading.amounts import Sum, period_at, sum_at
from content.reading.numbers import about_before
from content.reading.persons import Family
from content.reading.phrasebook import Found, Phrasebook
from content.reading.recognised import ROUGHLY, Denied, Said
from content.reading.result import About, Refused
from content.reading.roster import Entry, Roster
from content.reading.stance import Stance
from content.reading.tokens import Line
from rules.errors import FactValueError
from rules.facts import Fact, FactBook, Value

PENSION: Final = "person.pension_kind"
PENSION_AMOUNT: Final = "person.pension_amount"
_QUESTION_WORDS: Final = ("gì", "nào", "bao", "bn", "đâu", "sao", "mấy", "hay", "nhiêu", "hả", "ai", "chưa")


class Statements:
    """What one message says so far."""

    def __init__(self, book: FactBook, phrases: Phrasebook, family: Family, line: Line) -> None:
        self.book, self.phrases, self.line = book, phrases, line
        self.roster = Roster(phrases.texts.relations)
        self.house = Entry()
        self.unclear: list[tuple[str, Entry, Refused]] = []
        self.speakers = family.speaker_words(line)
        self.house_named = False
        self.mention_end = -1
        self.pension_end = -1

    def label(self, fact: str, value: Value) -> str:
        wording = self.phrases.wording(fact, str(value))
        return wording.say if wording else self.book.get(fact).choices.get(str(value), str(value))

    def is_alternative(self, found: Found) -> bool:
        """ "hộ nghèo hay cận nghèo": one or the other, so neither is stated."""
        line = self.line
        before = line.fits(found.start - 1, "hay", "hoặc") and line.clause(found.start - 1) == line.clause(found.start)
        return before or (line.fits(found.end, "hay", "hoặc") and line.clause(found.end) == line.clause(found.start))

    def owner(self, found: Found) -> Entry:
        wording = self.phrases.wording(found.phrase.fact, found.phrase.key)
        clause = self.line.clause(found.start)
        current = self.roster.current
        if wording is None or not wording.spouse:
            return self.roster.spoken_of(clause)
        if found.of in ("tôi", "tui", "em", "mình", "tớ") or found.of in self.speakers or current is None:
            return self.roster.speaker()
        apart = self.line.clause(self.mention_end - 1) != clause
        if current.several and apart and "gái" not in current.modifiers:
            return self.roster.speaker()
        return current

    def put_value(self, entry: Entry, fact: Fact, found: Found, how: Stance) -> None:
        words = self.line.words(found.start, found.end)
        wording = self.phrases.wording(fact.id, found.phrase.key)
        value: Value | None = found.phrase.key
        if how == "denied":
            words = self._with_denial(found)
            if fact.id == PENSION and any(said.value != found.phrase.key for said in entry.values(PENSION)):
                return  # "có tiền tuất, không có lương hưu": only one kind is denied
            opposite = {"yes": "no", "no": "yes"}.get(found.phrase.key) if fact.type == "yes_no" else None
            value = opposite or (wording.denied if wording and wording.denied else None)
            if value is None:
                say = f"không phải {self.label(fact.id, found.phrase.key)}"
                entry.denied.append(Denied(fact.id, found.phrase.key, words, say))
                return
        elif wording and not wording.denied and fact.id == PENSION and value != "none":
            entry.said = [said for said in entry.said if said.fact != PENSION or said.value != "none"]
        for each in self._all_meant(entry, found.start) if value is not None else ():
            self.put(each, fact.id, value or "", words, self.label(fact.id, value or ""))
        if fact.id == PENSION and value == "pension":
            self.pension_end = found.end

    def _all_meant(self, entry: Entry, start: int) -> list[Entry]:
        """ "cả hai đều …" is about the two who were named; about more than two it is not clear about whom."""
        line, index = self.line, start - 1
        if entry is self.house:
            return [entry]
        while index >= 0 and line.clause(index) == line.clause(start) and start - index <= 4:
            if line.fits(index, "đều") or (line.fits(index, "cả") and line.fits(index + 1, "hai", "2")):
                return (
                    self.roster.persons
                    if len(self.roster.persons) == 2
                    else [entry]
                    if entry.relation in ("parents", "grandparents")
                    else []
                )
            index -= 1
        return [entry]

    def _with_denial(self, found: Found) -> str:
        line, index = self.line, found.start
        while index > 0 and found.start - index < 7 and line.clause(index - 1) == line.clause(found.start):
            index -= 1
            if line.fits(index, "không", "chưa", "chẳng", "chả", "đâu", "hết"):
                return line.words(index, found.end)
        return line.words(found.start, found.end + 3)

    def put_figure(self, entry: Entry, fact: Fact, found: Found) -> None:
        wording = self.phrases.wording(fact.id, found.phrase.key)
        template = wording.say if wording else "{n}"
        words = self.line.words(found.start, found.end)
        if self.line.plain(found.figure - 1) == "duoi" and found.figure > found.start - 1:
            self.unclear.append((fact.id, entry, Refused("not_exact", words)))  # "dưới 50 số điện" is no figure
            return
        if found.money is not None:
            self.put_amount(entry, fact, found.money, words, template)
        elif found.number is not None:
            number = found.number
            if number.upto is not None:
                self.unclear.append((fact.id, entry, Refused("range", words, int(number.value), int(number.upto))))
                return
            value = int(number.value) * (wording.times if wording else 1)
            about = about_before(self.line, found.figure)[0]
            self._put_checked(entry, fact, value, words, template.replace("{n}", f"{ROUGHLY[about]}{value}"), about)

    def put_amount(self, entry: Entry, fact: Fact, money: Sum, words: str, template: str) -> None:
        end = money.end
        while (self.line.fits(end, "một", "mỗi", "1") and self.line.fits(end + 1, "người")) or self.line.fits(
            end, "người"
        ):
            end += 1
        period = period_at(self.line, end)
        refused: Refused | None = None
        upto = sum_at(self.line, end + 1) if self.line.fits(end, "đến", "tới") else None
        if upto is not None and upto.scale is not None:
            low = money.value if money.scale is not None else money.value * upto.scale
            refused = Refused("range", self.line.words(money.start, upto.end), int(low), int(upto.value))
        elif money.spoken is not None and money.spoken.upto is not None:
            scale = money.scale or 0
            refused = (
                Refused("range", words, int(money.spoken.value * scale), int(money.spoken.upto * scale))
                if scale
                else Refused("no_unit", words)
            )
        elif not money.clear:
            refused = Refused("no_unit", words)
        elif period is not None and period[0] not in ("month", "year"):
            refused = Refused("mixed_units", self.line.words(money.start, period[1]))
        if refused is not None:
            self.unclear.append((fact.id, entry, refused))
            return
        by_year = period is not None and period[0] == "year"
        value = int(money.value / 12) if by_year else int(money.value)
        about: About = "about" if by_year else about_before(self.line, money.start)[0]
        if fact.id == PENSION_AMOUNT:
            self.put(entry, PENSION, "pension", words, self.label(PENSION, "pension"), implied=True)
        self._put_checked(
            entry,
            fact,
            value,
            words,
            template.replace("{money}", f"{ROUGHLY[about]}{value:,} đồng".replace(",", ".")),
            about,
        )

    def _put_checked(self, entry: Entry, fact: Fact, value: int, words: str, say: str, about: About) -> None:
        try:
            fact.checked(value)
        except FactValueError:
            self.unclear.append((fact.id, entry, Refused("impossible", words)))
            return
        self.put(entry, fact.id, value, words, say, about=about)

    def put(
        self,
        entry: Entry,
        fact: str,
        value: Value,
        words: str,
        say: str,
        *,
        about: About = "exact",
        implied: bool = False,
        age: Age | None = None,
    ) -> None:
        if fact not in self.book or any(said.value == value for said in entry.values(fact)):
            return
        sensitive = self.book.get(fact).sensitive
        entry.said.append(Said(fact, value, words, say, about, implied, sensitive, age))

    def is_own_house(self, index: int) -> bool:
        return self.line.fits(
            index + 1, "tôi", "em", "cháu", "mình", "con", "bác", "tui", "đình", "có", "ở", "này"
        ) or (index == 0 and not self.line.fits(0, "hộ"))

    def asks_in_general(self) -> bool:
        """Whether a question about nobody in particular holds a single thing that looks like a fact."""
        named = self.house_named or any(entry.relation for entry in self.roster.persons)
        told = sum(len(entry.said) + len(entry.denied) for entry in (self.house, *self.roster.persons)) + len(
            self.unclear
        )
        if named or told > 1:
            return False
        last = len(self.line.tokens) - 1
        if "?" in self.line.text or self.line.fits(last, "không") or self.line.fits(0, "đề"):
            return True
        return any(self.line.fits(index, *_QUESTION_WORDS) for index in range(len(self.line.tokens)))
