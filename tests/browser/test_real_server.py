"""The page against the real product: a process of `chungtay web` with its database, asked real questions."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.async_api import expect
from support_chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


class Product:
    """The product as an operator starts it; `kill` is a power cut."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CHUNGTAY_")},
            "CHUNGTAY_DATABASE_URL": f"sqlite:///{folder}/chungtay.db",
            "CHUNGTAY_PORT": str(self.port),
            "CHUNGTAY_LOG_LEVEL": "WARNING",
        }
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "bot.cli", "web"]
        self._process = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "Ctrl+C" in line:
                break
        with urlopen(f"{self.url}/health/ready", timeout=5) as answer:
            assert answer.status == 200

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait(10)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One for all tests: each is somebody new in a browser of their own."""
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    running.kill(signal.SIGTERM)


async def test_a_question_is_answered_with_amount_office_and_law(chat: ChatPage, product: Product) -> None:
    """Typed without accents, answered with the figure of today, the office and the law; a part is one tap away."""
    await chat.open(product.url)
    await chat.say("ba toi 78 tuoi khong co luong huu duoc gi")
    await expect(chat.theirs.last).to_contain_text("540.000 đồng")
    await expect(chat.theirs.last).to_contain_text("Căn cứ: Luật BHXH 41/2024/QH15")
    await chat.choice("Giấy tờ cần có").last.click()
    await expect(chat.theirs.last).to_contain_text("Mẫu số 01")


async def test_a_killed_server_loses_and_doubles_nothing(chat: ChatPage, product: Product) -> None:
    """Killed between two messages: the one typed meanwhile is answered once after the restart, the talk goes on."""
    await chat.open(product.url)
    await chat.say("bhyt hộ nghèo")
    await expect(chat.theirs).to_have_count(1)
    product.kill()
    await chat.disconnected()
    await chat.say("thế giấy tờ cần gì?")
    await chat.waiting("thế giấy tờ cần gì?")
    product.start()
    await chat.sent("thế giấy tờ cần gì?")
    await expect(chat.theirs).to_have_count(2)
    await expect(chat.theirs.last).to_contain_text("Giấy tờ cần có")
    await chat.page.reload()
    await expect(chat.theirs).to_have_count(2)


async def test_every_tap_of_the_first_screen_is_understood(chat: ChatPage, product: Product) -> None:
    """The examples that the page offers all get a policy answer, none a shrug."""
    await chat.open(product.url)
    examples = await chat.examples.all_inner_texts()
    assert len(examples) == 6
    await chat.examples.first.click()
    for number, example in enumerate(examples, start=1):
        if number > 1:
            await chat.say(example)
        await expect(chat.theirs).to_have_count(number)
        await expect(chat.theirs.last).to_contain_text(re.compile("Nơi phụ trách|Phụ trách"))


async def test_deleting_the_talk_empties_both_sides(chat: ChatPage, product: Product) -> None:
    """After "xóa dữ liệu" a new tab of the same person finds nothing of the old talk."""
    await chat.open(product.url)
    await chat.say("tiền điện hộ nghèo")
    await expect(chat.theirs).to_have_count(1)
    await chat.say("xóa dữ liệu")
    await chat.say("đồng ý xóa")
    await expect(chat.theirs.last).to_contain_text("đã xóa hết dữ liệu")
    await chat.page.evaluate("sessionStorage.clear()")
    await chat.page.reload()
    await chat.connected()
    assert not any("điện" in text for text in await chat.their_texts())
