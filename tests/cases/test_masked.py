"""Telephone and identity numbers of people are hidden in lists and talks until an officer asks; the trail says so."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.learning.masking import numbers_hidden
from storage.tables_people import audit
from tests.cases.conftest import Town
from tests.cases.test_desk_inbox import _case
from tests.support.desk import Desk

ASKED = "Thẻ của tôi số 035 188 001 234, gọi 0912.345.678, vay 150.000.000 đồng năm 2026 được không?"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("gọi 0912345678 nhé", "gọi •••••• nhé"),
        ("0912 345 678 hoặc 0912.345.679", "•••••• hoặc ••••••"),
        ("+84 912-345-678", "••••••"),
        ("CCCD 001188001234.", "CCCD ••••••."),
        *((same, same) for same in (
            "vay 50.000.000 năm 2026",
            "20.500000, 105.900000",
            "vay 150.000.000 đồng", "vay 1.500.000.000đ", "ngày 24/11/2026 lúc 14:30",
        )),
        ("hai dòng\n0912345678\nhết", "hai dòng\n••••••\nhết"),
    ],
)  # fmt: skip
def test_what_is_hidden(said: str, shown: str) -> None:
    """Numbers that could be dialled or looked up; amounts, days and the shape of the text stay."""
    assert numbers_hidden(said) == shown


def _asked_here(desk: Desk) -> int:
    from handlers.cases import sealing
    from storage import cases
    from storage.cases import NewEntry

    case_id = _case(desk)

    async def add(connection: AsyncConnection) -> None:
        sealed = sealing.seal(desk.knowledge.keys, case_id, ASKED)
        await cases.add_entries(connection, case_id, desk.clock.at, [NewEntry("person", text=sealed)])

    desk.database(add)
    return case_id


def test_the_desk_hides_numbers_until_they_are_asked_for(desk: Desk) -> None:
    """For one look; afterwards and in the lines that are loaded anew they are hidden again."""
    case_id = _asked_here(desk)
    desk.enter("commune")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    assert "Thẻ của tôi số ••••••" in page and "035 188" not in page and "0912" not in page
    assert "150.000.000 đồng" in page
    shown = desk.post(f"/can-bo/hop-thu/{case_id}/show", {}).text
    assert "035 188 001 234" in shown and "0912.345.678" in shown and "Xem số" not in shown
    assert desk.verbs()[-2:] == ["see_case", "case_numbers_shown"]
    assert "0912" not in desk.get(f"/can-bo/hop-thu/{case_id}").text
    desk.post(f"/can-bo/hop-thu/{case_id}/co-mat", {})
    assert "0912" not in desk.get(f"/can-bo/hop-thu/{case_id}/loi").text

    async def details(connection: AsyncConnection) -> str:
        return "".join(str(each) for each in (await connection.execute(select(audit.c.detail))).scalars())

    assert "0912" not in desk.database(details)


def test_another_commune_is_shown_nothing(desk: Desk) -> None:
    """Nor does its try leave a line that it was shown."""
    case_id = _asked_here(desk)
    desk.enter("other_commune")
    assert desk.post(f"/can-bo/hop-thu/{case_id}/show", {}).status_code == 403
    assert "case_numbers_shown" not in desk.verbs()


async def test_in_chat_and_in_lists(staffed: Town) -> None:
    """The list and the case hide them; a choice shows them and is written down; without any it is not offered."""
    await staffed.hand_over("bac", "nhà tôi hộ nghèo vay vốn được bao nhiêu, gọi 0912345678")
    (listed,) = await staffed.say("huyen", "tôi là ai", "hộp thư")
    assert "HT-0001" in listed
    assert "0912345678" not in listed
    (shown,) = await staffed.say("huyen", "1")
    assert "0912345678" not in shown and "gọi ••••••" in shown and "Xem số bị che" in shown
    (asked,) = await staffed.say("huyen", "xem so bi che")
    assert "gọi 0912345678" in asked and "nhật ký" in asked and "Xem số bị che" not in asked
    async with staffed.database.read() as connection:
        query = select(audit.c.verb, audit.c.subject_id).where(audit.c.verb == "case_numbers_shown")
        assert (await connection.execute(query)).all() == [("case_numbers_shown", "1")]
    await staffed.hand_over("ba")
    (other,) = await staffed.say("huyen", "HT-2")
    assert "HT-0002" in other and "Xem số bị che" not in other
