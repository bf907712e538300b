"""What a nomination must say, and the criteria as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from content import nominations as places
from content.errors import ContentError
from content.localities import known
from handlers.newsroom.draft import HOW as STORY_HOW
from handlers.nominating.told import plain_name
from rules.errors import RulesError
from rules.nominations.criteria import FILE, working_list
from rules.nominations.model import HOW, KINDS, LONGEST_DEED, Consent, Nomination, may_be_published, problem
from storage import tables_nominations

TODAY = date(2026, 11, 24)
AGREED = Consent("yes", "Nguyễn Văn Mẫu", "paper", TODAY)
GOOD = Nomination(
    "person", "Nguyễn Văn Mẫu", "thuy-loi-mau-1", "Ba năm nay cho bốn hộ nghèo mượn giống gà.",
    (("fund", "Quỹ"), ("other", "Khác")), AGREED,
)  # fmt: skip
WRONG = {
    "kind": replace(GOOD, kind="village"),
    "organisation": replace(GOOD, organisation="chess"),
    "name": replace(GOOD, name="12 34"),
    "deed_short": replace(GOOD, deed="tốt lắm" + " " * 60),
    "deed_long": replace(GOOD, deed="a" * (LONGEST_DEED + 1)),
    "criteria": replace(GOOD, criteria=(("unknown", "?"),)),
    "consent": replace(GOOD, consent=Consent("maybe")),
    "consent_who": replace(GOOD, consent=replace(AGREED, who="?")),
    "consent_how": replace(GOOD, consent=replace(AGREED, how="rumour")),
    "consent_day": replace(GOOD, consent=replace(AGREED, on=None)),
    "consent_future": replace(GOOD, consent=replace(AGREED, on=TODAY + timedelta(days=1))),
}


def _problem(said: Nomination) -> str | None:
    found = problem(said, TODAY, criteria={"fund", "other"}, organisations={"women"})
    return found.key if found is not None else None


def test_what_is_whole_holds() -> None:
    """With a yes, with a no, and with an organisation."""
    whole = (GOOD, replace(GOOD, consent=Consent("no")), replace(GOOD, organisation="women"))
    assert [_problem(each) for each in whole] == [None, None, None]


@pytest.mark.parametrize("key", sorted(WRONG))
def test_what_is_missing_is_named(key: str) -> None:
    """Each way in which it cannot be so, by its own phrase."""
    assert _problem(WRONG[key]) == key


def test_criteria_twice_or_none_do_not_hold() -> None:
    """One thing is not two reasons."""
    assert _problem(replace(GOOD, criteria=())) == "criteria"
    assert _problem(replace(GOOD, criteria=(("fund", "a"), ("fund", "b")))) == "criteria"


def test_only_what_is_commended_and_agreed_to_goes_before_the_public() -> None:
    """Both are needed."""
    assert may_be_published(AGREED, "approved")
    assert not may_be_published(AGREED, "checked")
    assert not may_be_published(Consent("no"), "approved") and not may_be_published(Consent(), "approved")


def test_the_database_and_the_stories_know_the_same_words() -> None:
    """Kinds, answers, and how somebody agreed."""
    assert tables_nominations.KINDS == KINDS and HOW == STORY_HOW


def test_no_criterion_is_confirmed_and_each_kind_has_some() -> None:
    """The sheets of the law give none: nothing may look as if an office stood behind it."""
    assert {each.confidence for each in working_list()} == {"unconfirmed"}
    for slug in known():
        here = places.load(slug)
        assert not here.confirmed and len(here.organisations) == 5
        assert all(here.of_kind(kind) for kind in KINDS)


def test_a_locality_gives_its_own_criteria(tmp_path: Path) -> None:
    """As data, with a word on who confirmed them; a list that leaves a kind out stops the start."""
    folder = tmp_path / "here"
    folder.mkdir()
    line = "- {id: own, label: Của huyện, kinds: [person, household, collective], confidence: confirmed}"
    (folder / places.FILE).write_text(f"criteria:\n  {line}\n", encoding="utf-8")
    found = places.load("here", tmp_path)
    assert found.confirmed and [each.id for each in found.of_kind("household")] == ["own"]
    assert places.load("nowhere", tmp_path).all == working_list()
    other = tmp_path / "other"
    other.mkdir()
    (other / places.FILE).write_text("criteria:\n  - {id: own, label: Của huyện, kinds: [person]}\n", encoding="utf-8")
    with pytest.raises(ContentError, match="household"):
        places.load("other", tmp_path)


@pytest.mark.parametrize("change", ["id: fund", "kinds: [village]"])
def test_a_broken_list_is_refused_with_its_place(tmp_path: Path, change: str) -> None:
    """An id twice, or a kind that is none."""
    broken = tmp_path / f"{change[:4]}.yaml"
    text = FILE.read_text(encoding="utf-8")
    old = "id: care" if change.startswith("id") else "kinds: [person, collective]"
    broken.write_text(text.replace(old, change), encoding="utf-8")
    with pytest.raises(RulesError, match=broken.name):
        working_list(broken)


def test_a_name_is_compared_without_accents_and_titles() -> None:
    """ "hộ bà Mẫu" and "Bà MẪU" are the same; a name that is only a title stays."""
    assert plain_name("Hộ bà Nguyễn Thị Mẫu") == plain_name("NGUYEN THI MAU") == "nguyen thi mau"
    assert plain_name("Bà") == "ba"
