"""Whether somebody is in danger now, or tells of the past, asks about a benefit, or only uses a way of speaking.

The words of danger are few and known, and a miss costs more than anywhere else: they are written down instead of
learned. The classifier sees the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from content.search.spelling import Word

_IDIOM: Final = re.compile(
    r"\bchay (?:tui|hang|ve|may|do tui|pin|nang|than|cho|xe om|an|tien|viec|chuc|giay to|chua)\b"
    r"|\bphong chay\b|\b(?:bo|an|com|nuoc|may|xe) chay(?= (?:chua|xe|bo|qua|tu|den|ve|lien|duoc)\b)"
    r"|\bchet (?:tien|that|do|me|cuoi|met|doi|luon|mat|di duoc|tiet|roi ae)\b"
    r"|\b(?:doi|buon cuoi|met|nong|buon ngu|tuc|no|thuong) (?:muon )?chet\b"
    r"|\bdanh (?:bac|ca|gia|de|dong|con|lo|may|bat|nguoi chu|doi|trong|dau|rang|van|ban)\b"
    r"|\bdau (?:tu|gia)\b"
)
_EVENTS: Final = {
    "despair": (
        r"\btu (?:tu|sat)\b|\b(?:khong|chang|ko|het|chan|dau) (?:con )?(?:muon|thiet) (?:song|ton tai)\b"
        r"|\bmuon chet\b|\bchan (?:song|doi)\b"
        r"|\bchet (?:quach|di cho|cho xong|cho nhe|cho roi|thoi|phut|di cho xong)\b"
        r"|\bsong (?:the nay|nua|tiep)?\s*(?:nua )?(?:de )?lam gi\b|\b(?:thu )?tuyet menh\b|\bthat co\b"
        r"|\bnhay (?:cau|song|lau|gieng)\b"
        r"|\b(?:uong|mua|san) (?:san )?thuoc (?:sau|ngu|chuot|doc|tru sau|diet co)\b|\bmua san thuoc\b"
        r"|\bket (?:thuc|lieu) (?:tat ca|cuoc (?:doi|song)|doi|minh)\b|\bvinh biet\b"
        r"|\b(?:cua|rach|cat) (?:co )?tay\b|\bnghi quan\b|\bbien mat khoi\b|\bkhong con (?:ly do|thiet)\b"
        r"|\btuyet vong\b|\bkhong (?:the )?song noi\b|\bhuy hoai ban than\b|\bsong khong noi\b"
        r"|\bmuon giai thoat\b|\b(?:doi|leo len cau) nhay\b|\bkhong (?:con )?loi thoat\b"
        r"|\b(?:viet|de lai) (?:mot )?(?:la )?thu (?:de )?(?:lai|roi bo|tuyet|cho cac con)\b|\bmuon bien mat\b"
    ),
    "child": (
        r"\b(?:xam hai|sam so|dam o|hiep(?: dam)?|lam nhuc|so (?:soang|mo|vao nguoi|nguoi)"
        r"|quay roi tinh duc|cuong buc|lam bay(?! gio))\b|\bcoi (?:quan|ao)\b|\bbat coc\b"
        r"|\b(?:be|chau|con|tre)\b.*\b(?:mat tich|di lac|that lac|bi bo roi)\b"
        r"|\b(?:tre|be|chau be|dua tre|dua be|em be)\b.*\b(?:bi )?(?:danh dap|bao hanh|hanh ha)\b"
        r"|\b(?:bao hanh|hanh ha|danh dap) (?:tre|em be|chau be|con nho)\b"
        r"|\bbo roi (?:truoc|o|ngoai|ben)\b|\bdung (?:vao|cham) (?:nguoi|co the|vung kin)\b"
    ),
    "violence": (
        r"\b(?:chong|bo|cha|bo duong|con trai|anh ay|anh ta|ong ay|han|no|lao|me ke|vo|ban trai|nguoi yeu"
        r"|ba|con dau|anh re)\b(?: \w+){0,5} danh(?: dap)? (?:\w+ )?(?:em|toi|chau|me|vo|con|u|bam|ba|ong"
        r"|tui|minh|tim|chay|vo dau|toi boi|suot|hoai|tan nhan)\b|\bbop co\b"
        r"|\bnhot (?:toi|em|chau|me|hai|trong|ba)\b"
        r"|\b(?:bi|doi) (?:no |chong |han |con |bo )?(?:danh|bao hanh|nguoc dai|hanh hung)\b"
        r"|\b(?:doa|dam|chem) (?:se )?(?:giet|chem|dam|dot)\b|\bbao (?:hanh|luc) gia dinh\b|\bcam dao\b"
        r"|\bdanh vo\b|\bdanh dap\b|\bhay danh\b|\bdoa dot nha\b"
    ),
    "drowning": (
        r"\bduoi nuoc\b|\bchet duoi\b"
        r"|\b(?:roi|nga|truot|lan|tuot|nhao) (?:xuong|vao) (?:\w+ )?(?:ao|song|gieng|ho|muong|dap|be|kenh"
        r"|nuoc|suoi|dam)\b|\b(?:lat|chim) (?:thuyen|do|xuong)\b"
        r"|\b(?:thuyen|do|xuong) (?:bi )?(?:lat|chim)\b"
        r"|\b(?:lu|nuoc) cuon (?:mat )?(?:nguoi|em|chau|con|bo|me|ong|ba)\b"
    ),
    "fire": (
        r"\bchay (?:nha|bep|rung|xe|kho|lon|to|rom|dien|cho|bung|roi|voi|cuu|lan|chay|du doi)\b"
        r"|\b(?:bi|dang|boc|phat|chap|co|dam|vu|bung|sap) (?:\w+ )?chay\b"
        r"|\b(?:nha|bep|rung|kho|xe|mai|quan|xom|cho|truong|dien|hang xom|rom|chuong"
        r"|tu dien) (?:\w+ ){0,3}chay\b|\bhoa hoan\b|\bcuu hoa\b|\bkhoi (?:mu mit|den|boc|nghi ngut)\b"
        r"|\blua (?:dang|boc|lan|chay)\b|\b(?:binh )?ga[sz]? (?:\w+ )?(?:xi|ro|no|phut)\b"
        r"|\b(?:xi|ro|mui|no) (?:khi |binh )?ga[sz]?\b|\bchap dien\b|^chay$|^chay (?:a|roi|voi)$"
    ),
    "medical": (
        r"\bdot quy\b|\btai bien\b|\bbat tinh\b|\bngat (?:xiu|roi|di|goi|xuong|tai|luon)?\b"
        r"|\b(?:khong|kho|ngung|ngat|nghet) tho\b|\bco giat\b|\bsui bot\b"
        r"|\bhoc (?:xuong|di vat|vien|hat|keo|thuc an)\b|\b(?:chay|ra|mat) (?:nhieu )?mau\b|\bmau chay\b"
        r"|\btim tai\b|\bmeo (?:mom|mieng)\b|\b(?:mom|mieng) meo\b|\bran (?:\w+ )?can\b"
        r"|\b(?:ran|ong) (?:doc|dot)\b|\bngo doc\b|\bdau (?:nguc|tim|bung) (?:du doi|qua|quan|dot ngot)\b"
        r"|\bcap cuu\b|\bhap hoi\b|\bsap chet\b|\bhon me\b|\bvo oi\b"
        r"|\bsap de\b(?! (?:nguoi|len|trung|vao|chet))|\bdau de (?:du|qua|sap|ra|roi)\b|\bdien giat\b"
        r"|\bgiat dien\b|\buong nham\b|\bliet nua nguoi\b(?=.*\b(?:tu dung|dot nhien|dang|vua)\b)"
        r"|\btu dung (?:\w+ ){0,2}liet\b|\bngung tim\b"
        r"|\btho khong (?:noi|duoc)\b|\bcon dau tim\b|\bngoi khong day\b|\bgoi khong (?:tinh|day|thua)\b"
        r"|\bbong (?:nang|nuoc soi)\b|\bsoc thuoc\b|\bngat xiu\b"
    ),
    "accident": (
        r"\btai nan\b|\bxe (?:\w+ ){0,3}(?:dam|tong|lat|huc|can (?:chet|trung|phai|qua|nguoi))\b"
        r"|\b(?:dam|tong|huc) (?:xe|phai|trung|vao)?\s*(?:nguoi|nhau|em|chau|con)\b"
        r"|\bbi (?:xe|oto|o to|tau) (?:\w+ ){0,2}(?:dam|tong|can)\b"
        r"|\bsap (?:nha|tuong|gian giao|cau|ham|lo|mai)\b"
        r"|\b(?:nha|tuong|gian giao|cau|ham|lo|mai) (?:\w+ ){0,2}(?:bi )?sap\b"
        r"|\bde (?:trung |vao |len |chet )?(?:nguoi|chan|tay|bo|me)\b"
        r"|\bnga (?:tu|gian giao|mai|lau|cay|xe)\b|\bgay (?:chan|tay|co|xuong)\b"
        r"|\bket (?:trong|ben trong|duoi|nguoi|trong xe)\b|\bcuon vao may\b|\bno (?:min|bom|lop)\b"
    ),
    "flood": (
        r"\b(?:lu|nuoc|lut) (?:\w+ ){0,2}(?:dang|tran vao|len nhanh|ngap nha)\b"
        r"|\bket (?:tren mai|tren noc|giua)\b|\bsat lo\b|\bvo de (?:roi|song|bien|nuoc)\b"
        r"|\bmac ket\b|\bco lap\b|\bcay do\b"
        r"|\bday dien (?:bi )?dut\b"
    ),
    "crime": (
        r"\b(?:bi|co|dang|gap) (?:\w+ )?(?:cuop|trom|giat)\b|\bcuop (?:giat|xe|tien)\b"
        r"|\btrom (?:vao|dang|lot|be)\b|\b(?:cay|pha|dap) (?:cua|khoa|cong|nha)\b|\bdot nhap\b|\bma tau\b"
        r"|\bdoa giet\b|\bde doa (?:tinh mang|toi|em|giet)\b|\bgoi (?:cong an|113)\b"
        r"|\bngoai cua co (?:nguoi|ke)\b|\b(?:chem|giet) (?:nguoi|nhau)\b|\bdanh nhau\b"
        r"|\bnguoi la (?:\w+ ){0,3}(?:pha|cay|vao|dot)\b"
    ),
}
_PATTERNS: Final = tuple((subject, re.compile(pattern)) for subject, pattern in _EVENTS.items())
_PAST: Final = re.compile(
    r"\b(?:nam (?:ngoai|truoc|kia|roi|xua|\d{4})|thang (?:truoc|roi|\w+ vua roi|\d+|gieng|hai|ba|tu|nam"
    r"|sau|bay|tam|chin|muoi|chap)|tuan (?:truoc|roi)|hom (?:truoc|no|ram|kia|mung)|dot (?:truoc|bao|lu"
    r"|vua|thang)|hoi (?:\w+)|lan truoc|ngay xua|truoc day|tu lau|da (?:mat|lau|chet)|mat (?:som|nam"
    r"|thang|hoi|vi|do|tuan|hom|dem)|vua mat|mai tang|ma chay|dam ma|sau khi|tung bi|(?:\d+|mot|hai|ba"
    r"|bon|nam|sau|bay|tam|chin|muoi|may|nhieu|ca) (?:nam|thang|tuan|hom|ngay) (?:truoc|nay|roi|lien)"
    r"|tu nho|bam sinh|tu be|de lai|dau nam|he vua roi|con bao so)\b"
)
_BENEFIT: Final = re.compile(
    r"\b(?:ho tro|tro cap|duoc (?:huong|nhan|cap|gi|khoan|may|bao nhieu)|che do|thu tuc|giay to|ho so"
    r"|to khai|vay|lai suat|chinh sach|mai tang|xin (?!loi)|bao hiem|quyen loi|tien|lam lai nha|sua nha"
    r"|xay|bao nhieu|thoat ngheo|ho ngheo|can ngheo|khoan|luat su|phap ly|ly hon|kien|dang ky|de nghi|mua"
    r"|hoc|quy dinh|phat)\b"
)
_CALL: Final = re.compile(
    r"\b(?:cuu (?:voi|toi|em|chau|ho|nha|nguoi|con|me|bo|gap)|cuu$|cap cuu|goi (?:ai|so|cong an|cuu hoa"
    r"|113|114|115|112|111|giup|ho)|so (?:may|nao|dien thoai (?:cap cuu|cuu hoa|cong an))|(?:gap"
    r"|khan) (?:lam|voi|len|qua)|(?:ngay|lien) (?:bay gio|lap tuc|di|voi)|phai lam gi ngay|mau len"
    r"|nhanh len|help|sos|cau cuu|nguy (?:hiem|kich|cap)|dang (?:bi )?(?:chay|danh|cam|ket"
    r"|doa|pha|sap|de|chay mau|co giat|boc chay|duoi|nga|roi|lat|dam|nhot|cuop|cay|bop|xam hai|truot)"
    r"|lam the nao day|dem nay|toi nay|bat tinh|khong tho|kho tho|hap hoi|doa giet|tu tu bay gio)\b"
)
# Words of a claim: whoever writes them asks what is due, even where the misfortune is fresh.
_CLAIM: Final = re.compile(
    r"\b(?:ho tro|tro cap|che do|chinh sach|thu tuc|ho so|to khai|giay to|may (?:trieu|tram|dong|tien)"
    r"|bao nhieu|duoc (?:huong|nhan|gi)|mai tang)\b"
)
_SOFT_NOW: Final = re.compile(
    r"\b(?:bay gio|dang|vua|phai lam (?:sao|gi|the nao)|lam sao|lam the nao|so lam|so qua|di dau|bao ai"
    r"|tron|voi)\b"
)
# What is asked about long afterwards more often than reported: only a call or a bare cry makes it urgent.
# What is asked for those who are already out of danger.
_SETTLED: Final = re.compile(
    r"\b(?:ho tro|tro cap|che do|chinh sach|luat su|phap ly"
    r"|ly hon|bao nhieu|tien|ai (?:lo|nuoi)|nhan nuoi|lang thang|nuoi)\b"
)
# Here the past is no all-clear: only a claim beside it says that the danger is over.
_LASTING: Final = frozenset({"despair", "child", "violence"})
_BARE_CRY: Final = re.compile(r"(?:cuu|cuu voi|cuu toi|cuu em|cuu chau|cuu voi cuu voi|cap cuu|help|sos|help me)")
_OFTEN_TOLD: Final = frozenset({"accident", "flood"})
_CRY_WORDS: Final = 9


def alarm(text: Sequence[Word]) -> str | None:
    """The danger that the words report as happening now, or None."""
    plain = _IDIOM.sub(" ", " ".join(_burning(word) for word in text))
    if _BARE_CRY.fullmatch(plain):
        return "danger"
    for subject, pattern in _PATTERNS:
        if pattern.search(plain):
            now = is_now(plain, often_told=subject in _OFTEN_TOLD, lasting=subject in _LASTING)
            return subject if now else None
    return None


def is_figurative(text: Sequence[Word]) -> bool:
    """Whether the words hold a way of speaking that only sounds like danger ("cháy túi")."""
    return _IDIOM.search(" ".join(word.plain for word in text)) is not None


def is_now(plain: str, *, often_told: bool = False, lasting: bool = False) -> bool:
    """Whether the plain text reads as something that happens now, rather than history or a benefit asked about.

    Args:
        plain: the words without accents.
        often_told: such a thing is asked about long afterwards more often than reported.
        lasting: such a thing goes on: the past is no all-clear, only a claim beside it is.
    """
    past, benefit = _PAST.search(plain) is not None, _BENEFIT.search(plain) is not None
    if past and benefit:
        return False
    if _CALL.search(plain):
        return True
    if lasting:
        return _SETTLED.search(plain) is None
    if past:
        return False
    soft = _SOFT_NOW.search(plain) is not None
    if benefit:
        return soft and not often_told and not _CLAIM.search(plain)
    return not often_told or soft or len(plain.split()) <= _CRY_WORDS


def _burning(word: Word) -> str:
    """The plain word; where the accents say "chạy" (run) it must not read as "cháy" (burn)."""
    if word.plain == "chay" and word.accented and word.accented not in ("cháy", "chảy", "chaý"):
        return "_"
    return word.plain
