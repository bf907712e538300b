"""A district at work for the pictures of the docs: every page of the desk has something to show. All are invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content import demo_news
from handlers.actions import entitlements
from handlers.actions.demo_news import load_demo_news
from handlers.actions.people import invitation_hashes
from handlers.learning.asking import seal
from handlers.turn import Knowledge
from storage import invitations, learning
from storage.entitlements import Finding
from storage.learning import NewQuestion
from storage.register.search import listed
from tests.analytics.seeding import case, many, stopped
from tests.broadcasts.crowd import crowd
from tests.cases.seeding import a_case
from tests.desk.seeding import District, births, district, forwarded
from tests.nominations.seeding import nomination

HEADS_CODE: Final = "AB2D-2C45"
"""What the village head of the pictures types to be known."""
COMMUNE: Final = "thuy-loi-2023"
_COMMUNE_PATH: Final = f"/ha-nam/kim-bang-district/{COMMUNE}/"
_UNANSWERED: Final = (
    ("máy cày hỏng thì ai sửa", "máy cày nhà tôi hỏng ai sửa", "may cay hong"),
    ("xin giống lúa mới ở đâu", "giống lúa mới xin ở đâu vậy"),
    ("bao giờ xã làm đường vào xóm",),
)
_DEEDS: Final = (
    ("", "Ba năm nay cho bốn hộ nghèo trong thôn mượn giống gà và chỉ cách nuôi; cả bốn hộ nay đã khá."),
    ("forward", "Dạy nghề đan giỏ không lấy tiền cho mười hai chị trong thôn, nay mỗi chị có thêm việc lúc nông nhàn."),
    ("forward approve", "Vận động bà con góp công làm xong hai trăm mét đường vào xóm, nhà nào cũng góp một ngày."),
)


async def at_work(connection: AsyncConnection, known: Knowledge, now: datetime) -> District:
    """Reports, cases, nominations, questions, findings, news and people who write."""
    at = await district(connection, known, now)
    rows = await births(connection, known, at, 24, _COMMUNE_PATH)
    await forwarded(connection, known, at, rows[:6], at.commune)
    await crowd(connection, 5, now, name=f"seed-{COMMUNE}")
    for number in range(5):
        more = {"rank": 0} if number == 3 else {}
        await a_case(connection, known, now, number, desk=COMMUNE, **more)
    await crowd(connection, 8, now, area=None, name="seed-kim-bang-district")
    for number in range(5, 8):
        await a_case(connection, known, now, number, desk="kim-bang-district")
    for number, (moves, deed) in enumerate(_DEEDS, start=1):
        await nomination(connection, known, at, number, moves=moves, deed=deed)
    told = demo_news.load("kim-bang-2023")
    if told is not None:
        await load_demo_news(connection, told, known.keys, now)
    await crowd(connection, 37, now)
    await crowd(connection, 55, now, area="que-2023", name="citizen-que")
    (hashed,) = invitation_hashes(known.keys, HEADS_CODE.replace("-", ""))[:1]
    await invitations.create(
        connection, hashed, "village_head", "thuy-loi-mau-1", "Trưởng thôn Mẫu", created_by=None, now=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    await _questions(connection, known, at)
    await _found(connection, at)
    return at


async def _questions(connection: AsyncConnection, known: Knowledge, at: District) -> None:
    """What nobody could answer, and the quarter's figures."""
    rows = [
        NewQuestion(at.today, "handoff", "livelihood-model", 0.3, COMMUNE, seal(known.keys, text), text)
        for group in _UNANSWERED
        for text in group
    ]
    await learning.add_questions(connection, rows)
    first = at.today - timedelta(days=49)
    communes = [COMMUNE, "que-2023", *(key for key in _communes(known) if key not in (COMMUNE, "que-2023"))]
    await many(connection, communes, first, 49, 1_400)
    monday = at.today - timedelta(days=at.today.weekday() + 14)
    for number in range(9):
        await case(connection, COMMUNE, monday, number, 20 + number, _COMMUNE_PATH)
    await stopped(connection, COMMUNE, monday, "eligibility", {"finished": 26, "person.age": 11, "cancelled": 5})


def _communes(known: Knowledge) -> list[str]:
    return [area.key for area in known.locality.areas.values() if area.parent == "kim-bang-district"]


async def _found(connection: AsyncConnection, at: District) -> None:
    """Households that may get more from now on."""
    homes = (await listed(connection, _COMMUNE_PATH, limit=4)).lines
    rows = [
        Finding(
            household_id=home.id, member_id=0, area_path=f"{_COMMUNE_PATH}{home.area_key}/", benefit="sa-elder-80",
            kind="begins", day=at.today - timedelta(days=2 + number), cause="birthday", detail="80", amount="540000",
            missing=(), confirmed=True, sensitive=False,
        )
        for number, home in enumerate(homes)
    ]  # fmt: skip
    made = entitlements.Survey("/", at.today - timedelta(days=30), at.today, tuple(rows), len(rows), len(rows), 0)
    await entitlements.keep(connection, made, at.now)
