"""A nomination in words, line by line: for the summary, an officer's screen, and what a correction changed."""

from __future__ import annotations

from typing import NamedTuple

from content.nominations import Nominating
from content.words import Words
from handlers.reporting.differences import Difference
from rules.nominations.model import Consent, Nomination


class Told(NamedTuple):
    """One line: the field of the interview, what it is called, what was said."""

    field: str
    label: str
    value: str


def lines(words: Words, nominating: Nominating, said: Nomination, area_name: str) -> list[Told]:
    """Everything that a nomination says, without its photos."""
    found = []
    if said.organisation:
        found.append(Told("organisation", words.say("nominations.line.organisation"), by(words, nominating, said)))
    found += [
        Told("kind", words.say("nominations.line.kind"), words.say(f"nominations.kind.{said.kind}")),
        Told("name", words.say("nominations.line.name"), said.name),
        Told("area", words.say("nominations.line.area"), area_name),
        Told("deed", words.say("nominations.line.deed"), said.deed),
        Told("criteria", words.say("nominations.line.criteria"), criteria_said(words, said)),
        Told("consent", words.say("nominations.line.consent"), consent_said(words, said.consent)),
    ]
    return found


def by(words: Words, nominating: Nominating, said: Nomination) -> str:
    """Who nominates: the organisation, or the village itself."""
    return named(words, nominating, said.organisation)


def named(words: Words, nominating: Nominating, organisation: str) -> str:
    """An organisation by its id; the village's own nominations have none."""
    if not organisation:
        return words.say("nominations.by_village")
    known = nominating.organisation(organisation)
    return words.translate(known.name) if known is not None else organisation


def criteria_said(words: Words, said: Nomination) -> str:
    return "; ".join(words.translate(label) for _, label in said.criteria)


def consent_said(words: Words, consent: Consent) -> str:
    """Whether the nominee agrees, and on what that rests."""
    if consent.answer != "yes" or consent.on is None:
        return words.say(f"nominations.consent.{consent.answer}")
    return words.say(
        "nominations.consent.given",
        who=consent.who,
        on=words.date(consent.on),
        how=words.say(f"nominations.how.{consent.how}").lower(),
    )


def differences(
    words: Words, nominating: Nominating, before: tuple[Nomination, str], after: tuple[Nomination, str]
) -> tuple[Difference, ...]:
    """What two versions do not have in common; each comes with the name of its area."""
    sides = [
        {each.label: each.value for each in lines(words, nominating, said, area)} for said, area in (before, after)
    ]
    labels = list(dict.fromkeys([*sides[0], *sides[1]]))
    found = (Difference(label, sides[0].get(label, ""), sides[1].get(label, "")) for label in labels)
    return tuple(each for each in found if each.before != each.after)
