"""The key file under a passphrase: it must never lie in the clear beside a backup of what it opens."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.backup.manifest import BackupError
from storage.errors import StorageError
from storage.keys import Keys

_SHORTEST: Final = 12
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_CONTEXT: Final = b"chungtay key file"
# 2^15 blocks of 1 KiB: a quarter of a second and 32 MB for each guess.
_COST: Final = 2**15


class Sealed(msgspec.Struct, frozen=True):
    """A key file that may be carried about; everything in base64."""

    what: str
    cost: int
    salt: str
    sealed: str


def export(keys: Path, target: Path, passphrase: str) -> None:
    """Write the key file, sealed, to a place that has none yet.

    Raises:
        BackupError: the passphrase is too short, the key file is not usable, or the target exists.
    """
    if len(passphrase) < _SHORTEST:
        raise BackupError(f"the passphrase needs {_SHORTEST} characters or more: several words that you can remember")
    try:
        Keys(keys).all()
    except StorageError as error:
        raise BackupError(str(error)) from error
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    body = nonce + AESGCM(_key(passphrase, salt, _COST)).encrypt(nonce, keys.read_bytes(), _CONTEXT)
    sealed = Sealed("Chung Tay key file", _COST, b64encode(salt).decode(), b64encode(body).decode())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_new(target, msgspec.json.format(msgspec.json.encode(sealed)) + b"\n")
    except FileExistsError as error:
        raise BackupError(f"{target} is there already; give another name") from error
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}") from error


def bring_back(source: Path, keys: Path, passphrase: str, *, force: bool, aside: Path) -> None:
    """Put a sealed key file in its place; one that is there is kept aside.

    Raises:
        BackupError: wrong passphrase, damaged, or another key file is there and `force` was not given.
    """
    try:
        sealed = msgspec.json.decode(source.read_bytes(), type=Sealed)
        body, salt = b64decode(sealed.sealed), b64decode(sealed.salt)
        data = AESGCM(_key(passphrase, salt, sealed.cost)).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _CONTEXT)
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError, MemoryError) as error:
        raise BackupError(f"{source} is no key file that `chungtay backup --keys-to` has written") from error
    except InvalidTag as error:
        raise BackupError(f"{source} does not open with this passphrase, or it was changed") from error
    if keys.exists() and keys.read_bytes() != data:
        if not force:
            raise BackupError(f"another key file is at {keys}; --force puts it aside")
        keys.rename(aside)
    if not keys.exists():
        keys.parent.mkdir(parents=True, exist_ok=True)
        _write_new(keys, data)


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())


def _write_new(file: Path, data: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
