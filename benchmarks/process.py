"""A process as an operator starts it: time from the command to the first answer, and memory at rest.

python -m benchmarks.process
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

_TOKEN = "424242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105  # a made-up token
_REST_S = 5


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _measure(folder: str, *, telegram: bool) -> tuple[float, float]:
    port = _free_port()
    environment = {
        **os.environ,
        "CHUNGTAY_DATABASE_URL": f"sqlite:///{folder}/process.db",
        "CHUNGTAY_PORT": str(port),
        "CHUNGTAY_LOG_LEVEL": "ERROR",
    }
    if telegram:
        # Nothing listens there: the poller waits and tries again, as on a bad line.
        environment |= {"CHUNGTAY_TELEGRAM_TOKEN": _TOKEN, "CHUNGTAY_TELEGRAM_API": f"http://127.0.0.1:{_free_port()}"}
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot.cli", "run"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl+C" in line:
                break
        _ask(port)
        took = time.perf_counter() - began
        time.sleep(_REST_S)
        return took, _megabytes(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _ask(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/chat/about")
    about = connection.getresponse()
    cookie = (about.getheader("set-cookie") or "").split(";")[0]
    about.read()
    headers = {"Cookie": cookie, "X-Requested-With": "chungtay"}
    connection.request("POST", "/chat/messages", json.dumps({"id": "1", "text": "bhyt hộ nghèo"}), headers)
    assert connection.getresponse().read() == b'{"type":"ack","id":"1"}'
    connection.request("GET", "/chat/messages?after=0", headers=headers)
    assert json.loads(connection.getresponse().read())["messages"]
    connection.close()


def main() -> None:
    """Print both figures for the web chat alone and with Telegram."""
    with tempfile.TemporaryDirectory() as folder:
        for name, telegram in (("web", False), ("web, second start", False), ("web and Telegram", True)):
            took, memory = _measure(folder, telegram=telegram)
            print(f"{name:18}  first answer after {took:4.1f} s  {memory:5.0f} MB at rest", flush=True)


if __name__ == "__main__":
    main()
