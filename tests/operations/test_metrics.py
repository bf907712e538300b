"""The figures that Prometheus reads: right, read by its own library, and without people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from bot.bootstrap import App, build
from bot.channels import Delivery, Refused, Sent, TryLater
from bot.channels.zalo_counts import Counts
from bot.delivery import DeliveryWorker
from bot.metrics import stored
from bot.metrics.collecting import Collector
from bot.metrics.families import OTHER, Counter, Histogram, gauge, render
from bot.metrics.listener import Listener, Pages
from bot.metrics.measures import Measures
from bot.settings import PREFIX, Settings, SettingsError, read
from bot.web import create_app
from handlers.messages import Capabilities, Incoming, Reply
from handlers.turn import Knowledge
from storage import outbox, standing
from storage.database import Database, encode
from storage.outbox import NewRow, Priority
from storage.tables import inbox
from storage.tables_linked import job_runs
from tests.support.assembly import Clock


def _read(page: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Samples by name and labels, read by the official library."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_the_official_library_reads_what_we_write() -> None:
    """Names, kinds, labels with every odd character, large and broken numbers."""
    counter = Counter("a_total", "Say \\ what", "one", "two")
    counter.add("x", 'quote " slash \\ line \n end', by=1_234_567)
    counter.add("x", "", by=0.1)
    page = render([counter.family(), gauge("b", "Now", {(("k", "v"),): -2.5}), gauge("c", "None", {})])
    read_back = _read(page)
    assert read_back["a_total", (("one", "x"), ("two", 'quote " slash \\ line \n end'))] == 1_234_567
    assert read_back["a_total", (("one", "x"), ("two", ""))] == 0.1
    assert read_back["b", (("k", "v"),)] == -2.5
    kinds = {family.name: family.type for family in text_string_to_metric_families(page)}
    assert kinds == {"a": "counter", "b": "gauge", "c": "gauge"}


def test_a_histogram_counts_up_to_each_bound() -> None:
    """A value on a bound belongs to it."""
    histogram = Histogram("t_seconds", "Time", (0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7):
        histogram.observe(seconds)
    found = _read(render([histogram.family()]))
    buckets = {dict(labels)["le"]: value for (name, labels), value in found.items() if name == "t_seconds_bucket"}
    assert buckets == {"0.1": 2, "1.0": 3, "+Inf": 4}
    assert (found["t_seconds_count", ()], found["t_seconds_sum", ()]) == (4, pytest.approx(7.65))


def test_a_flood_of_kinds_does_not_fill_the_memory() -> None:
    """From a thousand on they are counted together; a wrong number of labels is a bug."""
    counter = Counter("a_total", "About", "kind")
    for number in range(3000):
        counter.add(str(number))
    assert len(counter.family().samples) == 1001
    assert counter.value(OTHER) == 2000
    with pytest.raises(ValueError, match="a_total"):
        counter.add("one", "two")


@pytest.fixture
def app(sqlite_url: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)
    return build(Settings(database_url=sqlite_url))


async def _say(app: App, *texts: str, chat: str = "NGUYEN-THI-MARKED") -> None:
    for number, said in enumerate(texts):
        await app.engine.handle(Incoming("web", chat, f"{chat}-{number}", Clock().at, text=said))


async def test_what_turns_do_is_counted_after_the_commit(app: App) -> None:
    """Messages in and out, kinds of answers, interviews; a message that comes twice is no second question."""
    await _say(app, "bảo hiểm y tế hộ nghèo", "kiểm tra quyền lợi", "để sau")
    await app.engine.handle(Incoming("web", "NGUYEN-THI-MARKED", "NGUYEN-THI-MARKED-0", Clock().at, text="bhyt"))
    found = _read(render(app.measures.families()))
    received = {dict(labels)["outcome"]: value for (name, labels), value in found.items() if "received" in name}
    assert received == {"done": 3, "duplicate": 1}
    assert found["chungtay_search_outcomes_total", (("kind", "article"),)] == 1
    assert found["chungtay_interviews_total", (("event", "begun"), ("kind", "eligibility"))] == 1
    assert found["chungtay_messages_written_total", (("channel", "web"),)] >= 3
    assert found["chungtay_turn_seconds_count", ()] == 4
    await app.engine.close()
    await app.database.close()


async def test_an_interview_is_counted_from_begin_to_end(app: App) -> None:
    """Dropped, put aside and resumed are told apart."""
    await _say(app, "kiểm tra quyền lợi", "58", "để sau", "kiểm tra quyền lợi", "hủy", chat="c")
    found = _read(render(app.measures.families()))
    events = {dict(labels)["event"]: value for (name, labels), value in found.items() if "interviews" in name}
    assert events.keys() >= {"begun", "dropped"}
    assert events["begun"] >= 1
    assert events["dropped"] == 1
    await app.engine.close()
    await app.database.close()


async def test_nothing_of_a_person_is_in_the_figures(app: App) -> None:
    """Neither chat nor words nor message ids: labels are names of ours."""
    await _say(app, "tôi tên MARKED-NAME số 0987654321", "MARKED-NAME", chat="MARKED-CHAT")
    collector = Collector(app.measures, app.database, Clock(), version="0", locality="kim-bang-2023")
    page = await collector.figures()
    assert "MARKED" not in page
    assert "0987654321" not in page
    assert "chungtay_messages_received_total" in page
    await app.engine.close()
    await app.database.close()


class _Answering:
    """A channel that answers as it is told."""

    name = "telegram"
    mailbox = False
    capabilities = Capabilities()

    def __init__(self, *answers: Delivery) -> None:
        self._answers = list(answers)

    async def send(self, chat: str, reply: Reply) -> Delivery:
        return self._answers.pop(0)

    async def close(self) -> None:
        pass


async def test_deliveries_are_counted_by_what_became_of_them(sqlite_url: str) -> None:
    """The platform's reason itself may hold a name and stays in the row."""
    measures, database, clock = Measures(), Database(sqlite_url), Clock()
    answers = (Sent("1"), Refused("MARKED"), Refused("MARKED", gone=True), TryLater(9, "MARKED"))
    channel = _Answering(*answers, TryLater(9, "MARKED", whole_channel=True))
    async with database.write() as connection:
        rows = [NewRow("telegram", str(number), encode(Reply("x")), clock.at) for number in range(5)]
        await outbox.add(connection, rows, clock.at)
    worker = DeliveryWorker(database, {"telegram": channel}, clock, poll_s=3600, concurrency=1, measures=measures)
    await worker.start()
    await worker.drain()
    await worker.close()
    await database.close()
    results = ("sent", "refused", "gone", "again", "channel_paused")
    assert [measures.deliveries.value("telegram", result) for result in results] == [1] * 5
    assert "MARKED" not in render(measures.families())


async def test_refused_posts_are_counted(app: App, sqlite_url: str) -> None:
    """Telegram's by status, Zalo's by reason; what was only passed over is no refusal."""

    class Refusing:
        async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
            return 403

    with TestClient(create_app(app, Refusing())) as client:
        client.post("/webhooks/telegram", json={})
        lost = client.get("/nowhere", headers={"X-Request-Id": "0123456789abcdef"})
        named = client.get("/nowhere", headers={"X-Request-Id": "a\tb"})
    assert (lost.status_code, lost.headers["x-request-id"]) == (404, "0123456789abcdef")
    assert "default-src 'self'" in lost.headers["content-security-policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", named.headers["x-request-id"])
    assert app.measures.webhook_refusals.value("telegram", "wrong_secret") == 1
    assert app.measures.responses.value("4xx") == 3
    database = Database(sqlite_url)
    counts = Counts(database, Clock(), app.measures)
    counts.add("zalo_bot", "passed_over")
    counts.refuse("zalo_bot", "wrong_secret")
    await database.close()
    assert app.measures.webhook_refusals.value("zalo_bot", "wrong_secret") == 1
    assert app.measures.webhook_refusals.value("zalo_bot", "passed_over") == 0


async def test_the_queue_is_told_by_channel_priority_and_age(database: Database) -> None:
    """On both engines; what is leased or put off waits and has no age."""
    clock = Clock()
    at = clock.at
    async with database.write() as connection:
        await outbox.add(connection, [NewRow("telegram", "1", b"{}", at)], at - timedelta(minutes=9))
        later = NewRow("telegram", "2", b"{}", at + timedelta(hours=1), Priority.NOTICE)
        await outbox.add(connection, [later, NewRow("web", "3", b"{}", at, sent=True)], at)
        failed = {"channel": "web", "chat": "1", "received_at": at, "state": 2, "payload": b"", "failure": "x"}
        await connection.execute(insert(inbox).values(message_id="1", **failed))
        await outbox.pause_channel(connection, "telegram", at + timedelta(seconds=90))
        await standing.backed_up(connection, at.date(), at - timedelta(hours=2), at, 5, "here")
        await standing.backed_up(connection, at.date() - timedelta(days=1), at, at - timedelta(days=1), 5, "here")
        job = {"holder": "x", "attempts": 1, "started_at": at, "lease_until": at, "result": "{}"}
        await connection.execute(insert(job_runs).values(job="purge", night=at.date(), failure="x.py:1", **job))
    async with database.read() as connection:
        found = _read(render(stored.families(await standing.look(connection, at), at)))
    answer = (("channel", "telegram"), ("priority", "answer"))
    notice = (("channel", "telegram"), ("priority", "notice"))
    assert found["chungtay_outbox_messages", (*answer, ("state", "due"))] == 1
    assert found["chungtay_outbox_messages", (*notice, ("state", "waiting"))] == 1
    assert found["chungtay_outbox_messages", (*notice, ("state", "due"))] == 0
    assert found["chungtay_outbox_oldest_due_seconds", answer] == 540
    assert found["chungtay_outbox_oldest_due_seconds", notice] == 0
    assert not [labels for name, labels in found if ("channel", "web") in labels]
    assert found["chungtay_failed_turns", ()] == 1
    assert found["chungtay_channel_paused_seconds", (("channel", "telegram"),)] == 90
    assert found["chungtay_job_last_success_timestamp_seconds", (("job", "backup"),)] == at.timestamp()
    assert found["chungtay_job_failed", (("job", "purge"),)] == 1
    assert found["chungtay_job_failed", (("job", "backup"),)] == 0


async def test_without_a_database_the_process_still_tells_of_itself(tmp_path: Any) -> None:
    """And monitoring sees that the database is gone."""
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    collector = Collector(Measures(), database, Clock(), version="1.2", locality="x")
    found = _read(await collector.figures())
    await database.close()
    assert found["chungtay_database_up", ()] == 0
    assert found["process_resident_memory_bytes", ()] > 10_000_000
    assert ("chungtay_failed_turns", ()) not in found
    assert any(name == "chungtay_build_info" and ("version", "1.2") in labels for name, labels in found)


async def test_the_database_is_asked_at_most_every_ten_seconds(sqlite_url: str, monkeypatch: Any) -> None:
    """However often somebody asks us."""
    asked = 0
    look = standing.look

    async def counting(*arguments: Any) -> standing.Standing:
        nonlocal asked
        asked += 1
        return await look(*arguments)

    monkeypatch.setattr(standing, "look", counting)
    database, clock = Database(sqlite_url), Clock()
    collector = Collector(Measures(), database, clock, version="0", locality="x")
    for _ in range(5):
        await collector.figures()
    assert asked == 1
    clock.advance(11)
    await collector.figures()
    await database.close()
    assert asked == 2


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async def figures() -> str:
        return "chungtay_x 1\n"

    async def ready() -> bool:
        return False

    opened = Listener(Pages(figures, ready, "right-token"), "127.0.0.1", 0)
    await opened.start()
    yield opened
    await opened.close()


async def test_the_listener_asks_for_its_token(listener: Listener) -> None:
    """Figures with it only; health for everybody; nothing else is there."""
    at = f"http://127.0.0.1:{listener.port}"
    async with aiohttp.ClientSession() as client:

        async def get(path: str, token: str = "") -> tuple[int, str]:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with client.get(at + path, headers=headers) as answer:
                return answer.status, await answer.text()

        assert (await get("/metrics"))[0] == 401
        assert (await get("/metrics", "wrong"))[0] == 401
        assert await get("/metrics", "right-token") == (200, "chungtay_x 1\n")
        assert (await get("/health/live"))[0] == 200
        assert (await get("/health/ready"))[0] == 503
        assert (await get("/desk"))[0] == 404
        async with client.post(f"{at}/metrics") as answer:
            assert answer.status == 405


async def test_an_address_that_is_taken_is_told(listener: Listener, sqlite_url: str, app: App) -> None:
    """In the words of the settings."""
    taken = replace(app, monitoring=Listener(Pages(_never, _never, ""), "127.0.0.1", listener.port))
    object.__setattr__(taken, "settings", Settings(metrics_listen=f"127.0.0.1:{listener.port}"))
    with pytest.raises(SettingsError, match=f"^{PREFIX}METRICS_LISTEN: "):
        await taken.start()
    await taken.database.close()


async def _never() -> Any:
    raise AssertionError


def test_the_public_web_server_has_no_figures(app: App) -> None:
    """A reverse proxy that passes everything on passes none of them."""
    with TestClient(create_app(app)) as client:
        assert client.get("/metrics").status_code == 404


def test_figures_leave_the_machine_with_a_token_only() -> None:
    """Anybody in the network could read them otherwise."""
    open_to_all = {f"{PREFIX}METRICS_LISTEN": "0.0.0.0:9464"}
    with pytest.raises(SettingsError, match=f"^{PREFIX}METRICS_TOKEN "):
        read(open_to_all)
    assert read({**open_to_all, f"{PREFIX}METRICS_TOKEN": "x" * 32}).metrics_listen == "0.0.0.0:9464"
    for own in ("127.0.0.1:9464", "localhost:1", "[::1]:9464"):
        assert read({f"{PREFIX}METRICS_LISTEN": own}).metrics_listen == own
    for wrong in ("9464", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:x", "a b:1", ":9464"):
        with pytest.raises(SettingsError, match=re.escape(f"{PREFIX}METRICS_LISTEN ")):
            read({f"{PREFIX}METRICS_LISTEN": wrong})
