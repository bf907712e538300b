"""A small stand-in for the web channel: speaks the chat protocol, keeps everything in memory, can be made to fail.

The page tests need a server that can be stopped, restarted and told to refuse sockets at will, and whose records
show exactly what arrived.
"""

import asyncio
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from content.words import load

STATIC = Path(__file__).resolve().parents[2] / "bot" / "channels" / "web" / "static"
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"
AT = "2026-11-24T10:00:00Z"
TEXT_LIMIT = 2000
LOOK_EVERY = 0.02  # seconds
LONG_ANSWER = "\n".join(f"Dòng {line}: cháu kể dần từng việc một để bác dễ theo dõi." for line in range(1, 40))
ANSWERS: dict[str, tuple[str, list[str]]] = {
    "trợ cấp": (
        "Bác cho cháu hỏi thêm một chút: người cần hỏi năm nay bao nhiêu tuổi?\nBác bấm vào ô phù hợp nhé.",
        ["Dưới 60 tuổi", "Từ 60 đến dưới 75 tuổi", "Từ 75 tuổi trở lên", "Bác không nhớ rõ"],
    ),
    "cháy": ("Bác gọi ngay số 114, nếu có người bị thương thì gọi 115. Bác tránh xa chỗ cháy nhé.", []),
    "trang": ("Bác xem tại https://example.org/thu-tuc?a=1. Hoặc gọi 0226 3820 123 trong giờ làm việc.", []),
    "dài": (LONG_ANSWER, []),
}


@dataclass
class Records:
    """What survives a restart, as the database does for the real server."""

    accepted: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def take(self, message: dict[str, Any]) -> dict[str, Any]:
        self.deliveries.append(message["id"])
        text = message.get("text", message.get("label", ""))
        if len(text) > TEXT_LIMIT:
            return {"type": "refused", "id": message["id"], "text": "Tin dài quá, bác tách ra giúp cháu nhé."}
        if text == "quá nhanh" and self.deliveries.count(message["id"]) == 1:
            sentence = "Bác gửi nhanh quá, cháu đọc dần nhé."
            return {"type": "refused", "id": message["id"], "text": sentence, "retry_after": 1}
        if text == "bị chặn":
            return {"type": "refused", "id": message["id"], "text": "Tin này cháu chưa nhận được, bác sửa giúp cháu."}
        if all(known["id"] != message["id"] for known in self.accepted):
            self.accepted.append(message)
            self.answer(text)
        return {"type": "ack", "id": message["id"]}

    def answer(self, text: str) -> None:
        found = next((reply for word, reply in ANSWERS.items() if word in text.lower()), None)
        said, labels = found or (f"Cháu nghe rồi: {text}", [])
        choices = [{"id": f"c{number}", "label": label} for number, label in enumerate(labels, 1)]
        seq = len(self.messages) + 1
        self.messages.append({"seq": seq, "text": said, "choices": choices, "at": AT})

    def after(self, seq: int) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["seq"] > seq]

    @property
    def texts(self) -> list[str]:
        return [message.get("text") or message.get("label", "") for message in self.accepted]


class FakeServer:
    """The server in a thread of its own, on one port that stays the same over restarts."""

    def __init__(self) -> None:
        self.records = Records()
        self.refuse_sockets = False
        self.drop_acks = 0
        self.port = 0
        self.socket_tries = 0
        self.asked_after: list[int] = []
        self.chat: str | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner: web.AppRunner | None = None
        self._sockets: set[web.WebSocketResponse] = set()
        self._senders: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(middlewares=[with_policy])
        app.router.add_get("/", self._page)
        app.router.add_get("/chat/about", self._about)
        app.router.add_get("/chat/socket", self._socket)
        app.router.add_get("/chat/messages", self._poll)
        app.router.add_post("/chat/messages", self._post)
        app.router.add_static("/static", STATIC)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        if self._runner:
            await self._cut()
            await self._runner.cleanup()
            self._runner = None

        for task in self._senders:
            task.cancel()
        await asyncio.gather(*self._senders, return_exceptions=True)
        self._senders.clear()

    async def _cut(self) -> None:
        for socket in list(self._sockets):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()  # as a lost line: no closing handshake

    async def _page(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _about(self, request: web.Request) -> web.Response:
        language = request.query.get("lang", "vi")
        words = load()[language].starting_with("web.")
        about = {"title": "Chung Tay", "place": "huyện Kim Bảng, tỉnh Hà Nam", "demo": True, "language": language}
        if self.chat:
            about["chat"] = self.chat
        response = web.json_response(about | {"words": words})
        response.set_cookie("chungtay_session", "test", httponly=True, samesite="Lax")
        return response

    async def _news_since(self, seq: int, patience: float) -> list[dict[str, Any]]:
        """Look often instead of being woken: nothing is left half-waited for when the server is stopped."""
        looks = max(1, int(patience / LOOK_EVERY))
        for _ in range(looks):
            if self.records.after(seq):
                break
            await asyncio.sleep(LOOK_EVERY)
        return self.records.after(seq)

    async def _take(self, message: dict[str, Any]) -> dict[str, Any] | None:
        frame = self.records.take(message)
        if frame["type"] == "ack" and self.drop_acks > 0:
            self.drop_acks -= 1
            return None
        return frame

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        self.socket_tries += 1
        if self.refuse_sockets:
            return web.Response(status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        self.asked_after.append(int(request.query.get("after", "0")))
        sender = asyncio.create_task(self._send_news(socket, int(request.query.get("after", "0"))))
        self._senders.add(sender)
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    await self._answer_frame(socket, json.loads(received.data))
        finally:
            sender.cancel()
            self._sockets.discard(socket)
        return socket

    async def _answer_frame(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        if message.get("type") == "ping":
            await socket.send_json({"type": "pong"})
            return
        frame = await self._take(message)
        if frame:
            await socket.send_json(frame)
        elif socket._req is not None and socket._req.transport is not None:
            socket._req.transport.abort()  # the message is kept, its ack is lost with the line

    async def _send_news(self, socket: web.WebSocketResponse, seq: int) -> None:
        while True:
            for message in await self._news_since(seq, 5):
                await socket.send_json({"type": "message"} | message)
                seq = message["seq"]

    async def _poll(self, request: web.Request) -> web.Response:
        patience = float(request.query.get("wait", "0"))
        news = await self._news_since(int(request.query.get("after", "0")), min(patience, 5))
        return web.json_response({"messages": news})

    async def _post(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Requested-With") != "chungtay":
            return web.Response(status=403)
        frame = await self._take(await request.json())
        if frame is None:
            return web.Response(status=502)
        status = 200 if frame["type"] == "ack" else 429 if "retry_after" in frame else 422
        return web.json_response(frame, status=status)


@web.middleware
async def with_policy(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
    return response
