"""Questions that take several answers at once: which lines are true of the house, or of whom one thing is true.

The person types the numbers ("1 3"), words, or "không ai"; where there are buttons, each press ticks a line until
"Xong". What was picked is kept with the facts that follow from it, as one answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from content.reading.several import Misread, read_several
from handlers.eligibility import answers as fields
from handlers.eligibility.answers import Answers
from handlers.eligibility.asking import called, capitalised, of_house, personal
from handlers.eligibility.checking import check
from handlers.interview import Ask, DontKnow, NotUnderstood
from handlers.messages import Choice
from handlers.turn import Turn
from rules.facts import Value
from rules.groups import Line, Step, Waiting, answers, group_step, waiting_for
from rules.questions import Question

NONE: Final = "none"
DONE: Final = "done"
_TICK: Final = "✓ "


def step_of(turn: Turn, told: Answers, name: str, only: Sequence[str]) -> Step:
    """The question of a field, as it was asked or, the first time, with what can still change a verdict."""
    assessor = turn.knowledge.assessor
    people = fields.people(told)
    stored = told.get(name)
    others = {each: value for each, value in told.items() if each != name}
    waiting: Waiting = waiting_for(check(assessor, others, turn.today, only).open, assessor.engine.book)
    group = assessor.groups.group(name.removeprefix(fields.GROUP))
    if group is None:
        fact = name.removeprefix(fields.AMONG)
        persons = stored["offered"] if stored else [people[each] for each in sorted(waiting.get(fact, ()))]
        places = tuple(people.index(each) for each in persons if each in people) or tuple(range(len(people)))
        return Step(Question(fact, None), among=assessor.groups.among(fact), persons=places)
    if stored or not any(line.fact in waiting for line in group.lines):
        offered = stored["offered"] if stored else [line.key for line in group.lines]
        waiting = {line.fact: tuple(range(len(people))) for line in group.lines if line.key in offered}
    return group_step(group, Question(group.lines[0].fact, None), waiting, len(people))


def ask(turn: Turn, told: Answers, name: str, only: Sequence[str]) -> Ask:
    """The question, with every line as an option."""
    step = step_of(turn, told, name, only)
    ticked = told[name]["picked"] if _is_ticking(told, name) else ()
    labels = options_of(turn, told, step)
    options = [Choice(key, f"{_TICK if key in ticked else ''}{label}") for key, label in labels.items()]
    last = turn.choice(DONE, "eligibility.done") if ticked else Choice(NONE, _nobody(turn, step))
    text = _question(turn, told, step)
    buttons = len(options) + 1 <= turn.capabilities.buttons
    limit = turn.capabilities.button_label_limit
    if buttons and limit and any(len(label) > limit for label in labels.values()):
        lines = "\n".join(f"{number}. {label}" for number, label in enumerate(labels.values(), start=1))
        text = f"{text}\n\n{lines}"
        options = [Choice(each.id, f"{number}. {each.label}") for number, each in enumerate(options, start=1)]
    how = "eligibility.tick" if buttons else "eligibility.pick_names" if step.among else "eligibility.pick"
    controls = (turn.choice("elig:result", "eligibility.see_result"),) if fields.facts(told) else ()
    return Ask(f"{text}\n{turn.say(how)}", (*options, last), skippable=True, controls=controls)


def options_of(turn: Turn, told: Answers, step: Step) -> dict[str, str]:
    """What can be picked, by key: the lines of a group, or the persons."""
    people = fields.people(told)
    if step.among is not None:
        return {str(people[each]): capitalised(called(turn, told, people[each])) for each in step.persons}
    several = len(step.persons) > 1
    return {line.key: capitalised(turn.words.translate(line.many if several else line.label)) for line in step.lines}


def read(
    turn: Turn, step: Step, told: Answers, name: str, said: str, *, chosen: bool
) -> Collection[str] | NotUnderstood | DontKnow:
    """The keys that were picked."""
    labels = options_of(turn, told, step)
    if chosen:
        if said == DONE:
            return [str(each) for each in told[name]["picked"]] if _is_ticking(told, name) else ()
        return () if said == NONE or said not in labels else (said,)
    if step.among is not None:
        people = fields.people(told)
        spoken = {str(people[each]): _names(turn, told, people[each]) for each in step.persons}
    else:
        spoken = {line.key: (*line.spoken, line.label) for line in step.lines}
    found = read_several(said, labels, spoken)
    if isinstance(found, Misread):
        if found.reason == "dont_know":
            return DontKnow()
        if found.reason == "nothing":
            return NotUnderstood("")
        return NotUnderstood(turn.say(f"eligibility.several_{found.reason}", words=found.words, most=len(labels)))
    return found


def told_by(step: Step, told: Answers, heard: Answers) -> list[str]:
    """The lines of which a sentence tells a fact: "con tôi khuyết tật nặng" picks the one about disability."""
    facts = [(fields.split(each), value) for each, value in fields.stated(heard).items()]
    if step.among is not None:
        people, among = fields.people(told), step.among
        return [
            str(person)
            for (fact, person), value in facts
            if fact == among.fact and value != among.left and person in people and people.index(person) in step.persons
        ]
    return [
        line.key for line in step.lines if any(fact == line.fact and value != line.left for (fact, _), value in facts)
    ]


def ticked(turn: Turn, step: Step, told: Answers, name: str, said: str) -> dict[str, Any] | None:
    """A press of one line: it is ticked, or no longer, and the question stays. None for any other answer."""
    if not turn.incoming.choice or said in (NONE, DONE):
        return None
    before = [str(each) for each in told[name]["picked"]] if _is_ticking(told, name) else []
    picked = [each for each in before if each != said] if said in before else [*before, said]
    return {"picked": picked, "offered": _offered(told, step), "facts": {}, "ticking": True}


def is_open(told: Answers) -> str | None:
    """The question that is still being ticked."""
    return next((name for name in told if fields.is_several(name) and _is_ticking(told, name)), None)


def answer(step: Step, told: Answers, name: str, picked: Collection[str]) -> dict[str, Any]:
    """What is kept of an answer: what was picked and offered, and the facts."""
    people = fields.people(told)
    others = {each: value for each, value in told.items() if each != name}
    known: dict[Question, Value] = {}
    for each, value in fields.facts(others).items():
        fact, person = fields.split(each)
        if person is None or person in people:
            known[Question(fact, None if person is None else people.index(person))] = value
    keys = [str(people.index(int(each))) for each in picked] if step.among is not None else list(picked)
    found = answers(step, keys, known)
    return {
        "picked": [int(each) for each in picked] if step.among is not None else list(picked),
        "offered": _offered(told, step),
        "facts": {
            fields.field(each.fact, None if each.person is None else people[each.person]): value
            for each, value in found.items()
        },
    }


def _offered(told: Answers, step: Step) -> list[Any]:
    if step.among is not None:
        return [fields.people(told)[each] for each in step.persons]
    return [line.key for line in step.lines]


def label_of(turn: Turn, name: str) -> str:
    """What the question is called where answers are listed."""
    group = turn.knowledge.assessor.groups.group(name.removeprefix(fields.GROUP))
    if group is not None:
        return turn.words.translate(group.short)
    return turn.words.translate(turn.knowledge.assessor.engine.book.get(name.removeprefix(fields.AMONG)).short)


def value_of(turn: Turn, told: Answers, name: str) -> str:
    """What was picked, in words."""
    stored = told[name]
    lines = picked_lines(turn, told, name)
    if lines:
        return "; ".join(turn.words.translate(line.label) for line in lines)
    if name.startswith(fields.AMONG) and stored["picked"]:
        return ", ".join(called(turn, told, person) for person in stored["picked"])
    return turn.say("eligibility.nobody" if name.startswith(fields.AMONG) else "eligibility.none_of_these")


def picked_lines(turn: Turn, told: Answers, name: str) -> list[Line]:
    """The lines of a group that were picked."""
    group = turn.knowledge.assessor.groups.group(name.removeprefix(fields.GROUP))
    return [line for line in group.lines if line.key in told[name]["picked"]] if group is not None else []


def is_private(turn: Turn, told: Answers, name: str) -> bool:
    """Whether the answer tells something that is never shown or posted without asking."""
    book = turn.knowledge.assessor.engine.book
    facts = [line.fact for line in picked_lines(turn, told, name)]
    if name.startswith(fields.AMONG) and told[name]["picked"]:
        facts.append(name.removeprefix(fields.AMONG))
    return any(book.get(fact).sensitive for fact in facts)


def _is_ticking(told: Answers, name: str) -> bool:
    return bool(told.get(name, {}).get("ticking"))


def _nobody(turn: Turn, step: Step) -> str:
    return capitalised(turn.say("eligibility.nobody" if step.among is not None else "eligibility.none_of_these"))


def _question(turn: Turn, told: Answers, step: Step) -> str:
    if step.among is not None:
        return of_house(turn, told, turn.words.translate(step.among.question))
    if step.group is None:
        raise ValueError(f"{step.id!r} asks one fact")
    people = [fields.people(told)[each] for each in step.persons]
    if step.group.level == "household":
        return of_house(turn, told, turn.words.translate(step.group.question))
    if len(people) == 1:
        return personal(turn, told, turn.words.translate(step.group.question), people[0])
    names = ", ".join(called(turn, told, person) for person in people)
    return of_house(turn, told, turn.words.translate(step.group.many).format(names=names))


def _names(turn: Turn, told: Answers, person: int) -> tuple[str, ...]:
    """The words for a person: how they are called here, and in general."""
    label = str(told.get(fields.field(fields.LABEL, person), ""))
    relation = turn.knowledge.recogniser.phrases.texts.relations.get(str(told.get(fields.field(fields.WHO, person))))
    words = relation.words if relation is not None else ()
    return tuple(dict.fromkeys((*((label,) if label else ()), *words)))
