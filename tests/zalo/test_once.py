"""Each update has exactly one effect, whatever the platform and the machine do."""

from __future__ import annotations

from sqlalchemy import text

from storage.database import Database
from tests.zalo.once import EFFECTS, storm


async def test_a_storm_of_updates_has_one_effect_each(sqlite_url: str) -> None:
    """300 updates, 30 % twice, out of order, three restarts; the benchmark does it with 10,000."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await connection.execute(text(EFFECTS))
    await database.close()
    result = await storm(lambda: Database(sqlite_url), updates=300, chats=30, restarts=3, seed=6)
    assert result.posted == 390
    assert len(result.effects) == 300 and set(result.effects.values()) == {1}
    assert result.answers == 300 and result.waiting == 0
