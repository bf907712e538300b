"""The interview's answers as what they tell, and a stored nomination as answers again."""

from __future__ import annotations

from datetime import date
from typing import Any

from content.nominations import Nominating, load
from handlers.actions.nominations import Viewed
from handlers.cases.sealing import seal_told, told
from handlers.interview import Answers
from handlers.messages import Attachment
from handlers.turn import Turn
from rules.nominations.model import Consent, Nomination
from storage.turns import ChatKey


def nominating_of(turn: Turn) -> Nominating:
    """Who nominates here, and by which criteria."""
    return load(turn.knowledge.locality.about.slug)


def wanted(turn: Turn, answers: Answers) -> list[str]:
    """The fields that are asked, in their order."""
    fields = ["kind", "name", "area", "deed", "criteria", "more_criteria"]
    if answers.get("officer") and "nomination" not in answers:
        fields.insert(0, "organisation")
    if "nomination" not in answers and turn.capabilities.pictures_in:
        fields.append("photos")
    fields.append("consent")
    if answers.get("consent") == "yes":
        fields += [*(["consent_who"] if answers.get("kind") != "person" else []), "consent_how", "consent_day"]
    return fields


def nomination_of(turn: Turn, answers: Answers) -> Nomination:
    """What was answered; only whole answers are asked for it."""
    keys = turn.knowledge.keys
    name = told(keys, answers.get("name"))
    kind, answer = str(answers.get("kind", "")), str(answers.get("consent", "unasked"))
    consent = Consent(answer)
    if answer == "yes" and "consent_day" in answers:
        # A person agrees for themself; a household or a collective by somebody who speaks for it.
        who = name if kind == "person" else told(keys, answers.get("consent_who"))
        on = date.fromisoformat(str(answers["consent_day"]))
        consent = Consent("yes", who, str(answers.get("consent_how", "")), on, str(answers.get("witness", "")))
    return Nomination(
        kind,
        name,
        str(answers.get("area", {}).get("key", "")),
        told(keys, answers.get("deed")),
        tuple((str(each[0]), str(each[1])) for each in answers.get("criteria", ())),
        consent,
        str(answers.get("organisation", "")),
        str(answers["submission"]),
    )


def photos_of(answers: Answers) -> list[tuple[ChatKey, Attachment]]:
    """The photos sent so far, each with the chat that it came from."""
    return [((each[0], each[1]), Attachment(each[2], each[3], each[4])) for each in answers.get("files", ())]


def answers_of(turn: Turn, seen: Viewed, *, officer: bool) -> dict[str, Any]:
    """A nomination that has been sent, as answers: the interview begins at its summary."""
    row, said = seen.row, seen.said
    if said is None:
        return {}
    keys = turn.knowledge.keys
    answers: dict[str, Any] = {
        "submission": said.submission,
        "officer": officer,
        "nomination": [row.id, row.version],
        "organisation": said.organisation,
        "kind": said.kind,
        "name": seal_told(keys, said.name),
        "area": {"key": row.area_key, "name": row.area_name},
        "deed": seal_told(keys, said.deed),
        "criteria": [list(each) for each in said.criteria],
        "more_criteria": True,
        "consent": said.consent.answer,
    }
    if said.consent.answer == "yes" and said.consent.on is not None:
        answers |= {
            "consent_who": seal_told(keys, said.consent.who),
            "consent_how": said.consent.how,
            "consent_day": said.consent.on.isoformat(),
            "witness": said.consent.witness,
        }
    return answers
