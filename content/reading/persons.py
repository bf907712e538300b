"""Who a message speaks about: "bà tôi", "2 đứa con", and whether "cháu" is the speaker or a grandchild."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from content.reading.phrasebook import Relation
from content.reading.spoken import number_at
from content.reading.tokens import Line, Token, read_line

SELF: Final = "self"
_POSSESSORS: Final = ("tôi", "tui", "em", "cháu", "con", "mình", "bác", "anh", "chị", "nó", "cô", "chú", "tớ", "nhà")
_MOST: Final = 12
_OF_SPEAKER: Final = ("tôi", "tui", "em", "cháu", "con", "mình", "bác", "tớ", "nhà")
_MODIFIERS: Final = (
    "lớn",
    "cả",
    "đầu",
    "út",
    "bé",
    "nhỏ",
    "giữa",
    "trai",
    "gái",
    "thứ",
    "nội",
    "ngoại",
    "kia",
    "chồng",
    "vợ",
)
_SIDES: Final = ("nội", "ngoại", "chồng", "vợ")
_GENDERS: Final = {"trai": "male", "gái": "female"}
_COUNTERS: Final = ("đứa", "thằng", "người", "bạn")
_SPEAKER_OR_CHILD: Final = frozenset({"chau", "con", "em"})
_HOUSE: Final = ("nhà", "hộ", "gia", "đình", "xã", "thôn", "quê", "xóm", "phường", "làng", "chỗ", "bên")
_ASKING_BEFORE: Final = ("cho", "xin", "giúp", "bảo", "hỏi", "với", "chúng", "dạ", "thưa")
_ASKING_AFTER: Final = ("hỏi", "muốn", "cần", "thấy", "xin", "ơi", "ạ", "biết", "nghe", "định", "à")
_COMPANIONS: Final = ("với", "cùng", "nhờ", "cho", "do", "của")
# Where the word is something else: "con bò", "còn sống", "bỏ học", "vỏ".
_OTHER_AFTER: Final = {
    "con": "bò trâu lợn gà chó đường sông số dấu người sức khả lại nợ đang ở ốm mắt thì vật".split(),
    "ba": "người con năm tháng ngày tuổi triệu khẩu đứa mươi trăm nghìn lần xã mẹ".split(),
    "bo": "đội học rơi ra phận vợ chồng".split(),
    "ong": "nước".split(),
    "cu": "thể không nát".split(),
    "me": "khế".split(),
    "vo": "sạn".split(),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name somebody, from token `start` to before `end`."""

    relation: str
    start: int
    end: int
    modifiers: tuple[str, ...] = ()
    count: int = 1
    counter: bool = False
    companion: bool = False
    of_speaker: bool = False
    label: str = ""


class Known(Protocol):
    """The person spoken of last."""

    relation: str
    several: bool


class Family:
    """Finds mentions by the relations of the phrase file."""

    def __init__(self, relations: dict[str, Relation]) -> None:
        self.relations = relations
        self._words: list[tuple[str, tuple[Token, ...]]] = sorted(
            ((name, read_line(words).tokens) for name, relation in relations.items() for words in relation.words),
            key=lambda pair: -len(pair[1]),
        )
        self._by_first: dict[str, list[tuple[str, tuple[Token, ...]]]] = {}
        for name, words in self._words:
            self._by_first.setdefault(words[0].plain, []).append((name, words))

    def speaker_words(self, line: Line) -> frozenset[str]:
        """Pronouns by which the speaker calls themself: those that own a relative or a house ("mẹ em", "nhà cháu")."""
        found = set()
        for index, token in enumerate(line.tokens):
            if token.plain in _SPEAKER_OR_CHILD and index > 0:
                owned = self._relation_ending(line, index) or line.fits(index - 1, "nhà", "đình")
                if (
                    owned
                    and not line.fits(index + 1, "trai", "gái", "nội", "ngoại", "lớp", "dâu", "rể")
                    and not line.fits(index - 1, "con", "đứa")
                ):
                    found.add(token.plain)
                if (
                    line.fits(index - 1, "con")
                    and token.plain in ("em", "chau")
                    and not line.fits(index + 1, "trai", "gái")
                ):
                    found.add(token.plain)
        return frozenset(found)

    def _relation_ending(self, line: Line, index: int) -> bool:
        return any(
            name not in (SELF, "child", "grandchild", "someone") and _words_at(line, index - len(words), words)
            for name, words in self._words
        )

    def mention_at(self, line: Line, index: int, speakers: frozenset[str], current: Known | None) -> Mention | None:
        """Who is named at that token, with a count before and modifiers and owner after; None for nobody."""
        start, count, counter = index, 1, False
        spoken = number_at(line, index)
        if (
            spoken is not None
            and spoken.upto is None
            and spoken.value == int(spoken.value)
            and 1 <= spoken.value <= _MOST
        ):
            after = spoken.end + line.fits(spoken.end, *_COUNTERS)
            counted = self._relation_at(line, spoken.end) or self._relation_at(line, after)
            if (counted and counted[0] != SELF) or line.fits(spoken.end, "đứa", "thằng"):
                index, count = spoken.end, int(spoken.value)
            if index >= len(line.tokens) or line.clause(index) != line.clause(start):
                return None
        if line.fits(index, *_COUNTERS) and not self._relation_at(line, index):
            counter = line.fits(index, "đứa", "thằng")
            index += 1
        found = self._relation_at(line, index)
        if found is None and counter:
            relation = current.relation if current is not None and current.several else "child"
            return self._ended(
                line, Mention(relation, start, index, count=count, counter=True, label=self.relations[relation].say)
            )
        if found is None:
            return None
        relation, words = found
        side = tuple(word.said for word in words if word.said in _SIDES)
        label = " ".join(word.said for word in words)
        mention = Mention(relation, start, index + len(words), side, count, counter, label=label)
        return self._judged(line, mention, index, speakers, current)

    def _relation_at(self, line: Line, index: int) -> tuple[str, tuple[Token, ...]] | None:
        for name, words in self._by_first.get(line.plain(index), ()):
            if _words_at(line, index, words):
                bare = words[0].plain if len(words) == 1 else ""
                other = bool(bare) and line.fits(index + 1, *_OTHER_AFTER.get(bare, ()))
                if (
                    other
                    and line.clause(index + 1) == line.clause(index)
                    and (bare == "con" or line.tokens[index].bare)
                ):
                    return None
                return name, words
        return None

    def _judged(
        self, line: Line, mention: Mention, at: int, speakers: frozenset[str], current: Known | None
    ) -> Mention | None:
        """The mention, or None for a pronoun that names nobody new and for an address ("bác ơi")."""
        word, single = line.plain(at), mention.end == at + 1
        if mention.relation == SELF:
            if word == "em" and line.fits(mention.end, "tôi", "tui", "mình", "của"):
                return self._ended(line, replace(mention, relation="sibling"))
            asks = line.fits(at - 1, *_HOUSE, *_ASKING_BEFORE) or line.fits(mention.end, *_ASKING_AFTER)
            return None if asks and single else mention
        if word == "ba" and single and line.tokens[at].bare and not self._is_father_or_grandmother(line, at):
            return None
        if word == "cu" and single and line.tokens[at].bare:
            if line.fits(at - 1, "nhà"):
                return None  # "nhà cũ"
            if line.accented:
                return self._ended(line, replace(mention, relation="child", label="cu"))
        if line.fits(mention.end, "ơi", "ạ", "à") and mention.count == 1:
            return None
        if line.fits(mention.start - 1, "không", "chưa", "chẳng") or (
            line.fits(mention.start - 1, "có") and line.fits(mention.start - 2, "không", "chưa", "chẳng")
        ):
            return None  # "không chồng", "chưa có con"
        ended = self._ended(line, mention)
        if (
            single
            and word in _SPEAKER_OR_CHILD
            and mention.count == 1
            and not mention.counter
            and not ended.modifiers
            and not ended.of_speaker
        ):
            return self._pronoun(line, ended, word, speakers, current)
        if word == "ba" and single and not line.accented and mention.relation != "grandmother":
            return replace(ended, relation="grandmother", label="bà")
        return ended

    @staticmethod
    def _is_father_or_grandmother(line: Line, at: int) -> bool:
        return (
            line.fits(at + 1, *_POSSESSORS)
            or line.plain(at + 1)[:1].isdigit()
            or line.fits(at + 1, "sinh", "bị", "đã", "năm")
        )

    @staticmethod
    def _pronoun(
        line: Line, mention: Mention, word: str, speakers: frozenset[str], current: Known | None
    ) -> Mention | None:
        at = mention.start
        if (
            line.fits(at - 1, *_HOUSE)
            or line.fits(mention.end, *_ASKING_AFTER)
            or line.fits(at - 1, "cho", "xin", "giúp", "dạ", "thưa")
        ):
            return None
        if word in speakers:
            return replace(mention, relation=SELF, label={"chau": "cháu"}.get(word, word))
        if word == "chau" and current is not None and current.several:
            return None  # "con tôi 5 tuổi, cháu bị …": still the same child
        return mention

    def _ended(self, line: Line, mention: Mention) -> Mention:
        """With what follows: "con gái lớn của tôi"."""
        end = mention.end
        modifiers: list[str] = []
        clause = line.clause(mention.end - 1)
        while line.fits(end, *_MODIFIERS) and line.clause(end) == clause and len(modifiers) < 3:
            word = next(each for each in _MODIFIERS if line.fits(end, each))
            if word in ("vợ", "chồng", "cả", "đầu") and not line.accented and word != "dau":
                break
            modifiers.append(word)
            end += 1
            if word == "thứ" and (spoken := number_at(line, end)):
                modifiers.append(line.words(end, spoken.end))
                end = spoken.end
        owner = end + 1 if line.fits(end, "của") else end
        of_speaker = (
            line.clause(owner) == clause and line.fits(owner, *_POSSESSORS) and not self._is_new_person(line, owner)
        )
        if of_speaker:
            end = owner + 1
        elif line.fits(end, "ấy", "đó", "này") and line.clause(end) == clause:
            end += 1
        companion = line.fits(mention.start - 1, *_COMPANIONS) and line.clause(mention.start - 1) == clause
        companion = companion or (
            line.fits(mention.start - 1, "nuôi") and mention.relation == "child" and mention.count == 1
        )
        speakers = of_speaker and line.fits(end - 1, *_OF_SPEAKER)
        return replace(
            mention,
            end=end,
            modifiers=(*mention.modifiers, *modifiers),
            companion=companion,
            of_speaker=speakers,
            label=" ".join((mention.label, *modifiers)),
        )

    @staticmethod
    def _is_new_person(line: Line, index: int) -> bool:
        """ "bà cháu lớp 3"? "mẹ con gái": the pronoun begins another person."""
        return line.plain(index) in ("con", "em", "chau") and line.fits(
            index + 1, "trai", "gái", "nội", "ngoại", "dâu", "rể", "lớp", "út"
        )


def gender_of(relation: Relation, modifiers: tuple[str, ...]) -> str:
    """The gender that the words themselves tell, empty where they do not."""
    return relation.gender or next((_GENDERS[word] for word in modifiers if word in _GENDERS), "")


def _words_at(line: Line, index: int, words: tuple[Token, ...]) -> bool:
    if index < 0 or index + len(words) > len(line.tokens):
        return False
    return all(
        line.tokens[index + step].fits(word.said) and line.clause(index + step) == line.clause(index)
        for step, word in enumerate(words)
    )
