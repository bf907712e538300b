"""Photos from the page of a real server: made small, shown, or refused with a kind sentence."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect
from support_chat_page import ChatPage
from test_real_server import Product

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One for all tests: each is somebody new in a browser of their own."""
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    running.kill()


def _photo(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(stream, "JPEG", quality=95)
    return stream.getvalue()


async def test_a_large_photo_is_sent_small_and_shown(chat: ChatPage, product: Product, tmp_path: Path) -> None:
    """More than ten megabytes from a phone, sixteen hundred pixels on the line; the word typed before goes along."""
    data = _photo(4600, 3450)
    assert len(data) > 10_000_000
    await chat.open(product.url)
    await chat.input.fill("giấy tờ của cháu đây")
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(data)
    await chat.page.set_input_files("#photo", file)
    picture = chat.mine.locator("img")
    await expect(picture).to_have_count(1, timeout=20_000)
    await expect(chat.mine.last).to_contain_text("giấy tờ của cháu đây")
    await expect(chat.theirs).to_have_count(1)
    await picture.scroll_into_view_if_needed()
    await chat.page.wait_for_function("document.querySelector('.mine-entry img').naturalWidth > 0")
    assert await picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1600, 1200]
    assert await chat.input.input_value() == ""
    await chat.page.reload()
    await expect(chat.mine.locator("img")).to_have_count(1)


async def test_what_is_no_photo_is_refused_kindly(chat: ChatPage, product: Product, tmp_path: Path) -> None:
    """Thirty megabytes that no browser can read, and a small file that only calls itself a photo."""
    await chat.open(product.url)
    huge, wrong = tmp_path / "IMG_2.jpg", tmp_path / "IMG_3.jpg"
    huge.touch()
    os.truncate(huge, 30_000_000)
    await chat.page.set_input_files("#photo", huge)
    await expect(chat.status).to_contain_text("lớn quá 10 MB", timeout=20_000)
    await expect(chat.page.locator("#photo")).to_be_enabled()
    wrong.write_bytes(b"<script>alert(1)</script>")
    await chat.page.set_input_files("#photo", wrong)
    await expect(chat.status).to_contain_text("không mở được như một tấm ảnh")
    await expect(chat.mine).to_have_count(0)
    await chat.say("bhyt hộ nghèo")
    await expect(chat.theirs).to_have_count(1)


async def test_the_button_is_reached_by_keyboard_and_fits_a_small_screen(chat: ChatPage, product: Product) -> None:
    """At 320 pixels nothing is pushed out."""
    await chat.page.set_viewport_size({"width": 320, "height": 640})
    await chat.open(product.url)
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 320
    await chat.page.locator("#photo").focus()
    assert await chat.page.evaluate("document.activeElement.id") == "photo"
    box = await chat.page.locator("#photo-button").bounding_box()
    assert box is not None and box["height"] >= 44 and box["width"] >= 40
