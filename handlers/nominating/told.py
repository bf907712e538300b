"""What a nomination tells: sealed as it is stored, opened again, and the hash under which a name is found."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from handlers.nominating.errors import NominationError
from rules.nominations.model import Consent, Nomination
from storage.keys import Keys
from storage.nominations import NominationRow
from storage.register.names import folded

# What people write before a name, without accents: "bà Mẫu" and "hộ bà Mẫu" are the same nominee.
_BEFORE: Final = frozenset("ong ba anh chi co chu bac cu em ho gia dinh nha".split())


def sealed(keys: Keys, said: Nomination) -> str:
    """The nomination's content as it is stored, bound to its submission."""
    return keys.encrypt(json.dumps(as_data(said), ensure_ascii=False).encode(), _context(said.submission))


def opened(keys: Keys, row: NominationRow) -> Nomination:
    """What was told.

    Raises:
        NominationError: it has been erased.
    """
    if not row.told:
        raise NominationError("nominations.error.erased")
    data = json.loads(keys.decrypt(row.told, _context(row.submission)))
    return from_data(data, row.kind, row.area_key, row.organisation, row.submission)


def as_data(said: Nomination) -> dict[str, Any]:
    """What is not a column of its own, as plain data."""
    consent = said.consent
    return {
        "name": said.name,
        "deed": said.deed,
        "criteria": [list(each) for each in said.criteria],
        "consent": {
            "answer": consent.answer, "who": consent.who, "how": consent.how, "witness": consent.witness,
            "on": consent.on.isoformat() if consent.on is not None else None,
        },
    }  # fmt: skip


def from_data(data: dict[str, Any], kind: str, area_key: str, organisation: str, submission: str) -> Nomination:
    """The same again."""
    kept = data["consent"]
    on = date.fromisoformat(kept["on"]) if kept["on"] else None
    return Nomination(
        kind, data["name"], area_key, data["deed"], tuple((each[0], each[1]) for each in data["criteria"]),
        Consent(kept["answer"], kept["who"], kept["how"], on, kept["witness"]), organisation, submission,
    )  # fmt: skip


def kept_before(said: Nomination) -> str:
    """A nomination as it was before a correction, whole: it stands in the history as ciphertext."""
    return json.dumps([as_data(said), said.kind, said.area_key, said.organisation], ensure_ascii=False)


def before_again(kept: str, submission: str) -> Nomination:
    data, kind, area_key, organisation = json.loads(kept)
    return from_data(data, kind, area_key, organisation, submission)


def plain_name(name: str) -> str:
    """A name as it is compared: without accents, and without what people are called by."""
    words = folded(name).split()
    while len(words) > 1 and words[0] in _BEFORE:
        words = words[1:]
    return " ".join(words)


def name_hashes(keys: Keys, name: str) -> list[str]:
    """The hashes under which a nominee is found, newest key first."""
    return keys.keyed_hashes(f"nomination:{plain_name(name)}")


def one_line(said: str) -> str:
    """A name as it is kept: one line, nothing that cannot be printed."""
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())


def _context(submission: str) -> str:
    return f"nominations.told:{submission}"
