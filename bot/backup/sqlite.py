"""SQLite: its own online backup, page by page under one reading transaction, while others go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from bot.backup.manifest import BackupError

FILE: Final = "database.sqlite"
_PATIENCE_S: Final = 30.0


@contextmanager
def _opened(file: Path, *, reading: bool) -> Iterator[sqlite3.Connection]:
    address = f"{file.absolute().as_uri()}?mode={'ro' if reading else 'rwc'}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise BackupError(f"{file}: {error}") from error


def dump(database: Path, folder: Path) -> None:
    """Copy the database as it is at this moment.

    Raises:
        BackupError: it cannot be read, or the copy is not sound.
    """
    if not database.exists():
        raise BackupError(f"{database} is not there")
    with _opened(database, reading=True) as source, _opened(folder / FILE, reading=False) as copy:
        # All pages in one step: one reading transaction. In several steps SQLite would begin anew after each write.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the original keeps beside it
        sound(copy)


def sound(connection: sqlite3.Connection) -> None:
    """Raises:
    BackupError: pages or references do not fit together.
    """
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"the database is damaged: {found}")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise BackupError(f"a row of {broken[0]} points to a row of {broken[2]} that is not there")


def load(source: Path, database: Path, aside: Path | None) -> None:
    """Put a backup in the database's place; `aside` gets what was there before.

    It goes the way of the backup, so that a process that still has the database open sees either all or nothing.

    Raises:
        BackupError: it could not be done; the database is as it was.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with _opened(source, reading=True) as backup:
        sound(backup)
        if aside is not None:
            with _opened(database, reading=True) as before, _opened(aside, reading=False) as kept:
                before.backup(kept, pages=-1)
            aside.chmod(0o600)
        with _opened(database, reading=False) as live:
            backup.backup(live, pages=-1)
            live.execute("PRAGMA journal_mode=WAL")
            sound(live)
