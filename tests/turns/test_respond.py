"""What a message means: a pressed or typed choice, a command, free text, or something that cannot be read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handlers.conversation import Conversation
from handlers.messages import Attachment, Choice, Location, Reply
from handlers.respond import Responder, discover
from handlers.turn import Dialog, Replies, Turn, merged
from tests.turns.conftest import NOW, said

OFFERED = [
    Choice(
        f"fruit:{number}", f"Quả số {['một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín', 'mười'][number]}"
    )
    for number in range(10)
]
BACK = Choice("back", "Quay lại bước trước")


async def _fruit(turn: Turn, name: str) -> Replies:
    return [Reply(f"quả {name}")] if name != "gone" else []


async def _back(turn: Turn, _argument: str) -> Replies:
    return [Reply("trước")]


async def _menu(turn: Turn, _argument: str) -> Replies:
    return [Reply("mục lục", tuple(OFFERED[:3]))]


async def _early(turn: Turn, text: str) -> Replies | None:
    return [Reply(f"sớm: {text}")] if "sớm" in text else None


async def _late(turn: Turn, text: str) -> Replies | None:
    return [Reply(f"muộn: {text}")]


@pytest.fixture
def responder() -> Responder:
    return Responder(
        {
            "late": Dialog({"menu": _menu, "start": _menu}, text=_late, order=100),
            "early": Dialog({"fruit": _fruit, "back": _back}, text=_early, order=5),
        }
    )


@pytest.fixture
def ask(responder: Responder, few_words: Any) -> Any:
    """Sends one message to a conversation in which ten fruits and a way back were offered."""

    async def one(text: str = "", *, conversation: Conversation | None = None, **more: Any) -> list[str]:
        talk = Conversation(offered=list(OFFERED), controls=[BACK]) if conversation is None else conversation
        incoming = msgspec.structs.replace(said(text, 1), **more)
        return [reply.text for reply in await responder.respond(Turn(incoming, talk, few_words, NOW))]

    return one


@pytest.mark.parametrize(
    "text", ["2", " 2. ", "02", "số 2", "so 2", "chọn 2", "(2)", "quả số hai", "QUA SO HAI", "quar soos hai"]
)
async def test_a_choice_can_be_typed(ask: Any, text: str) -> None:
    """As its number or its label, with or without accents, also in leftover Telex."""
    assert await ask(text) == ["quả 1"]


async def test_a_control_is_typed_by_its_label_only(ask: Any) -> None:
    """It has no number: the eleventh is nothing."""
    assert await ask("quay lai buoc truoc") == ["trước"]
    assert "11" in (await ask("11"))[0]


@pytest.mark.parametrize("text", ["0", "11", "99", "001", "0010", "001123456789", "0009", "1000000000000000000000"])
async def test_a_number_that_stands_beside_nothing_chooses_nothing(ask: Any, text: str) -> None:
    """An identity number begins with zeros and is still no choice."""
    [answer] = await ask(text)
    assert not answer.startswith("quả")


async def test_without_an_offer_a_number_is_text(ask: Any) -> None:
    """ "75" may be an age."""
    assert await ask("75", conversation=Conversation()) == ["muộn: 75"]


async def test_a_pressed_button_counts_before_the_text(ask: Any) -> None:
    """And whatever was offered since."""
    assert await ask("2", choice="fruit:old:with:colons") == ["quả old:with:colons"]


@pytest.mark.parametrize("choice", ["fruit:gone", "nobody", "nobody:x", ":", "x" * 500])
async def test_a_button_of_an_earlier_time_is_explained(ask: Any, choice: str) -> None:
    """Its dialog or its subject is gone."""
    [answer] = await ask(choice=choice)
    assert "không dùng được" in answer


@pytest.mark.parametrize("text", ["/start", "/start@chungtay_bot", "/start from-a-poster", "/START", " /start"])
async def test_a_command_may_carry_a_name_and_a_payload(ask: Any, text: str) -> None:
    """As Telegram sends it from groups and links."""
    assert await ask(text) == ["mục lục"]


async def test_a_command_nobody_knows_is_not_searched_for(ask: Any) -> None:
    """It gets a word about what can be typed."""
    [answer] = await ask("/reboot now")
    assert not answer.startswith("muộn")


async def test_free_text_goes_to_the_first_dialog_that_takes_it(ask: Any) -> None:
    """By the dialogs' order, not their names."""
    assert await ask("nói sớm") == ["sớm: nói sớm"]
    assert await ask("nói gì đó") == ["muộn: nói gì đó"]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({}, "chữ"),
        ({"text": "👍 !!"}, "chữ"),
        ({"photos": (Attachment("x"),)}, "ảnh"),
        ({"location": Location(20.5, 105.9)}, "vị trí"),
        ({"contact_phone": "0912345678"}, "số liên lạc"),
        ({"unsupported": "voice"}, "thoại"),
        ({"unsupported": "sticker"}, "loại tin"),
    ],
)
async def test_what_cannot_be_read_is_said_so(ask: Any, more: dict[str, Any], word: str) -> None:
    """With what the person can do instead, and without the phone number."""
    [answer] = await ask(**more)
    assert word in answer
    assert "0912345678" not in answer


async def test_what_was_offered_last_is_remembered(responder: Responder, few_words: Any) -> None:
    """A reply without choices leaves the offer as it was."""
    conversation = Conversation()
    for text in ("menu", "nói gì đó"):
        await responder.respond(Turn(said(text, 1), conversation, few_words, NOW))
    assert conversation.offered == OFFERED[:3]
    assert conversation.greeted


def test_two_dialogs_cannot_claim_one_word() -> None:
    """The start stops and names both."""
    with pytest.raises(ValueError, match="'two' claims the choice 'fruit'"):
        merged({"one": Dialog({"fruit": _fruit}), "two": Dialog({"fruit": _fruit})})


def test_every_module_of_dialogs_is_a_dialog() -> None:
    """Discovered, so that a new one is one file; one of them takes any text."""
    found = discover()
    assert {"answer", "menu", "office", "privacy", "notices", "language"} <= set(found)
    assert max(found.values(), key=lambda dialog: dialog.order).text is not None
