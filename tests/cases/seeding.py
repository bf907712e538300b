"""Cases without a talk: for the desk, its pictures and the benchmarks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.actions.people import sync_areas
from handlers.cases import sealing
from handlers.turn import Knowledge
from storage import areas, cases
from storage.cases import NewEntry

_QUESTIONS: Final = (
    ("credit-poor", "policy_bank", "Nhà tôi hộ nghèo, muốn vay nuôi bò thì được vay bao nhiêu, trả trong mấy năm?"),
    ("health-insurance", "social_insurance", "Thẻ bảo hiểm của mẹ tôi ghi sai năm sinh, sửa ở đâu ạ?"),
    ("tuition", "education", "Cháu học lớp 7, nhà cận nghèo, có được miễn học phí không?"),
    ("", "commune", "Nhà tôi chưa thấy tên trong danh sách rà soát năm nay, hỏi ai?"),
    ("housing", "fatherland_front", "Nhà dột nát lâu rồi, xin hỗ trợ sửa nhà thì làm đơn thế nào?"),
)


async def a_case(
    connection: AsyncConnection, knowledge: Knowledge, now: datetime, number: int, *, desk: str, area: str = "",
    channel: str = "web", **more: Any,
) -> int:  # fmt: skip
    """A case at a desk, asked by a made-up person."""
    topic, office, question = _QUESTIONS[number % len(_QUESTIONS)]
    place = await areas.get(connection, desk)
    if place is None:
        await sync_areas(connection, knowledge.locality)
        place = await areas.get(connection, desk)
        assert place is not None
    chat = f"seed-{desk}-{number}"
    opened = now - timedelta(minutes=7 * (number % 500))
    values: dict[str, Any] = {
        "channel": channel, "chat": chat, "language": "vi",
        "person": sealing.seal_name(knowledge.keys, (channel, chat), f"Nguyễn Thị Mẫu {number}"),
        "cause": ("wish", "failure", "distrust")[number % 3], "rank": 1, "topic": topic,
        "area_key": area or desk, "office": office, "desk_key": desk, "desk_path": place.path, "state": "open",
        "village_ok": number % 2 == 0, "opened_at": opened, "due_at": opened + timedelta(days=2),
        "last_person_at": opened,
    } | more  # fmt: skip
    case_id = await cases.open_case(connection, values)
    sealed = sealing.seal(knowledge.keys, case_id, question)
    await cases.add_entries(connection, case_id, opened, [NewEntry("person", text=sealed, detail=topic)])
    return case_id
