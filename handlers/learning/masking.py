"""Takes out of a question what could tell who asked it, before it is sealed: numbers, addresses, names."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "…"
LONGEST: Final = 400
_LINK: Final = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
# A telephone, identity, card or account number, however it is grouped; an amount of money has at most nine digits.
_NUMBER: Final = re.compile(r"\+?\d(?:[\s.\-]?\d){8,}")
# The same where an officer reads along and has to see sums, which money is said behind, and points on the map, whose
# second half stands behind the first ("20.500000, 105.900000").
_DIALLED: Final = re.compile(
    r"(?<!\.\d{6}, )(?<!\d)\+?\d(?:[ .\-]?\d){8,}(?![ .\-]?\d)(?!\s*(?:đồng|đ\b|dong\b|vnđ|vnd))", re.IGNORECASE
)
_HOUSE: Final = re.compile(r"(?i)\b((?:số nhà|so nha|nhà số|nha so|hẻm|ngõ|ngách)\s+)[\w/]+")
_FAMILY: Final = (
    "Nguyễn|Nguyen|Trần|Tran|Lê|Le|Phạm|Pham|Hoàng|Hoang|Huỳnh|Huynh|Phan|Vũ|Vu|Võ|Vo|Đặng|Dang|Bùi|Bui|Đỗ|Do|Hồ|Ho"
    "|Ngô|Ngo|Dương|Duong|Lý|Ly|Đinh|Dinh|Trịnh|Trinh|Đào|Dao|Đoàn|Doan|Mai|Tô|To|Lại|Lai|Chu|Lương|Luong|Cao|Trương"
    "|Truong|Hà|Ha|Lưu|Luu|Tạ|Ta|Nông|Nong|Kiều|Kieu|Quách|Quach|Thái|Thai"
)
# Large and small letters of Vietnamese lie mixed in their block: a range would hold both.
_LARGE: Final = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x1EFA)) if letter.isupper())
_SMALL: Final = "a-z" + "".join(letter for letter in map(chr, range(0xC0, 0x1EFA)) if letter.islower())
_WORD: Final = rf"[{_LARGE}][{_SMALL}]*"
_FULL: Final = re.compile(rf"\b(?:{_FAMILY})(?:\s+{_WORD}){{1,4}}\b")
_UPPER: Final = re.compile(rf"\b(?:{_FAMILY.upper()})(?:\s+[{_LARGE}]+){{1,4}}\b")
# "tên là lan", "ten toi la nguyen van a": what follows is a name even in small letters.
_NAMED: Final = re.compile(
    r"(?i)\b((?:tên|ten)(?:\s+(?:tôi|toi|em|con|cháu|chau|bố|bo|mẹ|me|vợ|vo|chồng|chong)){0,2}\s+(?:là|la)\s+)"
    r"(?!gì\b|gi\b)(\w+(?:\s+\w+){0,3})"
)
_TITLED: Final = re.compile(
    rf"\b((?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Cc]hú|[Bb]ác|[Cc]ụ|[Ee]m|[Cc]háu)\s+)({_WORD}(?:\s+{_WORD}){{0,3}})\b"
)
# What is written large after "bà" or "anh" and is no name.
_NO_NAMES: Final = frozenset("Trưởng Chủ Phó Nhà Tôi Có Con Xã Hội".split())


def numbers_hidden(text: str, mask: str = "••••••") -> str:
    """The text as it is, but for numbers of nine digits or more that are no money: telephones, identity cards."""
    return _DIALLED.sub(mask, text)


def masked(text: str) -> str:
    """The text without numbers of nine digits or more, addresses and names as far as they can be told."""
    text = _LINK.sub(MASK, text[: 2 * LONGEST])
    text = _NUMBER.sub(MASK, text)
    text = _HOUSE.sub(rf"\1{MASK}", text)
    text = _FULL.sub(MASK, text)
    text = _UPPER.sub(MASK, text)
    text = _TITLED.sub(lambda found: found[0] if found[2].split()[0] in _NO_NAMES else f"{found[1]}{MASK}", text)
    text = _NAMED.sub(rf"\1{MASK}", text)
    return " ".join(text.split())[:LONGEST]
