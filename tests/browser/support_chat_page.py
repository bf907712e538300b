"""The chat page as a person uses it: tests speak in these words, and only this file knows the page's markup."""

from playwright.async_api import Locator, Page, expect


class ChatPage:
    """One open chat page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.input = page.locator("#input")
        self.mine = page.locator("#log .mine-entry")
        self.theirs = page.locator("#log .theirs-entry")
        self.status = page.locator("#status")
        self.examples = page.locator("#examples button")

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.connected()

    async def connected(self) -> None:
        await expect(self.page.locator("html")).to_have_attribute("data-line", "online", timeout=20_000)

    async def disconnected(self) -> None:
        await expect(self.page.locator("html")).to_have_attribute("data-line", "offline")

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    def said(self, text: str) -> Locator:
        """The person's messages with exactly this text."""
        return self.mine.filter(has=self.page.locator(".text").get_by_text(text, exact=True))

    async def sent(self, text: str) -> None:
        await expect(self.said(text)).to_have_attribute("data-state", "sent", timeout=20_000)

    async def waiting(self, text: str) -> None:
        await expect(self.said(text)).to_have_attribute("data-state", "waiting")

    def choice(self, label: str) -> Locator:
        return self.page.locator("#log .choice").filter(has_text=label)

    async def their_texts(self) -> list[str]:
        return await self.theirs.locator(".text").all_inner_texts()

    async def menu(self, entry: str) -> None:
        await self.page.locator("#menu-button").click()
        await self.page.locator(f"#menu #{entry}").click()

    async def large_text(self) -> None:
        await self.page.locator("#large").click()

    async def theme(self) -> str | None:
        return await self.page.locator("html").get_attribute("data-theme")

    async def text_size(self) -> float:
        return float(await self.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
