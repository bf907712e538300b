"""The product's secrets: what encrypts columns of people's data and what hashes codes and search terms.

The key file is a JSON list, newest key first. The newest encrypts and hashes; older ones still decrypt and find.
Whoever has the database without this file can read neither identity numbers nor codes; whoever loses the file has
lost them too, so it belongs in the backup, kept apart from the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import StorageError

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Key(msgspec.Struct, frozen=True):
    """One secret of the file; `key` is 32 bytes in base64. Its id stands before every text it has encrypted."""

    id: str
    created: datetime
    key: str

    def derived(self, purpose: bytes) -> bytes:
        """A key of its own for each purpose, so that no use of one tells anything about another."""
        return hmac.digest(urlsafe_b64decode(self.key), purpose, "sha256")


def new_key(now: datetime) -> Key:
    """A new secret from the system's source of randomness."""
    return Key(os.urandom(4).hex(), now, urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode())


class Keys:
    """The keys of an installation. The file is read at the first use, not before."""

    def __init__(self, file: Path | None, keys: Sequence[Key] = ()) -> None:
        self.file: Final = file
        self._keys = tuple(keys)
        self._seen: tuple[int, int, int] | None = None

    @classmethod
    def fixed(cls, secret: bytes, now: datetime) -> Self:
        """Keys without a file, the same each time: for tests and for trying things out."""
        return cls(None, [Key("fixed", now, urlsafe_b64encode(hashlib.sha256(secret).digest()).decode())])

    def create_if_missing(self, now: datetime) -> None:
        """Make the file with one key, readable by this user only; several processes may do it at once.

        Raises:
            StorageError: the file cannot be written or read.
        """
        if self.file is None or self.file.exists():
            return
        part = self.file.with_name(f"{self.file.name}.{os.urandom(4).hex()}.new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            _write(part, [new_key(now)])
            try:
                os.link(part, self.file)  # unlike a rename it fails when another process was first
            except FileExistsError:
                return
            finally:
                part.unlink()
        except OSError as error:
            raise StorageError(f"the key file {self.file} cannot be written: {error.strerror}") from error

    def rotate(self, now: datetime) -> Key:
        """Put a new key in front. What older keys have encrypted stays readable."""
        key = new_key(now)
        self._replace((key, *self.all()))
        return key

    def drop(self, key_id: str) -> None:
        """Take a key out of the file for good. The caller has made sure that nothing needs it any more.

        Raises:
            StorageError: it is the newest key, or not in the file.
        """
        kept = tuple(key for key in self.all() if key.id != key_id)
        if len(kept) == len(self.all()):
            raise StorageError(f"the key {key_id!r} is not in the key file")
        if key_id == self.all()[0].id:
            raise StorageError("the newest key encrypts everything that is written; it cannot be taken out")
        self._replace(kept)

    def all(self) -> tuple[Key, ...]:
        """Newest first. A file that another process has changed is read again: what that one hashes is found here.

        Raises:
            StorageError: there is no usable key file.
        """
        if self.file is None:
            return self._keys or self._read()
        seen = _stamp(self.file)
        if not self._keys or (seen is not None and seen != self._seen):
            self._keys, self._seen = self._read(), seen
        return self._keys

    def encrypt(self, data: bytes, context: str = "") -> str:
        """Ciphertext with the id of its key. `context` (table.column, row) must be given again to decrypt."""
        key = self.all()[0]
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(key.derived(b"encrypt")).encrypt(nonce, data, context.encode())
        return f"{key.id}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, text: str, context: str = "") -> bytes:
        """The data again.

        Raises:
            StorageError: the key is gone, the text was changed, or it belongs to another context.
        """
        key_id, _, body = text.partition(".")
        key = self._find(key_id)
        try:
            sealed = urlsafe_b64decode(body)
            return AESGCM(key.derived(b"encrypt")).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise StorageError("an encrypted value cannot be read: it was changed or moved") from error

    def again(self, text: str, context: str = "") -> tuple[str, bytes]:
        """A ciphertext under the newest key, and what it says. The same ciphertext gives the same one each time, so
        that what was copied stays a copy: the nonce is drawn from the old one, and an old one says one thing only.

        Raises:
            StorageError: as for `decrypt`.
        """
        data, key = self.decrypt(text, context), self.all()[0]
        nonce = hmac.digest(key.derived(b"again"), f"{context}\n{text}".encode(), "sha256")[:_NONCE_BYTES]
        sealed = AESGCM(key.derived(b"encrypt")).encrypt(nonce, data, context.encode())
        return f"{key.id}.{urlsafe_b64encode(nonce + sealed).decode()}", data

    def keyed_hash(self, text: str) -> str:
        """HMAC-SHA256 in hexadecimal under the newest key: what is stored."""
        return self.keyed_hashes(text)[0]

    def keyed_hashes(self, text: str) -> list[str]:
        """The hash under every key, newest first: what is looked for, so that a rotation loses nothing."""
        return [hmac.new(key.derived(b"hash"), text.encode(), "sha256").hexdigest() for key in self.all()]

    def stream(self, text: str) -> bytes:
        """32 bytes that only the owner of the newest key can foretell; the same text gives the same bytes."""
        return hmac.digest(self.all()[0].derived(b"stream"), text.encode(), "sha256")

    def _replace(self, keys: tuple[Key, ...]) -> None:
        if self.file is not None:
            part = self.file.with_name(f"{self.file.name}.{os.urandom(4).hex()}.new")
            _write(part, keys)
            part.replace(self.file)
            self._seen = _stamp(self.file)
        self._keys = keys

    def _find(self, key_id: str) -> Key:
        for key in self.all():
            if key.id == key_id:
                return key
        raise StorageError(f"the key {key_id!r} of an encrypted value is not in the key file")

    def _read(self) -> tuple[Key, ...]:
        if self.file is None:
            return self._keys
        try:
            keys = msgspec.json.decode(self.file.read_bytes(), type=tuple[Key, ...])
            usable = bool(keys) and all(len(urlsafe_b64decode(key.key)) == _KEY_BYTES for key in keys)
        except OSError as error:
            raise StorageError(f"the key file {self.file} cannot be read: {error.strerror}") from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise StorageError(f"the key file {self.file} is damaged; restore it from the backup") from error
        if not usable:
            raise StorageError(f"the key file {self.file} holds no usable key; restore it from the backup")
        return keys


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Changes with every writing of the file; None where it cannot be seen just now."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _write(file: Path, keys: Sequence[Key]) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(list(keys))))
        stream.flush()
        os.fsync(stream.fileno())
