"""What deeds about announcements need beside the actor, put together once for a request or a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from content.words import SOURCE_LANGUAGE, Words
from handlers.broadcasting.approving import deciding_roles
from handlers.broadcasting.outlets import Outlets
from handlers.broadcasting.policy import Policy
from handlers.turn import VIETNAM, Knowledge


@dataclass(frozen=True, slots=True)
class Office:
    """Who says what in which language, which channels there are, how this place sends."""

    languages: Mapping[str, Words]
    outlets: Outlets
    policy: Policy
    deciding_roles: tuple[str, ...]
    """The roles that approve, by the locality's review route."""
    now: datetime

    @property
    def words(self) -> Words:
        """The programme's own language."""
        return self.languages[SOURCE_LANGUAGE]

    @property
    def today(self) -> date:
        return self.now.astimezone(VIETNAM).date()


def office_of(knowledge: Knowledge, now: datetime) -> Office:
    """The office of an installation at a moment."""
    return Office(knowledge.languages, knowledge.outlets, knowledge.policy, deciding_roles(knowledge.locality), now)
