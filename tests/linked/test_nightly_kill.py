"""A nightly process that is killed in the middle: another one takes over, and nothing is found or told twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli

pytestmark = pytest.mark.crash
_PATIENCE_S = 40.0


@pytest.fixture
def environment(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An installation with the demo loaded."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(tmp_path / "keys.json"))
    assert CliRunner().invoke(cli, ["demo"]).exit_code == 0
    return dict(os.environ)


def rows(url: str, query: str, *values: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
    try:
        with connection:
            return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def test_killed_in_the_middle(environment: dict[str, str], sqlite_url: str) -> None:
    """Its lease keeps others away while it might live; once that has ended the job is done, whole and once."""
    command = [sys.executable, "-m", "bot.cli", "nightly", "--job", "overlooked"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + _PATIENCE_S
        while not rows(sqlite_url, "SELECT job FROM job_runs"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    ((finished, result),) = rows(sqlite_url, "SELECT finished_at, result FROM job_runs")
    assert (finished, result) == (None, "{}")
    held = CliRunner().invoke(cli, ["nightly", "--job", "overlooked"])
    assert "another process has it" in held.output
    rows(sqlite_url, "UPDATE job_runs SET lease_until = ?", "2020-01-01 00:00:00.000000")
    done = CliRunner().invoke(cli, ["nightly", "--job", "overlooked"])
    assert done.exit_code == 0 and "overlooked: households 37" in done.output
    ((attempts, again),) = rows(sqlite_url, "SELECT attempts, finished_at IS NOT NULL FROM job_runs")
    assert (attempts, again) == (2, 1)
    found = rows(sqlite_url, "SELECT household_id, member_id, benefit, kind, day FROM entitlement_findings")
    assert len(found) == len(set(found))
