"""The questions of a check in the person's own words: "Bà năm nay bao nhiêu tuổi?"."""

from __future__ import annotations

from typing import Final

from content.words import SOURCE_LANGUAGE
from handlers.eligibility import answers as fields
from handlers.eligibility.answers import Answers
from handlers.interview import Ask
from handlers.messages import Choice
from handlers.turn import Turn
from rules.facts import Fact, Value

_SOMEBODY: Final = ("Người này", "người này")
_SPEAK_FOR_THEMSELVES: Final = ("person.age", "household.status")
_OUR_HOUSE: Final = ("Nhà mình", "nhà mình")


def ask(turn: Turn, answers: Answers, name: str) -> Ask:
    """The question for a field."""
    fact_id, person = fields.split(name)
    if fact_id == fields.WHO:
        return _ask_who(turn, answers, person)
    fact = turn.knowledge.assessor.engine.book.get(fact_id)
    text = personal(turn, answers, turn.words.translate(fact.question), person)
    controls = (turn.choice("elig:result", "eligibility.see_result"),) if fields.facts(answers) else ()
    return Ask(text, options_of(turn, fact), skippable=True, controls=controls)


def options_of(turn: Turn, fact: Fact) -> tuple[Choice, ...]:
    """The answers to choose from; a number is typed."""
    if fact.numeric:
        return ()
    return tuple(Choice(value, capitalised(label_of(turn, fact, value))) for value in fact.choices)


def label_of(turn: Turn, fact: Fact, value: Value) -> str:
    """An answer in words: "hộ nghèo", "82 tuổi", "1.500.000 đồng"."""
    if fact.type == "yes_no":
        return turn.say("eligibility.yes" if value == "yes" else "eligibility.no")
    if fact.type == "choice":
        return turn.words.translate(fact.choices[str(value)])
    if fact.type == "money":
        return turn.words.money(int(value))
    number = turn.words.number(int(value))
    return turn.say("eligibility.years", number=number) if fact.id == "person.age" else number


def said_back(turn: Turn, fact: Fact, value: Value) -> str:
    """An answer that says by itself what it is about: "82 tuổi", "không có lương hưu", "giới tính: nữ"."""
    if turn.words.language == SOURCE_LANGUAGE:
        wording = None if fact.numeric else turn.knowledge.recogniser.phrases.wording(fact.id, str(value))
        if wording is not None:
            return wording.say
    label = label_of(turn, fact, value)
    if fact.id in _SPEAK_FOR_THEMSELVES:
        return label
    return f"{turn.words.translate(fact.short)}: {label}"


def called(turn: Turn, answers: Answers, person: int) -> str:
    """How a person is called: the word that was used for them; told apart where two are called the same."""
    own = _name(turn, answers, person)
    same = [each for each in fields.people(answers) if _name(turn, answers, each) == own]
    if len(same) < 2:
        return own
    return turn.say("eligibility.numbered", who=own, number=same.index(person) + 1)


def _name(turn: Turn, answers: Answers, person: int) -> str:
    relation = str(answers.get(fields.field(fields.WHO, person), "someone"))
    label = str(answers.get(fields.field(fields.LABEL, person), ""))
    relations = turn.knowledge.recogniser.phrases.texts.relations
    plain_word = relation not in relations or relation == fields.SELF or label in ("", relations[relation].say)
    if plain_word or turn.words.language != SOURCE_LANGUAGE:
        key = f"kin.{relation}"
        return turn.say(key if key in turn.words.phrases else "kin.someone")
    return label


def fact_label(turn: Turn, answers: Answers, name: str) -> str:
    """What a fact is called in the summary: "tuổi (bà)"."""
    fact_id, person = fields.split(name)
    short = turn.words.translate(turn.knowledge.assessor.engine.book.get(fact_id).short)
    if person is None:
        return short
    return turn.say("eligibility.of_person", what=short, who=called(turn, answers, person))


def capitalised(text: str) -> str:
    """With a capital at the beginning."""
    return text[:1].upper() + text[1:]


def of_house(turn: Turn, answers: Answers, question: str) -> str:
    """A question about the house, which may be another one than the speaker's."""
    if fields.OTHER not in answers:
        return question
    their = turn.say("eligibility.their_house")
    return question.replace(_OUR_HOUSE[0], capitalised(their)).replace(_OUR_HOUSE[1], their)


def personal(turn: Turn, answers: Answers, question: str, person: int | None) -> str:
    """A question with the person's own word in it."""
    text = of_house(turn, answers, question)
    if person is None:
        return text
    who = called(turn, answers, person)
    named = text.replace(_SOMEBODY[0], capitalised(who)).replace(_SOMEBODY[1], who)
    return named if named != text else f"{capitalised(who)} – {text}"


def _ask_who(turn: Turn, answers: Answers, person: int | None) -> Ask:
    first = "eligibility.who_there" if fields.OTHER in answers else "eligibility.who"
    key = "eligibility.who_else" if person else first
    options = [
        turn.choice(each, "eligibility.self")
        if each == fields.SELF
        else Choice(each, capitalised(turn.say(f"kin.{each}")))
        for each in turn.knowledge.guide.persons
    ]
    if not person:
        options.append(turn.choice(fields.NOBODY, "eligibility.whole_house"))
    return Ask(turn.say(key), tuple(options))
