"""Names as they are searched for: without accents, from each word on."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LONGEST: Final = 200
_WORD: Final = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Lower case, no accents, letters and digits only, single spaces: "Nguyễn Thị-Mẫu" is "nguyen thi mau"."""
    return " ".join(map(_folded_word, _WORD.findall(unicodedata.normalize("NFC", text))))


@lru_cache(maxsize=8192)
def _folded_word(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return "".join(char for char in apart if not unicodedata.combining(char)).lower().replace("đ", "d")


def keys_of(name: str) -> list[str]:
    """The plain name from each of its words on; a part of a name that begins with a word is a prefix of one."""
    words = folded(name).split()
    return list(dict.fromkeys(" ".join(words[start:])[:_LONGEST] for start in range(len(words))))


def end_of_range(prefix: str) -> str:
    """The first text after all that begin with the prefix, compared byte by byte."""
    return prefix + "\U0010ffff"


def levels(path: str) -> dict[str, str]:
    """The first two and the first three levels of a path: what name keys are kept together by besides their village."""
    parts = path.strip("/").split("/")
    return {"upper_path": f"/{'/'.join(parts[:2])}/", "unit_path": f"/{'/'.join(parts[:3])}/"}
