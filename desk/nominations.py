"""The form of a nomination at the desk, as it was typed, and the words that its pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from content.nominations import Nominating
from desk.parts import Parts
from desk.routes.news import said
from desk.routes.register import day_said
from handlers.actions.nominations import MovedFirstError, NominationError, Viewed
from rules.nominations.model import ANSWERS, HOW, KINDS, LONGEST_DEED, LONGEST_NAME, SHORTEST_DEED, Consent, Nomination

_LONGEST: Final = 2 * LONGEST_DEED


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; nothing in here is trusted."""

    organisation: str = ""
    kind: str = "person"
    name: str = ""
    area: str = ""
    deed: str = ""
    criteria: tuple[str, ...] = ()
    consent: str = "unasked"
    who: str = ""
    how: str = ""
    on: str = ""
    witness: str = ""
    token: str = ""


def typed_of(form: Any) -> Typed:
    """The form as it was sent."""
    return Typed(
        said(form, "doan_the")[:32], said(form, "loai")[:16], said(form, "ten")[: 2 * LONGEST_NAME],
        said(form, "noi")[:64], said(form, "viec").replace("\r\n", "\n")[:_LONGEST],
        tuple(str(each)[:32] for each in form.getall("tieu_chi", [])), token=said(form, "ma")[:40], **_consent_of(form),
    )  # fmt: skip


def _consent_of(form: Mapping[str, Any]) -> dict[str, str]:
    return {
        "consent": said(form, "dong_y")[:16], "who": said(form, "ai")[:200], "how": said(form, "cach")[:16],
        "on": said(form, "ngay")[:10], "witness": said(form, "chung")[:200],
    }  # fmt: skip


def consent_typed(form: Mapping[str, Any]) -> Consent:
    """The consent as a form says it."""
    kept = _consent_of(form)
    return Consent(kept["consent"], kept["who"].strip(), kept["how"], day_said(kept["on"]), kept["witness"])


def typed_from(seen: Viewed) -> Typed:
    """The form as a stored nomination fills it."""
    kept = seen.said
    if kept is None:
        return Typed()
    consent = kept.consent
    return Typed(
        kept.organisation, kept.kind, kept.name, kept.area_key, kept.deed, tuple(key for key, _ in kept.criteria),
        consent.answer, consent.who, consent.how, consent.on.isoformat() if consent.on is not None else "",
        consent.witness,
    )  # fmt: skip


def nomination_typed(typed: Typed, nominating: Nominating, submission: str, before: Nomination | None) -> Nomination:
    """What the form tells; a criterion keeps the name that it had when it was chosen."""
    labels = {each.id: each.label for each in nominating.all} | dict(before.criteria if before is not None else ())
    # A person agrees for themself: the name need not be typed twice.
    who = typed.who.strip() or (typed.name if typed.kind == "person" else "")
    return Nomination(
        typed.kind,
        typed.name,
        typed.area,
        typed.deed,
        tuple((key, labels.get(key, key)) for key in dict.fromkeys(typed.criteria)),
        Consent(typed.consent, who, typed.how, day_said(typed.on), typed.witness),
        typed.organisation,
        submission,
    )


def lists(nominating: Nominating) -> dict[str, Any]:
    """What the form offers."""
    return {
        "nominating": nominating, "kinds": KINDS, "answers": ANSWERS, "hows": HOW, "longest": LONGEST_DEED,
        "least": SHORTEST_DEED, "longest_name": LONGEST_NAME,
    }  # fmt: skip


def failed_said(parts: Parts, error: NominationError) -> str:
    """What cannot be done, and why."""
    if isinstance(error, MovedFirstError):
        last = error.last
        return parts.say(
            "nominations.error.first",
            receipt=error.row.receipt,
            name=(last.name if last is not None else "") or parts.say("desk.somebody"),
            move=parts.say(f"nominations.did.{last.move}") if last is not None else "",
            state=parts.say(f"nominations.state.{error.row.state}"),
        )
    return parts.say(error.key, **error.values)
