"""What was said in answer to a question of a check: the answer, other facts beside it, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from content.reading.ages import read_age
from content.reading.members import STUDY, Member, read_members
from content.reading.recognised import Contradiction, Recognised, Said
from content.reading.result import Read, Refused
from content.text import plain
from handlers.eligibility import answers as fields
from handlers.eligibility import several
from handlers.eligibility.answers import Answers, from_recognised
from handlers.eligibility.asking import called, said_back
from handlers.eligibility.checking import boundaries, check
from handlers.eligibility.figures import asks_something, read_value
from handlers.interview import DontKnow, NotUnderstood, Understood
from handlers.turn import Turn
from rules.errors import ContradictionError

GENDER = "person.gender"
AGE = "person.age"


def read(turn: Turn, answers: Answers, name: str, said: str, *, chosen: bool) -> Understood | NotUnderstood | DontKnow:
    """The answer to the question about a field."""
    fact_id, person = fields.split(name)
    if fact_id == fields.WHO:
        return _who(turn, answers, person or 0, said, chosen=chosen)
    if fields.is_several(name):
        return _several(turn, answers, name, said, chosen=chosen)
    fact = turn.knowledge.assessor.engine.book.get(fact_id)
    if chosen:
        return accepted(turn, answers, name, {name: int(said) if fact.numeric else said})
    if plain(said).startswith("sua "):
        return NotUnderstood(turn.say("eligibility.nothing_to_correct"))
    beside = {} if asks_something(said) else _heard(turn, answers, said, person)
    if isinstance(beside, NotUnderstood):
        return beside
    if fact_id == AGE and isinstance(age := read_age(said, turn.today), Refused) and age.reason == "contradiction":
        return NotUnderstood(turn.say("eligibility.refused_contradiction", words=age.words))
    if name in beside:
        return accepted(turn, answers, name, beside)
    assessor = turn.knowledge.assessor

    def limits(low: int, high: int) -> list[int]:
        without = {key: value for key, value in answers.items() if key != name}
        return boundaries(assessor, check(assessor, without, turn.today, only(turn, answers)), name, low, high)

    value = read_value(turn, fact, said, limits)
    if isinstance(value, NotUnderstood) and not value.text and beside:
        return accepted(turn, answers, name, beside)
    if isinstance(value, NotUnderstood | DontKnow):
        return value
    return accepted(turn, answers, name, {**beside, name: value})


def _several(
    turn: Turn, answers: Answers, name: str, said: str, *, chosen: bool
) -> Understood | NotUnderstood | DontKnow:
    """The answer to a question about several things at once; a fact told beside it counts as picking its line."""
    step = several.step_of(turn, answers, name, only(turn, answers))
    ticking = several.ticked(turn, step, answers, name, said) if chosen else None
    if ticking is not None:
        return Understood({name: ticking})
    picked = several.read(turn, step, answers, name, said, chosen=chosen)
    if isinstance(picked, DontKnow):
        return picked
    if not chosen and plain(said).startswith("sua "):
        return NotUnderstood(turn.say("eligibility.nothing_to_correct"))
    beside: dict[str, Any] = {}
    if not chosen and not asks_something(said):
        heard = _heard(turn, answers, said, _alone(answers))
        if isinstance(heard, NotUnderstood):
            return heard
        beside = heard
    told_lines = several.told_by(step, answers, beside)
    if isinstance(picked, NotUnderstood):
        if not told_lines:
            return accepted(turn, answers, name, beside) if beside else picked
        picked = told_lines
    picked = list(dict.fromkeys((*picked, *told_lines)))
    kept = several.answer(step, {**answers, **beside}, name, picked)
    return accepted(turn, answers, name, {name: kept, **beside})


def _alone(answers: Answers) -> int | None:
    """The person whom the question is about, where it is one: what is said without a name is said of them."""
    people = fields.people(answers)
    return people[0] if len(people) == 1 else None


def only(turn: Turn, answers: Answers) -> tuple[str, ...]:
    """The benefits that the check is about; empty for all."""
    return turn.knowledge.guide.articles.get(str(answers.get(fields.ABOUT, "")), ())


def accepted(turn: Turn, answers: Answers, name: str, new: Mapping[str, Any]) -> Understood | NotUnderstood:
    """The new answers, unless they cannot be true beside the old ones.

    Where an old answer is being corrected, the new one counts and what contradicts it is dropped.
    """
    running = turn.conversation.interview
    correcting = running is not None and running.correcting
    merged, drop = {**answers, **new}, _replaced(answers, new)
    for old in drop:
        del merged[old]
    unlikely = _too_young(turn, merged)
    if unlikely:
        return NotUnderstood(unlikely)
    while True:
        try:
            check(turn.knowledge.assessor, merged, turn.today)
        except ContradictionError as error:
            older = _contradicted(merged, new, error)
            if older is None or not (correcting or name in answers):
                return NotUnderstood(_explained(turn, merged, new, error))
            drop.append(older)
            del merged[older]
        else:
            return Understood(dict(new), _said_back(turn, merged, name, new), tuple(drop))


def _replaced(answers: Answers, new: Mapping[str, Any]) -> list[str]:
    """Facts told by themselves that a newer answer about several things tells otherwise."""
    return [
        fact
        for name, value in new.items()
        if fields.is_several(name)
        for fact, told_now in value["facts"].items()
        if fact not in new and fact in answers and answers[fact] != told_now
    ]


def _too_young(turn: Turn, merged: Answers) -> str:
    """ "Bà 3 tuổi": what was understood, where the age does not fit the word for the person."""
    for person in fields.people(merged):
        relation, age = merged.get(fields.field(fields.WHO, person)), merged.get(fields.field(AGE, person))
        if age is not None and int(age) < turn.knowledge.guide.at_least.get(str(relation), 0):
            return turn.say("eligibility.too_young", who=called(turn, merged, person), years=age)
    return ""


def _said_back(turn: Turn, merged: Answers, name: str, new: Mapping[str, Any]) -> str:
    """What was understood beside the answer itself; of an answer about several things all that was picked."""
    beside = [each for each in new if each != name and fields.is_fact(each) and fields.split(each)[0] != GENDER]
    if fields.is_several(name) and name in new and new[name]["picked"]:
        value = several.value_of(turn, merged, name)
        if name.startswith(fields.AMONG):
            value = f"{several.label_of(turn, name)}: {value}"
        picked = [value, *filter(None, (told(turn, merged, beside),))]
        return turn.say("eligibility.noted_all", facts="; ".join(picked))
    return turn.say("eligibility.noted", facts=told(turn, merged, beside)) if beside else ""


def told(turn: Turn, answers: Answers, names: list[str]) -> str:
    """Facts in words: "bà: 82 tuổi, không có lương hưu; cả nhà: hộ nghèo"."""
    book = turn.knowledge.assessor.engine.book
    by_owner: dict[int | None, list[str]] = {}
    for name in names:
        fact_id, person = fields.split(name)
        if fields.is_several(name):
            words = f"{several.label_of(turn, name)}: {several.value_of(turn, answers, name)}"
        else:
            words = said_back(turn, book.get(fact_id), answers[name])
        by_owner.setdefault(person, []).append(words)
    house = turn.say("eligibility.whole_family")
    return "; ".join(
        f"{house if person is None else called(turn, answers, person)}: {', '.join(said)}"
        for person, said in by_owner.items()
    )


def _pair(merged: Answers, new: Mapping[str, Any], error: ContradictionError) -> list[str]:
    """The two answers that contradict each other, of the person about whom something new was said."""
    known = fields.facts(merged)
    for person in (None, *fields.people(merged)):
        names = [
            fields.holder(merged, name)
            for fact in (error.fact_id, error.other_id)
            for name in (fact, fields.field(fact, person))
            if name in known
        ]
        names = list(dict.fromkeys(names))
        if len(names) > 1 and any(name in new for name in names):
            return names
    found = [fields.holder(merged, name) for name in known if fields.split(name)[0] in (error.fact_id, error.other_id)]
    return list(dict.fromkeys(found))


def _contradicted(merged: Answers, new: Mapping[str, Any], error: ContradictionError) -> str | None:
    """The older of the two answers, None where both are new."""
    return next((name for name in _pair(merged, new, error) if name not in new), None)


def _explained(turn: Turn, merged: Answers, new: Mapping[str, Any], error: ContradictionError) -> str:
    text = turn.say("eligibility.contradiction", facts=told(turn, merged, _pair(merged, new, error)))
    old = _contradicted(merged, new, error)
    if old is None:
        return text
    if fields.is_several(old):
        short = several.label_of(turn, old)
    else:
        short = turn.words.translate(turn.knowledge.assessor.engine.book.get(fields.split(old)[0]).short)
    return f"{text} {turn.say('eligibility.correct_the_other', short=short)}"


def _who(turn: Turn, answers: Answers, person: int, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    name = fields.field(fields.WHO, person)
    if chosen:
        return Understood(_person(turn, person, said, ""))
    heard = _heard(turn, answers, said, person)
    if isinstance(heard, NotUnderstood):
        return heard
    recogniser = turn.knowledge.recogniser
    found = read_members(said, recogniser.family, recogniser.phrases, turn.today)
    if asks_something(said) or not (found.persons or found.unclear):
        return NotUnderstood("" if asks_something(said) else turn.say("eligibility.who_not_understood"))
    if found.unclear or not found.persons:
        return NotUnderstood(turn.say("eligibility.whose_age", words="”, “".join(found.unclear)))
    new = _members(turn, found.persons, heard, person)
    unlikely = _too_young(turn, {**answers, **new})
    if unlikely:
        return NotUnderstood(f"{unlikely} {turn.say('eligibility.all_again')}" if len(found.persons) > 1 else unlikely)
    understood = accepted(turn, answers, name, new)
    if isinstance(understood, Understood) and len(found.persons) > 1:
        names = [each for each in new if fields.is_fact(each) and fields.split(each)[0] != GENDER]
        listed = told(turn, {**answers, **new}, names)
        echo = turn.say("eligibility.members", count=len(found.persons), facts=listed)
        return Understood(understood.answers, echo, understood.drop)
    return understood


def _members(turn: Turn, persons: Sequence[Member], heard: Mapping[str, Any], first: int) -> dict[str, Any]:
    """Everybody named, numbered from `first`, with what else the sentence tells of them."""
    certain = certainty(turn)
    found: dict[str, Any] = {name: value for name, value in heard.items() if fields.split(name)[1] is None}
    taken: set[int] = set()
    for number, member in enumerate(persons, start=first):
        found |= _person(turn, number, member.relation, member.label)
        if member.gender:
            found[fields.field(GENDER, number)] = member.gender
        own = next((each for each in fields.people(heard) if each not in taken and _same(heard, each, member)), None)
        if own is not None:
            taken.add(own)
            others = ((fields.split(name), value) for name, value in heard.items())
            found |= {
                fields.field(fact, number): value
                for (fact, whose), value in others
                if whose == own and fact.startswith("person.") and fact not in (AGE, GENDER)
            }
        if isinstance(member.age, Read):
            said = Said(AGE, member.age.value.years, member.age.words, "", about=member.age.about, age=member.age.value)
            if certain(said):
                found[fields.field(AGE, number)] = member.age.value.years
        if member.study:
            found[fields.field(STUDY, number)] = member.study
    return found


def _same(heard: Mapping[str, Any], number: int, member: Member) -> bool:
    """Whether the sentence's person is this one: by the word that was used."""
    return bool(heard.get(fields.field(fields.WHO, number)) == member.relation)


def _person(turn: Turn, person: int, relation: str, label: str) -> dict[str, Any]:
    found: dict[str, Any] = {fields.field(fields.WHO, person): relation}
    if label:
        found[fields.field(fields.LABEL, person)] = label
    known = turn.knowledge.recogniser.phrases.texts.relations.get(relation)
    if known is not None and known.gender:
        found[fields.field(GENDER, person)] = known.gender
    return found


def _heard(turn: Turn, answers: Answers, said: str, person: int | None) -> dict[str, Any] | NotUnderstood:
    """Facts that the sentence states by itself, each given to the person it is about."""
    heard = turn.knowledge.recogniser.recognise(said, turn.today)
    if heard.contradictions:
        return NotUnderstood(contradiction(turn, heard.contradictions[0]))
    relations = turn.knowledge.recogniser.phrases.texts.relations
    several = [name for name, relation in relations.items() if relation.several]
    return placed(from_recognised(heard, certainty(turn)), heard, answers, person, several)


def contradiction(turn: Turn, found: Contradiction) -> str:
    """Two things of one sentence that cannot both be true."""
    return turn.say("eligibility.contradiction", facts="; ".join(side.say for side in found.sides))


def certainty(turn: Turn) -> Callable[[Said], bool]:
    """Tells whether a figure counts as heard: said exactly, and no year of birth with a limit of the law in it."""
    assessor = turn.knowledge.assessor

    def certain(said: Said) -> bool:
        age = said.age
        if said.approximate or age is None or age.low == age.high:
            return not said.approximate
        nobody = check(assessor, {}, turn.today)
        return not boundaries(assessor, nobody, fields.field(AGE, 0), age.low, age.high)

    return certain


def placed(
    told: Mapping[str, Any], heard: Recognised, answers: Answers, person: int | None, several: Collection[str]
) -> dict[str, Any]:
    """The facts with the numbers of the persons as they are known here; somebody new gets the next number.

    `several` are the relations of which a family may have more than one: two children are two persons.
    """
    numbers = fields.people(answers)
    following = fields.next_number(answers)
    places: dict[int, int] = {}
    for place, each in enumerate(heard.persons):
        known = [n for n in numbers if answers.get(fields.field(fields.WHO, n)) == each.relation]
        if not each.relation:
            places[place] = person if person is not None else max(numbers, default=0)
        elif known and (each.relation not in several or known[0] not in places.values()):
            places[place] = known[0]
        elif person is not None and fields.field(fields.WHO, person) not in answers and person not in places.values():
            places[place] = person
        else:
            places[place] = following
            following += 1
    found: dict[str, Any] = {}
    for name, value in told.items():
        fact, own = fields.split(name)
        found[name if own is None else fields.field(fact, places[own])] = value
    return found
