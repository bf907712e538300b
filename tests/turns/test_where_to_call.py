"""Telephone numbers are told where the locality's files have them, and never otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from content.localities import Area, Locality, Office
from handlers.turn import Knowledge
from tests.eligibility.talking import Talk

COMMUNE, LINE = "0226 000 0001", "0226 000 0002"


def _with(knowledge: Knowledge, *, area: str | None = None, office: str | None = None) -> Knowledge:
    """The same place with made-up numbers of Thụy Lôi and of the communes in general."""
    place = knowledge.locality
    areas = [_called(each, area) if each.key == "thuy-loi-2023" else each for each in place.areas.values()]
    offices = [_called(each, office) if each.role == "commune" else each for each in place.offices]
    return replace(knowledge, locality=Locality(place.about, areas, offices))


def _called(of: Any, phone: str | None) -> Any:
    return msgspec.structs.replace(of, phone=phone)


@pytest.mark.parametrize(
    ("area", "office", "told"), [(COMMUNE, None, COMMUNE), (COMMUNE, LINE, COMMUNE), (None, LINE, LINE)]
)
async def test_whoever_cannot_be_read_is_told_whom_to_call(
    knowledge: Knowledge, area: str | None, office: str | None, told: str
) -> None:
    """The number of the own commune goes before the general one."""
    talk = Talk(_with(knowledge, area=area, office=office))
    await talk.say("thụy lôi")
    said = await talk.press("hidden")
    assert f"• Gọi UBND xã, thị trấn: {told}." in said
    assert said.index("• Gọi") < said.index("• Đến")


async def test_where_no_number_is_known_none_is_told(knowledge: Knowledge) -> None:
    """The demo has none; another commune's is not told either."""
    for known in (knowledge, _with(knowledge, area=COMMUNE)):
        talk = Talk(known)
        await talk.say("ngọc sơn")
        assert "• Gọi" not in await talk.press("hidden")
        assert "không có số điện thoại đã được xác nhận" in await talk.press("office")


async def test_the_way_to_an_office_has_its_number(knowledge: Knowledge) -> None:
    """With the sentence to call instead of the one that nothing is known."""
    talk = Talk(_with(knowledge, area=COMMUNE, office=LINE))
    await talk.say("thụy lôi")
    said = await talk.press("office")
    assert f"Điện thoại: {COMMUNE}" in said and f"Điện thoại: {LINE}" in said
    assert "Bác gọi số ở trên" in said and "không có số điện thoại" not in said


@pytest.mark.parametrize(
    ("phone", "good"), [(COMMUNE, True), ("0912345678", True), ("113", False), ("hỏi xã", False), ("0", False)]
)
def test_a_number_that_cannot_be_dialled_is_refused(phone: str, good: bool) -> None:
    """In both files."""
    area = {
        "key": "a",
        "code": "1",
        "name": "xã A",
        "kind": "commune",
        "rural": True,
        "from": "2021-01-01",
        "phone": phone,
    }
    office = {"role": "a", "name": "A", "level": "commune", "in_charge_of": [], "articles": [], "phone": phone}
    kinds: tuple[tuple[dict[str, Any], Any], ...] = ((area, Area), (office, Office))
    for values, kind in kinds:
        if good:
            assert msgspec.convert(values, kind, strict=False).phone == phone
        else:
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert(values, kind, strict=False)
