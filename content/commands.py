"""What a person types to get something done at once: `menu`, `dừng`, `xóa dữ liệu`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from content.errors import ContentError
from content.files import FOLDER, read_as
from content.text import plain


class Commands(Mapping[str, str]):
    """Choice id by the plain form of the words."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._by_plain: Final = {plain(phrase): choice_id for phrase, choice_id in phrases.items()}
        self._written: Final = {_folded(phrase) for phrase in phrases}

    def __getitem__(self, said: str) -> str:
        return self._by_plain[said]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_plain)

    def __len__(self) -> int:
        return len(self._by_plain)

    def find(self, text: str) -> str | None:
        """The choice that a text means. Typed with accents, they must be the command's own: "đúng" is not "dừng"."""
        found = self._by_plain.get(plain(text))
        return found if found is not None and (text.isascii() or _folded(text) in self._written) else None


def load() -> Commands:
    """Read `commands.yaml`.

    Raises:
        ContentError: the same words stand for two things.
    """
    file = FOLDER / "commands.yaml"
    phrases: dict[str, str] = {}
    meant: dict[str, str] = {}
    for choice_id, spoken in read_as(file, dict[str, tuple[str, ...]]).items():
        for phrase in spoken:
            phrases[phrase] = choice_id
            if meant.setdefault(plain(phrase), choice_id) != choice_id:
                raise ContentError(f"{phrase!r} stands for {meant[plain(phrase)]!r} and {choice_id!r}", file=file)
    return Commands(phrases)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
