"""Texts as people type them, and as nobody should."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from content import articles
from content.text import plain, unaccented

_TESTS: Final = Path(__file__).parents[1]

ODD: Final = (
    "😀",
    "👨‍👩‍👧‍👦",
    "🇻🇳",
    "👍🏽",
    "❤️",  # pictures, joined and coloured ones
    "\u202e",
    "\u2066",
    "\u200f",
    "مرحبا",
    "שלום",  # right to left
    "a" + "\u0301" * 40,
    "\u0323\u0302",
    "Z̴̡̲͎",  # combining marks without end
    "\x00",
    "\x07",
    "\x1b[2J",
    "\x7f",
    "\ufeff",
    "\u200b",
    "\u200d",
    "\u00ad",
    "\u2028",
    "\x85",
    "\ud83d",
    "\udc4d",
    "\udfff\ud800",  # halves of pairs
    "\ufffe",
    "\U0010ffff",
    "\ue000",
    "٣",
    "௧",
    "²",
    "½",
    "①",
    "Ⅷ",
    "一",
    "𝟗",
    "０",
    "𒐫",  # digits and numbers of every kind
    "9" * 40,
    "0" * 30,
    "1" + ".000" * 40,
    "-1",
    "1e999",
    "0x1F",
    "1/2/3/4",
    "99/99/9999",
    "31/02/2024",
    "0/0/0",
    "29/2/1900",
    "năm 0",
    "1.000,5",
    "999999999999 tỷ",
    "âm năm",
    "NaN",
    "Infinity",
    "٢٠٢٤",
    "{{ 7193*7193 }}",
    "{% include '/etc/passwd' %}",
    "{0}",
    "{0.__class__}",
    "{name}",
    "%s %(x)s",
    "${HOME}",
    "`id`",
    "$(id)",
    "<script>alert(1)</script>",
    "';DROP TABLE chats;--",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "\\",
    "\\u0000",
    "javascript:alert(1)",
    "http://[::1",
    "https://a.example/" + "x" * 300,
    "/start",
    "/start ABCD-2345",
    "/" * 80,
    "iv:confirm",
    "mã AB2D-2C45",
    "A2B3C4D5",
    "\n" * 50,
    "\t",
    "\r",
    "\r\n",
    " " * 300,
    ".",
    "?",
    "!" * 99,
    "…",
    "-",
    ",",
    "()",
    "(((",
    ")))",
    "'",
    '"',
    "&",
    "|",
)
TYPED: Final = (
    "có",
    "không",
    "không biết",
    "bỏ qua",
    "quay lại",
    "để sau",
    "hủy",
    "sửa",
    "sửa tuổi",
    "gửi",
    "đúng",
    "xong",
    "menu",
    "1",
    "2",
    "9",
    "40",
    "0",
    "hôm nay",
    "hôm qua",
    "12/3/1990",
    "mùng 2 tháng giêng năm ngoái",
    "82 tuổi",
    "sinh năm 41",
    "tuổi tý",
    "Nguyễn Văn An",
    "thôn Mẫu 1",
    "Thụy Lôi",
    "500 nghìn",
    "3tr5",
    "một triệu hai",
    "0912345678",
    "001090123456",
    "1, 2 và 3",
    "tất cả",
    "không có ai",
    "chưa rõ",
    "lũ cuốn mất nhà",
    "tôi muốn chết",
    "english",
    "tiếng việt",
    "báo sinh",
    "đề cử",
    "soạn thông báo",
    "tra hộ",
    "mời cán bộ",
    "hộp thư",
    "dữ liệu của tôi",
    "xóa dữ liệu",
    "nhà tôi",
    "tin tức",
    "đối thoại",
    "kiểm tra quyền lợi",
    "gặp cán bộ",
    "dừng",
    "danh sách cán bộ",
    "việc cần duyệt",
    "bàn giao",
)


@cache
def corpus() -> tuple[str, ...]:
    """Sentences of people: the golden list of facts, what the articles are asked, what was typed in the transcripts."""
    golden: list[dict[str, Any]] = yaml.safe_load((_TESTS / "reading" / "facts.yaml").read_text(encoding="utf-8"))
    asked = [question for article in articles.load() for question in article.questions]
    talks = sorted((_TESTS / "flows" / "transcripts").glob("*.txt"))
    typed = [line[2:] for file in talks for line in file.read_text("utf-8").splitlines() if line.startswith("> ")]
    return tuple(dict.fromkeys([*(case["text"] for case in golden), *asked, *typed, *TYPED]))


@cache
def words() -> tuple[str, ...]:
    """The single words of the sentences."""
    return tuple(sorted({word for sentence in corpus() for word in sentence.split()}))


_CHARACTERS: Final = st.characters(exclude_categories=())  # halves of pairs too


@st.composite
def _changed(draw: st.DrawFn, sentences: SearchStrategy[str]) -> str:
    """A sentence with a few things done to it."""
    said = draw(sentences)
    for how in draw(st.lists(st.integers(0, 10), max_size=4)):
        at = draw(st.integers(0, len(said)))
        to = draw(st.integers(at, min(len(said), at + 12)))
        if how == 0:
            said = unaccented(said)
        elif how == 1:
            said = unicodedata.normalize("NFD", said)
        elif how == 2:
            said = said.upper()
        elif how == 3:
            said = said[:at] + said[to:]
        elif how == 4:
            said = said[:to] + said[at:]
        elif how == 5:
            said = said[:at] + draw(st.sampled_from(ODD)) + said[at:]
        elif how == 6:
            said = said[:at] + draw(_CHARACTERS) + said[to:]
        elif how == 7:
            said = f"{said[to:]} {said[:at]}"
        elif how == 8:
            said = said.replace(" ", draw(st.sampled_from(("", "  ", "\n", "\u00a0", ".", ", ", "\u200b"))))
        elif how == 9:
            said = plain(said)
        else:
            said = f"{said} {draw(st.sampled_from(words()))}"
    return said


@st.composite
def _long(draw: st.DrawFn) -> str:
    """The same again and again: what is read word by word must not be read word by word by word."""
    piece = draw(st.one_of(st.sampled_from(ODD), st.sampled_from(corpus()), st.sampled_from(words())))
    between = draw(st.sampled_from(("", " ", "\n", ", ")))
    length = draw(st.sampled_from((500, 2_000, 4_100, 21_000)))
    return ((piece + between) * (length // max(1, len(piece + between)) + 1))[:length]


@cache
def sentences() -> SearchStrategy[str]:
    """Without the very long ones: whole sentences, their words in any order, changed ones, odd ones."""
    shuffled = st.lists(st.one_of(st.sampled_from(words()), st.sampled_from(ODD)), min_size=1, max_size=12)
    whole = st.one_of(st.sampled_from(corpus()), st.sampled_from(TYPED), shuffled.map(" ".join))
    figures = st.one_of(st.integers(-(10**20), 10**20).map(str), st.text("0123456789.,/-: ", max_size=30))
    return st.one_of(_changed(whole), whole, st.sampled_from(ODD), figures, st.text(_CHARACTERS, max_size=60))


@cache
def messages() -> SearchStrategy[str]:
    """Everything that may come as a text."""
    return st.one_of(sentences(), sentences(), sentences(), _long())
