"""An officer on the road corrects a report in chat: both versions are shown, and the sender is told what changed."""

from __future__ import annotations

from tests.linked.conftest import Commune


async def test_an_officer_on_the_road_corrects(commune: Commune) -> None:
    """The day is put right; the history has both, the village head hears of it, and a decision sees the new one."""
    await commune.phones["head"].talk("báo qua đời", "hai", "hôm qua", "1")
    officer = commune.phones["commune"]
    heard = await officer.talk("BC-0001", "sửa", "sửa ngày", "17/12")
    assert "17/12/2023" in heard
    assert "đã sửa BC-0001" in await officer.say("1")
    assert "Sửa: Ngày: 19/12/2023 → 17/12/2023" in await officer.say("BC-0001")
    ((chat, text),) = await commune.notices()
    assert chat == "head" and "19/12/2023 → 17/12/2023" in text
    assert "report_correct" in await commune.verbs()
    assert "• Ngày: 17/12/2023" in await commune.phones["head"].say("BC-0001")


async def test_two_corrections_are_two_steps(commune: Commune) -> None:
    """Each shows what it changed, not what came later."""
    head = commune.phones["head"]
    await head.talk("báo qua đời", "hai", "hôm qua", "1")
    for day in ("18/12", "16/12"):
        await head.talk("BC-0001", "sửa", "sửa ngày", day, "1")
    shown = await head.say("BC-0001")
    assert shown.index("19/12/2023 → 18/12/2023") < shown.index("18/12/2023 → 16/12/2023")
