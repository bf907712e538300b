"""The command with a wrong environment: one line that names what to mend, exit code 2, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot.cli import main
from bot.settings import PREFIX, key_file
from handlers.turn import Knowledge
from storage.keys import Keys

WRONG = {
    "a port that is none": ({"PORT": "http"}, "PORT"),
    "a token that is none": ({"TELEGRAM_TOKEN": "hidden"}, "TELEGRAM_TOKEN"),
    "a mistyped name": ({"TELEGRAM_TOKE": "1:a"}, "TELEGRAM_TOKE"),
    "a locality nobody knows": ({"LOCALITY": "nowhere"}, "LOCALITY"),
    "an address of no machine": ({"HOST": "999.1.1.1"}, "HOST"),
    "a database that is not there": ({"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/none"}, "DATABASE_URL"),
    "a folder that cannot be made": ({"DATABASE_URL": "sqlite:////dev/null/x/chungtay.db"}, "DATABASE_URL"),
    "a file that is no database": ({"DATABASE_URL": "sqlite:///{here}/words.txt"}, "DATABASE_URL"),
    "a key file that is a folder": ({"KEY_FILE": "{here}"}, "KEY_FILE"),
    "a damaged key file": ({"KEY_FILE": "{here}/words.txt"}, "KEY_FILE"),
    "a public bot without a secret": ({"PUBLIC_URL": "https://x.example", "TELEGRAM_TOKEN": "1:a"}, "WEBHOOK_SECRET"),
}


@pytest.fixture(autouse=True)
def _afterwards() -> Iterator[None]:
    """What the command sets for its whole process is put back."""
    interval, configured = sys.getswitchinterval(), structlog.get_config()
    yield
    sys.setswitchinterval(interval)
    structlog.configure(**configured)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_setting_stops_the_start_with_one_line(
    wrong: str,
    tmp_path: Path,
    knowledge: Knowledge,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It names the setting and repeats no secret."""
    settings, named = WRONG[wrong]
    (tmp_path / "words.txt").write_text("these are words, and there are enough of them\n" * 100, encoding="utf-8")
    given = {"DATABASE_URL": "sqlite:///{here}/chungtay.db", "PORT": "8099", "LOG_LEVEL": "ERROR", **settings}
    for name, value in _environment(given).items():
        monkeypatch.setenv(name, value.replace("{here}", str(tmp_path)))
    if wrong != "a locality nobody knows":  # the words are right, and read once for all tests
        monkeypatch.setattr("bot.bootstrap.knowledge", lambda found: replace(knowledge, keys=Keys(key_file(found))))
    monkeypatch.setattr(sys, "argv", ["chungtay", "run"])
    with pytest.raises(SystemExit) as ended:
        main()
    line = capsys.readouterr().err.strip()
    assert ended.value.code == 2
    assert line.startswith(f"chungtay: {PREFIX}{named}")
    assert "\n" not in line and "hidden" not in line


def test_a_process_of_its_own_ends_the_same_way(tmp_path: Path) -> None:
    """Nothing else is printed, and the exit code is what the shell sees."""
    code, line = _chungtay("run", {"DATABASE_URL": f"sqlite:///{tmp_path}/chungtay.db", "PORT": "http"})
    assert code == 2
    assert line.startswith(f"chungtay: {PREFIX}PORT")
    assert "\n" not in line


def test_a_database_without_tables_is_told_what_to_run(tmp_path: Path) -> None:
    """The operator's commands do not migrate by themselves."""
    code, line = _chungtay("turns failed", {"DATABASE_URL": f"sqlite:///{tmp_path}/new.db"})
    assert code == 2
    assert line.endswith("no such table: inbox; run `chungtay migrate` first")


def test_a_revision_nobody_knows_is_one_line(tmp_path: Path) -> None:
    """As any other slip of the operator."""
    code, line = _chungtay("migrate --to zzz", {"DATABASE_URL": f"sqlite:///{tmp_path}/new.db"})
    assert code == 2
    assert line.startswith("chungtay: cannot go back to revision 'zzz'")


def _environment(settings: dict[str, str]) -> dict[str, str]:
    return {f"{PREFIX}{name}": value for name, value in settings.items()}


def _chungtay(command: str, settings: dict[str, str]) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *command.split()],
        env=environment | _environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.strip()
