"""Ages: "82 tuổi", "tám hai", "sn 44", "18 tháng", "ngoài 70", "lớp 7". Full years, as the law counts them."""

from __future__ import annotations

from datetime import date
from typing import Final

from content.reading.births import LONGEST_IN_MONTHS, OLDEST, Age, AgeAt, birth_at, by_day, by_year, cycle_at
from content.reading.dates import date_at
from content.reading.numbers import about_before, vague_at
from content.reading.result import About, Read, Refused
from content.reading.spoken import Spoken, number_at
from content.reading.tokens import Line, read_line

_FIRST_CLASS_AT: Final = 6
_LAST_CLASS: Final = 12
_NEWBORN: Final = (
    ("mới", "đẻ"),
    ("mới", "sinh"),
    ("sơ", "sinh"),
    ("mới", "đầy", "tháng"),
    ("đầy", "tháng"),
    ("vừa", "sinh"),
    ("vừa", "đẻ"),
)
_KINDERGARTEN: Final = {"mầm": 3, "chồi": 4, "lá": 5}
_FINISHED_BEFORE: Final = ("hết", "đến", "xong", "từ", "bỏ", "nghỉ", "tới", "nghiệp")
_YEAR_DIGITS: Final = 4


def age_at(line: Line, index: int, today: date) -> AgeAt | None:
    """The age that begins at that token and says that it is one: by "tuổi", "sinh năm", a class, months of a child."""
    return (
        _newborn(line, index)
        or birth_at(line, index, today)
        or cycle_at(line, index, today)
        or _school_class(line, index)
        or _counted(line, index)
    )


def read_age(text: str, today: date) -> Read[Age] | Refused | None:
    """The one age of an answer to "how old": also a bare figure or a bare year."""
    line = read_line(text)
    found: list[AgeAt] = []
    index = 0
    while index < len(line.tokens):
        each = age_at(line, index, today) or bare_age_at(line, index, today)
        if each is not None and not _repeats(found, each):
            found.append(each)
        index = each.end if each is not None else index + 1
    if not found:
        return _vague(line)
    if len(found) == 1:
        return found[0].result
    words = line.words(found[0].start, found[-1].end)
    results = [each.result for each in found]
    return combined(results, words)


def combined(results: list[Read[Age] | Refused], words: str) -> Read[Age] | Refused:
    """One age from an age and a year of birth, a reason where they do not fit or are two persons' ages."""
    refused = next((each for each in results if isinstance(each, Refused)), None)
    if refused is not None:
        return refused
    ages = [each.value for each in results if isinstance(each, Read)]
    by_year = [age for age in ages if age.born is not None]
    stated = [age for age in ages if age.born is None]
    if len({age.years for age in ages}) == 1:
        return results[0]
    if len(by_year) != 1 or len(stated) != 1:
        return Refused("several", words, likely=tuple(age.years for age in ages))
    year, said = by_year[0], stated[0]
    if year.low <= said.years <= year.high:
        return Read(Age(said.years, said.years, said.years, born=year.born), words)
    if said.years == year.high + 1:  # counted from the year of birth as one
        return Read(year, words)
    return Refused("contradiction", words, likely=(said.years, year.years))


def _repeats(found: list[AgeAt], each: AgeAt) -> bool:
    return any(isinstance(old.result, Read) and old.result == each.result for old in found)


def _newborn(line: Line, index: int) -> AgeAt | None:
    for phrase in _NEWBORN:
        if all(line.fits(index + step, word) for step, word in enumerate(phrase)):
            end = index + len(phrase)
            if phrase[-1] == "sinh" and (line.fits(end, "năm", "ngày", "sống", "con") or line.plain(end)[:1].isdigit()):
                continue
            if phrase[-1] == "đẻ" and line.fits(end, "con"):
                continue
            return AgeAt(index, end, Read(Age(0, 0, 0, months=0), line.words(index, end)))
    return None


def _school_class(line: Line, index: int) -> AgeAt | None:
    """ "lớp 7" is about twelve years; a class that somebody left or finished long ago says nothing."""
    if not line.fits(index, "lớp") or any(line.fits(index - back, *_FINISHED_BEFORE) for back in (1, 2)):
        return None
    group = next((age for word, age in _KINDERGARTEN.items() if line.fits(index + 1, word)), None)
    if group is not None:
        return AgeAt(index, index + 2, Read(Age(group, group, group), line.words(index, index + 2), "about"))
    spoken = number_at(line, index + 1)
    if (
        spoken is None
        or spoken.upto is not None
        or not 1 <= spoken.value <= _LAST_CLASS
        or spoken.value != int(spoken.value)
    ):
        return None
    years = int(spoken.value) + _FIRST_CLASS_AT - 1
    return AgeAt(index, spoken.end, Read(Age(years, years - 1, years + 1), line.words(index, spoken.end), "about"))


def _counted(line: Line, index: int) -> AgeAt | None:
    """ "82 tuổi", "tám hai tuổi", "76t", "18 tháng", "2 tuổi rưỡi", "tuổi 82", "bảy mươi mấy tuổi"."""
    spoken = number_at(line, index)
    if spoken is None and line.fits(index, "tuổi") and not line.fits(index - 1, "dưới", "đủ"):
        behind = number_at(line, index + 1)
        if behind is not None and not line.plain(behind.end) and behind.upto is None:
            return AgeAt(index, behind.end, _years(line, behind, index, index + 1, behind.end))
    spoken = _in_tens(line, spoken)
    if spoken is None:
        return None
    end = spoken.end
    vague = line.fits(end, "mấy", "hơn", "x")
    end += vague
    if line.tokens[index].negative:
        return AgeAt(index, end, Refused("impossible", line.words(index, end))) if _is_years(line, end) else None
    if _is_years(line, end):
        _, begin = about_before(line, index)
        result = _years(line, spoken, begin, index, end + 1, "over" if vague else None)
        if isinstance(result, Read) and result.value.months is not None:
            while line.words(begin, end + 1) != result.words and end < len(line.tokens):
                end += 1
            end -= 1
        return AgeAt(begin, end + 1, result)
    in_months = line.fits(end, "tháng") and (line.fits(end + 1, "tuổi") or line.clause(end + 1) != line.clause(end))
    if (
        not in_months
        or spoken.upto is not None
        or spoken.value != int(spoken.value)
        or spoken.value > LONGEST_IN_MONTHS
    ):
        return None
    end += 2 if line.fits(end + 1, "tuổi") else 1
    months = int(spoken.value)
    years = months // 12
    return AgeAt(index, end, Read(Age(years, years, years, months=months), line.words(index, end)))


def _in_tens(line: Line, spoken: Spoken | None) -> Spoken | None:
    """ "7x", "bảy mấy": seventy and something."""
    if spoken is None or not 1 <= spoken.value <= 9 or not line.fits(spoken.end, "mấy", "x"):
        return spoken
    return Spoken(spoken.value * 10, spoken.end, digits=spoken.digits and f"{spoken.digits}0")


def _is_years(line: Line, index: int) -> bool:
    return line.fits(index, "tuổi") or (line.plain(index) == "t" and line.tokens[index - 1].figure)


def _years(
    line: Line, spoken: Spoken, begin: int, index: int, end: int, about: About | None = None
) -> Read[Age] | Refused:
    words = line.words(begin, end)
    if spoken.upto is not None:
        return Refused("range", words, int(spoken.value), int(spoken.upto))
    firmness = about or about_before(line, index)[0]
    years = int(spoken.value)
    if years > OLDEST:
        return Refused("impossible", words)
    if spoken.value != years or line.plain(end) == "ruoi":
        return Read(
            Age(years, years, years, months=years * 12 + 6), line.words(begin, end + (line.plain(end) == "ruoi"))
        )
    months = number_at(line, end)
    if (
        months is not None
        and months.value < 12
        and line.fits(months.end, "tháng")
        and line.clause(end) == line.clause(end - 1)
    ):
        return Read(Age(years, years, years, months=years * 12 + int(months.value)), line.words(begin, months.end + 1))
    if line.fits(end, "ta", "mụ"):
        return Read(Age(max(0, years - 1), max(0, years - 2), max(0, years - 1)), line.words(begin, end + 1))
    return Read(Age(years, years, years), words, firmness)


def bare_age_at(line: Line, index: int, today: date) -> AgeAt | None:
    """A figure alone, in an answer to "how old": 82, 1944, 15/3/1944."""
    exact = date_at(line, index, today)
    if exact is not None and exact.given_year and exact.day is not None and exact.precision == "day":
        return AgeAt(index, exact.end, by_day(exact.day, line.words(index, exact.end), today))
    spoken = _in_tens(line, number_at(line, index))
    if spoken is None or line.fits(index - 1, "lớp", "đầu"):
        return None
    about, begin = about_before(line, index)
    end = spoken.end + line.fits(spoken.end, "mấy", "x", "hơn")
    words = line.words(begin, end)
    if line.tokens[index].negative:
        return AgeAt(index, end, Refused("impossible", words))
    if len(spoken.digits) == _YEAR_DIGITS and spoken.value >= 1000 and spoken.value == int(spoken.value):
        return AgeAt(index, end, by_year(int(spoken.value), words, today))
    return AgeAt(index, end, _years(line, spoken, begin, index, end, "over" if end > spoken.end else about))


def _vague(line: Line) -> Refused | None:
    for index in range(len(line.tokens)):
        if vague_at(line, index) and line.fits(index + 1, "tuổi", "chục"):
            return Refused("not_exact", line.words(index, index + 2))
    return None


__all__ = ["Age", "AgeAt", "age_at", "bare_age_at", "combined", "read_age"]
