"""Yes, no and "I do not know" in the words people use: "có chứ", "k có", "chưa ạ", "dạ vâng", "chịu"."""

from __future__ import annotations

from typing import Final, Literal

from content.reading.result import Read
from content.reading.tokens import Line, read_line

Answer = Literal["yes", "no", "dont_know"]

_DONT_KNOW: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "không nhớ, không biết, không rõ, không chắc, không nắm, chưa rõ, chưa biết, chưa nhớ, chẳng biết, "
        "chẳng nhớ, chả biết, chả nhớ, "
        "chịu, quên rồi, quên mất, hình như, chắc là, có lẽ, không dám chắc, không để ý, biết đâu, ai biết, làm "
        "sao biết, chắc có, "
        "chắc không, nhớ không ra, đâu biết, đâu nhớ, không hiểu"
    ).split(", ")
)
_YES: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "có, có chứ, có rồi, có đấy, có ạ, có có, cũng có, vẫn có, đang có, đã có, rồi, xong rồi, đúng, đúng "
        "rồi, đúng thế, đúng vậy, phải, "
        "phải rồi, ừ, ừm, ừa, uh, uhm, um, ờ, dạ, dạ có, vâng, vâng ạ, ok, oke, okie, okê, ô kê, yes, y, yep, "
        "chính xác, chuẩn, được, "
        "được rồi, đồng ý, nhất trí, tất nhiên, dĩ nhiên, còn, vẫn còn, hẳn rồi, là có, không sai, chứ sao, "
        "chuẩn rồi, có luôn, đương nhiên"
    ).split(", ")
)
_NO: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "không, không có, không phải, không đâu, không hề, không còn, không đúng, không được, không ai, không "
        "có ai, không có gì, không bao giờ, "
        "chưa, chưa có, chưa bao giờ, chưa từng, chưa đâu, chưa hề, chưa được, sai, sai rồi, chẳng có, chả có, "
        "chẳng phải, chả phải, đâu có, "
        "đâu phải, có đâu, làm gì có, lấy đâu ra, hết rồi, no, n, nope, đã hết, mất rồi, bỏ rồi, nghỉ rồi, "
        "không đồng ý, không là không, chẳng, hổng"
    ).split(", ")
)
# Politeness and whom the answer is about; they say nothing by themselves.
_FILLERS: Final = frozenset(
    "dạ vâng ạ à ơi nhé nha nhỉ thưa thì là cháu bác em anh chị cô chú ông bà con tôi tui mình nhà gia đình nó "
    "ấy đó này kia chúng cụ mẹ bố vợ chồng ừ"
    " a ah thế vậy đấy cả người thằng đứa hiện nay hiện giờ bây vẫn đang cũng của hihi haha".split()
)
_NEGATIVE: Final = ("không", "chưa", "chẳng", "chả")
_SURE: Final = frozenset("ok oke okie yes no y n uh uhm um yep nope".split())


def read_yes_no(text: str) -> Read[Answer] | None:
    """The answer that the words begin with, after whom they are about; None where they ask back or say both."""
    line = read_line(text)
    count = len(line.tokens)
    if not count:
        return None
    for index in range(count):
        width = _longest(line, index, _DONT_KNOW)
        if width and not line.fits(index - 1, "không", "phải"):
            return Read("dont_know", line.words(index, index + width))
    if "?" in text or _asks(line):
        return None
    start = 0
    while start < count:
        found = _answer_at(line, start)
        # "dạ không": the polite word is no answer where another one follows.
        if found is not None and not (line.fits(start, "dạ", "vâng", "ừ") and _answer_later(line, start + found[1])):
            return _judged(line, start, found)
        if not line.tokens[start].fits_any(_FILLERS):
            return None
        start += 1
    return None


def _longest(line: Line, index: int, phrases: tuple[tuple[str, ...], ...]) -> int:
    fitting = (
        len(words)
        for words in phrases
        if all(line.fits(index + step, word) for step, word in enumerate(words))
        and line.clause(index) == line.clause(index + len(words) - 1)
    )
    return max(fitting, default=0)


def _answer_at(line: Line, index: int) -> tuple[Answer, int] | None:
    yes, no = _longest(line, index, _YES), _longest(line, index, _NO)
    if not yes and not no:
        return None
    return ("yes", yes) if yes > no else ("no", no)


def _answer_later(line: Line, index: int) -> bool:
    while index < len(line.tokens):
        if _answer_at(line, index) is not None:
            return True
        if not line.tokens[index].fits_any(_FILLERS):
            return False
        index += 1
    return False


def _judged(line: Line, start: int, found: tuple[Answer, int]) -> Read[Answer] | None:
    answer, width = found
    end = start + width
    rest = range(end, len(line.tokens))
    first_clause = [index for index in rest if line.clause(index) == line.clause(start)]
    if answer == "yes" and any(line.fits(index, *_NEGATIVE) for index in rest):
        return None
    if answer == "no" and any(line.fits(index, *_NEGATIVE) and index > end for index in first_clause):
        return None  # "không phải là không có"
    if answer == "no" and any(
        _yes_clause(line, index) for index in rest if line.clause(index) != line.clause(index - 1)
    ):
        return None  # "không, có chứ"
    return Read(answer, line.words(start, end))


def _yes_clause(line: Line, index: int) -> bool:
    found = _answer_at(line, index)
    return found is not None and found[0] == "yes" and not line.fits(index, "còn", "được", "dạ", "vâng")


def _asks(line: Line) -> bool:
    """ "có được không", "có phải không", "được chưa": a question back."""
    last = len(line.tokens) - 1
    while last > 0 and line.fits(last, "ạ", "nhỉ", "hả", "vậy", "thế", "à"):
        if line.fits(last, "hả", "nhỉ"):
            return True
        last -= 1
    return (
        last > 0
        and line.fits(last, "không", "chưa")
        and any(line.fits(index, "có", "phải", "được", "đúng") for index in range(last))
    )
