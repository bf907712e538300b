"""Questions that settle several facts with one answer, so that a talk about a whole house stays short.

`groups.yaml` has the questions whose lines are facts (pick all that are true), `among.yaml` those that ask one fact of
several persons (pick all of whom it is true). Both only stand in for the single question that the rules chose, and
offer only what can still change a verdict; what is answered are plain facts, so no verdict can depend on how they were
asked. Who does not know leaves all of them unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import yaml

from rules.errors import FactValueError, RulesError
from rules.facts import Fact, FactBook, Level, Value
from rules.questions import Question
from rules.verdict import Result

FILE: Final = Path(__file__).with_name("groups.yaml")
AMONG_FILE: Final = Path(__file__).with_name("among.yaml")
PERSON: Final = "person."
OPEN: Final = "open"
SEVERAL: Final = "several"
NONE: Final = "none"
T = TypeVar("T")
Waiting: TypeAlias = Mapping[str, Collection[int]]
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to pick. `picked` is None where picking it leaves the exact value to be asked.

    `lone` is False where one person alone is better asked for the fact itself.
    """

    key: str
    label: str
    many: str
    fact: str
    picked: Value | None
    left: Value
    kind: str
    spoken: tuple[str, ...]
    lone: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Several facts in one question; `any_of` and `kind` are the facts that sum the lines up."""

    id: str
    short: str
    level: Level
    question: str
    many: str
    lines: tuple[Line, ...]
    any_of: str | None
    kind: str | None
    together: Mapping[frozenset[str], str]

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that an answer may tell."""
        sums = tuple(fact for fact in (self.any_of, self.kind) if fact is not None)
        return (*dict.fromkeys(line.fact for line in self.lines), *sums)


@dataclass(frozen=True, slots=True)
class Among:
    """One fact of several persons in one question."""

    fact: str
    question: str
    picked: Value | None
    left: Value


@dataclass(frozen=True, slots=True)
class Step:
    """What to ask next: one fact, the lines of a group, or one fact among several persons.

    `persons` are the places of the persons among whom it is asked, `concerned` those whom each line may concern.
    """

    question: Question
    group: Group | None = None
    lines: tuple[Line, ...] = ()
    concerned: tuple[tuple[int, ...], ...] = ()
    among: Among | None = None
    persons: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """Names the question, so that it is asked once."""
        if self.group is not None:
            return self.group.id
        return self.question.fact


class Groups:
    """All such questions."""

    def __init__(self, groups: Sequence[Group], among: Sequence[Among]) -> None:
        self._by_id = {group.id: group for group in groups}
        self._among = {each.fact: each for each in among}
        self._of_fact: dict[str, Group] = {}
        for group in groups:
            for fact in group.facts:
                self._of_fact.setdefault(fact, group)

    def group(self, group_id: str) -> Group | None:
        """The group of that name."""
        return self._by_id.get(group_id)

    def among(self, fact: str) -> Among | None:
        """The question that asks this fact of several persons."""
        return self._among.get(fact)

    def step(self, question: Question, waiting: Waiting, people: int, done: Collection[str] = ()) -> Step:
        """The question in its shortest form. `done` names the groups and facts that were asked in this form already."""
        group = self._of_fact.get(question.fact)
        if group is not None and group.id not in done:
            step = group_step(group, question, waiting, people)
            if len(step.lines) > 1:
                return step
        among = self._among.get(question.fact)
        if among is not None and question.fact not in done:
            persons = tuple(sorted(waiting.get(question.fact, ())))
            if len(persons) > 1:
                return Step(question, among=among, persons=persons)
        return Step(question)


def group_step(group: Group, question: Question, waiting: Waiting, people: int) -> Step:
    """The group with the lines that can still change a verdict."""
    lines = tuple(line for line in group.lines if _offered(line, group, waiting))
    everybody = tuple(range(people))
    concerned = tuple(tuple(sorted(waiting[line.fact])) if group.level == "person" else everybody for line in lines)
    persons = tuple(sorted({person for each in concerned for person in each}))
    if len(persons) == 1 and not all(line.lone for line in lines):
        return Step(question)
    return Step(question, group, lines, concerned, persons=persons)


def answers(step: Step, picked: Collection[str], known: Mapping[Question, Value]) -> dict[Question, Value]:
    """The facts that an answer tells: `picked` are the keys of lines, or the places of persons as text."""
    if step.among is not None:
        return _among_answers(step.among, step.persons, picked)
    if step.group is None:
        raise ValueError(f"{step.id!r} is a single question")
    found: dict[Question, Value] = {}
    of_fact: dict[str, list[tuple[Line, tuple[int, ...]]]] = {}
    for line, persons in zip(step.lines, step.concerned, strict=True):
        of_fact.setdefault(line.fact, []).append((line, persons))
    for fact, lines in of_fact.items():
        personal, persons = fact.startswith(PERSON), lines[0][1]
        chosen = [line for line, _ in lines if line.key in picked]
        value = lines[0][0].left if not chosen else chosen[0].picked if len(chosen) == 1 else None
        if value is None or (chosen and personal and (step.group.level == "household" or len(persons) > 1)):
            continue  # who it is, or how exactly, is asked next
        holders: tuple[int | None, ...] = persons if personal else (None,)
        found |= {Question(fact, holder): value for holder in holders if Question(fact, holder) not in known}
    return {**found, **_summed_up(step.group, step.lines, picked, known)}


def _among_answers(among: Among, persons: Sequence[int], picked: Collection[str]) -> dict[Question, Value]:
    found = {}
    for person in persons:
        value = among.picked if str(person) in picked else among.left
        if value is not None:
            found[Question(among.fact, person)] = value
    return found


def _summed_up(
    group: Group, offered: Sequence[Line], picked: Collection[str], known: Mapping[Question, Value]
) -> dict[Question, Value]:
    """The facts that sum the lines up, as far as all lines are told."""
    true, unsure = set(), False
    for line in group.lines:
        told = [value for question, value in known.items() if question.fact == line.fact]
        if line in offered:
            if line.key in picked:
                true.add(line.key)
        elif any(value != line.left for value in told):
            true.add(line.key)
        else:
            unsure = unsure or not told
    found: dict[Question, Value] = {}
    if group.any_of is not None and (true or not unsure):
        found[Question(group.any_of, None)] = "yes" if true else "no"
    if group.kind is not None and (true or not unsure):
        kinds = {line.kind for line in group.lines if line.key in true}
        alone = next(iter(kinds), NONE) if len(kinds) < 2 else group.together.get(frozenset(true), SEVERAL)
        found[Question(group.kind, None)] = SEVERAL if unsure else alone
    return found


def _offered(line: Line, group: Group, waiting: Waiting) -> bool:
    """Whether the line can still change a verdict; in a group about persons also, that of one of them."""
    return line.fact in waiting and (group.level == "household" or bool(waiting[line.fact]))


def waiting_for(results: Iterable[Result], book: FactBook, unknown: Collection[str] = ()) -> dict[str, set[int]]:
    """The facts that can still change a verdict, each with the persons concerned; none for a fact of the house.

    A fact of a person waits only where it is known that the person can have it. `unknown` are facts that the asker does
    not know: they are left out.
    """
    found: dict[str, set[int]] = {}
    for result in results:
        for fact_id in result.missing:
            if fact_id in unknown:
                continue
            fact = book.get(fact_id)
            persons = found.setdefault(fact_id, set())
            parent = fact.only_if.fact if fact.only_if is not None else None
            if fact.level == "person" and result.person is not None and parent not in result.missing:
                persons.add(result.person)
    return found


def load(book: FactBook, file: Path = FILE, among_file: Path = AMONG_FILE) -> Groups:
    """Read the questions.

    Raises:
        RulesError: an entry that is incomplete, or whose facts or values do not exist.
    """
    groups = [_read(file, entry, lambda each: _group(book, each)) for entry in _entries(file)]
    among = [_read(among_file, entry, lambda each: _among(book, each)) for entry in _entries(among_file)]
    return Groups(groups, among)


def _entries(file: Path) -> list[Mapping[str, Any]]:
    return list(yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506  # a safe loader, see above


def _read(file: Path, entry: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        return read(entry)
    except (KeyError, TypeError, ValueError, FactValueError) as error:
        raise RulesError(f"{entry.get('id', entry.get('fact'))!r}: {error!r}", file=file) from error


def _group(book: FactBook, entry: Mapping[str, Any]) -> Group:
    kind = entry.get("kind")
    group = Group(
        id=entry["id"],
        short=entry["short"],
        level=entry["level"],
        question=" ".join(entry["question"].split()),
        many=" ".join(entry.get("many", entry["question"]).split()),
        lines=tuple(_line(book, line) for line in entry["lines"]),
        any_of=entry.get("any_of"),
        kind=kind,
        together={frozenset(keys): value for value, keys in entry.get("together", {}).items()},
    )
    if group.any_of is not None:
        book.get(group.any_of).checked("yes")
    if kind is not None:
        for value in {NONE, SEVERAL, *group.together.values(), *(line.kind for line in group.lines)}:
            book.get(kind).checked(value)
    return group


def _line(book: FactBook, entry: Mapping[str, Any]) -> Line:
    fact = book.get(entry["fact"])
    left = entry.get("left", fact.otherwise)
    return Line(
        key=entry["key"],
        label=" ".join(entry["label"].split()),
        many=" ".join(entry.get("many", entry["label"]).split()),
        fact=fact.id,
        picked=_value(fact, entry.get("picked", "yes")),
        left=fact.checked(left),
        kind=entry.get("kind", entry["key"]),
        spoken=tuple(entry.get("spoken", ())),
        lone=entry.get("lone", True),
    )


def _among(book: FactBook, entry: Mapping[str, Any]) -> Among:
    fact = book.get(entry["fact"])
    if fact.level != "person":
        raise ValueError("only a fact of a person is asked of several")
    question = " ".join(entry["question"].split())
    return Among(fact.id, question, _value(fact, entry["picked"]), fact.checked(entry["left"]))


def _value(fact: Fact, entry: Value) -> Value | None:
    return None if entry == OPEN else fact.checked(entry)
