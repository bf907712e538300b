"""Target: bodies that a platform, or who has its secret, may post; real ones with anything changed in them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from hypothesis import strategies as st

from bot.channels.telegram.webhook import Webhook as TelegramWebhook
from bot.channels.zalo_bot.webhook import Webhook as ZaloBotWebhook
from bot.channels.zalo_bot.webhook import Work as ZaloBotWork
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_oa.webhook import NotYetNotedError, signature
from bot.channels.zalo_oa.webhook import Webhook as ZaloOaWebhook
from bot.channels.zalo_oa.webhook import Work as ZaloOaWork
from bot.turns import Outcome
from handlers.messages import Incoming
from storage import arrivals
from storage.arrivals import NewArrival
from tests.fuzz.stage import Stage
from tests.fuzz.target import Target, never_hanging
from tests.fuzz.texts import sentences
from tests.support.zalo_bot_server import ZaloBotServer
from tests.support.zalo_oa_server import ZaloOaServer

_FIXTURES: Final = Path(__file__).parents[2] / "bot" / "channels" / "telegram" / "fixtures" / "updates.json"
_SECRET: Final = "secret-of-the-fuzz"  # of nothing
_NOW_MS: Final = 1_795_507_200_000
_DEEPEST: Final = 12
_ANSWERS: Final = (200, 400, 403, 413)


class _Presses:
    """What the Telegram webhook needs of its channel."""

    api: Final[Any] = None

    async def end_press(self, _press: str) -> None:
        """Nobody waits for it here."""


def telegram_bodies() -> list[Any]:
    """The captured updates."""
    return [each["update"] for each in json.loads(_FIXTURES.read_text(encoding="utf-8"))]


def zalo_bot_bodies() -> list[Any]:
    """Every event of the documented server, bare and wrapped."""
    update = ZaloBotServer().update
    bare = [
        update("5", text="bảo hiểm y tế hộ nghèo", message_type="CHAT_MESSAGE"),
        update("5", "message.image.received", photo_url="https://photo.example/1.jpg", caption="nhà dột"),
        update("5", "message.sticker.received", sticker="x", url="https://a.example/s"),
        update("5", "message.voice.received", voice_url="https://a.example/v"),
        update("5", "message.unsupported.received"),
    ]
    return [*bare, {"ok": True, "result": bare[0]}]


def zalo_oa_bodies() -> list[Any]:
    """Every event of the documented server."""
    event = ZaloOaServer().event
    point = {"coordinates": {"latitude": "20.5", "longitude": "105.9"}}
    return [
        event("user_send_text", "5", _NOW_MS, text="bảo hiểm y tế hộ nghèo"),
        event("user_send_text", "5", _NOW_MS, text="#menu"),
        event(
            "user_send_image",
            "5",
            _NOW_MS,
            text="",
            attachments=[
                {
                    "type": "image",
                    "payload": {"url": "https://a.example/1.jpg", "thumbnail": "https://a.example/1s.jpg"},
                }
            ],
        ),
        event("user_send_location", "5", _NOW_MS, text="", attachments=[{"type": "location", "payload": point}]),
        event("user_send_sticker", "5", _NOW_MS, text="", attachments=[{"type": "sticker", "payload": {"id": "1"}}]),
        event("anonymous_send_text", "5", _NOW_MS, text="chào", conversation_id="c1"),
        event("follow", "5", _NOW_MS),
        event("unfollow", "5", _NOW_MS),
        event("user_submit_info", "5", _NOW_MS, info={"name": "Người Mẫu", "phone": "84900000000", "address": "x"}),
        event("user_received_message", "5", _NOW_MS, message={"msg_id": "1"}),
        event("user_seen_message", "5", _NOW_MS, message={"msg_ids": ["1", "2"]}),
        event("user_click_chatnow", "5", _NOW_MS, user_id="5"),
        event("user_withdraw", "5", _NOW_MS, user_id="5"),
    ]


def _places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything within."""
    if len(before) > _DEEPEST:
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*before, key)
        yield from _places(each, (*before, key))


_NESTED: Final = st.builds(
    lambda depth, inner: json.loads("[" * depth + json.dumps(inner) + "]" * depth),
    st.sampled_from((3, 60, 400)),
    st.integers(),
)
_VALUES: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from((0, -1, 2**31, 2**53 + 1, 2**63, 2**64, 10**400)),
    st.floats(),
    sentences(),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"id": None}),
    _NESTED,
    st.sampled_from(
        ("", "0", "-5", "x" * 5_000, "a\x00b", "\ud83d", "5:6", "https://", "javascript:alert(1)", str(10**25))
    ),
    st.sampled_from((_NOW_MS, str(_NOW_MS), _NOW_MS / 1000)),
)


@st.composite
def _changed(draw: st.DrawFn, bodies: list[Any]) -> bytes:
    """A body with other types, values, keys, or with other bytes."""
    body = copy.deepcopy(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(0, 4))):
        places = list(_places(body))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder = body
        for key in way:
            holder = holder[key]
        how = draw(st.integers(0, 5))
        if how == 0:
            del holder[last]
        elif how == 1 and isinstance(holder, dict):
            holder[draw(st.sampled_from(("text", "chat", "message", "photo", "id", "x")))] = copy.deepcopy(
                draw(_VALUES)
            )
        elif how == 2:
            holder[last] = [holder[last]] * draw(st.integers(0, 3))
        elif how == 3:
            holder[last] = {"id": holder[last]}
        else:
            holder[last] = copy.deepcopy(draw(_VALUES))
    raw = json.dumps(body, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        at = draw(st.integers(0, len(raw)))
        to = draw(st.integers(at, min(at + 6, len(raw))))
        raw = (
            raw[:at]
            + draw(st.one_of(st.binary(max_size=4), st.sampled_from((b"\xff", b"[" * 3_000, b'"', b"\\u0000"))))
            + raw[to:]
        )
    return raw


def posted(stage: Stage, case: tuple[str, bytes]) -> None:
    """Taken, passed over or refused; what was taken has its turn, and the turn its answer."""
    platform, body = case
    with never_hanging():
        stage.run({"telegram": _telegram, "zalo_bot": _zalo_bot, "zalo_oa": _zalo_oa}[platform](stage, body))


class _Turns:
    """Hands on, and knows what came of it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.outcomes: list[Outcome] = []

    async def handle(self, incoming: Incoming) -> Outcome:
        self.outcomes.append(await self._stage.engine.handle(incoming))
        return self.outcomes[-1]


async def _telegram(stage: Stage, body: bytes) -> None:
    async with stage.database.example():
        turns = _Turns(stage)
        webhook = TelegramWebhook(_Presses(), turns.handle, _SECRET, stage.clock)  # type: ignore[arg-type]  # a stand-in
        status = await webhook.receive({"X-Telegram-Bot-Api-Secret-Token": _SECRET}, body)
        await webhook.close()
    _judge(status, turns, body)


async def _zalo_bot(stage: Stage, body: bytes) -> None:
    async with stage.database.example():
        turns, counts = _Turns(stage), Counts(stage.database, stage.clock)
        channel: Any = SimpleNamespace(api=None)
        webhook = ZaloBotWebhook(channel, _store(stage), _SECRET, counts, stage.clock)
        status = await webhook.receive({"X-Bot-Api-Secret-Token": _SECRET}, body)
        await _handled(stage, "zalo_bot", ZaloBotWork(turns.handle))
    _judge(status, turns, body)


async def _zalo_oa(stage: Stage, body: bytes) -> None:
    async with stage.database.example():
        turns, counts = _Turns(stage), Counts(stage.database, stage.clock)
        webhook = ZaloOaWebhook(_store(stage), counts, stage.clock, app_id="1", secret_key=_SECRET)
        stamp = str(_NOW_MS)
        signed = f"mac={signature('1', body, stamp, _SECRET)}"
        status = await webhook.receive({"X-ZEvent-Signature": signed, "X-ZEvent-Timestamp": stamp}, body)
        await _handled(stage, "zalo_oa", ZaloOaWork(stage.database, turns.handle, stage.clock))
    _judge(status, turns, body)


def _store(stage: Stage) -> Any:
    async def store(arrival: NewArrival) -> None:
        async with stage.database.write() as connection:
            await arrivals.add(connection, [arrival], stage.clock())

    return store


async def _handled(stage: Stage, channel: str, work: Any) -> None:
    async with stage.database.write() as connection:
        rows = await arrivals.claim(connection, [channel], now=stage.clock(), lease=timedelta(60), limit=9)
        await work.prepare(connection, rows)
    for row in rows:
        try:
            await work.handle(row)
        except NotYetNotedError:
            continue  # tried once more a little later, then left


def _judge(status: int, turns: _Turns, body: bytes) -> None:
    assert status in _ANSWERS, (status, body[:600])
    assert set(turns.outcomes) <= {Outcome.DONE, Outcome.DUPLICATE}, (turns.outcomes, body[:600])


_BODIES: Final = st.one_of(
    st.tuples(st.just("telegram"), _changed(telegram_bodies())),
    st.tuples(st.just("zalo_bot"), _changed(zalo_bot_bodies())),
    st.tuples(st.just("zalo_oa"), _changed(zalo_oa_bodies())),
)
TARGETS: Final = (Target("webhooks", _BODIES, posted, "stage", in_suite=60),)
