"""The text of a CSV file whatever program of whatever decade wrote it."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from typing import Final

from content.exchange.layout import ExchangeError

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Letters that stand for Vietnamese ones in the font encoding TCVN3 and in no Vietnamese word of Unicode.
_TCVN3: Final = frozenset("¸µ¶·¹¨¾»¼½Æ©Ç®ÐÎÏÑªÖ×ØÜÞ«åæç¬ëîñ­øö÷ûüþ")
# The same in single bytes: Windows-1258 has letters of its own in the upper rows, but only signs here.
_TCVN3_BYTES: Final = frozenset(map(chr, range(0xA8, 0xBF)))
_VIETNAMESE: Final = frozenset(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)
# A few typing errors are no encoding; one letter in fifty is.
_TOO_MANY: Final = 0.02
_LOOKED_AT: Final = 20_000


def decode(data: bytes) -> str:
    """The text, its letters composed.

    Raises:
        ExchangeError: TCVN3, which cannot be told from other text for sure and is refused; or nothing that we know.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(_try(data, encoding))
    if b"\x00" in data[:_LOOKED_AT]:
        raise ExchangeError("not_a_table")
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    refuse_tcvn3(data.decode("latin-1"), _TCVN3_BYTES)
    text = unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))
    if (
        _share(text, lambda letter: letter.isalpha() and letter.lower() not in _VIETNAMESE) > _TOO_MANY
        or "\ufffd" in text
    ):
        raise ExchangeError("no_encoding")
    return text


def _try(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise ExchangeError("no_encoding") from None


def _checked(text: str) -> str:
    refuse_tcvn3(text)
    return unicodedata.normalize("NFC", text)


def refuse_tcvn3(text: str, signs: frozenset[str] = _TCVN3) -> None:
    """Refuse text whose letters only a TCVN3 font shows as Vietnamese."""
    if _share(text, signs.__contains__) > _TOO_MANY:
        raise ExchangeError("tcvn3")


def _share(text: str, is_odd: Callable[[str], bool]) -> float:
    """The part of the letters (and of what stands for letters) that is odd."""
    letters = [char for char in text[:_LOOKED_AT] if char.isalpha() or is_odd(char)]
    return sum(map(is_odd, letters)) / len(letters) if letters else 0.0
