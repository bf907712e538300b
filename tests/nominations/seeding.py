"""Nominations of the demo district for tests of the desk and for its pictures; everybody in them is invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor
from handlers.actions.nominations import move, submit
from handlers.turn import Knowledge
from rules.nominations.model import Consent, Nomination
from storage.nominations import NominationRow
from tests.desk.seeding import District


async def nomination(
    connection: AsyncConnection,
    knowledge: Knowledge,
    at: District,
    number: int = 1,
    *,
    moves: str = "",
    sender: Actor | None = None,
    **changed: Any,
) -> NominationRow:
    """One of the village head, or of an organisation by an officer; the commune moves it, the district decides."""
    consent = Consent("yes", f"Nguyễn Văn Mẫu {number}", "paper", at.today - timedelta(days=3), "giấy ở thôn")
    values: dict[str, Any] = {
        "kind": "person", "name": f"Nguyễn Văn Mẫu {number}", "area_key": "thuy-loi-mau-1",
        "deed": "Ba năm nay cho bốn hộ nghèo trong thôn mượn giống gà và chỉ cách nuôi; cả bốn hộ nay đã khá.",
        "criteria": (("helping_households", "Giúp hộ nghèo, hộ cận nghèo về vốn, giống, công, việc làm"),),
        "consent": consent, "submission": f"seed-{number}", **changed,
    }  # fmt: skip
    said = Nomination(**values)
    actor = sender or (at.commune if said.organisation else at.head)
    chat = ("web", f"demo-{actor.account_id}")
    sent = await submit(
        connection, actor, knowledge.keys, at.frame, said, chat=chat, now=at.now, today=at.today, another=True
    )
    assert sent.row is not None
    row = sent.row
    for made in moves.split():
        row = await move(
            connection, at.district if made in ("approve", "refuse") else at.commune, knowledge.keys, at.frame, row.id,
            made, version=row.version, now=at.now, today=at.today, reason="Lý do mẫu",
        )  # fmt: skip
    return row
