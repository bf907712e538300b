"""Every command of the command line says who may use it; what hands out people's data leaves a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import cli
from storage.database import Database
from tests.security.table import AUDITED, COMMANDS


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command by the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
            if command.invoke_without_command:
                yield f"{before}{name}"
        elif command is not None:
            yield f"{before}{name}"


def test_every_command_has_its_rule() -> None:
    """A new one says who may use it and whether it leaves a trace."""
    found = set(commands(cli))
    missing = sorted(found - set(COMMANDS))
    assert not missing, f"say in tests/security/table.py COMMANDS who may use {missing}"
    assert sorted(set(COMMANDS) - found) == []


# How an audited command is called here, and the verb that it leaves.
CALLS = {
    "demo": (["demo"], "load_demo"),
    "invite": (["invite", "--role", "administrator", "--area", "kim-bang-district", "--name", "Mẫu"], "invited"),
    "people revoke": (["people", "revoke", "1"], "invitation_revoked"),
    "export register": (["export", "register", "{file}.csv"], "export_register"),
    "audit export": (
        ["audit", "export", "--from", "2020-01-01", "--to", "2100-01-01", "{file}.jsonl"],
        "audit_exported",
    ),
}
ELSEWHERE = {
    "people end": "tests/people/test_cli.py",
    "people hand-over": "tests/people/test_cli.py",
    "desk-link": "tests/desk/test_chat_link.py",
    "import register": "tests/register/test_command_line.py",
    "import undo": "tests/register/test_command_line.py",
}
"""Those that need somebody, or a good file, first."""


def test_every_audited_command_is_tried_somewhere() -> None:
    """Here, or beside what it needs."""
    assert {*CALLS, *ELSEWHERE} == {name for name, rule in COMMANDS.items() if rule == AUDITED}
    assert [file for file in ELSEWHERE.values() if not (Path(__file__).parents[2] / file).exists()] == []


def test_what_hands_out_peoples_data_or_rights_leaves_a_trace(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other over one database."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(tmp_path / "keys.json"))
    runner, silent = CliRunner(), []
    for name, (words, verb) in CALLS.items():
        before = _verbs(sqlite_url)
        done = runner.invoke(cli, [each.format(file=tmp_path / "out") for each in words], catch_exceptions=False)
        assert done.exit_code == 0, (name, done.output)
        if verb not in _verbs(sqlite_url)[len(before) :]:
            silent.append((name, _verbs(sqlite_url)[len(before) :]))
    assert silent == []


def _verbs(url: str) -> list[str]:
    async def read() -> list[str]:
        database = Database(url)
        async with database.read() as connection:
            found = [row[0] for row in await connection.exec_driver_sql("SELECT verb FROM audit ORDER BY id")]
        await database.close()
        return found

    return asyncio.run(read())
