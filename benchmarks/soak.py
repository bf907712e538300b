"""Half an hour of mixed load on a web and a worker process over PostgreSQL: does memory stay flat, is anything leaked?

People talk in the web chat (plain and over WebSocket) and through Telegram's webhook, officers open desk pages and the
live stream, a register file is taken in and taken back, a broadcast goes to everybody. Every few seconds the memory,
the open files and the database connections of both processes are written down; every window tells its latencies.

Flat means: over the last two thirds of the run the memory of a process grows by less than `--mb-an-hour` (the slope
that most pairs of samples agree on), and at the end, with all load gone, no more files and connections are open than
before it began. Exits with 1 where that does not hold, or where a request was not answered.

    python -m benchmarks.soak [--minutes 30] [--rate 1.0]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import json
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from openpyxl import Workbook
from sqlalchemy import select, text

from benchmarks.register_import import rows as register_rows
from content.exchange.layout import load as layout
from storage import broadcasts
from storage.broadcasts import Content, NewBroadcast, Wording
from storage.tables_people import areas
from tests.support.deployment import Deployment, Member, deployment
from tests.support.telegram_sink import SECRET, Arrival, TelegramSink, telegram_sink

_QUESTIONS: Final = (
    "bhyt ho can ngheo dong bao nhieu",
    "bà tôi 78 tuổi không có lương hưu",
    "vay vốn nuôi bò",
    "thế giấy tờ cần gì?",
    "xin chào",
    "học phí con hộ nghèo được giảm không",
)
_PAGES: Final = (
    "", "/so-ho", "/so-ho?tim=mau", "/ho/{home}", "/hop-thu", "/so-lieu", "/thong-bao", "/tin", "/quyen-loi-moi",
    "/doi-thoai", "/nguoi", "/nhap",
)  # fmt: skip
_CHATS: Final = 300
_HOUSEHOLDS: Final = 40
_SAMPLE_S: Final = 10.0
_RATES: Final = {"web chat": 2.0, "web socket": 0.3, "Telegram": 2.0, "desk page": 1.5, "live stream": 0.05,
                 "import": 1 / 75, "broadcast": 1 / 150}  # fmt: skip
"""How often a second at `--rate 1`."""


@dataclass
class Run:
    """What was measured: seconds by kind and window, samples of the processes, whatever was not answered well."""

    deployed: Deployment
    sink: TelegramSink
    web: Member
    worker: Member
    client: aiohttp.ClientSession
    officer: str
    window_s: float
    began: float
    dice: random.Random
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    took: dict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    samples: list[dict[str, float]] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    asked: dict[str, float] = field(default_factory=dict)
    """When a Telegram chat last asked something that is not answered yet."""

    def note(self, kind: str, began: float) -> None:
        now = time.perf_counter()
        self.took[int((now - self.began) / self.window_s), kind].append(now - began)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.web.port}{path}"


async def _web_chat(run: Run) -> None:
    """Somebody comes to the page, asks, and fetches the answer; one in three is new."""
    headers = await _visitor(run, new=run.dice.random() < 0.3)
    began = time.perf_counter()
    said = {"id": f"s{next(run.numbers)}", "text": run.dice.choice(_QUESTIONS)}
    async with run.client.post(run.address("/chat/messages"), json=said, headers=headers) as answer:
        if (await answer.json()).get("type") != "ack":
            run.wrong[f"web chat {answer.status}"] += 1
            return
    async with run.client.get(run.address("/chat/messages?after=0&wait=5"), headers=headers) as answer:
        heard = (await answer.json())["messages"]
    run.wrong["web chat unanswered"] += not heard
    run.note("web chat", began)


async def _visitor(run: Run, *, new: bool) -> dict[str, str]:
    if new:
        async with run.client.get(run.address("/chat/about")) as answer:
            cookie = answer.headers["set-cookie"].split(";")[0]
    else:
        cookie = f"chungtay_chat={f'steady{run.dice.randrange(50)}'.ljust(43, 's')}"
    return {"Cookie": cookie, "X-Requested-With": "chungtay"}


async def _web_socket(run: Run) -> None:
    """The page's own way; closed without a goodbye half of the time, as phones do."""
    headers = await _visitor(run, new=True)
    began = time.perf_counter()
    socket = await run.client.ws_connect(run.address("/chat/socket?after=0"), headers=headers)
    await socket.send_json({"type": "message", "id": f"w{next(run.numbers)}", "text": run.dice.choice(_QUESTIONS)})
    kinds = {(await socket.receive_json(timeout=10))["type"] for _ in range(2)}
    run.wrong["web socket unanswered"] += kinds != {"ack", "message"}
    run.note("web socket", began)
    if run.dice.random() < 0.5 and socket._response.connection is not None:
        socket._response.connection.transport.abort()  # type: ignore[union-attr]  # a line that breaks
    await socket.close()


async def _telegram(run: Run) -> None:
    """An update; its answer is looked for at the platform."""
    chat = 1 + run.dice.randrange(_CHATS)
    began = time.perf_counter()
    run.asked[str(chat)] = began
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    update = run.sink.update(chat, run.dice.choice(_QUESTIONS))
    async with run.client.post(run.address("/webhooks/telegram"), json=update, headers=headers) as answer:
        await answer.read()
    run.wrong[f"Telegram {answer.status}"] += answer.status != 200
    run.note("Telegram webhook", began)


def _heard(run: Run) -> Callable[[Arrival], None]:
    def heard(arrival: Arrival) -> None:
        began = run.asked.pop(arrival.chat, None)
        if began is not None:
            run.note("Telegram answer", began)

    return heard


async def _desk_page(run: Run) -> None:
    path = run.dice.choice(_PAGES).format(home=run.dice.randint(1, _HOUSEHOLDS))
    began = time.perf_counter()
    async with run.client.get(run.address(f"/can-bo{path}"), headers={"Cookie": run.officer}) as answer:
        await answer.read()
    run.wrong[f"desk {path} {answer.status}"] += answer.status != 200
    run.note("desk page", began)


async def _live_stream(run: Run) -> None:
    """A desk left open for a while, then closed."""
    with suppress(TimeoutError, asyncio.TimeoutError):
        async with asyncio.timeout(run.dice.uniform(5, 40)):
            async with run.client.get(
                run.address("/can-bo/hop-thu/dong"), headers={"Cookie": run.officer}, timeout=_ENDLESS
            ) as stream:
                run.wrong[f"live stream {stream.status}"] += stream.status != 200
                while await stream.content.readline():
                    pass


_ENDLESS: Final = aiohttp.ClientTimeout(total=None)


async def _import(run: Run) -> None:
    """A file through the desk: tried, confirmed, taken back."""
    began, number = time.perf_counter(), next(run.numbers)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append([column.title for column in layout().columns.values()])
    for row in register_rows(_HOUSEHOLDS):
        # Codes and identity numbers of their own for every file.
        sheet.append([f"BM-{number}-{row[0][3:]}", *row[1:6], f"{number:05d}{row[6][-7:]}", *row[7:]])
    data = io.BytesIO()
    book.save(data)
    page = await _page(run, "/nhap")
    form = aiohttp.FormData({"csrf": _csrf(page)})
    form.add_field("tep", data.getvalue(), filename="so-ho.xlsx")
    trial = await _page(run, "/nhap", form)
    key = re.search(r'name="khoa" value="([^"]+)"', trial)
    if key is None:
        run.wrong["import refused"] += 1
        return
    await _page(run, "/nhap/xac-nhan", aiohttp.FormData({"csrf": _csrf(page), "khoa": key[1]}))
    run.note("import", began)
    done = await _page(run, "/nhap")
    newest = max(map(int, re.findall(r"/nhap/(\d+)/go", done)), default=0)
    await _page(run, f"/nhap/{newest}/go", aiohttp.FormData({"csrf": _csrf(page)}))


async def _page(run: Run, path: str, form: aiohttp.FormData | None = None) -> str:
    method = "POST" if form is not None else "GET"
    headers = {"Cookie": run.officer}
    async with run.client.request(method, run.address(f"/can-bo{path}"), data=form, headers=headers) as answer:
        run.wrong[f"{method} {path.rstrip('0123456789')} {answer.status}"] += answer.status != 200
        said: str = await answer.text()
        return said


def _csrf(page: str) -> str:
    return str(re.findall(r'name="csrf" value="([^"]+)"', page)[-1])


async def _broadcast(run: Run) -> None:
    """To everybody who has ever written; the seconds until the last of it is sent."""
    began = time.perf_counter()
    async with run.deployed.database.write() as connection:
        top = (await connection.execute(select(areas.c.key, areas.c.path).where(areas.c.parent_key.is_(None)))).first()
        assert top is not None
        content = Content({"vi": Wording("Thông báo", f"Nội dung thử số {next(run.numbers)}.")})
        new = NewBroadcast("notice", content, '{"all":[]}', top.key, top.path, None, state="scheduled", demo=True)
        made = await broadcasts.create(connection, new, datetime.now(UTC))
    async with asyncio.timeout(120):
        while True:
            await asyncio.sleep(1)
            async with run.deployed.database.read() as connection:
                row = await broadcasts.read(connection, made)
            if row is not None and row.state in ("finished", "done", "sent", "ended"):
                break
    run.wrong["broadcast to nobody"] += not row.recipients
    run.note("broadcast", began)


_KINDS: Final[dict[str, Callable[[Run], Awaitable[None]]]] = {
    "web chat": _web_chat,
    "web socket": _web_socket,
    "Telegram": _telegram,
    "desk page": _desk_page,
    "live stream": _live_stream,
    "import": _import,
    "broadcast": _broadcast,
}


async def _keep_doing(run: Run, kind: str, rate: float, until: float) -> None:
    """Begin one after the other at random times, whether the last has ended or not."""
    pending: set[asyncio.Task[None]] = set()

    async def once() -> None:
        try:
            await _KINDS[kind](run)
        except (aiohttp.ClientError, TimeoutError, KeyError, AttributeError) as error:
            run.wrong[f"{kind} {type(error).__name__}"] += 1

    while True:
        pause = run.dice.expovariate(rate)
        if time.perf_counter() + pause > until:
            break
        await asyncio.sleep(pause)
        task = asyncio.create_task(once())
        pending.add(task)
        task.add_done_callback(pending.discard)
    await asyncio.gather(*pending)


async def _sample(run: Run) -> dict[str, float]:
    found: dict[str, float] = {"at": time.perf_counter() - run.began}
    for member in (run.web, run.worker):
        found |= {f"{member.role} {name}": value for name, value in _process(member.pid).items()}
    async with run.deployed.database.read() as connection:
        states = await connection.execute(
            text("SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in%') FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )  # fmt: skip
        found["connections"], found["in transaction"] = map(float, states.one())
    return found


def _process(pid: int) -> dict[str, float]:
    """Memory, open files, and the seconds of a core that it has used."""
    folder = Path(f"/proc/{pid}")
    status = (folder / "status").read_text(encoding="utf-8").splitlines()
    ticks = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return {
        "MB": next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024,
        "files": sum(1 for _ in (folder / "fd").iterdir()),
        "cpu_s": sum(map(int, ticks)) / 100,
    }


async def _watch(run: Run) -> None:
    while True:
        run.samples.append(await _sample(run))
        print(json.dumps({name: round(value, 1) for name, value in run.samples[-1].items()}), flush=True)
        await asyncio.sleep(_SAMPLE_S)


def slope_an_hour(points: list[tuple[float, float]]) -> float:
    """The median of the slopes of all pairs (seconds, value), an hour: a single peak does not tilt it."""
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in itertools.combinations(points, 2)
        if later[0] > earlier[0]
    ]
    return statistics.median(slopes) * 3600 if slopes else 0.0


def _tell(run: Run, minutes: float, most_mb: float, rest: tuple[dict[str, float], dict[str, float]]) -> bool:
    windows = sorted({window for window, _ in run.took})
    print("| minutes | kind | count | median, ms | 95% | 99% | longest |\n|---|---|---|---|---|---|---|")
    for window in windows:
        for kind in sorted(kind for at, kind in run.took if at == window):
            times = sorted(one * 1000 for one in run.took[window, kind])
            cuts = [times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95, 0.99)]
            span = f"{window * run.window_s / 60:.0f} to {min(minutes, (window + 1) * run.window_s / 60):.0f}"
            told = " | ".join(f"{each:.0f}" for each in (*cuts, times[-1]))
            print(f"| {span} | {kind} | {len(times):,} | {told} |")
    sound = True
    later = [one for one in run.samples if one["at"] > minutes * 60 / 3]
    for role in ("web", "worker"):
        name = f"{role} MB"
        growth = slope_an_hour([(one["at"], one[name]) for one in later])
        sound = sound and growth < most_mb
        print(
            f"{role}: {rest[0][name]:.0f} MB before, {later[0][name]:.0f} after a third, "
            f"{later[-1][name]:.0f} at the end, at most {max(one[name] for one in run.samples):.0f}; "
            f"slope {growth:+.1f} MB an hour; "
            f"files open {rest[0][f'{role} files']:.0f} before, {rest[1][f'{role} files']:.0f} after; "
            f"{later[-1][f'{role} cpu_s'] - run.samples[0][f'{role} cpu_s']:.0f} s of a core"
        )
        sound = sound and rest[1][f"{role} files"] <= rest[0][f"{role} files"] + 12  # pools that have been filled
    most = max(one["connections"] for one in run.samples)
    print(
        f"connections: {rest[0]['connections']:.0f} before, {rest[1]['connections']:.0f} after, at most {most:.0f}; "
        f"in transaction after: {rest[1]['in transaction']:.0f}"
    )
    sound = sound and rest[1]["connections"] <= 20 and not rest[1]["in transaction"]
    wrong = {name: count for name, count in run.wrong.items() if count}
    print(f"not as wanted: {wrong or 'nothing'}; unanswered Telegram chats: {len(run.asked)}")
    print("FLAT" if sound and not wrong and not run.asked else "NOT FLAT")
    return sound and not wrong and not run.asked


async def soak(minutes: float, rate: float, most_mb: float, seed: int) -> bool:
    """The whole run; True where it was sound."""
    async with telegram_sink(keep=False) as sink, deployment(sink.url) as deployed:
        web, worker = await deployed.start("web"), await deployed.start("worker")
        officer = await deployed.officer("Cán bộ Mẫu", "district_officer", "kim-bang-district")
        limits = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=limits, cookie_jar=aiohttp.DummyCookieJar()) as client:
            run = Run(deployed, sink, web, worker, client, officer, minutes * 10, time.perf_counter(),
                      random.Random(seed))  # fmt: skip
            sink.heard = _heard(run)
            await _demo(deployed)
            await asyncio.sleep(3)
            run.began = time.perf_counter()
            before = await _sample(run)
            watching = asyncio.create_task(_watch(run))
            until = run.began + minutes * 60
            await asyncio.gather(*(_keep_doing(run, kind, each * rate, until) for kind, each in _RATES.items()))
            watching.cancel()
        await asyncio.sleep(20)
        after = await _sample(run)
        log = {role: (deployed.folder / f"{role}.log").read_text(encoding="utf-8") for role in ("web", "worker")}
        for role, said in log.items():
            print(f"{role} logged {said.count(chr(10))} lines; the last: {said.strip().splitlines()[-3:]}")
        return _tell(run, minutes, most_mb, (before, after))


async def _demo(deployed: Deployment) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "demo", env=deployed.environment, stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0


def main() -> None:
    """Print samples as they come, then the table and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=1.0, help="times the load named at the head of the file")
    parser.add_argument("--mb-an-hour", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    sys.exit(0 if asyncio.run(soak(given.minutes, given.rate, given.mb_an_hour, given.seed)) else 1)


if __name__ == "__main__":
    main()
