"""Facts of `rules/facts.yaml` in free text: "bà tôi 82 tuổi hộ nghèo không lương hưu".

The message is read once from left to right. At each word the longest of three wins: a phrase, an age, or somebody being
named. Facts of a person go to the one named last. Nothing is guessed: what is not said stays unknown.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from content.reading.ages import Age, AgeAt, age_at, combined
from content.reading.amounts import sum_at
from content.reading.judging import judged
from content.reading.numbers import about_before
from content.reading.persons import Family, Mention, gender_of
from content.reading.phrasebook import Found, Phrasebook, load
from content.reading.recognised import ROUGHLY, Recognised, Said, Unclear
from content.reading.result import Read, Refused
from content.reading.roster import Entry
from content.reading.spoken import number_at
from content.reading.stance import Stance, stance
from content.reading.statements import PENSION_AMOUNT, Statements
from content.reading.tokens import Line, read_line
from rules.facts import FactBook

AGE: Final = "person.age"
STUDY: Final = "person.study"
GENDER: Final = "person.gender"
_OF_SOMEBODY: Final = (STUDY, "person.school", "person.regular_income", "person.stable_livelihood")
_STAGES: Final = ((5, "primary"), (9, "lower_secondary"), (12, "upper_secondary"))
_CLOSE: Final = 3  # a class tells the age only so far
_BARE_AGE_FROM: Final = 10
_NO_AGE_AFTER: Final = frozenset(
    "nguoi con dua chau nam thang ngay trieu nghin ngan tr k kg sao m phan khau cai lan gio".split()
)


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


class _Reading(Statements):
    """The reading of one message."""

    def __init__(self, reader: Recogniser, line: Line, today: date) -> None:
        super().__init__(reader.book, reader.phrases, reader.family, line)
        self.family, self.today = reader.family, today
        self.sizes: set[int] = set()
        self.last_stance: tuple[str, int, Stance] = ("", -1, "stated")

    def whole(self) -> Recognised:
        index = 0
        while index < len(self.line.tokens):
            self.roster.at_clause(self.line.clause(index))
            self.house_named = self.house_named or (
                self.line.fits(index, "nhà", "gia", "hộ") and self.is_own_house(index)
            )
            index = max(self._step(index), index + 1)
        persons = [
            entry for entry in self.roster.persons if entry.told or any(owner is entry for _, owner, _ in self.unclear)
        ]
        unclear = tuple(Unclear(fact, self._place(persons, owner), refused) for fact, owner, refused in self.unclear)
        if self.asks_in_general():
            return Recognised((), ())
        size = self.sizes.pop() if len(self.sizes) == 1 else None
        return judged(self.book, self.house, persons, unclear, size, self.label)

    @staticmethod
    def _place(persons: list[Entry], owner: Entry) -> int | None:
        return next((place for place, entry in enumerate(persons) if entry is owner), None)

    def _step(self, index: int) -> int:
        """Reads what begins at that token and returns the token after it."""
        line = self.line
        found = self.phrases.longest_at(line, index)
        age = age_at(line, index, self.today)
        mention = self.family.mention_at(line, index, self.speakers, self.roster.current)
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
        gender = gender_of(self.phrases.texts.relations[mention.relation], mention.modifiers)
        if gender and GENDER in self.book and not entry.values(GENDER):
            entry.said.append(Said(GENDER, gender, words, self.label(GENDER, gender), implied=True))
        self.mention_end = mention.end
        if self.pension_end == mention.start - line.fits(mention.start - 1, "của"):
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
        wording = self.phrases.wording(PENSION_AMOUNT, "money")
        self.put_amount(entry, self.book.get(PENSION_AMOUNT), money, words, wording.say if wording else "{money}")
        return money.end

    def _bare_age(self, index: int) -> int:
        """ "bà 82", "con 6 và 10 tuổi", "con 18 tháng": a figure right after somebody's name."""
        line, entry = self.line, self.roster.current
        index += line.fits(index, "năm") and line.fits(index + 1, "nay") and 2
        index += line.fits(index, "mới", "được", "đã", "gần", "ngoài", "hơn") and line.plain(index + 1)[:1].isdigit()
        spoken = number_at(line, index)
        if (
            entry is None
            or spoken is None
            or spoken.upto
            or spoken.value != int(spoken.value)
            or line.clause(index) != line.clause(index - 1)
        ):
            return index
        value, end = int(spoken.value), spoken.end
        if line.fits(end, "tháng") and entry.several and value < 36 and line.clause(end) == line.clause(index):
            end += 2 if line.fits(end + 1, "tuổi") else 1
            self._put_age(Read(Age(value // 12, value // 12, value // 12, months=value), line.words(index, end)))
            return end
        joined = line.fits(end, "và", "với") or line.clause(end) != line.clause(index)
        listed = entry.several and joined and age_at(line, end + line.fits(end, "và", "với"), self.today) is not None
        bare = (
            value >= _BARE_AGE_FROM
            and spoken.digits != ""
            and (line.clause(end) != line.clause(index) or line.plain(end) not in _NO_AGE_AFTER)
            and age_at(line, index, self.today) is None
        )
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
        if (
            line.plain(start) == "duoi"
            or line.plain(start - 1) == "duoi"
            or line.fits(start - 1, "từ", "đến")
            or (index > 0 and line.tokens[index - 1].figure and line.tokens[index].figure)
            or line.fits(age.end, "trở", "đổ")
            or self._is_kind_of_people(start)
        ):
            return
        if stance(line, start, age.end, owner_known=True, figure=True) != "stated":
            return
        in_class = line.fits(index, "lớp")
        by_months = (
            isinstance(result, Read) and result.value.months is not None and not line.fits(age.end - 1, "tuổi", "rưỡi")
        )
        if (
            by_months
            and not in_class
            and not line.fits(index, "sinh")
            and "tuổi" not in plain_words
            and not self._is_child_here(index)
        ):
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
        stage = (
            next((stage for top, stage in _STAGES if years - 5 <= top), "upper_secondary")
            if years > 5
            else "kindergarten"
        )
        fresh = [said for said in entry.values(STUDY) if said.words == age.result.words]
        apart = line.clause(self.mention_end - 1) != line.clause(age.start)
        if entry.several and not fresh and (entry.values(STUDY) or (apart and not self._near(entry, years))):
            entry = self.roster.another(entry)
        words = line.words(age.start, age.end)
        self.put(entry, STUDY, stage, words, f"học {words}" if line.accented else self.label(STUDY, stage))
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
                read = Read(
                    both.value,
                    f"{known[0].words}, {read.words}" if known[0].words != read.words else read.words,
                    read.about,
                )
            elif entry.several:
                entry = self.roster.another(entry)
        self._put_age_of(entry, read)

    def _put_age_of(self, entry: Entry, read: Read[Age]) -> None:
        age = read.value
        say = f"{age.months} tháng tuổi" if age.months is not None and age.months < 36 else f"{age.years} tuổi"
        self.put(entry, AGE, age.years, read.words, ROUGHLY[read.about] + say, about=read.about, age=age)

    def _phrase(self, found: Found) -> None:
        phrase, line = found.phrase, self.line
        if phrase.key == "size" and found.number is not None:
            if not line.fits(found.end, "con", "già", "lớn", "đi", "bị", "đang"):
                self.sizes.add(int(found.number.value))
            self.house_named = True
        if not phrase.fact:
            return
        fact = self.book.get(phrase.fact)
        owner_known = self.roster.current is not None or self.house_named
        how = stance(line, found.start, found.end, owner_known=owner_known)
        if self.last_stance[:2] == (fact.id, found.start) and self.last_stance[2] != "stated":
            how = self.last_stance[2]  # "không thuộc hộ nghèo, cận nghèo": a list is meant as its first part
        self.last_stance = (fact.id, found.end, how)
        of_nobody = fact.id in _OF_SOMEBODY and self.roster.current is None
        if how == "open" or of_nobody or self.is_alternative(found):
            return
        entry = self.house if fact.level == "household" else self.owner(found)
        if fact.numeric:
            if how == "stated":
                self.put_figure(entry, fact, found)
            return
        self.put_value(entry, fact, found, how)
