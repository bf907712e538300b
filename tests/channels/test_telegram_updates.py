"""Every kind of update becomes the right message, or is ignored on purpose."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.channels import telegram
from bot.channels.telegram.updates import press_id, to_incoming
from handlers.messages import Incoming

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CASES = json.loads((Path(telegram.__file__).parent / "fixtures" / "updates.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_updates(case: dict[str, Any]) -> None:
    """The cases of fixtures/updates.json: only the fields named there are compared."""
    incoming = to_incoming(case["update"], NOW)
    if case["incoming"] is None:
        assert incoming is None
        return
    assert incoming is not None
    assert (incoming.channel, incoming.message_id) == ("telegram", f"update:{case['update']['update_id']}")
    whole = {name: getattr(incoming, name) for name in Incoming.__struct_fields__}
    found = msgspec.json.decode(msgspec.json.encode(whole))
    assert {name: found[name] for name in case["incoming"]} == case["incoming"]


def test_only_a_press_has_a_press_id() -> None:
    """Only a button shows the waiting sign."""
    presses = [case["update"] for case in CASES if press_id(case["update"])]
    assert presses and all("callback_query" in update for update in presses)


def test_half_a_surrogate_pair_can_be_stored() -> None:
    """It is valid in JSON, but no database and no encoder takes it."""
    update = json.loads(
        r'{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "date": 1, "text": "a\ud83d b"}}'
    )
    incoming = to_incoming(update, NOW)
    assert incoming is not None
    assert msgspec.json.decode(msgspec.json.encode(incoming), type=Incoming).text == "a\ufffd b"


def test_no_update_raises_whatever_is_in_it() -> None:
    """Any part of any case replaced by any other value: a message or nothing, never an exception."""
    dice = random.Random(7)
    values: list[Any] = [None, True, -1, 2**80, 1.5, float("nan"), "", "x" * 5000, [], [1, None], {}, {"id": {}}]
    for _ in range(4000):
        update = json.loads(json.dumps(dice.choice(CASES)["update"]))
        _spoil(update, dice, values)
        incoming = to_incoming(update, NOW)
        assert incoming is None or msgspec.json.encode(incoming)
        assert isinstance(press_id(update), str)


def _spoil(part: Any, dice: random.Random, values: list[Any]) -> None:
    while isinstance(part, dict | list) and part:
        key = dice.choice(list(part)) if isinstance(part, dict) else dice.randrange(len(part))
        if dice.random() < 0.4 or not isinstance(part[key], dict | list):
            part[key] = dice.choice(values)
            return
        part = part[key]
