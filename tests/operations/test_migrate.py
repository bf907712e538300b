"""`chungtay migrate` says where the database stands afterwards: silence is no answer to an IT officer."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from storage.schema import wanted


def test_it_says_which_schema_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing to the newest, and back to nothing."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert CliRunner().invoke(cli, ["migrate"]).output == f"the database has schema {wanted()}\n"
    assert CliRunner().invoke(cli, ["migrate", "--to", "base"]).output == "the database has schema none\n"
