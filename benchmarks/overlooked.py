"""How many households a second a run over the register manages: `python -m benchmarks.overlooked 20000`.

Invented households on SQLite; a day with birthdays only, and one with new law for everybody.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert

from content import localities
from handlers.actions import entitlements
from handlers.actions.people import sync_areas
from rules import assess
from storage import areas, migrate
from storage.database import Database
from storage.keys import Keys
from storage.register.model import NEW_HOUSEHOLD, NEW_MEMBER
from storage.tables_register import households, members

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_STATUSES = (("poor", 25), ("near_poor", 25), ("newly_exited", 10), ("none", 40))
_DAYS = (("birthdays", date(2026, 11, 24)), ("new amounts", date(2026, 7, 1)), ("new decree", date(2026, 10, 5)))


async def measure(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'register.db'}")
        await migrate.upgrade(database)
        async with database.write() as connection:
            await sync_areas(connection, localities.load("kim-bang-2023"))
            villages = await areas.subtree(connection, "/ha-nam/", kinds=("village",))
            await _fill(connection, number, [village.key for village in villages], {v.key: v.path for v in villages})
        keys = Keys.fixed(b"benchmark", _NOW)
        for name, day in _DAYS:
            assessor = assess.load()
            started = time.perf_counter()
            async with database.read() as connection:
                made = await entitlements.survey(
                    connection, assessor, keys, today=day, on=day, since=day - timedelta(days=1)
                )
            async with database.write() as connection:
                done = await entitlements.keep(connection, made, _NOW)
            seconds = time.perf_counter() - started
            print(f"{name}: {done.households} households, {done.persons} persons, {done.found} findings, "
                  f"{seconds:.1f} s, {done.households / seconds:.0f} households a second")  # fmt: skip
        await database.close()


async def _fill(connection, number, keys, paths) -> None:  # type: ignore[no-untyped-def]  # a script of one page
    random = Random(1)
    statuses, weights = zip(*_STATUSES, strict=True)
    homes, people = [], []
    for home in range(1, number + 1):
        village = random.choice(keys)
        status = random.choices(statuses, weights)[0]
        homes.append({**NEW_HOUSEHOLD, "id": home, "code": f"B{home}", "area_key": village, "area_path": paths[village],
                      "status": status, "status_since": date(2025, 1, 1), "name_search": "", "version": 1, "demo": True,
                      "b2": random.randrange(0, 60, 10), "head_member_id": home * 10, "created_at": _NOW})  # fmt: skip
        for place in range(random.randint(1, 5)):
            relation = ("head", "spouse", "child", "child", "parent")[place]
            age = random.randint(0, 22) if relation == "child" else random.randint(30, 90)
            birth = date(2026 - age, random.randint(1, 12), random.randint(1, 28))
            person = {"id": home * 10 + place, "household_id": home, "name": "Mẫu", "name_plain": "mau", "version": 1}
            told = {"relation": relation, "birth_date": birth, "sex": random.choice(("male", "female"))}
            unsure = {name: random.choice((None, True, False)) for name in ("pension", "study")}
            people.append({**NEW_MEMBER, **person, **told, **unsure})
    for table, rows in ((households, homes), (members, people)):
        for start in range(0, len(rows), 1_000):
            await connection.execute(insert(table), rows[start : start + 1_000])


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
