"""kill -9 at random moments: no message is lost and none counts twice. benchmarks/crash.py does it 20 times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.killing import kill_and_count


@pytest.mark.crash
async def test_a_killed_bot_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    """Three kills, 150 messages: one effect each, at least one answer each."""
    count = await kill_and_count(tmp_path, messages=150, kills=3, seed=11)
    assert count.sound, count
