"""Codes as people write them, and what only looks like one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handlers import codes
from storage.keys import Keys

ROOT = Path(__file__).resolve().parents[2]
# What people read: words, pages of the desk, guides.
SHOWN = ("content/locale/*/*.po", "desk/templates/**/*.html", "docs/**/*.md")
EXAMPLE = re.compile(r"(?:mã|code|dạng) ([A-Z0-9]{4}-[A-Z0-9]{4})\b")


@pytest.mark.parametrize(
    "text",
    [
        "ABCD-2345",
        "AB2D-23C5",
        "ab2d 23c5",
        " mã AB2D-23C5 ",
        "ma ab2d23c5.",
        "max AB2D23C5",
        "Mã mời: AB2D – 23C5",
        "mã liên kết AB2D23C5",
        "mã là AB2D 23C5!",
        "code AB2D-23C5",
        "ＡＢ２Ｄ-２３Ｃ５",
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    """With or without the word, accents, hyphen and capitals."""
    found = codes.read(text)
    if text == "ABCD-2345":
        assert found is None  # no code has a half without a digit
    else:
        assert found == codes.Written("AB2D23C5")


@pytest.mark.parametrize(
    "text",
    [
        "nhan than",
        "nghe nhan",
        "mã thuế 2024",
        "lớp 9A",
        "12345678",
        "2026 2027",
        "mã số thuế",
        "AB2D-23C5 là gì",
        "",
        "AB2D 23C",
    ],
)
def test_ordinary_words_are_no_code(text: str) -> None:
    """Else a question would be answered with a refusal."""
    assert codes.read(text) is None


@pytest.mark.parametrize("text", ["mã AB0D-23C5", "ABO2 23C5", "AB2D-231C", "ai2d 23c5"])
def test_letters_that_no_code_has_are_told(text: str) -> None:
    """It is a mistake in reading, not a try."""
    assert codes.read(text) == codes.Written("")


def test_between_questions_only_the_word_makes_it_a_code() -> None:
    """A household's code may look the same."""
    assert codes.read("AB2D-23C5", with_word=True) is None
    assert codes.read("mã AB2D-23C5", with_word=True) == codes.Written("AB2D23C5")


def test_new_codes_are_readable_back_and_all_different(keys: Keys) -> None:
    """The same seed gives the same code: a turn that runs again tells the same."""
    made = {codes.new_code(keys, str(number)) for number in range(2000)}
    assert len(made) == 2000
    assert all(codes.read(codes.shown(code)) == codes.Written(code) for code in made)
    assert set("".join(made)) == set(codes.ALPHABET)
    assert not set("01OI") & set(codes.ALPHABET)
    assert codes.new_code(keys, "7") == codes.new_code(keys, "7")


def test_every_example_could_be_a_code() -> None:
    """Who types the example as it stands must not be told that no code looks like that."""
    examples = {
        (path.name, found)
        for pattern in SHOWN
        for path in ROOT.glob(pattern)
        for found in EXAMPLE.findall(path.read_text("utf-8"))
    }
    assert len({name for name, _ in examples}) >= 4
    for name, example in examples:
        assert codes.read(example) == codes.Written(example.replace("-", "")), name
