"""Facts of `rules/facts.yaml` in free text: "bà tôi 82 tuổi hộ nghèo không lương hưu".

The message is read once from left to right. At each word the longest of three wins: a phrase, an age, or somebody being
named. Facts of a person go to the one named last. Nothing is guessed: what is not said stays unknown.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from content.reading.ages import Age, AgeAt, age_at, combined
from content.reading.judging import judged
from content.reading.money import Sum, period_at, sum_at
from content.reading.numbers import about_before
from content.reading.persons import SELF, Family, Mention, gender_of
from content.reading.phrasebook import Found, Phrasebook, load
from content.reading.recognised import ROUGHLY, Denied, Recognised, Said, Unclear
from content.reading.result import About, Read, Refused
from content.reading.roster import Entry, Roster
from content.reading.spoken import number_at
from content.reading.stance import Stance, stance
from content.reading.tokens import Line, read_line
from rules.errors import FactValueError
from rules.facts import Fact, FactBook, Value

AGE: Final = "person.age"
STUDY: Final = "person.study"
GENDER: Final = "person.gender"
STATUS: Final = "household.status"
PENSION: Final = "person.pension_kind"
PENSION_AMOUNT: Final = "person.pension_amount"
_STAGES: Final = ((5, "primary"), (9, "lower_secondary"), (12, "upper_secondary"))
_CLOSE: Final = 3  # a class tells the age only so far
_BARE_AGE_FROM: Final = 10
_NO_AGE_AFTER: Final = frozenset("nguoi con dua chau nam thang ngay trieu nghin ngan tr k kg sao m phan khau cai lan gio".split())


class Recogniser:
    """Reads messages with one list of facts and one file of phrases.

    Raises:
        ContentError: the phrases name a fact or value that the rules do not have.
    """

    def __init__(self, book: FactBook, phrases: Phrasebook | None = None) -> None:
        self.book = book
        self.phrases = phrases or load()
        self.phrases.check(book)
        self.family = Family(self.phrases.texts.relations)

    def recognise(self, text: str, today: date) -> Recognised:
        """Everything that the message states on that day."""
        return _Reading(self, read_line(text), today).whole()


def recognise(text: str, book: FactBook, today: date) -> Recognised:
    """The facts that a text states, by person; see `Recogniser` for reading many."""
    return Recogniser(book).recognise(text, today)


class _Reading:
    """The reading of one message."""

    def __init__(self, reader: Recogniser, line: Line, today: date) -> None:
        self.reader, self.line, self.today = reader, line, today
        self.roster = Roster(reader.phrases.texts.relations)
        self.house = Entry()
        self.unclear: list[tuple[str, Entry, Refused]] = []
        self.sizes: set[int] = set()
        self.speakers = reader.family.speaker_words(line)
        self.house_named = False
        self.mention_end = -1
        self.pension_end = -1

    def whole(self) -> Recognised:
        index = 0
        while index < len(self.line.tokens):
            self.roster.at_clause(self.line.clause(index))
            self.house_named = self.house_named or self.line.fits(index, "nhà", "gia", "hộ") and self._is_own_house(index)
            index = max(self._step(index), index + 1)
        persons = [entry for entry in self.roster.persons if entry.told or any(owner is entry for _, owner, _ in self.unclear)]
        unclear = tuple(Unclear(fact, self._place(persons, owner), refused) for fact, owner, refused in self.unclear)
        size = self.sizes.pop() if len(self.sizes) == 1 else None
        return judged(self.reader.book, self.house, persons, unclear, size, self._label)

    @staticmethod
    def _place(persons: list[Entry], owner: Entry) -> int | None:
        return next((place for place, entry in enumerate(persons) if entry is owner), None)

    def _label(self, fact: str, value: Value) -> str:
        wording = self.reader.phrases.wording(fact, str(value))
        return wording.say if wording else self.reader.book.get(fact).choices.get(str(value), str(value))

    def _is_own_house(self, index: int) -> bool:
        return self.line.fits(index + 1, "tôi", "em", "cháu", "mình", "con", "bác", "tui", "đình", "có", "ở", "này", "cận") or (
            index == 0 and not self.line.fits(0, "hộ")
        )

    def _step(self, index: int) -> int:
        """Reads what begins at that token and returns the token after it."""
        line = self.line
        found = self.reader.phrases.longest_at(line, index)
        age = age_at(line, index, self.today)
        mention = self.reader.family.mention_at(line, index, self.speakers, self.roster.current)
        ends = (age.end if age else 0, found.end if found else 0, mention.end if mention else 0)
        longest = max(ends)
        if age is not None and age.end == longest:
            self._age(age, index)
        elif found is not None and found.end == longest:
            self._phrase(found)
        elif mention is not None:
            return self._mention(mention)
        return longest

    def _mention(self, mention: Mention) -> int:
        line = self.line
        words = line.words(mention.start, mention.end)
        entry = self.roster.named(mention, words, line.clause(mention.start))
        gender = gender_of(self.reader.phrases.texts.relations[mention.relation], mention.modifiers)
        if gender and GENDER in self.reader.book and not entry.values(GENDER):
            entry.said.append(Said(GENDER, gender, words, self._label(GENDER, gender), implied=True))
        self.mention_end = mention.end
        if self.pension_end == mention.start:
            return self._pension_of(entry, mention.end)
        return self._bare_age(mention.end)

    def _pension_of(self, entry: Entry, index: int) -> int:
        """ "lương hưu của mẹ em 2 triệu": the owner stands between the pension and its amount."""
        place = index
        while place - index < 3 and self.line.fits(place, "được", "là", "khoảng", "tầm", "hơn", "có"):
            place += 1
        money = sum_at(self.line, place)
        if money is None or not money.clear or self.line.clause(place) != self.line.clause(index - 1):
            return index
        words = self.line.words(self.pension_end - 2, money.end)
        wording = self.reader.phrases.wording(PENSION_AMOUNT, "money")
        self._amount(entry, self.reader.book.get(PENSION_AMOUNT), money, words, wording.say if wording else "{money}")
        return money.end

    def _bare_age(self, index: int) -> int:
        """ "bà 82", "con 6 và 10 tuổi", "con 18 tháng": a figure right after somebody's name."""
        line, entry = self.line, self.roster.current
        index += line.fits(index, "năm") and line.fits(index + 1, "nay") and 2
        index += line.fits(index, "mới", "được", "đã", "gần", "ngoài", "hơn") and line.plain(index + 1)[:1].isdigit()
        spoken = number_at(line, index)
        if entry is None or spoken is None or spoken.upto or spoken.value != int(spoken.value) or line.clause(index) != line.clause(index - 1):
            return index
        value, end = int(spoken.value), spoken.end
        if line.fits(end, "tháng") and entry.several and value < 36 and line.clause(end) == line.clause(index):
            end += 2 if line.fits(end + 1, "tuổi") else 1
            self._put_age(Read(Age(value // 12, value // 12, value // 12, months=value), line.words(index, end)))
            return end
        joined = line.fits(end, "và", "với") or line.clause(end) != line.clause(index)
        listed = entry.several and joined and age_at(line, end + line.fits(end, "và", "với"), self.today) is not None
        bare = value >= _BARE_AGE_FROM and spoken.digits != "" and line.plain(end) not in _NO_AGE_AFTER and age_at(line, index, self.today) is None
        if (listed and value < 100) or (bare and value <= 110):
            about = about_before(line, index)[0]
            self._put_age(Read(Age(value, value, value), line.words(index, end), about))
            return end
        return index

    def _age(self, age: AgeAt, index: int) -> None:
        line = self.line
        result = age.result
        start = min(age.start, index)
        plain_words = line.words(start, age.end)
        if line.fits(start - 1, "từ", "dưới", "đến") or line.fits(age.end, "trở", "đổ") or self._is_kind_of_people(start):
            return
        if stance(line, start, age.end, owner_known=True) != "stated":
            return
        in_class = line.fits(index, "lớp")
        by_months = isinstance(result, Read) and result.value.months is not None and not line.fits(age.end - 1, "tuổi", "rưỡi")
        if by_months and not in_class and not line.fits(index, "sinh") and "tuổi" not in plain_words and not self._is_child_here(index):
            return
        if in_class:
            if line.fits(index - 1, "dạy", "nhiệm"):
                return
            self._put_class(age)
        elif isinstance(result, Refused):
            self.unclear.append((AGE, self.roster.spoken_of(line.clause(start)), result))
        else:
            self._put_age(result)

    def _is_child_here(self, index: int) -> bool:
        return self.roster.current is not None and self.roster.current.several and index - self.mention_end <= 1

    def _is_kind_of_people(self, start: int) -> bool:
        """ "người trên 80 tuổi được gì" is about nobody in particular."""
        return self.line.fits(start - 1, "người", "những", "các", "trẻ") and self.roster.current is None

    def _put_class(self, age: AgeAt) -> None:
        if not isinstance(age.result, Read):
            return
        line, entry, years = self.line, self.roster.spoken_of(self.line.clause(age.start)), age.result.value.years
        stage = next((stage for top, stage in _STAGES if years - 5 <= top), "upper_secondary") if years > 5 else "kindergarten"
        fresh = [said for said in entry.values(STUDY) if said.words == age.result.words]
        if entry.several and not fresh and (entry.values(STUDY) or not self._near(entry, years)):
            entry = self.roster.another(entry)
        words = line.words(age.start, age.end)
        self._put(entry, STUDY, stage, words, f"học {words}" if line.accented else self._label(STUDY, stage))
        if not entry.values(AGE):
            self._put_age_of(entry, age.result)

    @staticmethod
    def _near(entry: Entry, years: int) -> bool:
        return all(isinstance(said.value, int) and abs(said.value - years) <= _CLOSE for said in entry.values(AGE))

    def _put_age(self, read: Read[Age]) -> None:
        entry = self.roster.spoken_of(self.line.clause(0) if not self.line.tokens else 0)
        known = entry.values(AGE)
        by_class = [said for said in known if said.about == "about" and said.words.startswith(("lớp", "lop"))]
        if by_class and self._near(entry, read.value.years):
            entry.said = [said for said in entry.said if said not in by_class]
        elif known and known[0].age is not None:
            both = combined([Read(known[0].age, known[0].words), read], read.words)
            if isinstance(both, Read):
                entry.said = [said for said in entry.said if said.fact != AGE]
                read = Read(both.value, f"{known[0].words}, {read.words}" if known[0].words != read.words else read.words, read.about)
            elif entry.several:
                entry = self.roster.another(entry)
        self._put_age_of(entry, read)

    def _put_age_of(self, entry: Entry, read: Read[Age]) -> None:
        age = read.value
        say = f"{age.months} tháng tuổi" if age.months is not None and age.months < 36 else f"{age.years} tuổi"
        self._put(entry, AGE, age.years, read.words, ROUGHLY[read.about] + say, about=read.about, age=age)

    def _phrase(self, found: Found) -> None:
        phrase, line = found.phrase, self.line
        if phrase.key == "size" and found.number is not None:
            if not line.fits(found.end, "con", "già", "lớn", "đi", "bị", "đang") and about_before(line, found.end)[0] == "exact":
                self.sizes.add(int(found.number.value))
            self.house_named = True
        if not phrase.fact:
            return
        fact = self.reader.book.get(phrase.fact)
        owner_known = self.roster.current is not None or self.house_named
        how = stance(line, found.start, found.end, owner_known=owner_known)
        if how == "open" or self._is_alternative(found):
            return
        entry = self.house if fact.level == "household" else self._owner(found)
        if fact.numeric:
            if how == "stated":
                self._figure(entry, fact, found)
            return
        self._value(entry, fact, found, how)

    def _is_alternative(self, found: Found) -> bool:
        """ "hộ nghèo hay cận nghèo": one or the other, so neither is stated."""
        line = self.line
        before = line.fits(found.start - 1, "hay", "hoặc") and line.clause(found.start - 1) == line.clause(found.start)
        return before or (line.fits(found.end, "hay", "hoặc") and line.clause(found.end) == line.clause(found.start))

    def _owner(self, found: Found) -> Entry:
        wording = self.reader.phrases.wording(found.phrase.fact, found.phrase.key)
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

    def _value(self, entry: Entry, fact: Fact, found: Found, how: Stance) -> None:
        words = self.line.words(found.start, found.end)
        wording = self.reader.phrases.wording(fact.id, found.phrase.key)
        value: Value | None = found.phrase.key
        if how == "denied":
            words = self._with_denial(found)
            opposite = {"yes": "no", "no": "yes"}.get(found.phrase.key) if fact.type == "yes_no" else None
            value = opposite or (wording.denied if wording and wording.denied else None)
            if value is None:
                say = f"không phải {self._label(fact.id, found.phrase.key)}"
                entry.denied.append(Denied(fact.id, found.phrase.key, words, say))
                return
        for each in self._all_meant(entry, found.start) if value is not None else ():
            self._put(each, fact.id, value or "", words, self._label(fact.id, value or ""))
        if fact.id == PENSION and value == "pension":
            self.pension_end = found.end

    def _all_meant(self, entry: Entry, start: int) -> list[Entry]:
        """ "cả hai đều …" is about the two who were named; about more than two it is not clear about whom."""
        line, index = self.line, start - 1
        if entry is self.house:
            return [entry]
        while index >= 0 and line.clause(index) == line.clause(start) and start - index <= 4:
            if line.fits(index, "đều") or (line.fits(index, "cả") and line.fits(index + 1, "hai", "2")):
                return self.roster.persons if len(self.roster.persons) == 2 else [entry] if entry.relation in ("parents", "grandparents") else []
            index -= 1
        return [entry]

    def _with_denial(self, found: Found) -> str:
        line, index = self.line, found.start
        while index > 0 and found.start - index < 7 and line.clause(index - 1) == line.clause(found.start):
            index -= 1
            if line.fits(index, "không", "chưa", "chẳng", "chả", "đâu", "hết"):
                return line.words(index, found.end)
        return line.words(found.start, found.end + 3)

    def _figure(self, entry: Entry, fact: Fact, found: Found) -> None:
        wording = self.reader.phrases.wording(fact.id, found.phrase.key)
        template = wording.say if wording else "{n}"
        words = self.line.words(found.start, found.end)
        if found.money is not None:
            self._amount(entry, fact, found.money, words, template)
        elif found.number is not None:
            number = found.number
            if number.upto is not None:
                self.unclear.append((fact.id, entry, Refused("range", words, int(number.value), int(number.upto))))
                return
            value = int(number.value) * (wording.times if wording else 1)
            about = about_before(self.line, found.figure)[0]
            self._put_checked(entry, fact, value, words, template.replace("{n}", f"{ROUGHLY[about]}{value}"), about)

    def _amount(self, entry: Entry, fact: Fact, money: Sum, words: str, template: str) -> None:
        end = money.end
        while self.line.fits(end, "một", "mỗi", "1") and self.line.fits(end + 1, "người") or self.line.fits(end, "người"):
            end += 1
        period = period_at(self.line, end)
        refused: Refused | None = None
        upto = sum_at(self.line, end + 1) if self.line.fits(end, "đến", "tới") else None
        if upto is not None and upto.scale is not None:
            low = money.value if money.scale is not None else money.value * upto.scale
            refused = Refused("range", self.line.words(money.start, upto.end), int(low), int(upto.value))
        elif money.spoken is not None and money.spoken.upto is not None:
            scale = money.scale or 0
            refused = Refused("range", words, int(money.spoken.value * scale), int(money.spoken.upto * scale)) if scale else Refused("no_unit", words)
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
            self._put(entry, PENSION, "pension", words, self._label(PENSION, "pension"), implied=True)
        self._put_checked(entry, fact, value, words, template.replace("{money}", f"{ROUGHLY[about]}{value:,} đồng".replace(",", ".")), about)

    def _put_checked(self, entry: Entry, fact: Fact, value: int, words: str, say: str, about: About) -> None:
        try:
            fact.checked(value)
        except FactValueError:
            self.unclear.append((fact.id, entry, Refused("impossible", words)))
            return
        self._put(entry, fact.id, value, words, say, about=about)

    def _put(
        self, entry: Entry, fact: str, value: Value, words: str, say: str, *, about: About = "exact", implied: bool = False, age: Age | None = None
    ) -> None:
        if fact not in self.reader.book or any(said.value == value for said in entry.values(fact)):
            return
        sensitive = self.reader.book.get(fact).sensitive
        entry.said.append(Said(fact, value, words, say, about, implied, sensitive, age))


__all__ = ["SELF", "Recogniser", "recognise"]
