"""The commands `figures` and `overlooked` from the outside, over the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook

from bot.cli import cli
from storage.errors import StorageError

YEAR = ("--area", "kim-bang-district", "--from", "2023-01-01", "--to", "01/01/2024")


@pytest.fixture
def call(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """An installation with the demo loaded."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(tmp_path / "keys.json"))
    runner = CliRunner()
    assert runner.invoke(cli, ["demo"]).exit_code == 0
    return runner


def test_the_report_is_shown_written_and_closed(call: CliRunner, tmp_path: Path) -> None:
    """Closing a second time is refused in one sentence."""
    xlsx, docx = tmp_path / "report.xlsx", tmp_path / "report.docx"
    draft = call.invoke(cli, ["figures", *YEAR, "--xlsx", str(xlsx), "--docx", str(docx)])
    assert draft.exit_code == 0 and "Dự thảo" in draft.output
    (total,) = [line for line in draft.output.splitlines() if "Tổng cộng" in line and "2,28%" in line]
    assert total.split()[2::8] == ["16/38", "15/37"]
    assert load_workbook(xlsx)["Báo cáo 2 (hộ)"].cell(8, 11).value == 15
    assert len(Document(str(docx)).tables) == 3 + 5
    closed = call.invoke(cli, ["figures", *YEAR, "--hand-in", "--docx", str(docx), "--signed-on", "2024-01-05"])
    assert closed.exit_code == 0 and "Dự thảo" not in closed.output
    again = call.invoke(cli, ["figures", *YEAR, "--hand-in"])
    assert isinstance(again.exception, StorageError) and "closed already" in str(again.exception)
    unwritable = call.invoke(cli, ["figures", *YEAR, "--xlsx", str(tmp_path / "missing" / "report.xlsx")])
    assert isinstance(unwritable.exception, StorageError)


def test_the_list_is_shown_and_the_nightly_job_prints_no_names(call: CliRunner) -> None:
    """The year 2026 of the demo: birthdays and a new amount."""
    days = ["--since", "2025-12-31", "--on", "2026-12-31"]
    shown = call.invoke(cli, ["overlooked", *days])
    assert shown.exit_code == 0, shown.output
    assert "tròn 60 tuổi" in shown.output and "thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi" in shown.output
    assert "37 households, 108 persons" in shown.output
    nightly = call.invoke(cli, ["overlooked", *days, "--tell"])
    assert nightly.exit_code == 0 and "(0 new)" in nightly.output
    assert "Mẫu" not in nightly.output
    part = call.invoke(cli, ["overlooked", *days, "--area", "que-2023"])
    assert "xã Thụy Lôi" not in part.output and part.exit_code == 0
