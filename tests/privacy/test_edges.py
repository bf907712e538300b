"""One's own data at its edges: values that look like something else, files that were never sealed."""

from __future__ import annotations

import pytest

from handlers.actions import privacy
from handlers.actions.privacy import handed_out
from storage.files import StoredFile
from storage.keys import Keys
from tests.reports.conftest import NOW

KEYS = Keys.fixed(b"privacy", NOW)


def test_a_value_is_opened_with_the_context_that_sealed_it() -> None:
    """Any of those that are tried; with none of them it stays what it is, and no error reaches the person."""
    sealed = KEYS.encrypt("Nguyễn Văn Mẫu".encode(), "people.name:7")
    assert privacy._value(KEYS, sealed, ["people.phone:7", "people.name:7"]) == "Nguyễn Văn Mẫu"
    assert privacy._value(KEYS, sealed, ["people.phone:7"]) == sealed
    assert privacy._value(KEYS, sealed, []) == sealed


@pytest.mark.parametrize(
    ("said", "read"),
    [('{"a": [1]}', {"a": [1]}), ('["x"]', ["x"]), ("{nguoi} hỏi", "{nguoi} hỏi"), ("[gấp] cần gạo", "[gấp] cần gạo")],
)
def test_what_was_said_in_brackets_stays_what_was_said(said: str, read: object) -> None:
    """A form comes as its fields; words that begin with a bracket are words."""
    assert privacy._value(KEYS, KEYS.encrypt(said.encode(), "c"), ["c"]) == read


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-11-24T03:00:00+00:00", True), ("2026-13-45T99:00:00", False), ("0123456789Thôn Mẫu Một", False)],
)
def test_only_a_moment_is_read_as_one(text: str, moment: bool) -> None:
    """Words that happen to have a T at that place stay words."""
    assert (privacy._moment(text) is not None) is moment


def test_a_file_that_was_never_sealed_leaves_as_it_is() -> None:
    """A picture of an announcement is nobody's secret."""
    file = StoredFile("key/anh.png", "web", "w1", "image/png", b"\x89PNG")
    assert handed_out(KEYS, file) is file
