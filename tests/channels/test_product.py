"""The product's own dialogs and words on every channel: whatever a person sends, something kind comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.settings import Settings
from bot.words import knowledge
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage.database import Database
from storage.keys import Keys
from storage.turns import failed_turns
from tests.channels import drivers
from tests.channels.conftest import CHANNELS
from tests.channels.test_contract import ODD


@pytest.fixture(scope="module")
def product() -> Knowledge:
    return replace(knowledge(Settings()), keys=Keys.fixed(b"product", datetime(2026, 11, 24, 8, tzinfo=UTC)))


@pytest.fixture(params=list(CHANNELS))
async def product_driver(
    request: pytest.FixtureRequest, database: Database, product: Knowledge
) -> AsyncIterator[drivers.Driver]:
    async with CHANNELS[request.param](database, Responder(), product) as running:
        yield running


async def test_whatever_is_sent_gets_a_reply(product_driver: drivers.Driver, database: Database) -> None:
    """Odd texts, photos and old buttons one after the other: each is answered, and no turn has failed."""
    count = 0
    for text in (*ODD.values(), "bảo hiểm y tế hộ nghèo", "/start"):
        await product_driver.say(5, text)
        count = await _more(product_driver, count)
    for outdated in ("article:none", "part:none:none", "group:none", "office:none", "fact:1999:yes"):
        await product_driver.press(5, outdated)
        count = await _more(product_driver, count)
    if await product_driver.show_photo(5):
        await _more(product_driver, count)
    async with database.read() as connection:
        assert await failed_turns(connection) == []


async def _more(driver: drivers.Driver, before: int) -> int:
    seen = await driver.seen(5)
    assert len(seen) > before and all(each.text.strip() for each in seen[before:])
    return len(seen)
