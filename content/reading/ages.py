"""Ages: "82 tuổi", "tám hai", "sn 44", "18 tháng", "ngoài 70", "lớp 7". Full years, as the law counts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from content.reading.canchi import cycle_years_at
from content.reading.dates import date_at
from content.reading.numbers import about_before, vague_at
from content.reading.result import About, Read, Refused
from content.reading.spoken import Spoken, number_at
from content.reading.tokens import Line, read_line

OLDEST: Final = 125
_FIRST_CLASS_AT: Final = 6
_LAST_CLASS: Final = 12
_LONGEST_IN_MONTHS: Final = 71  # nobody gives the age of a schoolchild in months
_NEWBORN: Final = (("mới", "đẻ"), ("mới", "sinh"), ("sơ", "sinh"), ("mới", "đầy", "tháng"), ("đầy", "tháng"), ("vừa", "sinh"), ("vừa", "đẻ"))
_KINDERGARTEN: Final = {"mầm": 3, "chồi": 4, "lá": 5}
_FINISHED_BEFORE: Final = ("hết", "đến", "xong", "từ", "bỏ", "nghỉ", "tới")
_YEAR_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Age:
    """An age in full years.

    `low` and `high` differ where only the year of birth, "tuổi ta" or a class was said; they are no bounds of an age
    that was said roughly ("ngoài 70"): that is told by `Read.about`.
    """

    years: int
    low: int
    high: int
    months: int | None = None
    born: int | None = None


@dataclass(frozen=True, slots=True)
class AgeAt:
    """An age, or why none can be taken, in the tokens from `start` to before `end`."""

    start: int
    end: int
    result: Read[Age] | Refused


def age_at(line: Line, index: int, today: date) -> AgeAt | None:
    """The age that begins at that token and says that it is one: by "tuổi", "sinh năm", a class, months of a child."""
    return (
        _newborn(line, index)
        or _birth(line, index, today)
        or _cycle(line, index, today)
        or _school_class(line, index)
        or _counted(line, index)
    )


def read_age(text: str, today: date) -> Read[Age] | Refused | None:
    """The one age of an answer to "how old": also a bare figure or a bare year."""
    line = read_line(text)
    found: list[AgeAt] = []
    index = 0
    while index < len(line.tokens):
        each = age_at(line, index, today) or _bare(line, index, today)
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


def _birth(line: Line, index: int, today: date) -> AgeAt | None:
    """ "sinh năm 1944", "sn 44", "sinh ngày 15/3/1944"."""
    start = index
    if line.plain(index) == "sn":
        index += 1
    elif line.plain(index) == "s" and line.plain(index + 1) == "n":
        index += 2
    elif line.fits(index, "năm") and line.fits(index + 1, "sinh"):
        index += 2
    elif line.fits(index, "sinh", "đẻ"):
        index += 1
        while line.fits(index, "năm", "ngày", "vào", "ra", "hồi"):
            index += 1
    else:
        return None
    cycle = _cycle(line, index, today)
    if cycle is not None:
        return AgeAt(start, cycle.end, cycle.result)
    exact = date_at(line, index, today)
    words = line.words(start, exact.end if exact else index + 1)
    if exact is not None and exact.given_year and exact.day is None:
        return AgeAt(start, exact.end, Refused("impossible", words))
    if exact is not None and exact.day is not None and exact.given_year and exact.precision == "day":
        return AgeAt(start, exact.end, _by_day(exact.day, words, today))
    if exact is not None and exact.day is not None and exact.given_year and exact.precision == "month":
        return AgeAt(start, exact.end, _by_year(exact.day.year, words, today))
    spoken = _year_at(line, index)
    if spoken is None:
        return None
    year = _full_year(int(spoken.value), today)
    words = line.words(start, spoken.end)
    return AgeAt(start, spoken.end, Refused("impossible", words) if year is None else _by_year(year, words, today))


def _year_at(line: Line, index: int) -> Spoken | None:
    spoken = number_at(line, index)
    if spoken is None or spoken.upto is not None or spoken.value != int(spoken.value) or spoken.grouped:
        return None
    return spoken


def _full_year(year: int, today: date) -> int | None:
    """1944 for 1944 and for 44; None where it is no year of birth."""
    if year < 100:
        this_century = today.year - today.year % 100 + year
        return this_century if this_century <= today.year else this_century - 100
    return year if 1000 <= year <= 9999 else None


def _by_year(year: int, words: str, today: date) -> Read[Age] | Refused:
    years = today.year - year
    if years < 0:
        return Refused("future", words)
    if years > OLDEST:
        return Refused("impossible", words)
    return Read(Age(years, max(0, years - 1), years, born=year), words)


def _by_day(day: date, words: str, today: date) -> Read[Age] | Refused:
    if day > today:
        return Refused("future", words)
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    if years > OLDEST:
        return Refused("impossible", words)
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return Read(Age(years, years, years, months=months if months <= _LONGEST_IN_MONTHS else None, born=day.year), words)


def _cycle(line: Line, index: int, today: date) -> AgeAt | None:
    """ "tuổi Giáp Thân"; with two living generations of that name it is not clear which."""
    place = index + 1 if line.fits(index, "tuổi", "năm") else index
    years = cycle_years_at(line, place, today)
    if not years or (place == index and not line.fits(index - 1, "tuổi", "năm", "sinh")):
        return None
    words = line.words(index, place + 2)
    if len(years) > 1:
        return AgeAt(index, place + 2, Refused("ambiguous", words, likely=tuple(today.year - year for year in years)))
    return AgeAt(index, place + 2, _by_year(years[0], words, today))


def _school_class(line: Line, index: int) -> AgeAt | None:
    """ "lớp 7" is about twelve years; a class that somebody left or finished long ago says nothing."""
    if not line.fits(index, "lớp") or any(line.fits(index - back, *_FINISHED_BEFORE) for back in (1, 2)):
        return None
    group = next((age for word, age in _KINDERGARTEN.items() if line.fits(index + 1, word)), None)
    if group is not None:
        return AgeAt(index, index + 2, Read(Age(group, group, group), line.words(index, index + 2), "about"))
    spoken = number_at(line, index + 1)
    if spoken is None or spoken.upto is not None or not 1 <= spoken.value <= _LAST_CLASS or spoken.value != int(spoken.value):
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
    if spoken is None:
        return None
    end = spoken.end
    vague = line.fits(end, "mấy", "hơn", "x")
    end += vague
    if line.tokens[index].negative:
        return AgeAt(index, end, Refused("impossible", line.words(index, end))) if _is_years(line, end) else None
    if _is_years(line, end):
        about, begin = about_before(line, index)
        result = _years(line, spoken, begin, index, end + 1, "over" if vague else None)
        if isinstance(result, Read) and result.value.months is not None:
            while line.words(begin, end + 1) != result.words and end < len(line.tokens):
                end += 1
            end -= 1
        return AgeAt(begin, end + 1, result)
    if line.fits(end, "tháng") and (line.fits(end + 1, "tuổi") or line.clause(end + 1) != line.clause(end)):
        if spoken.upto is None and spoken.value == int(spoken.value) and 0 <= spoken.value <= _LONGEST_IN_MONTHS:
            end += 2 if line.fits(end + 1, "tuổi") else 1
            months = int(spoken.value)
            years = months // 12
            return AgeAt(index, end, Read(Age(years, years, years, months=months), line.words(index, end)))
    return None


def _is_years(line: Line, index: int) -> bool:
    return line.fits(index, "tuổi") or (line.plain(index) == "t" and line.tokens[index - 1].figure)


def _years(line: Line, spoken: Spoken, begin: int, index: int, end: int, about: About | None = None) -> Read[Age] | Refused:
    words = line.words(begin, end)
    if spoken.upto is not None:
        return Refused("range", words, int(spoken.value), int(spoken.upto))
    firmness = about or about_before(line, index)[0]
    years = int(spoken.value)
    if years > OLDEST:
        return Refused("impossible", words)
    if spoken.value != years or line.plain(end) == "ruoi":
        return Read(Age(years, years, years, months=years * 12 + 6), line.words(begin, end + (line.plain(end) == "ruoi")))
    months = number_at(line, end)
    if months is not None and months.value < 12 and line.fits(months.end, "tháng") and line.clause(end) == line.clause(end - 1):
        return Read(Age(years, years, years, months=years * 12 + int(months.value)), line.words(begin, months.end + 1))
    if line.fits(end, "ta", "mụ"):
        return Read(Age(max(0, years - 1), max(0, years - 2), max(0, years - 1)), line.words(begin, end + 1))
    return Read(Age(years, years, years), words, firmness)


def _bare(line: Line, index: int, today: date) -> AgeAt | None:
    """A figure alone, in an answer to "how old": 82, 1944, 15/3/1944."""
    exact = date_at(line, index, today)
    if exact is not None and exact.given_year and exact.day is not None and exact.precision == "day":
        return AgeAt(index, exact.end, _by_day(exact.day, line.words(index, exact.end), today))
    spoken = number_at(line, index)
    if spoken is None or line.fits(index - 1, "lớp", "đầu"):
        return None
    about, begin = about_before(line, index)
    end = spoken.end + line.fits(spoken.end, "mấy", "x", "hơn")
    words = line.words(begin, end)
    if line.tokens[index].negative:
        return AgeAt(index, end, Refused("impossible", words))
    if len(spoken.digits) == _YEAR_DIGITS and spoken.value >= 1000 and spoken.value == int(spoken.value):
        return AgeAt(index, end, _by_year(int(spoken.value), words, today))
    return AgeAt(index, end, _years(line, spoken, begin, index, end, "over" if end > spoken.end else about))


def _vague(line: Line) -> Refused | None:
    for index in range(len(line.tokens)):
        if vague_at(line, index) and line.fits(index + 1, "tuổi", "chục"):
            return Refused("not_exact", line.words(index, index + 2))
    return None
