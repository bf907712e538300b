"""Phrases by key and language, and numbers, money and dates as a language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from content.errors import ContentError
from content.files import FOLDER

SOURCE_LANGUAGE: Final = "vi"
_MILLION: Final = 1_000_000


class Words:
    """The phrases of one language.

    A phrase is asked for by its key (`start.greeting`); a text that an article or locality brings is its own key, so a
    changed Vietnamese text shows up as a missing translation instead of an outdated one.
    """

    def __init__(self, language: str, phrases: Mapping[str, str]) -> None:
        self.language: Final = language
        self.phrases: Final = phrases
        self._locale: Final = Locale.parse(language)

    def say(self, key: str, **values: object) -> str:
        """The phrase with its `{placeholders}` filled in.

        Raises:
            ContentError: no catalogue of this language has the key.
        """
        try:
            phrase = self.phrases[key]
        except KeyError:
            raise ContentError(f"the {self.language!r} catalogue has no phrase {key!r}") from None
        return phrase.format(**values) if values else phrase

    def starting_with(self, prefix: str) -> dict[str, str]:
        """The phrases whose key begins so, by the rest of their key."""
        return {key.removeprefix(prefix): text for key, text in self.phrases.items() if key.startswith(prefix)}

    def translate(self, source: str) -> str:
        """A text written in Vietnamese in a data file, in this language where it has been translated."""
        return self.phrases.get(source, source)

    def number(self, value: int | float | Decimal) -> str:
        return str(format_decimal(value, locale=self._locale))

    def money(self, amount: int | Decimal) -> str:
        """An amount in đồng; whole millions from ten on are written as millions, as people say them."""
        dong = int(amount.to_integral_value()) if isinstance(amount, Decimal) else amount
        if abs(dong) >= 10 * _MILLION and dong % _MILLION == 0:
            return self.say("money.millions", amount=self.number(dong // _MILLION))
        return self.say("money.dong", amount=self.number(dong))

    def percent(self, value: int | Decimal) -> str:
        """A rate given in percent: 6.24 is written "6,24%"."""
        return f"{self.number(value)}%"

    def date(self, day: date) -> str:
        return str(format_date(day, format="dd/MM/yyyy", locale=self._locale))

    def time(self, moment: datetime) -> str:
        return str(format_datetime(moment, format="HH:mm dd/MM/yyyy", locale=self._locale))


def load(folder: Path = FOLDER / "locale") -> dict[str, Words]:
    """Every language below the folder: `<language>/*.po`, each file a catalogue of the same language.

    Raises:
        ContentError: a key that two files of one language define.
    """
    return {path.name: Words(path.name, _phrases(path)) for path in sorted(folder.iterdir()) if path.is_dir()}


def _phrases(folder: Path) -> dict[str, str]:
    phrases: dict[str, str] = {}
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            catalogue: Any = read_po(stream, locale=folder.name)
        for message in catalogue:
            if not message.id or not message.string or message.fuzzy:
                continue
            if message.id in phrases:
                raise ContentError(f"{message.id!r} is defined twice in {folder.name!r}", file=file)
            phrases[str(message.id)] = str(message.string)
    return phrases
