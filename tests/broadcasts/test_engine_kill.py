"""kill -9 in the middle of a broadcast: nothing is lost, and only what was on its way arrives twice."""

from __future__ import annotations

from tests.broadcasts.killing import kill_and_count


async def test_nothing_is_lost_when_a_worker_is_killed(sqlite_url: str) -> None:
    """A small run of `benchmarks/broadcast_kill.py`: one worker on SQLite, killed twice."""
    count = await kill_and_count(sqlite_url, rows=150, kills=2, seed=7, workers=1)
    assert count.sound, count
    assert count.duplicates > 0, "no kill met a message on its way: the test has tried nothing"
