"""Sending as the Official Account: windows, buttons in either shape, pictures, and every number of the facts page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels import Refused, Sent, TryLater
from bot.channels.zalo_counts import month_of
from handlers.messages import Reply
from handlers.rendering import Hints, render
from handlers.respond import Responder
from storage import zalo
from storage.database import Database
from tests.zalo.conftest import MANY, WAYS_ON
from tests.zalo.drivers import OaParts, oa_parts

CHOICES = Reply("Bác chọn:", MANY[:3])


async def _picture(key: str) -> bytes | None:
    return b"jpeg" if key == "key-1" else None


@pytest.fixture
async def oa(sqlite_url: str, responder: Responder, few_words: Any) -> AsyncIterator[OaParts]:
    async with oa_parts(Database(sqlite_url), responder, few_words, read_file=_picture) as parts:
        yield parts


def buttons(message: dict[str, Any]) -> list[str]:
    return [one["title"] for one in message["message"].get("attachment", {}).get("payload", {}).get("buttons", [])]


async def test_up_to_five_choices_are_buttons_more_are_numbers(oa: OaParts) -> None:
    """And each can be typed in both cases."""
    await oa.say("5", "chọn 5")
    assert buttons(oa.server.sent[-1]) == [one.label for one in MANY[:5]]
    await oa.say("5", "3")
    assert oa.server.texts("5")[-1] == "Đã chọn 3"
    await oa.say("5", "chọn 7")
    assert buttons(oa.server.sent[-1]) == [] and "7. Mục 7" in oa.server.texts("5")[-1]


@pytest.mark.parametrize(("taken", "shown"), [("bare", True), ("button", True), ("either", True), ("none", False)])
async def test_buttons_in_whatever_shape_zalo_takes(oa: OaParts, taken: str, shown: bool) -> None:
    """Sources disagree on the template type; the last way is a list to be answered by typing."""
    oa.server.template_type = taken
    for _ in range(2):
        assert isinstance(await oa.channel.send("5", CHOICES), Sent)
    for message in oa.server.sent:
        assert bool(buttons(message)) is shown
        assert shown or "2. Mục 2" in message["message"]["text"]


def rows(message: dict[str, Any]) -> list[str]:
    payload = message["message"].get("attachment", {}).get("payload", {})
    return [one["title"] for one in payload.get("elements", [])] if payload.get("template_type") == "list" else []


async def test_choices_with_ways_on_are_a_list(oa: OaParts) -> None:
    """Five rows to press with the ways on as its buttons; numbers and labels can be typed as well; more are numbers."""
    await oa.say("5", "danh sách 5")
    assert rows(oa.server.sent[-1]) == [one.label for one in MANY[:5]]
    assert buttons(oa.server.sent[-1]) == [one.label for one in WAYS_ON] and oa.server.texts("5") == ["Bác chọn:"]
    for pressed in (oa.server.sent[-1]["message"]["attachment"]["payload"]["elements"][2]["default_action"]["payload"],
                    "3", "muc 3"):  # fmt: skip
        await oa.say("5", pressed)
        assert oa.server.texts("5")[-1] == "Đã chọn 3"
    await oa.say("5", "danh sách 3")
    assert rows(oa.server.sent[-1]) == [] and len(buttons(oa.server.sent[-1])) == 5  # all of them are buttons
    await oa.say("5", "danh sách 6")
    last = oa.server.texts("5")[-1]
    assert rows(oa.server.sent[-1]) == buttons(oa.server.sent[-1]) == []
    assert "6. Mục 6" in last and "Quay lại · Về mục lục" in last


@pytest.mark.parametrize("behaviour", ["-201", "-9999", "pictures"])
async def test_a_list_that_is_refused_is_sent_again_as_text(oa: OaParts, behaviour: str) -> None:
    """Whatever number Zalo gives for it, or if it wants pictures; after a few times it is no longer tried."""
    oa.server.lists = behaviour
    for _ in range(5):
        await oa.say("5", "danh sách 5")
        last = oa.server.texts("5")[-1]
        assert "\n5. Mục 5\n" in last and last.endswith("Quay lại · Về mục lục") and rows(oa.server.sent[-1]) == []
    assert (await _counted(oa))[f"shape {behaviour if behaviour != 'pictures' else '-201'}"] == 3
    assert len(oa.server.sent) == 5
    await oa.say("5", "5")
    assert oa.server.texts("5")[-1] == "Đã chọn 5"


async def test_what_is_not_the_lists_fault_is_not_sent_again(oa: OaParts) -> None:
    """The person has closed the window, or the account must wait: words would fare no better."""
    (message,) = render(Reply("Bác chọn:", MANY[:5], WAYS_ON), oa.channel.capabilities, Hints("Chọn:", "Hoặc gõ:"))
    for code, kind in ((-230, Refused), (-32, TryLater)):
        oa.server.errors.append(code)
        assert isinstance(await oa.channel.send("5", message), kind)
    assert oa.server.sent == []
    assert isinstance(await oa.channel.send("5", message), Sent) and len(rows(oa.server.sent[-1])) == 5


async def test_a_refused_list_below_a_long_text_loses_no_word(oa: OaParts) -> None:
    """Written out it is too long for one message: it comes in two, in order."""
    oa.server.lists, oa.server.template_type = "-201", "none"
    text = " ".join(f"Câu số {number}." for number in range(174))
    for choices in (MANY[:5], MANY[:3]):
        (message,) = render(Reply(text, choices, WAYS_ON), oa.channel.capabilities, Hints("Chọn:", "Hoặc gõ:"))
        sent = len(oa.server.sent)
        assert isinstance(await oa.channel.send("5", message), Sent)
        shown = oa.server.texts("5")[sent:]
        words = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, start=1))
        whole = f"{text} Chọn: {words} Hoặc gõ: Quay lại · Về mục lục"
        assert len(shown) == 2 and " ".join(shown).split() == whole.split()


async def test_a_text_that_is_too_long_is_never_sent(oa: OaParts) -> None:
    """-210 would refuse it."""
    assert isinstance(await oa.channel.send("5", Reply("x" * 2001)), Refused)
    assert oa.server.sent == []


async def test_the_window_of_seven_days(oa: OaParts) -> None:
    """Free for two days, billed for seven, then "cannot write now": an outcome, not an error."""
    await oa.say("5", "chào")
    for hours, expected in ((47, "sent"), (49, "sent_billed"), (24 * 7 - 1, "sent_billed")):
        oa.clock.at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        oa.clock.advance(hours * 3600)
        before = (await _counted(oa)).get(expected, 0)
        assert isinstance(await oa.channel.send("5", Reply("tin")), Sent)
        assert (await _counted(oa))[expected] == before + 1
    oa.clock.advance(2 * 3600)
    sent = len(oa.server.sent)
    late = await oa.channel.send("5", Reply("tin"))
    assert isinstance(late, Refused) and "seven days" in late.reason and not late.gone
    assert len(oa.server.sent) == sent and (await _counted(oa))["cannot_send_now"] == 1


async def test_of_a_stranger_zalo_decides(oa: OaParts) -> None:
    """We may have forgotten the person; then the answer is Zalo's."""
    assert isinstance(await oa.channel.send("77", Reply("tin")), Sent)
    oa.server.errors.append(-230)
    assert isinstance(await oa.channel.send("78", Reply("tin")), Refused)


@pytest.mark.parametrize("code", [-216, -220, -124])
async def test_a_refused_token_is_renewed_once_and_the_message_repeated_once(oa: OaParts, code: int) -> None:
    """The second refusal waits, with the whole channel."""
    oa.server.errors.append(code)
    assert isinstance(await oa.channel.send("5", Reply("tin")), Sent)
    renewed = len(oa.server.refreshes)
    oa.server.errors += [code, code]
    again = await oa.channel.send("5", Reply("tin"))
    assert isinstance(again, TryLater) and again.whole_channel
    assert len(oa.server.refreshes) == renewed + 1 and len(oa.server.sent) == 1


@pytest.mark.parametrize("code", [-32, -211, -221, -224, -320, -321])
async def test_what_concerns_the_account_makes_everything_wait(oa: OaParts, code: int) -> None:
    """Rate, quota, verification, tier, billing: nothing is lost."""
    oa.server.errors.append(code)
    delivery = await oa.channel.send("5", Reply("tin"))
    assert isinstance(delivery, TryLater) and delivery.whole_channel and delivery.after_s >= 60


@pytest.mark.parametrize(
    ("code", "gone"),
    [(-201, False), (-210, False), (-213, True), (-227, True), (-230, False), (-232, False), (-240, False),
     (-244, False), (-9999, False)],
)  # fmt: skip
async def test_what_concerns_the_message_is_refused(oa: OaParts, code: int, gone: bool) -> None:
    """With its number as the reason."""
    oa.server.errors.append(code)
    delivery = await oa.channel.send("5", Reply("tin"))
    assert isinstance(delivery, Refused) and str(code) in delivery.reason and delivery.gone is gone


async def test_not_at_night_means_in_the_morning(oa: OaParts) -> None:
    """-234 at 23:00 in Viet Nam waits until six."""
    oa.clock.at = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    oa.server.errors.append(-234)
    delivery = await oa.channel.send("5", Reply("tin"))
    assert isinstance(delivery, TryLater) and 7 * 3600 <= delivery.after_s < 7 * 3600 + 120


async def test_a_picture_is_uploaded(oa: OaParts) -> None:
    """Its words go with it; with buttons they follow, since a message has one attachment."""
    await oa.say("5", "hình")
    assert oa.server.uploads == [b"jpeg"] and oa.server.texts("5") == ["Có hình đây"]
    await oa.say("5", "hình và nút")
    assert oa.server.texts("5") == ["Có hình đây", "", "Có hình đây"] and len(buttons(oa.server.sent[-1])) == 2


async def test_a_picture_that_is_gone_leaves_its_words(oa: OaParts) -> None:
    """The answer matters more."""
    assert isinstance(await oa.channel.send("5", Reply("chữ", picture="key-9")), Sent)
    assert oa.server.texts("5") == ["chữ"] and oa.server.uploads == []


async def test_anonymous_people_are_answered_in_their_conversation(oa: OaParts) -> None:
    """Reported only: whether Zalo takes it is Zalo's to say."""
    await oa.give("anonymous_send_text", "9", text="chào", conversation_id="c1")
    assert oa.server.sent[-1]["recipient"] == {"anonymous_id": "9", "conversation_id": "c1"}


async def _counted(oa: OaParts) -> dict[str, int]:
    await oa.counts.write()
    async with oa.database.read() as connection:
        return await zalo.counted(connection, "zalo_oa", month_of(oa.clock()))
