"""The command line. Each command lives in a module of its name and is imported when it is called."""

from __future__ import annotations

import importlib
import sys
from keyword import iskeyword
from socket import gaierror
from typing import Final, NoReturn

import click
from sqlalchemy.exc import DBAPIError

from bot.settings import PREFIX, SettingsError
from content.errors import ContentError
from rules.errors import RulesError
from storage.errors import StorageError

_COMMANDS: Final = {
    "run": "run",
    "web": "run",
    "worker": "run",
    "poll": "run",
    "migrate": "database",
    "chat": "chat",
    "ask": "ask",
    "article": "ask",
    "eligibility": "eligibility",
    "facts": "eligibility",
    "benefits": "eligibility",
    "turns": "turns",
    "zalo": "zalo",
    "invite": "people",
    "people": "people",
    "audit": "trail",
    "nightly": "nightly",
    "reminders": "reminders",
    "figures": "figures",
    "overlooked": "figures",
    "import": "register",
    "export": "register",
    "demo": "register",
    "desk-link": "desk",
    "knowledge": "knowledge",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "keys": "keys",
    "retention": "retention",
}


class _Commands(click.Group):
    """Imports a command's module when it is asked for: `ask` must not pay for the web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"bot.cli.{_COMMANDS[cmd_name]}"), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chungtay")
def cli() -> None:
    """Chung Tay: a chatbot and staff desk for a district's poverty-reduction programme."""


def main() -> None:
    """Entry point: an error that an operator can mend is one line, without a traceback."""
    # structlog loads rich where it is installed (Litestar's own command line brings it): 6 MB for coloured tracebacks.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # None is how an import is refused
    try:
        cli()
    except (SettingsError, ContentError, RulesError, StorageError) as error:
        _end(str(error))
    except (DBAPIError, ConnectionError, gaierror) as error:
        _end(f"{PREFIX}DATABASE_URL: the database does not answer as it should: {_reason(error)}")


def _end(line: str) -> NoReturn:
    click.echo(f"chungtay: {line}", err=True)
    sys.exit(2)


def _reason(error: Exception) -> str:
    """The driver's own first line: SQLAlchemy adds the statement, and a statement may hold people's data."""
    line = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0].rpartition("Error'>: ")[2]
    missing = "no such table" in line or ("relation" in line and "does not exist" in line)
    return f"{line}; run `chungtay migrate` first" if missing else line
