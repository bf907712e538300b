"""What a check remembers, as plain data by field, and how the rules take it.

An answer that told several facts at once is kept as one: `group:situation` and `among:person.study` hold what was
picked and the facts that follow from it. So going back, skipping and correcting take all of it away or replace it. A
fact that was told by itself counts before one in such an answer.

A fact of the house is its id (`household.status`); one of a person has the person's number before it (`0:person.age`).
`0:who` is the relation and `0:label` the words by which the person is called. `about` is the article from which the
check began, `other` marks a household that is not the speaker's own, `adding` is
the number of a person who is just being added.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from content.reading.recognised import Recognised, Said
from rules.groups import Groups
from rules.household import PERSONS

WHO: Final = "who"
LABEL: Final = "label"
ABOUT: Final = "about"
OTHER: Final = "other"
ADDING: Final = "adding"
GROUP: Final = "group:"
AMONG: Final = "among:"
NOBODY: Final = "nobody"
SELF: Final = "self"

Answers = Mapping[str, Any]


def field(fact: str, person: int | None) -> str:
    """The field of a fact."""
    return fact if person is None else f"{person}:{fact}"


def split(name: str) -> tuple[str, int | None]:
    """The fact of a field and the number of its person, None for the house."""
    number, colon, fact = name.partition(":")
    return (fact, int(number)) if colon and number.isdecimal() else (name, None)


def is_fact(name: str) -> bool:
    """Whether the field holds a fact, not who somebody is."""
    return split(name)[0].startswith(("household.", "person."))


def people(answers: Answers) -> list[int]:
    """The numbers of the persons whose facts are known or asked, in order."""
    named = _numbers(answers)
    return [number for number in named if answers.get(field(WHO, number)) != NOBODY]


def next_number(answers: Answers) -> int:
    """The number of a person who is still to be named."""
    return max(_numbers(answers), default=-1) + 1


def _numbers(answers: Answers) -> list[int]:
    return sorted({person for _, person in map(split, answers) if person is not None})


def is_several(name: str) -> bool:
    """Whether the field is a question that told several facts at once."""
    return name.startswith((GROUP, AMONG))


def stated(answers: Answers) -> dict[str, Any]:
    """The facts that were told each by itself, by field."""
    return {name: value for name, value in answers.items() if is_fact(name)}


def facts(answers: Answers) -> dict[str, Any]:
    """Everything that is known, by field."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if is_several(name):
            found |= value["facts"]
    return {**found, **stated(answers)}


def holder(answers: Answers, name: str) -> str:
    """The answer that a fact came with: its own field, or the question that told several."""
    if name in answers:
        return name
    return next((each for each, value in answers.items() if is_several(each) and name in value["facts"]), name)


def asked_together(answers: Answers, skipped: Collection[str]) -> set[str]:
    """The groups and facts that were asked of several at once, answered or not."""
    names = [*answers, *skipped]
    return {name.removeprefix(GROUP).removeprefix(AMONG) for name in names if is_several(name)}


def unknown(groups: Groups, skipped: Collection[str]) -> set[str]:
    """The facts that the asker does not know: whoever skips a question about several skips each of them."""
    found = set()
    for name in skipped:
        group = groups.group(name.removeprefix(GROUP)) if name.startswith(GROUP) else None
        found |= {name.removeprefix(AMONG)} if group is None else set(group.facts)
    return found


def household(answers: Answers) -> dict[str, object]:
    """The answers as `rules.household.parse` takes them."""
    given: dict[str, object] = {name: value for name, value in facts(answers).items() if split(name)[1] is None}
    if _numbers(answers):
        given[PERSONS] = [_person(answers, number) for number in people(answers)]
    return given


def _person(answers: Answers, number: int) -> dict[str, object]:
    own = ((split(name), value) for name, value in facts(answers).items())
    return {fact: value for (fact, person), value in own if person == number}


def from_recognised(heard: Recognised, certain: Callable[[Said], bool]) -> dict[str, Any]:
    """The facts of a message as answers. Figures that are not certain enough are left to be asked."""
    found: dict[str, Any] = {said.fact: said.value for said in heard.household if certain(said)}
    for number, person in enumerate(heard.persons):
        if person.relation:
            found[field(WHO, number)] = person.relation
            found[field(LABEL, number)] = person.label
        found |= {field(said.fact, number): said.value for said in person.facts if certain(said)}
    return found
