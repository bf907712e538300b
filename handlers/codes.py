"""One-time codes: eight characters that can be read out over the phone, written on paper and typed on any keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from content.text import clean, unaccented
from storage.keys import Keys

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I."""
_HALF: Final = 4

# "mã AB2D-2C45", "ma: abcd 2345", "AB2D2C45"; "max" and "ma4" are "mã" with the input method switched off.
_WRITTEN: Final = re.compile(
    r"\s*(?P<word>(?:ma|max|ma4|code)(?:\s+(?:moi|lien\s*ket))?\s*[:.\-]?\s*(?:la\s+)?)?"
    r"(?P<first>[a-z0-9]{4})[\s.\-–—]*(?P<second>[a-z0-9]{4})[\s.!]*"
)


@dataclass(frozen=True, slots=True)
class Written:
    """What looks like a code in a message. `code` is empty where a character is in it that no code has."""

    code: str


def new_code(keys: Keys, seed: str) -> str:
    """A code that only the key file can foretell; the same seed gives the same code, so that a turn can run again.

    Both halves hold a letter and a digit: that tells a code from Vietnamese words of four letters.
    """
    number = 0
    while True:
        drawn = keys.stream(f"code:{number}:{seed}")
        code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[: 2 * _HALF])
        if _mixed(code[:_HALF]) and _mixed(code[_HALF:]):
            return code
        number += 1


def shown(code: str) -> str:
    """As it is shown: AB2D-2C45."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def read(text: str, *, with_word: bool = False) -> Written | None:
    """The code that a whole message says; None if it says something else. `with_word`: only after the word "mã"."""
    match = _WRITTEN.fullmatch(unaccented(clean(text)))
    if match is None or (with_word and not match["word"]):
        return None
    first, second = match["first"].upper(), match["second"].upper()
    if not (_mixed(first) and _mixed(second)):
        return None
    return Written(first + second if set(first + second) <= set(ALPHABET) else "")


def _mixed(half: str) -> bool:
    return any(char.isdigit() for char in half) and any(char.isalpha() for char in half)
