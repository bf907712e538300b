"""Phrases, numbers, money and dates as a language writes them; and the words that do something at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from content import commands, words
from content.errors import ContentError
from content.text import plain
from content.words import Words
from handlers.respond import Responder


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0 đồng"),
        (540_000, "540.000 đồng"),
        (1_500_000, "1.500.000 đồng"),
        (9_000_000, "9.000.000 đồng"),
        (10_000_000, "10 triệu đồng"),
        (10_500_000, "10.500.000 đồng"),
        (1_200_000_000, "1.200 triệu đồng"),
        (Decimal("750000.4"), "750.000 đồng"),
        (Decimal("750000.6"), "750.001 đồng"),
    ],
)
def test_money(languages: dict[str, Words], amount: Any, written: str) -> None:
    """Whole millions from ten on as people say them; no fractions of a đồng."""
    assert languages["vi"].money(amount) == written


@pytest.mark.parametrize(
    ("value", "vi", "en"), [(75, "75", "75"), (40_500, "40.500", "40,500"), (Decimal("7.488"), "7,488", "7.488")]
)
def test_numbers_are_written_as_the_language_does(languages: dict[str, Words], value: Any, vi: str, en: str) -> None:
    """Points and commas change places."""
    assert (languages["vi"].number(value), languages["en"].number(value)) == (vi, en)
    assert (languages["vi"].percent(value), languages["en"].percent(value)) == (f"{vi}%", f"{en}%")


def test_dates_begin_with_the_day(languages: dict[str, Words]) -> None:
    """Also in English: the office writes so."""
    for each in languages.values():
        assert each.date(date(2026, 10, 5)) == "05/10/2026"
        assert each.time(datetime(2026, 10, 5, 8, 3, tzinfo=UTC)) == "08:03 05/10/2026"


def test_a_phrase_that_is_missing_is_an_error_with_its_key(languages: dict[str, Words]) -> None:
    """Never a key or an empty bubble in front of a person."""
    with pytest.raises(ContentError, match=r"'vi' catalogue has no phrase 'no\.such'"):
        languages["vi"].say("no.such")


def test_a_text_of_a_file_is_its_own_key(languages: dict[str, Words]) -> None:
    """Untranslated it stays Vietnamese."""
    assert languages["en"].translate("Chưa ai dịch câu này") == "Chưa ai dịch câu này"


def _catalogue(folder: Path, name: str, *entries: tuple[str, str], flags: str = "") -> None:
    (folder / "vi").mkdir(exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    body = "".join(f'\n{flags}msgid "{key}"\nmsgstr "{phrase}"\n' for key, phrase in entries)
    (folder / "vi" / f"{name}.po").write_text(head + body, encoding="utf-8")


def test_files_of_one_language_are_one_catalogue(tmp_path: Path) -> None:
    """A key in two of them stops the start."""
    _catalogue(tmp_path, "one", ("a", "một"), ("empty", ""))
    _catalogue(tmp_path, "two", ("b", "hai {n}"))
    read = words.load(tmp_path)["vi"]
    assert (read.say("a"), read.say("b", n=2)) == ("một", "hai 2")
    assert "empty" not in read.phrases
    _catalogue(tmp_path, "three", ("a", "ba"))
    with pytest.raises(ContentError, match="'a' is defined twice"):
        words.load(tmp_path)


def test_a_guessed_translation_is_not_used(tmp_path: Path) -> None:
    """Fuzzy means that nobody has read it."""
    _catalogue(tmp_path, "one", ("a", "đoán"), flags="#, fuzzy\n")
    assert words.load(tmp_path)["vi"].phrases == {}


def test_commands_lead_to_something_that_a_dialog_does() -> None:
    """Each choice has a handler, in its plain spelling."""
    known = commands.load()
    responder = Responder()
    for said, choice in known.items():
        assert said == plain(said)
        assert choice.partition(":")[0] in responder._choices, choice


@pytest.mark.parametrize(
    ("said", "choice"),
    [("Mục lục", "menu"), ("DỪNG", "notices:stop"), ("xoá dữ liệu", "privacy:forget"), ("gap can bo", "office")],
)
def test_commands_are_understood_with_or_without_accents(said: str, choice: str) -> None:
    """Both ways to place the tone mark, capitals, none at all."""
    assert commands.load().find(said) == choice


@pytest.mark.parametrize("said", ["đúng", "thời", "đứng"])
def test_another_word_with_other_accents_is_no_command(said: str) -> None:
    """Typed with accents, only the command's own count."""
    assert commands.load().find(said) is None


def test_words_that_mean_two_things_stop_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names both."""
    (tmp_path / "commands.yaml").write_text("menu: [mục lục]\nstart: [muc luc]\n", encoding="utf-8")
    monkeypatch.setattr(commands, "FOLDER", tmp_path)
    with pytest.raises(ContentError, match="'menu' and 'start'"):
        commands.load()
