"""`demo`, `import register` and `export register` as an operator types them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.register.files import head, xlsx


@pytest.fixture
def typed(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A terminal on a new database with a key file of its own."""
    shutil.copy(sqlite_template, tmp_path / "chungtay.db")
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", f"sqlite:///{tmp_path}/chungtay.db")
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(tmp_path / "keys.json"))
    return CliRunner()


def said(runner: CliRunner, *words: str) -> Result:
    return runner.invoke(cli, list(words))


def test_the_demo_is_loaded_once_and_comes_out_again(typed: CliRunner, tmp_path: Path) -> None:
    """The way of `make run`."""
    assert "demo loaded: 63 changes" in said(typed, "demo").output
    assert "loaded already" in said(typed, "demo").output
    file = tmp_path / "out.csv"
    assert "37 households written" in said(typed, "export", "register", str(file)).output
    assert "DEMO-001" in file.read_text(encoding="utf-8-sig")
    assert said(typed, "export", "register", str(tmp_path / "out.pdf")).exit_code == 2


def test_a_file_is_tried_taken_in_and_taken_back(typed: CliRunner, tmp_path: Path) -> None:
    """A trial writes nothing; mistakes are told by row and column and end with a failure."""
    good, bad = xlsx(tmp_path / "a.xlsx", [head(1, "A")]), xlsx(tmp_path / "b.xlsx", [head(2, "B", CCCD="1")])
    assert (
        "1 households with 1 persons would be taken in"
        in said(typed, "import", "register", str(good), "--dry-run").output
    )
    assert "taken in as import 1" in said(typed, "import", "register", str(good)).output
    refused = said(typed, "import", "register", str(bad))
    assert refused.exit_code == 1 and "b.xlsx:2  Số CCCD" in refused.output
    assert "1 households taken out" in said(typed, "import", "undo", "1").output
