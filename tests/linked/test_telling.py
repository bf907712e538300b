"""Who hears of findings about a household: who is linked, has agreed and wants notices; each finding once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.actions import entitlements
from rules import assess
from rules.assess import Assessor
from storage import findings, people
from storage.entitlements import Finding
from storage.findings import Wanted
from storage.tables_linked import household_told
from tests.linked.conftest import Commune
from tests.register.building import set_fields
from tests.reports.conftest import NOW, TODAY


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return assess.load()


def finding(home: int, benefit: str = "sa-elder-80", **more: object) -> Finding:
    """The head's pension of old age, unless something else is said."""
    values: dict[str, object] = {
        "member_id": 0, "area_path": "", "kind": "begins", "day": TODAY - timedelta(days=1), "cause": "birthday",
        "detail": "80", "amount": "360000", "missing": (), "confirmed": True, "sensitive": False,
    }  # fmt: skip
    return Finding(household_id=home, benefit=benefit, **{**values, **more})  # type: ignore[arg-type]  # by name


async def keep(commune: Commune, *found: Finding) -> None:
    """As a night's run keeps them."""
    path = commune.place.head.area_path
    rows = tuple(replace(each, area_path=path) for each in found)
    made = entitlements.Survey("/", TODAY - timedelta(days=30), TODAY, rows, 1, 2, 0)
    async with commune.database.write() as connection:
        await entitlements.keep(connection, made, NOW)


async def tell(commune: Commune, assessor: Assessor, today: date = TODAY) -> int:
    async with commune.database.write() as connection:
        return await entitlements.tell_households(connection, commune.place.frame, assessor, NOW, today)


async def test_a_linked_household_is_told_once(commune: Commune, assessor: Assessor) -> None:
    """What may be new, how much, which papers, that it is no decision, and how to stop it."""
    await commune.linked()
    await keep(commune, finding(commune.home))
    assert await tell(commune, assessor) == 1
    assert await tell(commune, assessor) == 0
    await keep(commune, finding(commune.home))
    assert await tell(commune, assessor) == 0
    ((chat, text),) = await commune.notices()
    assert chat == "citizen"
    for part in ("MAU-9", "Hoàng Văn Mẫu Chín", "360.000 đồng mỗi tháng", "Giấy tờ: ", "tròn 80 tuổi",
                 "chưa phải quyết định", "gỡ hộ"):  # fmt: skip
        assert part in text, part
    assert len(text) <= 2000


async def test_who_is_not_linked_hears_nothing(commune: Commune, assessor: Assessor) -> None:
    """Not linked, ended, stopped, moved away: the list is the village head's alone."""
    await keep(commune, finding(commune.home))
    assert await tell(commune, assessor) == 0
    await commune.linked()
    await commune.phones["citizen"].say("dừng")
    assert await tell(commune, assessor) == 0
    await commune.phones["citizen"].talk("nhận tin lại", "gỡ hộ", "1")
    assert await tell(commune, assessor) == 0
    await commune.linked()
    async with commune.database.write() as connection:
        await set_fields(connection, "move_out", TODAY, ("household", commune.home, {"state": "moved_out"}))
    assert await tell(commune, assessor) == 0
    assert await commune.notices() == []


async def test_health_is_not_written_into_a_chat(commune: Commune, assessor: Assessor) -> None:
    """Only that there is something more, to be heard in person."""
    await commune.linked()
    await keep(commune, finding(commune.home, "sa-disabled", sensitive=True))
    assert await tell(commune, assessor) == 1
    ((_, text),) = await commune.notices()
    assert "khuyết tật" not in text and "Còn 1 việc nữa" in text
    assert "Còn 1 việc nữa" in await commune.phones["citizen"].say("nhà tôi")


async def test_what_lies_ahead_is_not_news(commune: Commune, assessor: Assessor) -> None:
    """An operator who looks a year ahead tells nobody; on its day it is told."""
    await commune.linked()
    ahead = finding(commune.home, day=TODAY + timedelta(days=3))
    await keep(commune, ahead)
    assert await tell(commune, assessor) == 0
    assert await tell(commune, assessor, TODAY + timedelta(days=3)) == 1


async def test_endings_and_what_has_to_be_asked(commune: Commune, assessor: Assessor) -> None:
    """An end promises and threatens nothing; a missing fact is named; many findings still fit one message."""
    await commune.linked()
    await keep(
        commune,
        finding(commune.home, "health-insurance-poor", kind="ends", cause="law", detail="", amount=""),
        finding(commune.home, kind="may_begin", missing=("person.pension_kind",), confirmed=False),
        *(finding(commune.home, day=TODAY - timedelta(days=each)) for each in range(2, 22)),
    )
    assert await tell(commune, assessor) == 1
    ((_, text),) = await commune.notices()
    assert "Còn " in text and len(text) <= 2000
    assert len(await commune.rows(household_told)) == 22


async def test_the_village_head_passes_on(commune: Commune, assessor: Assessor) -> None:
    """For people who cannot write: the notice says to whom it is to be told."""
    await commune.phones["head"].talk("nhận tin thay hộ", "mau chin", "1")
    await keep(commune, finding(commune.home))
    assert await tell(commune, assessor) == 1
    ((chat, text),) = await commune.notices()
    assert chat == "head" and text.startswith("Nhờ bác nói lại với hộ MAU-9")


async def test_a_second_channel_is_not_written_to(commune: Commune, assessor: Assessor) -> None:
    """Notices go to the preferred one."""
    await commune.linked()
    async with commune.database.write() as connection:
        account = await people.account_of_chat(connection, ("terminal", "citizen"), TODAY)
        assert account is not None
        await people.link(connection, ("terminal", "stranger"), account.id, NOW)
        await people.prefer(connection, ("terminal", "stranger"), account.id)
    await keep(commune, finding(commune.home))
    assert await tell(commune, assessor) == 1
    assert [chat for chat, _ in await commune.notices()] == ["stranger"]


async def test_the_list_in_the_village_heads_chat(commune: Commune) -> None:
    """Household by household; what became of it leaves the list, and two cannot overwrite each other."""
    await keep(commune, finding(commune.home), finding(commune.home, "sa-disabled", sensitive=True))
    head = commune.phones["head"]
    assert "1. MAU-9 · Hoàng Văn Mẫu Chín (1 việc)" in await head.say("ho co the duoc them")
    heard = await head.say("1")
    assert "tròn 80 tuổi" in heard and "khuyết tật" not in heard
    assert "3. Đang hưởng sẵn rồi" in await head.say("1")
    async with commune.database.read() as connection:
        (line, _) = await findings.page(connection, Wanted("/", sensitive=True))
    assert "không còn việc nào chờ" in await head.say("3")
    assert "Chưa có hộ nào" in await head.say("hộ có thể được thêm")
    assert line.outcome is None
    officer = commune.phones["commune"]
    assert "(1 việc)" in await officer.say("hộ có thể được thêm")
    heard = await officer.say("1")
    assert "khuyết tật" not in heard and "liên quan đến sức khỏe" in heard
    before = await commune.verbs()
    assert "khuyết tật" in await officer.say("1")
    assert (await commune.verbs())[len(before) :] == ["show_sensitive"]
