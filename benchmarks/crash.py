"""kill -9 at 20 random moments while 1,000 numbered messages flow through the Telegram test server.

Run with `python -m benchmarks.crash [--messages N] [--kills N] [--seed N]`; exits with 1 when a message was lost or
counted twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.crash.killing import kill_and_count


def main() -> None:
    """Print what became of the messages as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2023)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = asyncio.run(kill_and_count(Path(folder), messages=given.messages, kills=given.kills, seed=given.seed))
    print(json.dumps({**asdict(count), "sound": count.sound}))
    sys.exit(0 if count.sound else 1)


if __name__ == "__main__":
    main()
