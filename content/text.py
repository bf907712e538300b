"""One plain spelling for what a person typed, so that labels, choices and questions can be compared.

People type without accents, with half of them, or with the keys of an input method that was switched off. All of that
ends up in the same plain words: lower case, no accents, single spaces.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ONSETS: Final = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x"
_RIMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu "
    "im in inh ip it iu o oa oac oach oai oam oan oang oanh oat oay oc oe oen oeo oet oi om on ong op ot u ua uan uang "
    "uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt "
    "uyu y yem yen yeng yet yeu"
)
_SYLLABLE: Final = re.compile(f"(?:(?:{_ONSETS})?(?:{'|'.join(sorted(_RIMES.split(), key=len, reverse=True))})|gi)")
# Marks between two digits stay: "1/7/2024", "1.500.000".
_TOKEN: Final = re.compile(r"\d+(?:[.,/:-]\d+)+|[^\W_]+")
_DOUBLE: Final = re.compile(r"dd|aa|ee|oo|aw|ow|uw")
_TONE_KEY: Final = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]")
_VNI: Final = re.compile(r"(?=.*[aeiouy])[a-z]+\d[a-z0-9]*")
_VNI_INSIDE: Final = re.compile(r"[a-z]+\d+[a-z]")
# Borrowed words which would pass for a syllable with a tone key at its end.
_BORROWED: Final = frozenset(
    {"gas", "bus", "sex", "max", "fax", "box", "pos", "sos", "lux", "mix", "six", "tax", "visa", "virus"}
)
_VNI_DIGITS_AT_MOST: Final = 3
# Words are remembered, whole messages are not.
_WORD_LENGTH: Final = 12


def clean(text: str) -> str:
    """Lower case in composed, compatible form, without control and formatting characters (zero-width, direction)."""
    if text.isascii() and text.isprintable():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text)
    if composed.isprintable():
        return composed.lower()
    return "".join(_visible(char) for char in composed).lower()


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cf", "Cs", "Co", "Cn"):
        return ""
    return " " if category[0] in "CZ" else char


def unaccented(text: str) -> str:
    """The text without tone marks, hats, hooks and bars."""
    if text.isascii():
        return text
    return _unaccented(text) if len(text) <= _WORD_LENGTH else _unaccented.__wrapped__(text)


@lru_cache(maxsize=16384)
def _unaccented(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).lower().replace("đ", "d")


def words(text: str) -> list[str]:
    """The words of an already cleaned text, accents kept."""
    return _TOKEN.findall(text)


def is_syllable(word: str) -> bool:
    """Whether an unaccented word can be a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


@lru_cache(maxsize=8192)
def without_telex(word: str) -> str:
    """An unaccented word without leftover Telex keys ("ngheof" -> "ngheo"), unchanged where that is not sure."""
    if is_syllable(word) or word in _BORROWED or not word.isalpha() or not word.isascii():
        return word
    single = _DOUBLE.sub(lambda match: match.group()[0], word)
    single = re.sub(r"(?<=[aeiouy])w|w(?=[aeiouy])", "", single) if "w" in single[1:] else single
    if single != word and is_syllable(single):
        return single
    for match in _TONE_KEY.finditer(single):
        shorter = single[: match.end() - 1] + single[match.end() :]
        if is_syllable(shorter):
            return shorter
    return word


def without_vni(tokens: list[str]) -> list[str]:
    """Unaccented words without VNI digits ("ho65 ngheo2" -> "ho ngheo"), where the whole text shows that it is VNI.

    One word with a digit at its end may be "thôn2" or "lớp9": two such words, or a digit inside a word, make it sure.
    """
    suspects = [token for token in tokens if _is_vni(token)]
    if not suspects or (len(suspects) == 1 and not _VNI_INSIDE.match(suspects[0]) and not suspects[0][-2].isdigit()):
        return tokens
    return [re.sub(r"\d", "", token) if _is_vni(token) else token for token in tokens]


def _is_vni(token: str) -> bool:
    if not _VNI.fullmatch(token) or sum(char.isdigit() for char in token) > _VNI_DIGITS_AT_MOST or "0" in token:
        return False
    return is_syllable(re.sub(r"\d", "", token))


def plain(text: str) -> str:
    """The plain spelling: no accents, no invisible characters, no punctuation, lower case, single spaces.

    >>> plain("  Hộ NGHÈO, hooj caanj nghèo! ")
    'ho ngheo ho can ngheo'
    """
    tokens = without_vni(words(unaccented(clean(text))))
    return " ".join(without_telex(token) for token in tokens)
