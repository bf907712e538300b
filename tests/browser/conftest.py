"""A browser and a chat server for the page tests. A real server takes part by overriding `chat_url`."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, async_playwright
from support_chat_page import ChatPage
from support_fake_server import FakeServer

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server that tests may stop, restart and make unkind."""
    fake = FakeServer()
    fake.start()
    yield fake
    fake.close()


@pytest.fixture
def chat_url(server: FakeServer) -> str:
    return server.url


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    fresh = await browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce", locale="vi-VN")
    yield fresh
    await fresh.close()


@pytest_asyncio.fixture(loop_scope="module")
async def chat(context: BrowserContext) -> AsyncIterator[ChatPage]:
    """A chat page, not opened yet. A script error or a refusal by the security policy fails the test."""
    page = await context.new_page()
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield ChatPage(page)
    assert faults == []
