"""Which parts of a message can be tapped."""

import pytest
from playwright.async_api import Browser
from support_chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CASES: list[tuple[str, list[str]]] = [
    ("Bác gọi 113 hoặc 114, 115 ngay", ["tel:113", "tel:114", "tel:115"]),
    ("Tổng đài bảo vệ trẻ em: 111.", ["tel:111"]),
    ("Cả xã có 113 hộ nghèo, bác gọi cán bộ nhé", []),
    ("Bác gọi hỏi xem có đủ 115.000 đồng không", []),
    ("Bác gọi hỏi về Nghị quyết 112/2024", []),
    ("Lớp có 111 học sinh", []),
    ("Gọi 0226 3820 123 giờ hành chính", ["tel:02263820123"]),
    ("Di động 0912.345.678 hoặc +84 912 345 678", ["tel:0912345678", "tel:+84912345678"]),
    ("Tổng đài 1900 9095 và 18001567", ["tel:19009095", "tel:18001567"]),
    ("Từ ngày 01-07-2025 đến 01/10/2026", []),
    ("Căn cước 001234567890 và 001 234 567 890", []),
    ("Số tiền 1.012.000 đồng", []),
    ("Xem https://example.org/a?b=1&c=(2).", ["https://example.org/a?b=1&c=(2)"]),
    ("(xem http://example.org/x)", ["http://example.org/x"]),
    ("Trang dichvucong.gov.vn, hoặc thư ubnd@hanam.gov.vn", ["https://dichvucong.gov.vn/"]),
    ("javascript:alert(1) data:text/html,x", []),
]
SCRIPT = """async (text) => {
  const { appendLinked } = await import("/static/links.js");
  const box = document.createElement("p");
  appendLinked(box, text, (number) => "call " + number);
  return { text: box.textContent, links: Array.from(box.querySelectorAll("a"), (link) => link.href) };
}"""


async def test_only_what_a_person_would_dial_or_open_is_a_link(chat: ChatPage, chat_url: str, browser: Browser) -> None:
    """Emergency numbers, phones and addresses are links; counts, dates, money and identity numbers are not."""
    await chat.open(chat_url)
    for text, links in CASES:
        shown = await chat.page.evaluate(SCRIPT, text)
        assert shown == {"text": text, "links": links}, text
