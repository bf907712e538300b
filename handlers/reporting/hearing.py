"""Reading what a person typed for a field of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from content.reading.dates import Day, read_date
from content.reading.names import Named, match_names
from content.reading.numbers import read_number
from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import Read, Refused
from content.text import plain
from rules.reports.catalogue import FieldWords
from rules.reports.model import Case, Field, Member

LONGEST_TEXT: Final = 500
_LONGEST_NAME: Final = 80
_MOST_POINTS: Final = 1000
_RELATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "spouse": ("vo", "chong"),
    "child": ("con", "con trai", "con gai", "con de", "con nuoi"),
    "parent": ("bo", "me", "bo me", "me de", "bo de", "me chong", "bo chong", "me vo", "bo vo"),
    "grandchild": ("chau", "chau noi", "chau ngoai"),
    "child_in_law": ("con dau", "con re", "dau", "re"),
    "sibling": ("anh", "chi", "em", "anh trai", "chi gai", "em trai", "em gai"),
}


class Unread(Exception):  # noqa: N818  # an answer that needs another question, not a mistake
    """What was typed is no answer; `key` is the phrase that says what is needed, `options` what may be meant."""

    def __init__(self, key: str, *options: str, **values: Any) -> None:
        super().__init__(key)
        self.key: Final = key
        self.options: Final = options
        self.values: Final[Mapping[str, Any]] = values


def heard(field: Field, words: FieldWords, case: Case, said: str, *, chosen: bool, today: date) -> Any:
    """The answer as plain data.

    Raises:
        Unread: it is none.
    """
    if field.kind == "choice":
        return _choice(words, said, chosen=chosen)
    if field.kind == "member":
        return _member(case, said, chosen=chosen)
    if field.kind == "members":
        return _members(case, said)
    if field.kind == "name":
        return name(said)
    if field.kind == "birth":
        return birth(said, today)
    if field.kind == "number":
        return _number(said)
    if field.kind == "people":
        return [_person(each, today) for each in re.split(r"[;\n]", said) if plain(each)]
    return _text(said)


def event_day(said: str, today: date) -> date:
    """The day of an event: a day, not only a month.

    Raises:
        Unread: no day, or one of the lunar calendar.
    """
    read = read_date(said, today)
    if isinstance(read, Refused):
        raise Unread("reports.day_lunar" if read.reason == "lunar" else "reports.day_unclear")
    if read is None or read.value.precision not in ("day",):
        raise Unread("reports.day_needed")
    return read.value.day


def birth(said: str, today: date) -> dict[str, str]:
    """A birth date as far as it is known.

    Raises:
        Unread: none, or one that is still to come.
    """
    read = read_date(said, today)
    if not isinstance(read, Read):
        raise Unread("reports.birth_unclear")
    day: Day = read.value
    if day.future or day.precision == "week":
        raise Unread("reports.birth_future" if day.future else "reports.birth_unclear")
    return {"date": day.day.isoformat(), "precision": day.precision}


def name(said: str) -> str:
    """A person's name in one line.

    Raises:
        Unread: nothing that could be a name.
    """
    one_line = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    if not 2 <= len(one_line) <= _LONGEST_NAME or not any(char.isalpha() for char in one_line):
        raise Unread("reports.name_unclear")
    return one_line


def listed(case: Case) -> list[Member]:
    """The living members in the order in which they are numbered for "3, 4"."""
    return list(case.household.living) if case.household is not None else []


def _choice(words: FieldWords, said: str, *, chosen: bool) -> str:
    if chosen and said in words.options:
        return said
    read = read_option(said, [Option(key, label) for key, label in words.options.items()])
    if isinstance(read, Ambiguous):
        raise Unread("reports.which_one", *read.candidates)
    if read is None:
        raise Unread("reports.choose_one", *words.options)
    return read.value


def _member(case: Case, said: str, *, chosen: bool) -> int:
    people = [member for member in listed(case) if member.id != case.member_id]
    if chosen and said.isdecimal() and int(said) in {member.id for member in people}:
        return int(said)
    found = match_names(said, [Named(str(member.id), member.name) for member in people])
    if len(found) == 1 or (found and found[0].score > found[1].score):
        return int(found[0].id)
    raise Unread("reports.which_one", *(match.id for match in found))


def _members(case: Case, said: str) -> list[int]:
    people = listed(case)
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if not numbers or any(not 1 <= number <= len(people) for number in numbers):
        raise Unread("reports.members_unclear", most=len(people))
    return [people[number - 1].id for number in dict.fromkeys(numbers)]


def _number(said: str) -> int:
    read = read_number(said)
    value = read.value if isinstance(read, Read) else None
    if value is None or value != int(value) or not 0 <= value <= _MOST_POINTS:
        raise Unread("reports.number_unclear")
    return int(value)


def _text(said: str) -> str:
    one_line = " ".join(said.split())[:LONGEST_TEXT]
    if not one_line:
        raise Unread("reports.text_empty")
    return one_line


def _person(said: str, today: date) -> dict[str, Any]:
    """ "Nguyễn Thị Mẫu, 1980, vợ"."""
    parts = [part.strip() for part in said.split(",") if part.strip()]
    if not parts:
        raise Unread("reports.people_unclear")
    found: dict[str, Any] = {"name": name(parts[0]), "relation": "other", "sex": None}
    for part in parts[1:]:
        word = plain(part)
        relation = next((each for each, words in _RELATIONS.items() if word in words), None)
        if relation is not None:
            found["relation"] = relation
        elif any(char.isdigit() for char in part):
            found["birth"] = birth(part, today)
        elif word in ("nam", "nu"):
            found["sex"] = "male" if word == "nam" else "female"
        else:
            raise Unread("reports.people_unclear")
    return found
