"""`chat --transcript`: a talk at the keyboard becomes a golden transcript as it stands."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from handlers.turn import Knowledge
from tests.flows.test_transcripts import test_talk as replay

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_a_talk_written_down_is_a_test_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, sqlite_template: Path
) -> None:
    """Header, lines said and answers stand as `tests/flows` reads them."""
    file = tmp_path / "talk.txt"
    _talk(monkeypatch, knowledge, tmp_path, "ba toi 78 tuoi khong luong huu\nthe giay to can gi\n\n", str(file))
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("> ")] == [
        "> /start",
        "> ba toi 78 tuoi khong luong huu",
        "> the giay to can gi",
    ]
    shutil.copy(sqlite_template, tmp_path / "again.db")
    asyncio.run(replay(file, knowledge, f"sqlite:///{tmp_path}/again.db"))


def test_a_file_that_cannot_be_written_is_refused_before_the_talk(tmp_path: Path) -> None:
    """Nobody talks for ten minutes and loses it."""
    for place in (tmp_path, tmp_path / "none" / "talk.txt"):
        result = CliRunner().invoke(cli, ["chat", "--transcript", str(place)])
        assert result.exit_code == 2
        assert "cannot be written" in result.output


def _talk(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, folder: Path, said: str, file: str) -> None:
    monkeypatch.setattr("bot.cli.chat.knowledge", lambda settings: knowledge)
    monkeypatch.setattr("bot.cli.chat.now", lambda: AT)
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", f"sqlite:///{folder}/chat.db")
    result = CliRunner().invoke(cli, ["chat", "--transcript", file], input=said)
    assert result.exit_code == 0, result.output
