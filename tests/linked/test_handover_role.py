"""A role handed over in chat: it ends when the successor types the code, and nobody gives away what is not theirs."""

from __future__ import annotations

import re

from storage import people
from storage.tables_linked import handovers
from storage.tables_people import roles
from tests.linked.conftest import Commune
from tests.reports.conftest import TODAY


async def code_for(commune: Commune, *said: str) -> str:
    heard = await commune.phones["commune"].talk(*said)
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", heard)
    assert found is not None, heard
    return found[0]


async def head_role(commune: Commune) -> tuple[int, bool]:
    """The village head's role, and whether it is still held."""
    place = commune.place
    acting = place.head.acting
    assert acting is not None
    async with commune.database.read() as connection:
        row = await people.role(connection, acting.id)
    assert row is not None
    return row.id, row.end is None or row.end > TODAY


async def test_the_commune_hands_a_village_heads_role_over(commune: Commune) -> None:
    """From the list of people; the holder goes on until the code is used."""
    code = await code_for(commune, "bàn giao", "2", "Trần Thị Mẫu Mới", "1")
    assert await head_role(commune) == ((await head_role(commune))[0], True)
    heard = await commune.phones["stranger"].say(f"mã {code}")
    assert "Trần Thị Mẫu Mới" in heard and "Trưởng thôn" in heard
    assert (await head_role(commune))[1] is False
    assert "không làm được" in await commune.phones["head"].say("cấp mã hộ")
    assert "người trong hộ" in await commune.phones["stranger"].say("cấp mã hộ")
    (row,) = await commune.rows(handovers)
    assert row.done_at is not None
    verbs = await commune.verbs()
    assert verbs.index("handover_begun") < verbs.index("role_handed_over")


async def test_the_holder_asks_and_the_commune_decides(commune: Commune) -> None:
    """The request says what to type; a village head makes no code alone, and keeps the role until it is taken."""
    head = commune.phones["head"]
    assert "Ai nhận vai" in await head.say("ban giao")
    assert "cấp trên giao" in await head.talk("Trần Thị Mẫu Mới", "1")
    ((chat, text),) = await commune.notices()
    assert chat == "commune"
    said = re.search(r"“(bàn giao \d+)”", text)
    assert said is not None and "Trần Thị Mẫu Mới" in text
    assert await commune.rows(handovers) == []
    code = await code_for(commune, said[1], "Trần Thị Mẫu Mới", "1")
    assert "Chào Trần Thị Mẫu Mới" in await commune.phones["stranger"].say(f"mã {code}")
    assert (await head_role(commune))[1] is False


async def test_a_second_code_makes_the_first_worthless(commune: Commune) -> None:
    """And the same code twice gives nothing."""
    first = await code_for(commune, "bàn giao", "2", "Trần Thị Mẫu Mới", "1")
    second = await code_for(commune, "bàn giao", "2", "Lê Văn Mẫu Mới", "1")
    stranger = commune.phones["stranger"]
    assert "Chào" not in await stranger.say(f"mã {first}")
    assert "Chào Lê Văn Mẫu Mới" in await stranger.say(f"mã {second}")
    assert "Chào" not in await commune.phones["citizen"].say(f"mã {second}")


async def test_whoever_has_the_role_keeps_it_with_the_own_code(commune: Commune) -> None:
    """The present holder types the code: nothing ends."""
    code = await code_for(commune, "bàn giao", "2", "Trần Thị Mẫu Mới", "1")
    await commune.phones["head"].say(f"mã {code}")
    held = [row for row in await commune.rows(roles) if row.account_id == commune.place.head.account_id]
    assert [row.end for row in held] == [None]


async def test_what_is_not_ones_own(commune: Commune) -> None:
    """A citizen has no role; a village head cannot name another's."""
    assert "chưa ghi vai nào" in await commune.phones["citizen"].say("bàn giao")
    neighbour = commune.place.neighbour.acting
    assert neighbour is not None
    assert "không làm được" in await commune.phones["head"].say(f"bàn giao {neighbour.id}")
    assert "không" in (await commune.phones["head"].say("bàn giao 99999")).lower()
    assert "refused" in await commune.verbs()
