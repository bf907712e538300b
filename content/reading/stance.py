"""Whether a phrase is stated, denied, or only asked about or supposed."""

from __future__ import annotations

from typing import Final, Literal

from content.reading.tokens import Line

Stance = Literal["stated", "denied", "open"]

_NEGATORS: Final = ("không", "chưa", "chẳng", "chả", "đâu", "hổng", "hết", "thôi", "đừng")
# Words that may stand between "không" and what is denied.
_BETWEEN: Final = frozenset(
    "phải là thuộc diện được công nhận có bị còn hề hưởng nhận lĩnh lãnh xét vào ở đang cấp tiền trong khoản "
    "chế độ ai gì một đồng đi bao giờ"
    " từng nằm hộ giấy chứng làm phải thấy nhà đứa nào".split()
)
_LOOK_BACK: Final = 7
# A sentence without a comma may be long, but nobody supposes something sixty words before saying it.
_LOOK_BACK_FAR: Final = 60
_SUPPOSED: Final = ("nếu", "lỡ", "nhỡ", "liệu")
_ASKED_BEFORE: Final = (
    ("giả", "sử"),
    ("ví", "dụ"),
    ("khi", "nào"),
    ("có", "được"),
    ("có", "phải"),
    ("làm", "sao"),
    ("thế", "nào"),
    ("sau", "này"),
    ("mai", "sau"),
    ("thủ", "tục"),
    ("sắp",),
    ("định",),
)
_SUPPOSED_NEAR: Final = frozenset(
    "vì nhiêu thẻ giấy sổ đơn tách soát tất muốn xin xét chuẩn trợ sách vay cho điều kiện với của "
    "theo đối tượng như sao "
    "để người tiêu chí mức ở từ "
    "đối khoản tiền gói".split()
)
_PEOPLE_OF_KIND: Final = ("người", "những", "các", "trẻ", "mọi")
_ASKED_OF_A_KIND: Final = (
    "được",
    "thì",
    "vay",
    "hưởng",
    "mỗi",
    "bao",
    "là",
    "gồm",
    "phải",
    "cần",
    "có",
    "mới",
    "nhận",
    "hỗ",
    "làm",
    "trợ",
    "muốn",
    "xin",
)
_ASKING: Final = ("có", "phải", "thuộc", "là", "được", "bị", "đã")
_ENDINGS: Final = (
    "ạ",
    "vậy",
    "thế",
    "hả",
    "nhỉ",
    "à",
    "hở",
    "nhé",
    "bác",
    "cháu",
    "em",
    "ad",
    "vây",
    "cô",
    "chú",
    "anh",
    "chị",
)


def stance(line: Line, start: int, end: int, *, owner_known: bool, figure: bool = False) -> Stance:
    """How the phrase from token `start` to before `end` is meant; `owner_known`: a person or house was named."""
    if (
        _is_question(line, start, end)
        or _is_supposed(line, start, near=not figure)
        or _is_general(line, start, end, owner_known=owner_known)
    ):
        return "open"
    denials = _denials_before(line, start) + _denied_after(line, start, end)
    if denials > 1:
        return "open"  # "không phải là không có"
    return "denied" if denials else "stated"


def _denials_before(line: Line, start: int) -> int:
    count, index = 0, start - 1
    while index >= max(0, start - _LOOK_BACK) and line.clause(index) == line.clause(start):
        token = line.tokens[index]
        if any(token.fits(word) for word in _NEGATORS) and not (
            token.plain == "dau" and not line.fits(index + 1, "phải", "có", "được")
        ):
            count += 1
        elif not token.fits_any(_BETWEEN):
            break
        index -= 1
    return count


def _denied_after(line: Line, start: int, end: int) -> int:
    """ "lương hưu thì không có", but not "có lương hưu không"."""
    index = end + 1 if line.fits(end, "thì") else end
    if not line.fits(index, "không", "chưa", "chẳng") or line.clause(index) != line.clause(start):
        return 0
    after = index + 1
    if line.fits(after, "có", "được"):
        after += 1
    else:
        return 0
    ends = line.clause(after) != line.clause(start) or line.fits(after, *_ENDINGS, "gì", "đâu")
    return int(ends and not line.fits(start - 1, "có"))


def _is_question(line: Line, start: int, end: int) -> bool:
    index = end
    clause = line.clause(start)
    while line.fits(index, "rồi", "hay", "gì", "nào", "thì") and line.clause(index) == clause:
        index += 1
    if line.fits(index, "phải", "đúng") and line.fits(index + 1, "không"):
        return True
    if not line.fits(index, "không", "chưa", "hông") or line.clause(index) != clause:
        return False
    after = index + 1
    while line.fits(after, *_ENDINGS) and line.clause(after) == clause:
        after += 1
    return line.clause(after) != clause


def _is_supposed(line: Line, start: int, *, near: bool) -> bool:
    clause = line.clause(start)
    for index in range(start - 1, max(-1, start - 1 - _LOOK_BACK_FAR), -1):
        if line.clause(index) != clause:
            break
        if line.fits(index, *_SUPPOSED):
            return True
        if any(all(line.fits(index + step, word) for step, word in enumerate(words)) for words in _ASKED_BEFORE):
            return True
    if not near:
        return False
    index = start - 1
    while index >= 0 and line.clause(index) == clause and start - index <= 2:
        if line.tokens[index].fits_any(_SUPPOSED_NEAR) and not _harmless(line, index):
            return True
        index -= 1
    return False


def _harmless(line: Line, index: int) -> bool:
    """ "xin hỏi", "có người", "được xét là", "ở nhà" say nothing about supposing."""
    following = line.plain(index + 1)
    if line.fits(index, "người"):
        return line.fits(index - 1, "có", "một", "1", "hai", "là", "mọi") or (
            following != "" and line.fits(index - 1, "mỗi")
        )
    if line.fits(index, "ở", "từ", "của", "như", "tiền", "với", "mức", "theo"):
        return not line.fits(index, "của", "với")
    if line.fits(index, "xét", "cho", "khoản", "sách", "để", "sao"):
        return line.fits(index + 1, "là") or (line.fits(index - 1, "được") and line.fits(index, "xét"))
    return line.fits(index, "xin", "muốn") and line.fits(index + 1, "hỏi")


def _is_general(line: Line, start: int, end: int, *, owner_known: bool) -> bool:
    """ "hộ nghèo được gì?": about a kind of people, as long as nobody has been named."""
    if (
        line.fits(start - 1, *_PEOPLE_OF_KIND)
        and line.clause(start - 1) == line.clause(start)
        and not line.fits(start - 2, "có", "là", "một")
    ):
        return not owner_known or line.fits(start - 1, "những", "các", "mọi")
    if owner_known:
        return False
    return line.fits(end, *_ASKED_OF_A_KIND) and line.clause(end) == line.clause(start)
