"""The chat page on a good line. These tests need nothing but `chat_url`."""

import pytest
from playwright.async_api import Browser, BrowserContext, expect
from support_chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_enter_sends_and_the_answer_comes(chat: ChatPage, chat_url: str) -> None:
    """A person types, presses Enter, sees the message marked as sent, the answer, and an empty box."""
    await chat.open(chat_url)
    await chat.say("Cho hỏi hộ nghèo là gì")
    await chat.sent("Cho hỏi hộ nghèo là gì")
    await expect(chat.theirs.first).to_be_visible()
    await expect(chat.input).to_have_value("")
    await expect(chat.input).to_be_focused()


async def test_shift_enter_makes_a_new_line(chat: ChatPage, chat_url: str) -> None:
    """Shift+Enter stays in the box; the line break reaches the bubble."""
    await chat.open(chat_url)
    await chat.input.fill("dòng một")
    await chat.input.press("Shift+Enter")
    await chat.input.press_sequentially("dòng hai")
    await expect(chat.mine).to_have_count(0)
    await chat.input.press("Enter")
    await expect(chat.mine.locator(".text")).to_have_text("dòng một\ndòng hai", use_inner_text=True)


async def test_an_empty_message_is_not_sent(chat: ChatPage, chat_url: str) -> None:
    """Enter on nothing, or on blanks, does nothing."""
    await chat.open(chat_url)
    await chat.say("   ")
    await expect(chat.mine).to_have_count(0)


async def test_an_example_is_sent_as_text_and_the_examples_leave(chat: ChatPage, chat_url: str) -> None:
    """Tapping one of the six examples sends its words."""
    await chat.open(chat_url)
    await expect(chat.examples).to_have_count(6)
    text = await chat.examples.nth(1).inner_text()
    await chat.examples.nth(1).click()
    await chat.sent(text.strip())
    await expect(chat.examples.first).to_be_hidden()


async def test_a_choice_is_tapped(chat: ChatPage, chat_url: str) -> None:
    """A tapped choice becomes the person's message; the old choices grow quiet but stay usable."""
    await chat.open(chat_url)
    await chat.say("trợ cấp cho người già")
    button = chat.page.locator("#log .choice").nth(1)
    label = await button.inner_text()
    box = await button.bounding_box()
    assert box is not None and box["height"] >= 48
    await button.click()
    await chat.sent(label)
    await expect(chat.page.locator("#log .choices").first).to_have_class("choices old")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await chat.page.locator("#log .choice").first.click()
    await expect(chat.mine).to_have_count(3)


async def test_a_whole_talk_with_the_keyboard_alone(chat: ChatPage, chat_url: str) -> None:
    """Type, go back to a choice with Shift+Tab, press it, go on typing; Escape leaves the box."""
    await chat.open(chat_url)
    await expect(chat.input).to_be_focused()
    keyboard = chat.page.keyboard
    await keyboard.type("trợ cấp")
    await keyboard.press("Enter")
    last = chat.page.locator("#log .choice").last
    await expect(last).to_be_visible()
    label = await last.inner_text()
    await keyboard.press("Shift+Tab")
    await expect(last).to_be_focused()
    outline = await last.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"
    await keyboard.press("Enter")
    await chat.sent(label)
    await expect(chat.input).to_be_focused()
    await keyboard.press("Escape")
    await expect(chat.input).not_to_be_focused()


async def test_the_menu_works_with_the_keyboard(chat: ChatPage, chat_url: str) -> None:
    """The menu opens with Enter, Escape closes it and gives the focus back to its button."""
    await chat.open(chat_url)
    button = chat.page.locator("#menu-button")
    await button.focus()
    await chat.page.keyboard.press("Enter")
    await expect(button).to_have_attribute("aria-expanded", "true")
    await chat.page.keyboard.press("Tab")
    await expect(chat.page.locator("#restart")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.locator("#menu")).to_be_hidden()
    await expect(button).to_be_focused()


async def test_html_is_shown_as_text(chat: ChatPage, chat_url: str) -> None:
    """What looks like markup is only letters, in the person's bubble and wherever the answer repeats it."""
    await chat.open(chat_url)
    attack = "<img src=x onerror=\"document.title='bad'\"><script>document.title='bad'</script>"
    await chat.say(attack)
    await chat.sent(attack)
    await expect(chat.theirs.first).to_be_visible()
    assert await chat.page.locator("#log img, #log script").count() == 0
    assert await chat.page.title() != "bad"


async def test_a_reload_keeps_the_talk_the_draft_and_the_choices(chat: ChatPage, chat_url: str) -> None:
    """After a reload in the same tab both sides of the talk are there once, and so is what was being typed."""
    await chat.open(chat_url)
    await chat.say("trợ cấp")
    await chat.sent("trợ cấp")
    await expect(chat.theirs.first).to_be_visible()
    before = await chat.their_texts()
    await chat.input.fill("chưa gõ xong")
    await chat.page.reload()
    await chat.connected()
    await expect(chat.said("trợ cấp")).to_have_count(1)
    assert await chat.their_texts() == before
    await expect(chat.input).to_have_value("chưa gõ xong")
    await expect(chat.page.locator("#log .choice").first).to_be_visible()


async def test_a_new_tab_gets_the_servers_side(chat: ChatPage, chat_url: str, context: BrowserContext) -> None:
    """Another tab of the same browser remembers nothing, asks from the start and sees the answers."""
    await chat.open(chat_url)
    await chat.say("xin chào")
    await chat.sent("xin chào")
    await expect(chat.theirs.first).to_be_visible()
    other = ChatPage(await context.new_page())
    await other.open(chat_url)
    await expect(other.theirs).to_have_count(await chat.theirs.count())


async def test_dark_page_and_large_text_are_remembered(chat: ChatPage, chat_url: str) -> None:
    """Both switches hold after a reload."""
    await chat.open(chat_url)
    assert await chat.theme() == "light"
    assert await chat.text_size() == 18
    await chat.menu("dark")
    await chat.large_text()
    await chat.page.reload()
    await chat.connected()
    assert await chat.theme() == "dark"
    assert 22 <= await chat.text_size() <= 24
    await expect(chat.page.locator("#large")).to_have_attribute("aria-pressed", "true")


async def test_a_dark_device_gets_a_dark_page(chat: ChatPage, chat_url: str) -> None:
    """Without a choice of the person the page follows the device."""
    await chat.page.emulate_media(color_scheme="dark")
    await chat.open(chat_url)
    assert await chat.theme() == "dark"


async def test_the_language_switches_and_is_remembered(chat: ChatPage, chat_url: str) -> None:
    """The English page says so to screen readers, and stays English after a reload."""
    await chat.open(chat_url)
    await chat.menu("language")
    await expect(chat.page.locator("html")).to_have_attribute("lang", "en")
    await expect(chat.page.locator("#send")).to_have_attribute("aria-label", "Send")
    await chat.page.reload()
    await chat.connected()
    await expect(chat.page.locator("html")).to_have_attribute("lang", "en")


async def test_the_counter_warns_and_a_long_text_is_kept(chat: ChatPage, chat_url: str) -> None:
    """Near 2,000 characters a counter appears; beyond it nothing is sent and nothing is cut off."""
    await chat.open(chat_url)
    counter = chat.page.locator("#counter")
    await chat.input.fill("a" * 1700)
    await expect(counter).to_be_hidden()
    await chat.input.fill("a" * 1990)
    await expect(counter).to_contain_text("10")
    await chat.say("a" * 2035)
    await expect(counter).to_contain_text("35")
    await expect(chat.mine).to_have_count(0)
    assert len(await chat.input.input_value()) == 2035


async def test_deleting_asks_first_then_clears_and_tells_the_server(chat: ChatPage, chat_url: str) -> None:
    """Saying no keeps the talk; saying yes clears it here, asks the server to delete, and a reload stays clear."""
    await chat.open(chat_url)
    await chat.say("xin chào")
    await chat.sent("xin chào")
    await expect(chat.theirs.first).to_be_visible()
    await chat.menu("delete")
    await chat.page.locator("#confirm button[value=no]").click()
    await expect(chat.said("xin chào")).to_have_count(1)
    await chat.menu("delete")
    await chat.page.locator("#confirm button[value=yes]").click()
    await chat.sent("xóa dữ liệu")
    await chat.page.reload()
    await chat.connected()
    await expect(chat.said("xin chào")).to_have_count(0)


async def test_starting_again_clears_the_page(chat: ChatPage, chat_url: str) -> None:
    """A new talk begins with an empty page and the bot's answer to it."""
    await chat.open(chat_url)
    await chat.say("xin chào")
    await chat.sent("xin chào")
    await expect(chat.theirs.first).to_be_visible()
    await chat.menu("restart")
    await chat.sent("bắt đầu lại")
    await expect(chat.said("xin chào")).to_have_count(0)


@pytest.mark.parametrize(("width", "large"), [(320, False), (320, True), (360, False), (1280, True)])
async def test_nothing_sticks_out_sideways(chat: ChatPage, chat_url: str, width: int, large: bool) -> None:
    """Very long words wrap at every width and size; the box and its button stay on the screen."""
    await chat.page.set_viewport_size({"width": width, "height": 600})
    await chat.open(chat_url)
    if large:
        await chat.large_text()
    await chat.say("x" * 300)
    await expect(chat.theirs.first).to_be_visible()
    wide = await chat.page.evaluate(
        "[document.documentElement, document.querySelector('#scroller')].some(e => e.scrollWidth > e.clientWidth)"
    )
    assert not wide
    box = await chat.page.locator("#send").bounding_box()
    assert box is not None and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 600


async def test_the_last_answer_stays_in_sight_when_the_keyboard_opens(chat: ChatPage, chat_url: str) -> None:
    """A lower screen, as with an open keyboard, hides the beginning of the talk and not its end."""
    await chat.open(chat_url)
    for number in range(1, 6):
        await chat.say(f"câu hỏi số {number}")
        await chat.sent(f"câu hỏi số {number}")
    last = chat.theirs.last.locator(".meta")
    await expect(last).to_be_in_viewport()
    await chat.page.set_viewport_size({"width": 360, "height": 400})
    await expect(last).to_be_in_viewport()


async def test_a_screen_reader_is_served(chat: ChatPage, chat_url: str) -> None:
    """The log announces politely, the state of the line is a status, the skip link leads to the box."""
    await chat.open(chat_url)
    log = chat.page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(chat.page.get_by_role("status").first).to_be_attached()
    await expect(chat.page.get_by_label("Câu hỏi của bác")).to_be_visible()
    await chat.page.locator(".skip").focus()
    await expect(chat.page.locator(".skip")).to_be_in_viewport()
    await chat.page.keyboard.press("Enter")
    await expect(chat.input).to_be_focused()


async def test_without_javascript_the_page_says_what_to_do(browser: Browser, chat_url: str) -> None:
    """A plain notice instead of a dead box."""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(chat_url)
    assert await page.locator(".notice").is_visible()
    assert not await page.locator("#form").is_visible()
    await context.close()
