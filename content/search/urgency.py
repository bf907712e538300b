"""Whether something happens now, or is told of the past, asked about as a benefit, or only a way of speaking."""

from __future__ import annotations

import re
from typing import Final

# A way of speaking, or a subject of its own: these words say nothing about danger.
_IDIOM: Final = re.compile(
    r"\bchay (?:tui|hang|mau|ve|may|do tui)\b|\bchet (?:tien|that|do|me|cuoi|met|doi|no|luon)\b|\bbi chay (?:tui|vi)\b"
    r"|\bchua chay\b|\bphong chay\b|\bchua chay chua no\b|\bme chet di duoc\b|\bdoi chet\b|\bno chet\b|\bbuon (?:cuoi )?chet\b"
)
_PAST: Final = re.compile(
    r"\b(?:nam (?:ngoai|truoc|kia|\d{4})|thang (?:truoc|\d)|tuan truoc|hom (?:truoc|no)|dot truoc|hoi (?:thang|nam|truoc)"
    r"|lan truoc|ngay xua|truoc day|tu lau|da mat|mat (?:som|roi|nam|thang)|vua mat|mai tang|dam ma|sau khi|tung bi)\b"
)
_BENEFIT: Final = re.compile(
    r"\b(?:ho tro|tro cap|duoc gi|che do|thu tuc|giay to|ho so|don|vay|tien|chinh sach|mai tang|xin|bao hiem|the|quyen loi|lam lai nha"
    r"|sua nha|xay|duoc huong|bao nhieu|giup do gi|duoc nhan|thoat ngheo|ho ngheo|huong)\b"
)
_NOW: Final = re.compile(
    r"\b(?:cuu|cap cuu|goi (?:ai|so|cong an|cap cuu|cuu hoa)|gap|ngay bay gio|bay gio|dang|vua (?:bi|moi|nga|roi|danh|xong)|lien|nhanh len"
    r"|so may|mau len|nguy (?:hiem|kich)|bat tinh|khong tho|kho tho|lam the nao day|phai lam sao|giup voi|voi a)\b"
)


def without_idioms(plain: str) -> str:
    """The plain text without ways of speaking that only sound like danger."""
    return _IDIOM.sub(" ", plain)


def is_now(plain: str) -> bool:
    """Whether the plain text reads as something that happens now, rather than history or a benefit asked about."""
    if _NOW.search(plain):
        return True
    return not (_PAST.search(plain) or _BENEFIT.search(plain))
