"""The people of the demo district and what they put forward, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from handlers.access import Actor
from handlers.actions.nominations import Submitted, move, submit
from rules.nominations.model import Consent, Nomination
from storage.database import Database
from storage.nominations import NominationRow
from tests.reports.conftest import CHAT, NOW, TODAY, VILLAGE, Place, settled

AGREED = Consent("yes", "Nguyễn Văn Mẫu", "paper", date(2023, 12, 18), "giấy ở thôn")
DEED = "Ba năm nay cho bốn hộ nghèo trong thôn mượn giống gà và chỉ cách nuôi."


@dataclass(slots=True)
class Nominating:
    """A place with everybody who has a part in a nomination."""

    at: Place

    def said(self, submission: str = "n1", **changed: Any) -> Nomination:
        """Somebody of the village head's own village."""
        plain = Nomination(
            "person", "Nguyễn Văn Mẫu", VILLAGE, DEED, (("helping_households", "Giúp hộ nghèo"),),
            submission=submission,
        )  # fmt: skip
        return replace(plain, **changed)

    async def submit(self, said: Nomination, actor: Actor | None = None, **more: Any) -> Submitted:
        """Send in a transaction of its own."""
        async with self.at.database.write() as connection:
            values: dict[str, Any] = {"chat": CHAT, "now": NOW, "today": TODAY, **more}
            return await submit(connection, actor or self.at.head, self.at.keys, self.at.frame, said, **values)

    async def sent(self, said: Nomination | None = None, actor: Actor | None = None, **more: Any) -> NominationRow:
        """Send, and have it stored."""
        submitted = await self.submit(said or self.said(), actor, **more)
        assert submitted.row is not None
        return submitted.row

    async def do(self, row: NominationRow, made: str, actor: Actor | None = None, **more: Any) -> NominationRow:
        """A move in a transaction of its own, with the version of the row."""
        values: dict[str, Any] = {"version": row.version, "now": NOW, "today": TODAY, "reason": "Lý do mẫu", **more}
        async with self.at.database.write() as connection:
            return await move(
                connection, actor or self.at.district, self.at.keys, self.at.frame, row.id, made, **values
            )

    async def approved(self, said: Nomination | None = None) -> NominationRow:
        """All the way to the list."""
        return await self.do(await self.do(await self.sent(said), "forward", self.at.commune), "approve")


@pytest.fixture
async def nominating(database: Database) -> AsyncIterator[Nominating]:
    """On both engines."""
    yield Nominating(await settled(database))
