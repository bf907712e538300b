"""Which of several things an answer picks: "1 3", "1, 2 và 4", "mẹ và con", "không ai", "tất cả"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import Read
from content.reading.yes_no import read_yes_no
from content.text import plain

_NUMBERS: Final = re.compile(r"\d{1,2}(?:[\s,;.+&/]+(?:va |voi |so |cau |y )*\d{1,2})*", re.ASCII)
_AROUND: Final = re.compile(
    r"^(?:da |vang |thua |so |cau |y |dong |dieu |chon |muc |nguoi )+|(?: a| nhe| nha| thoi| nhe a)+$"
)
_APART: Final = re.compile(r"[,;+&\n]|\s(?:và|va|với|voi)\s")
_ALL: Final = re.compile(r"^(?:tat ca|ca hai|ca ba|ca bon|ca nha|het|deu|tat|moi nguoi|ai cung|all)( .*)?$")
_NONE: Final = re.compile(
    r"^(?:0|(?:da |thua )*(?:khong|chua|ko|k|hong|no|none|nobody|chang)"
    r"(?: (?:co|ai|gi|dieu|cai|viec|nao|ca|het|thuoc|dien|phai|can|trong|so|do|dau|a|chau|oi|nhe|nha|bac|nguoi"
    r"|chuyen|khoan))*)$"
)
_RANGE: Final = re.compile(r"^\d{1,2} ?- ?\d{1,2}$", re.ASCII)
_WORDS: Final = 40
_YES: Final = frozenset("co|co a|co chu|da co|da|vang|vang a|dung|dung roi|u|phai|ok|yes|co het".split("|"))

Reason = Literal["dont_know", "number", "which", "nothing"]


@dataclass(frozen=True, slots=True)
class Misread:
    """Why nothing can be taken from the answer, with the words concerned."""

    reason: Reason
    words: str = ""


def read_several(text: str, labels: Mapping[str, str], spoken: Mapping[str, tuple[str, ...]]) -> list[str] | Misread:
    """The keys that were picked; `labels` are in the order of their numbers, `spoken` has other words for each."""
    said = " ".join(plain(text).split()).strip(" .!")
    bare = _AROUND.sub("", said)
    if _NUMBERS.fullmatch(bare) and bare != "0":
        return _by_number(bare, list(labels))
    if _RANGE.search(bare):
        return Misread("which", text.strip()[:_WORDS])  # one to four, or one and four
    if _NONE.match(said):
        return []
    if _ALL.match(said):
        return list(labels)
    answer = read_yes_no(text)
    if answer is not None and answer.value == "dont_know":
        return Misread("dont_know")
    if said in _YES:
        return Misread("which", text.strip())  # "có" alone picks nothing
    options = [Option(key, label, spoken.get(key, ())) for key, label in labels.items()]
    found: list[str] = []
    for part in filter(None, (each.strip() for each in _APART.split(text.strip(" .!")))):
        one = read_option(part, options)
        if isinstance(one, Ambiguous):
            return Misread("which", part[:_WORDS])
        if not isinstance(one, Read):
            return Misread("which", part[:_WORDS]) if found else Misread("nothing")
        found.append(one.value)
    if not found:
        return Misread("nothing")
    return [key for key in labels if key in found]


def _by_number(said: str, keys: list[str]) -> list[str] | Misread:
    numbers = [int(each) for each in re.findall(r"\d+", said)]
    wrong = next((each for each in numbers if not 1 <= each <= len(keys)), None)
    if wrong is not None:
        # "13" may be meant as 1 and 3: ask rather than guess.
        return Misread("number", str(wrong))
    return [key for place, key in enumerate(keys, start=1) if place in numbers]
