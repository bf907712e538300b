"""What the desk shows of the month's messages on Zalo Bot, above the list of announcements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.broadcasting.office import office_of
from handlers.broadcasting.outlets import Outlets
from storage.expansion import Reach
from tests.support.desk import Desk


@pytest.mark.parametrize(
    ("room", "said"), [(1200, "còn gửi được 1.200 tin"), (0, "đã dùng từ 80%"), (-3, "đã dùng từ 80%"), (None, "")]
)
def test_the_month_of_zalo_bot_is_shown_where_announcements_are_sent(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    room: int | None,
    said: str,
) -> None:
    """What is left for announcements; from 80 % on that they leave the channel; without Zalo Bot nothing."""

    async def reach() -> Reach:
        return Reach(frozenset({"web"}), room={} if room is None else {"zalo_bot": room})

    monkeypatch.setattr(
        "desk.routes.broadcasts.office_of",
        lambda knowledge, now: replace(office_of(knowledge, now), outlets=Outlets(reach=reach)),
    )
    for role in ("staff", "district"):
        desk.enter(role)
        page = desk.get("/can-bo/thong-bao").text
        assert said in page and ("Zalo Bot" in page) is bool(said)
