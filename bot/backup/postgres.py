"""PostgreSQL: pg_dump of one snapshot, and back in one transaction."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backup.manifest import BackupError
from storage.database import parse_url

FILE: Final = "database.dump"
_DEBIAN: Final = Path("/usr/lib/postgresql")
# Which option of a connection URL libpq reads from which variable.
_FROM_QUERY: Final = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "ssl": "PGSSLMODE", "user": "PGUSER"}


async def server_version(connection: AsyncConnection) -> int:
    """The server's major version."""
    number = (await connection.execute(text("SELECT current_setting('server_version_num')::int"))).scalar_one()
    return int(number) // 10000


async def dump(url: str, connection: AsyncConnection, folder: Path) -> None:
    """Dump what `connection` sees: its transaction has one snapshot for the rows that are counted and for pg_dump.

    Raises:
        BackupError: there is no pg_dump of the server's version, or it failed.
    """
    program = await tool("pg_dump", await server_version(connection))
    snapshot = (await connection.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
    await _run(
        [
            program,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={folder / FILE}",
        ],
        url,
    )


async def load(url: str, source: Path, version: int, *, replace: Sequence[str]) -> None:
    """Bring a dump back. `replace` are the statements that remove what is there; they belong to the same transaction.

    Raises:
        BackupError: the tools are missing, or the dump could not be read; the database is as it was.
    """
    restore, psql = await tool("pg_restore", version), await tool("psql", version)
    script = source.with_suffix(".sql")
    try:
        await _run([restore, "--no-owner", "--no-privileges", f"--file={script}", str(source)], url)
        commands = [part for statement in replace for part in ("-c", statement)]
        await _run(
            [
                psql,
                "--quiet",
                "--no-psqlrc",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
                *commands,
                "-f",
                str(script),
            ],
            url,
        )
    finally:
        script.unlink(missing_ok=True)


async def tool(name: str, server: int) -> str:
    """A program that is not older than the server: the first on the PATH, else where Debian keeps them.

    Raises:
        BackupError: there is none; the message says what to install.
    """
    found = shutil.which(name)
    candidates = [found] if found else []
    candidates += [str(path) for path in sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)]
    seen = []
    for candidate in candidates:
        version = await _version(candidate)
        if version >= server:
            return candidate
        seen.append(f"{candidate} is version {version}")
    raise BackupError(
        f"{name} of PostgreSQL {server} or newer is needed ({'; '.join(seen) or 'there is none'}); "
        f"on Debian and Ubuntu: apt install postgresql-client-{server}"
    )


async def _version(program: str) -> int:
    asked = await asyncio.create_subprocess_exec(program, "--version", stdout=asyncio.subprocess.PIPE)
    said, _ = await asked.communicate()
    found = re.search(rb"\) (\d+)", said)
    return int(found[1]) if found else 0


async def _run(command: Sequence[str], url: str) -> None:
    running = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment(parse_url(url)),
    )
    _, said = await running.communicate()
    if running.returncode:
        # The first line names the trouble; later ones may quote rows.
        first = said.decode(errors="replace").strip().partition("\n")[0]
        raise BackupError(f"{Path(command[0]).name}: {first[:300]}")


def environment(url: URL) -> dict[str, str]:
    """The connection as libpq's variables: on the command line every user of the machine could read the password."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    # Where the tools themselves find what they need is the machine's own matter.
    given |= {name: value for name, value in os.environ.items() if name in ("PGSSLROOTCERT", "PGPASSFILE")}
    for name, value in (
        ("PGHOST", url.host),
        ("PGPORT", str(url.port) if url.port else None),
        ("PGUSER", url.username),
        ("PGPASSWORD", str(url.password) if url.password is not None else None),
        ("PGDATABASE", url.database),
    ):
        if value:
            given[name] = value
    for option, variable in _FROM_QUERY.items():
        chosen = url.query.get(option)
        if isinstance(chosen, str) and chosen:
            given[variable] = chosen
    return given | {"PGAPPNAME": "chungtay backup", "PGCONNECT_TIMEOUT": "15"}
