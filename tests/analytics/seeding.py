"""Questions, cases and dialogs of the demo district, plainly made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.analytics import Stand, count_dialogs
from storage.tables_cases import cases
from storage.tables_learning import question_log
from tests.support.assembly import Clock

ARTICLES: Final = ("health-insurance", "credit-poor", "housing", "tuition", "social-pension", "electricity")
_AT_ONCE: Final = 5_000


async def ask(
    connection: AsyncConnection, area: str, day: date, number: int, *, kind: str = "article", article: str = "housing"
) -> None:
    """So many questions of one place, day and kind."""
    row = {"day": day, "kind": kind, "article": article, "score": 0.9, "area_key": area, "text": "", "rating": None}
    if number:
        await connection.execute(insert(question_log), [row] * number)


async def many(connection: AsyncConnection, areas: Sequence[str], first: date, days: int, number: int) -> None:
    """Questions as a district asks them: some communes and topics often, others hardly."""
    draw = Random(7)
    places = draw.choices([*areas, ""], [12, 7, 5, 3, 2, *(1 for _ in areas[5:]), 6], k=number)
    about = draw.choices(ARTICLES, [12, 6, 4, 2, 1, 0.05], k=number)
    kinds = draw.choices(("article", "choices", "handoff"), (70, 18, 12), k=number)
    rows = [
        {
            "day": first + timedelta(days=draw.randrange(days)), "kind": kind, "article": article, "score": 0.5,
            "area_key": area, "text": "", "rating": None,
        }
        for area, article, kind in zip(places, about, kinds, strict=True)
    ]  # fmt: skip
    for start in range(0, number, _AT_ONCE):
        await connection.execute(insert(question_log), rows[start : start + _AT_ONCE])


async def case(
    connection: AsyncConnection, area: str, day: date, number: int, hours: int | None, path: str = "/"
) -> None:
    """A closed case of a place, answered after so many hours or never."""
    opened = Clock().at.replace(year=day.year, month=day.month, day=day.day)
    await connection.execute(
        insert(cases).values(
            channel="web", chat=f"demo-{area}-{number}", language="vi", person="", cause="failure", rank=1,
            topic="", area_key=area, office="social_affairs", desk_key=area, desk_path=path, state="closed",
            village_ok=False, version=1, opened_at=opened, due_at=opened,
            first_reply_at=None if hours is None else opened + timedelta(hours=hours), last_person_at=opened,
            closed_at=opened + timedelta(days=9), outcome="answered" if hours is not None else "no_word",
        )
    )  # fmt: skip


async def stopped(connection: AsyncConnection, area: str, day: date, kind: str, where: dict[str, int]) -> None:
    """Dialogs of a kind that stand at these questions; "finished" and "cancelled" are ends."""
    moves = {}
    for step, number in where.items():
        ended = step in ("finished", "cancelled")
        moves[Stand(day, area, kind, "" if ended else step, step if ended else "standing", 0)] = number
    await count_dialogs(connection, moves)
