"""The key file: made once, private, rotated without losing anything."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import StorageError
from storage.keys import Keys
from tests.support.assembly import Clock


@pytest.fixture
def file(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "new" / "keys.json"
    Keys(path).create_if_missing(clock.at)
    return path


def test_the_file_is_readable_by_its_owner_only(file: Path) -> None:
    """0600, and nothing is left beside it."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]


def test_several_processes_that_start_at_once_share_one_key(tmp_path: Path, clock: Clock) -> None:
    """Whoever comes second reads what the first has made."""
    path = tmp_path / "keys.json"

    def begin(_number: int) -> str:
        keys = Keys(path)
        keys.create_if_missing(clock.at)
        return keys.keyed_hash("x")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(begin, range(8)))) == 1


def test_what_is_encrypted_can_be_read_again_in_its_own_place_only(file: Path) -> None:
    """Moved to another row or changed by a bit it is refused."""
    keys = Keys(file)
    sealed = keys.encrypt("số 001".encode(), "members.identity:7")
    assert keys.decrypt(sealed, "members.identity:7").decode() == "số 001"
    assert keys.encrypt(b"x") != keys.encrypt(b"x")
    changed = sealed[:-3] + ("A" if sealed[-3] != "A" else "B") + sealed[-2:]
    for text, context in ((sealed, "members.identity:8"), (changed, "members.identity:7"), ("gone.AAAA", "")):
        with pytest.raises(StorageError):
            keys.decrypt(text, context)


def test_after_a_rotation_old_texts_are_read_and_old_hashes_found(file: Path, clock: Clock) -> None:
    """Also by a process that read the file before."""
    early, rotating = Keys(file), Keys(file)
    sealed, hashed = early.encrypt(b"old"), early.keyed_hash("old")
    rotating.rotate(clock.at)
    assert rotating.decrypt(sealed) == b"old"
    assert rotating.keyed_hash("old") != hashed
    assert hashed in rotating.keyed_hashes("old")
    assert early.decrypt(rotating.encrypt(b"new")) == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [key.id for key in Keys(file).all()] == [key.id for key in rotating.all()]


@pytest.mark.parametrize("content", ["", "[]", "{", '[{"id":"a","created":"2026-01-01T00:00:00Z","key":"AAAA"}]'])
def test_a_damaged_file_is_named_and_never_replaced(file: Path, clock: Clock, content: str) -> None:
    """A new key would make everything unreadable for good."""
    file.write_text(content)
    keys = Keys(file)
    keys.create_if_missing(clock.at)
    with pytest.raises(StorageError, match=r"keys\.json"):
        keys.all()
    assert file.read_text() == content


def test_a_missing_file_is_an_error_not_a_new_key(tmp_path: Path) -> None:
    """Only the start makes one."""
    with pytest.raises(StorageError, match="cannot be read"):
        Keys(tmp_path / "keys.json").keyed_hash("x")
