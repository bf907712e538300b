"""`chungtay invite`, `people`, `audit` as an operator types them."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.cli import cli
from storage.database import Database


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> CliRunner:
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    return CliRunner()


def _invite(run: CliRunner, role: str = "administrator", area: str = "kim-bang-district", name: str = "Mẫu") -> Result:
    return run.invoke(cli, ["invite", "--role", role, "--area", area, "--name", name])


def test_the_first_administrator_is_invited_by_the_command_line(run: CliRunner, tmp_path: Path) -> None:
    """It makes the areas and the key file on the way."""
    result = _invite(run)
    assert result.exit_code == 0, result.output
    assert re.match(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}  \(valid until \d{4}-", result.output)
    assert (tmp_path / "keys.json").exists()
    listed = run.invoke(cli, ["people", "invitations"]).output.split("\t")
    assert (listed[1], listed[2]) == ("administrator", "kim-bang-district")
    assert run.invoke(cli, ["people", "revoke", "1"]).output == "revoked\n"
    assert "before" in run.invoke(cli, ["people", "revoke", "1"]).output
    assert run.invoke(cli, ["people", "invitations"]).output == ""


@pytest.mark.parametrize(
    ("role", "area", "name", "said"),
    [
        ("king", "que-2023", "Mẫu", "king"),
        ("village_head", "nowhere", "Mẫu", "unknown area"),
        ("village_head", "que-2023", "Mẫu", "its own kind of area"),
        ("village_head", "que-mau-1", "", "2 to 80"),
    ],
)
def test_a_wrong_invitation_is_one_line(run: CliRunner, role: str, area: str, name: str, said: str) -> None:
    """No traceback, nothing written."""
    result = _invite(run, role, area, name)
    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output


def test_areas_and_people_are_listed(run: CliRunner) -> None:
    """By a part of the name, with or without accents."""
    assert "que-mau-1\tvillage" in run.invoke(cli, ["people", "areas", "mau 1"]).output
    assert run.invoke(cli, ["people", "list", "--area", "que-2023"]).output == ""
    for arguments in (["list", "--area", "x"], ["end", "9"], ["hand-over", "9", "--to", "9"], ["revoke", "9"]):
        result = run.invoke(cli, ["people", *arguments])
        assert result.exit_code == 1, result.output
        assert result.output.startswith("Error: ")


def test_the_trail_is_verified_and_exported(run: CliRunner, sqlite_url: str, tmp_path: Path) -> None:
    """A changed row ends the command with 1 and is named."""
    for _ in range(3):
        _invite(run)
    noted = run.invoke(cli, ["audit", "verify"]).output.split()[-1]
    assert "3 rows intact" in run.invoke(cli, ["audit", "verify", "--expect", noted]).output
    file = tmp_path / "trail.csv"
    exported = run.invoke(cli, ["audit", "export", "--from", "2020-01-01", "--to", "2100-01-01", str(file)])
    assert exported.output.startswith("3 rows")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["verb"] for row in rows] == ["invited"] * 3
    assert rows[-1]["hash"] == noted
    assert rows[0]["in_words"] and rows[0]["time_in_vietnam"]
    _checked_without_us(run, tmp_path / "trail.jsonl", noted)
    asyncio.run(_tamper(sqlite_url))
    broken = run.invoke(cli, ["audit", "verify"])
    assert (broken.exit_code, "BROKEN at row 2" in broken.output) == (1, True)


def _checked_without_us(run: CliRunner, file: Path, noted: str) -> None:
    """What an inspector does with the lines, by the rule in the command's help; the export before stands in them."""
    exported = run.invoke(cli, ["audit", "export", "--from", "2020-01-01", "--to", "2100-01-01", str(file)])
    assert exported.output.startswith("4 rows")
    previous, hashes = "0" * 64, []
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row.pop("previous_hash") == previous
        previous = row.pop("hash")
        del row["id"]
        said = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashes.append(hashlib.sha256(((hashes or ["0" * 64])[-1] + said).encode()).hexdigest())
        assert previous == hashes[-1]
    assert noted in hashes
    assert json.loads(line)["verb"] == "audit_exported"


async def _tamper(url: str) -> None:
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text("DROP TRIGGER audit_no_update"))
        await connection.execute(text("UPDATE audit SET verb = 'x' WHERE id = 2"))
    await database.close()
