"""Who lives in a house, told in one line: "tôi 45, vợ 43, mẹ 82, con 12 tuổi lớp 7, hai cháu 5 và 3".

It reads an answer to "who is in the house", so a bare figure after somebody's name is an age, also a small one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from content.reading.ages import Age, AgeAt, age_at, bare_age_at, combined
from content.reading.births import OLDEST
from content.reading.persons import SELF, Family, Mention, gender_of
from content.reading.phrasebook import Phrasebook
from content.reading.result import Read, Refused
from content.reading.spoken import number_at
from content.reading.tokens import Line, read_line

STUDY: Final = "person.study"
_STAGES: Final = ((5, "primary"), (9, "lower_secondary"), (12, "upper_secondary"))
_SHORT: Final = {
    ("đại", "học"): "university",
    ("đh",): "university",
    ("cao", "đẳng"): "vocational",
    ("cđ",): "vocational",
    ("trung", "cấp"): "vocational",
    ("mầm", "non"): "kindergarten",
    ("nhà", "trẻ"): "nursery",
    ("cấp", "1"): "primary",
    ("cấp", "2"): "lower_secondary",
    ("cấp", "3"): "upper_secondary",
    ("bổ", "túc"): "continuing",
}
_PAIRS: Final = {"parents": ("father", "mother"), "grandparents": ("grandfather", "grandmother")}
_NO_AGE_AFTER: Final = ("người", "khẩu", "nhân", "mạng", "con", "đứa", "cháu", "thằng")
_COUNTED: Final = ("đứa ", "người ")
_MOST: Final = 15


@dataclass(slots=True)
class Member:
    """One person of the house."""

    relation: str
    label: str
    gender: str = ""
    age: Read[Age] | Refused | None = None
    study: str = ""
    by_class: bool = False
    """Whether only the class tells the age, and so only about."""


@dataclass(slots=True)
class Members:
    """Everybody named, in order; `unclear` are figures of which it is open whose they are."""

    persons: list[Member] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def read_members(text: str, family: Family, phrases: Phrasebook, today: date) -> Members:
    """The persons that an answer names, with age and school."""
    return _Reading(text, family, phrases, today).whole()


class _Reading:
    """The reading of one answer."""

    def __init__(self, text: str, family: Family, phrases: Phrasebook, today: date) -> None:
        self.line: Line = read_line(text)
        self.family, self.phrases, self.today = family, phrases, today
        self.speakers = family.speaker_words(self.line)
        self.found = Members()
        self.waiting: list[Member] = []  # named and still without an age, in order
        self.last: Member | None = None
        self.named_end = -1

    def whole(self) -> Members:
        index = 0
        while index < len(self.line.tokens):
            index = max(self._step(index), index + 1)
        return self.found

    def _step(self, index: int) -> int:
        """Reads what begins at that token and returns the token after it."""
        line = self.line
        same_clause = line.clause(index) == line.clause(index - 1)
        after_name = index == self.named_end and same_clause and self.last is not None and self.last.age is None
        if after_name and (age := self._age_after_name(index)) is not None:
            self._age(age)
            return age.end
        mention = self.family.mention_at(line, index, self.speakers, None)
        if mention is not None:
            self.named_end = self._mention(mention)
            return self.named_end
        end = self._study(index)
        if end:
            return end
        age = age_at(line, index, self.today) or self._bare(index)
        if age is None:
            return index + 1
        if line.fits(index, "lớp"):
            self._class(age)
        else:
            self._age(age)
        return age.end

    def _age_after_name(self, index: int) -> AgeAt | None:
        """A figure right after a name is an age, whatever follows: "tôi 45 con 12"."""
        age = age_at(self.line, index, self.today) or bare_age_at(self.line, index, self.today)
        if age is not None and not self.line.fits(index, "lớp"):
            return age
        spoken = number_at(self.line, index)
        if spoken is None or not spoken.digits or spoken.upto is not None or not 0 <= spoken.value <= OLDEST:
            return None
        years = int(spoken.value)
        return AgeAt(index, spoken.end, Read(Age(years, years, years), self.line.words(index, spoken.end)))

    def _mention(self, mention: Mention) -> int:
        relation = self.family.relations[mention.relation]
        if mention.relation == "wife" and "chồng" in mention.modifiers:
            # "hai vợ chồng 45 và 43": who of the two is which, only they can tell
            self.found.unclear.append(self.line.words(mention.start, mention.end))
            self.last = None
            return mention.end
        known = next((each for each in self.found.persons if each.relation == mention.relation), None)
        if known is not None and (mention.relation == SELF or (known.age is None and not relation.several)):
            self.last = known
            return mention.end
        count = min(mention.count, _MOST) if relation.several else 1
        named = _PAIRS.get(mention.relation, (mention.relation,) * count)
        self.waiting = []
        for each in named:
            words = self.family.relations[each]
            own = each == mention.relation and each != SELF and not mention.label.startswith(_COUNTED)
            label = mention.label if own else words.say
            member = Member(each, label or words.say, gender_of(words, mention.modifiers))
            self.found.persons.append(member)
            self.waiting.append(member)
        self.last = self.waiting[0]
        return mention.end

    def _bare(self, index: int) -> AgeAt | None:
        """A figure by itself, unless it counts people."""
        age = bare_age_at(self.line, index, self.today)
        counts = age is not None and self.line.fits(age.end, *_NO_AGE_AFTER)
        return None if counts and self.line.clause(index) == self.line.clause(age.end if age else index) else age

    def _age(self, age: AgeAt) -> None:
        if self.last is None:
            self._put_aside(age)
            return
        member = self._without_age()
        if member is not None:
            member.age, member.by_class, self.last = age.result, False, member
        elif self._fits(self.last, age):
            return
        elif self.family.relations[self.last.relation].several:
            self._one_more().age = age.result
        else:
            self._put_aside(age)

    def _put_aside(self, age: AgeAt) -> None:
        """Nobody knows whose age it is; a number in words may be anything ("ở một mình")."""
        if any(token.figure for token in self.line.tokens[age.start : age.end]):
            self.found.unclear.append(self.line.words(age.start, age.end))

    def _without_age(self) -> Member | None:
        """The member whose age comes next: of those named together the first that has none, also one known by class."""
        if self.last is not None and self.last.by_class:
            return self.last
        return next((each for each in self.waiting if each.age is None), None)

    @staticmethod
    def _fits(member: Member, age: AgeAt) -> bool:
        """Whether an age and a year of birth were said of the same person: "tôi 46 tuổi, sinh 1980"."""
        if member.age is None:
            return False
        both = combined([member.age, age.result], "")
        if isinstance(both, Read):
            member.age = both
        return isinstance(both, Read)

    def _one_more(self) -> Member:
        """Another one of the same kind: "con 12 tuổi lớp 7 và 8 tuổi"."""
        if self.last is None:
            raise ValueError("nobody was named")
        relation = self.family.relations[self.last.relation]
        member = Member(self.last.relation, relation.say, relation.gender)
        self.found.persons.append(member)
        self.last = member
        return member

    def _class(self, age: AgeAt) -> None:
        if not isinstance(age.result, Read) or self.last is None:
            return
        top = age.result.value.years - 5
        stage = "kindergarten" if top < 1 else next(name for last, name in _STAGES if top <= last)
        member = self._put_study(stage)
        if member.age is None:
            member.age, member.by_class = age.result, True

    def _put_study(self, stage: str) -> Member:
        """The school of the one spoken of, or of the next one of the same kind: "hai con lớp 7 và lớp 3"."""
        member = self.last
        if member is None:
            raise ValueError("nobody was named")
        if member.study and (member.study != stage or member.by_class):
            following = next((each for each in self.waiting if each.age is None and not each.study), None)
            several = self.family.relations[member.relation].several
            member = following or (self._one_more() if several else member)
        member.study, self.last = stage, member
        return member

    def _study(self, index: int) -> int:
        """ "học đại học", "mẫu giáo"; the token after it, 0 where there is none."""
        found = self.phrases.longest_at(self.line, index)
        if found is not None and found.phrase.fact == STUDY:
            if self.last is not None:
                self._put_study(found.phrase.key)
            return found.end
        for words, stage in _SHORT.items():
            if all(self.line.fits(index + step, word) for step, word in enumerate(words)):
                if self.last is not None:
                    self._put_study(stage)
                return index + len(words)
        spoken = number_at(self.line, index)
        if spoken is not None and self.line.fits(index - 1, "cấp"):
            return spoken.end
        return 0


__all__ = ["Member", "Members", "read_members"]
