"""What a backup is: a folder with the database and a page that says what is in it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

MANIFEST: Final = "manifest.json"
PREFIX: Final = "chungtay-"
_UNFINISHED: Final = ".unfinished"
_FORMAT: Final = 1
_BLOCK: Final = 1 << 20


class BackupError(Exception):
    """A backup cannot be made or used; the message says what to mend."""


class Manifest(msgspec.Struct, frozen=True):
    """Written last: a folder without it is no backup."""

    format: int
    made_at: datetime
    version: str
    engine: str
    """`sqlite` or `postgresql`: a backup goes back to the engine that it came from."""
    schema: str
    file: str
    bytes: int
    sha256: str
    rows: Mapping[str, int]
    """Rows by table, counted in the backup itself."""
    audit_rows: int
    audit_hash: str
    """The last hash of the audit trail: `chungtay audit verify --expect` asks for it."""


def new_folder(target: Path, at: datetime) -> Path:
    """A folder to write into; it gets its name when it is finished.

    Raises:
        BackupError: it cannot be made.
    """
    folder = target / f"{PREFIX}{at:%Y%m%dT%H%M%SZ}{_UNFINISHED}"
    try:
        target.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise BackupError(f"{folder} cannot be made: {error.strerror}") from error
    return folder


def finish(folder: Path, manifest: Manifest) -> Path:
    """Write the page, make sure that all of it is on the disk, and give the folder its name."""
    page = folder / MANIFEST
    page.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    for file in (folder / manifest.file, page):
        file.chmod(0o600)
        _flush(file)
    finished = folder.with_name(folder.name.removesuffix(_UNFINISHED))
    folder.rename(finished)
    _flush(finished.parent)
    return finished


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checked(source: Path) -> Manifest:
    """The page of a backup whose file is whole.

    Raises:
        BackupError: it is no backup, an unfinished one, or its file has been damaged.
    """
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except OSError as error:
        raise BackupError(f"{source} is no backup: {MANIFEST} cannot be read ({error.strerror})") from error
    except msgspec.MsgspecError as error:
        raise BackupError(f"{source / MANIFEST} is damaged: {error}") from error
    if manifest.format != _FORMAT:
        raise BackupError(f"{source} was made by another version (format {manifest.format})")
    if Path(manifest.file).name != manifest.file:
        raise BackupError(f"{source / MANIFEST} names a file outside its folder")
    file = source / manifest.file
    if not file.is_file():
        raise BackupError(f"{file} is missing")
    if digest(file) != manifest.sha256:
        raise BackupError(f"{file} is damaged: its checksum is not that of {MANIFEST}")
    return manifest


def digest(file: Path) -> str:
    """SHA-256 in hexadecimal."""
    summed = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            summed.update(block)
    return summed.hexdigest()


def described(folder: Path, file: str) -> tuple[int, str]:
    """Size and checksum of a file that is going to be a backup."""
    return (folder / file).stat().st_size, digest(folder / file)


def prune(target: Path, keep: int) -> list[Path]:
    """Delete all but the newest finished backups, and what was left unfinished; returns what is gone."""
    folders = sorted(each for each in target.glob(f"{PREFIX}*") if each.is_dir())
    finished = [each for each in folders if (each / MANIFEST).exists() and not each.name.endswith(_UNFINISHED)]
    gone = finished[: max(0, len(finished) - keep)]
    gone += [each for each in folders if each.name.endswith(_UNFINISHED)]
    for folder in gone:
        shutil.rmtree(folder)
    return gone
