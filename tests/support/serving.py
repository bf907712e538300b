"""An application on a real port, for tests that look at it with a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from threading import Event, Thread
from typing import Any

import uvicorn


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address at which the application answers while the block runs."""
    server = _Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    running = Thread(target=server.run, daemon=True)
    running.start()
    assert server.listening.wait(10)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    running.join(5)
