"""Yes or no, one of a few choices, and a person of a list."""

from __future__ import annotations

import pytest

from content.reading.names import Named, match_names
from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import Read
from content.reading.yes_no import read_yes_no

YES = (
    "có|co|có chứ|có rồi|rồi|đúng|phải|ừ|dạ|vâng|ok|vâng ạ|dạ có|da co|bà tôi có|"
    "dạ thưa bác có ạ|không sai|còn|ừ thì có|có, 2 triệu|có, có"
)
NO = (
    "không|khong|ko|k|hok|hem|không có|k có|hok có|chưa|chua|chx|chưa có|"
    "chưa ạ|sai|không phải|dạ không|dạ, không|không, không có|đâu có|"
    "có đâu|làm gì có|hết rồi|nhà tôi không có|bà tôi chưa được nhận|không đúng|nó không đi học"
)
DONT_KNOW = "không nhớ|khong nho|không biết|chịu|k rõ|ko biết nữa|không chắc|chưa rõ|quên rồi|chắc có|hình như có"
NEITHER = (
    "có không?|có không|có phải không|được không|không, có chứ|không phải là không có|"
    "có nhưng không nhiều|cô|chùa|3|abc||bà tôi 82 tuổi"
)

OPTIONS = [
    Option("poor", "hộ nghèo"),
    Option("near_poor", "hộ cận nghèo", ("cận nghèo",)),
    Option("newly_exited", "hộ mới thoát nghèo", ("mới thoát nghèo",)),
    Option("none", "không thuộc diện nào", ("không",)),
]
CHOSEN = [
    ("hộ nghèo", "poor"),
    ("ho ngheo", "poor"),
    ("ho ngeo", "poor"),
    ("hộ nghè", "poor"),
    ("cận", "near_poor"),
    ("can ngheo", "near_poor"),
    ("nhà tôi là hộ cận nghèo", "near_poor"),
    ("mới thoát", "newly_exited"),
    ("ko", "none"),
    ("không thuộc diện nào cả", "none"),
    ("HỘ NGHÈO!", "poor"),
]
PEOPLE = [
    Named("1", "Nguyễn Văn An", "thôn Đông"),
    Named("2", "Nguyễn Thị Ân", "thôn Đoài"),
    Named("3", "Trần Văn Ba", "thôn Đông"),
    Named("4", "Nguyễn Văn Anh", "thôn Đông"),
    Named("5", "Lê Thị Tươi"),
]
FIRST = [
    ("nguyen van an", "1"),
    ("Nguyễn Văn An", "1"),
    ("ông An thôn Đông", "1"),
    ("Ân", "2"),
    ("bà Ân", "2"),
    ("an thon doai", "2"),
    ("ông ba", "3"),
    ("ba", "3"),
    ("ngyen van an", "1"),
    ("nguyen van anh", "4"),
    ("bac Tuoi", "5"),
    ("tươi", "5"),
]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (text, answer)
        for texts, answer in ((YES, "yes"), (NO, "no"), (DONT_KNOW, "dont_know"), (NEITHER, None))
        for text in texts.split("|")
    ],
)
def test_yes_no_or_not_known(text: str, answer: str | None) -> None:
    """A question back and both at once are no answer."""
    read = read_yes_no(text)
    assert (read.value if read else None) == answer


@pytest.mark.parametrize(("text", "option"), CHOSEN)
def test_a_choice_is_read(text: str, option: str) -> None:
    """By label, part, other words, without accents, with a slip."""
    read = read_option(text, OPTIONS)
    assert isinstance(read, Read), read
    assert read.value == option


@pytest.mark.parametrize("text", ["nghèo", "hộ"])
def test_several_choices_fit(text: str) -> None:
    """The bot asks which of them."""
    read = read_option(text, OPTIONS)
    assert isinstance(read, Ambiguous)
    assert read.candidates == ("poor", "near_poor", "newly_exited")


@pytest.mark.parametrize("text", ["abc", "", "không phải hộ nghèo", "82 tuổi"])
def test_no_choice_fits(text: str) -> None:
    """Denying one choice does not choose another."""
    assert read_option(text, OPTIONS) is None


@pytest.mark.parametrize(("text", "first"), FIRST)
def test_the_best_name_comes_first(text: str, first: str) -> None:
    """Accents, the given name and the village decide."""
    assert match_names(text, PEOPLE)[0].id == first


def test_several_names_fit() -> None:
    """All who fit are offered, as many as are asked for; nobody for other words."""
    assert {match.id for match in match_names("nguyen", PEOPLE)} == {"1", "2", "4"}
    assert len(match_names("nguyen", PEOPLE, limit=2)) == 2
    assert match_names("xyz", PEOPLE) == []
    assert match_names("", PEOPLE) == []
