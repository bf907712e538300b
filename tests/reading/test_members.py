"""Who lives in a house, told in one line."""

from __future__ import annotations

from datetime import date

import pytest

from content.reading.members import read_members
from content.reading.persons import Family
from content.reading.phrasebook import load
from content.reading.result import Read

PHRASES = load()
FAMILY = Family(PHRASES.texts.relations)
DAY = date(2026, 11, 24)


def told(text: str) -> list[str]:
    """Each person as "relation age school"."""
    found = []
    for one in read_members(text, FAMILY, PHRASES, DAY).persons:
        age = str(one.age.value.years) if isinstance(one.age, Read) else "?"
        found.append(" ".join(filter(None, (one.relation, ("about " if one.by_class else "") + age, one.study))))
    return found


WHOLE = ["self 45", "wife 43", "mother 82", "child 12 lower_secondary"]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("tôi 45, vợ 43, mẹ 82, con 12 tuổi lớp 7", WHOLE),
        ("toi 45, vo 43, me 82, con 12 tuoi lop 7", WHOLE),
        ("Tôi (45 tuổi), vợ (43), mẹ 82t, con 12t lớp 7", WHOLE),
        ("tôi bốn lăm, vợ bốn ba, mẹ 82 tuổi, con học lớp 7 12 tuổi", WHOLE),
        ("mẹ 82 vợ 43 tôi 45 con 12 con 6", ["mother 82", "wife 43", "self 45", "child 12", "child 6"]),
        ("bố 70\nmẹ 68\ntôi 40\ncon 10 lớp 5", ["father 70", "mother 68", "self 40", "child 10 primary"]),
        ("tôi 38, hai con 12 lớp 7 và 8 lớp 3", ["self 38", "child 12 lower_secondary", "child 8 primary"]),
        ("tôi với 3 đứa con 10, 7, 4", ["self ?", "child 10", "child 7", "child 4"]),
        ("tôi và vợ, 2 con nhỏ", ["self ?", "wife ?", "child ?", "child ?"]),
        ("bố mẹ 70, 68, tôi 40", ["father 70", "mother 68", "self 40"]),
        ("ông 1940, bà 1945, cháu 2015", ["grandfather 86", "grandmother 81", "grandchild 11"]),
        (
            "nhà 4 người: bố 70, mẹ 68, con 40, cháu 10 lớp 5",
            ["father 70", "mother 68", "child 40", "grandchild 10 primary"],
        ),
        ("me 82, toi 55, con dau 30, chau 3 tuoi", ["mother 82", "self 55", "daughter_in_law 30", "grandchild 3"]),
        (
            "tôi 50, con gái 20 đại học, con trai 17 lớp 12",
            ["self 50", "child 20 university", "child 17 upper_secondary"],
        ),
        ("con 18 tháng, con 5 tuổi mẫu giáo", ["child 1", "child 5 kindergarten"]),
        ("con học lớp 7", ["child about 12 lower_secondary"]),
        ("e 30, ck 32, 2 con 5t và 2t", ["self 30", "husband 32", "child 5", "child 2"]),
        ("tôi 46 tuổi, sinh 1980", ["self 46"]),
        ("chỉ có mình tôi 70 tuổi", ["self 70"]),
        ("mẹ vợ", ["mother ?"]),
        ("con gái út", ["child ?"]),
    ],
)
def test_everybody_is_read_with_age_and_school(text: str, people: list[str]) -> None:
    """Also without accents, commas or the word for years."""
    assert told(text) == people
    assert read_members(text, FAMILY, PHRASES, DAY).unclear == []


@pytest.mark.parametrize(
    ("text", "unclear"),
    [("82", ["82"]), ("2 vợ chồng 45 và 43", ["2 vợ chồng", "45", "43"]), ("hai vợ chồng tôi 70 và 68", ["68"])],
)
def test_an_age_of_nobody_in_particular_is_asked_back(text: str, unclear: list[str]) -> None:
    """Which of a couple is 45 nobody can tell."""
    assert read_members(text, FAMILY, PHRASES, DAY).unclear == unclear


def test_the_words_for_a_person_tell_the_gender() -> None:
    """ "con gái" is a girl, "con" may be either."""
    girl, child = read_members("con gái 5, con 3", FAMILY, PHRASES, DAY).persons
    assert (girl.gender, girl.label, child.gender) == ("female", "con gái", "")
