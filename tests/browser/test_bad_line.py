"""The chat page on a bad line: nothing is lost, nothing is doubled, nothing changes its order."""

import pytest
from playwright.async_api import BrowserContext, expect
from support_chat_page import ChatPage
from support_fake_server import FakeServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_messages_typed_offline_are_sent_once_and_in_order(
    chat: ChatPage, server: FakeServer, context: BrowserContext
) -> None:
    """Three messages without a network wait, survive a reload, and arrive once each when the network is back."""
    await chat.open(server.url)
    await context.set_offline(True)
    await chat.disconnected()
    for text in ("một", "hai", "ba"):
        await chat.say(text)
        await chat.waiting(text)
    await expect(chat.status).to_contain_text("tin của bác vẫn được giữ")
    await context.set_offline(False)
    for text in ("một", "hai", "ba"):
        await chat.sent(text)
    await expect(chat.theirs).to_have_count(3)
    assert server.records.texts == ["một", "hai", "ba"]
    assert len(server.records.deliveries) == 3


async def test_a_closed_tab_leaves_its_unsent_message_to_the_next(
    chat: ChatPage, server: FakeServer, context: BrowserContext
) -> None:
    """What could not be sent is shown and sent by the tab opened next."""
    await chat.open(server.url)
    await context.set_offline(True)
    await chat.disconnected()
    await chat.say("gửi sau")
    await chat.waiting("gửi sau")
    await chat.page.close()
    await context.set_offline(False)
    later = ChatPage(await context.new_page())
    await later.open(server.url)
    await later.sent("gửi sau")
    assert server.records.texts == ["gửi sau"]


async def test_a_server_restart_loses_and_doubles_nothing(chat: ChatPage, server: FakeServer) -> None:
    """Messages before, during and after a restart are answered once each."""
    await chat.open(server.url)
    await chat.say("trước")
    await chat.sent("trước")
    await expect(chat.theirs).to_have_count(1)
    server.stop()
    await chat.disconnected()
    await chat.say("giữa")
    await chat.waiting("giữa")
    server.start()
    await chat.sent("giữa")
    await chat.say("sau")
    await chat.sent("sau")
    await expect(chat.theirs).to_have_count(3)
    assert server.records.texts == ["trước", "giữa", "sau"]
    assert await chat.their_texts() == [message["text"] for message in server.records.messages]


async def test_a_lost_ack_sends_the_same_id_again(chat: ChatPage, server: FakeServer) -> None:
    """The line dies after the server kept the message: the copy carries the same id and the answer shows once."""
    server.drop_acks = 1
    await chat.open(server.url)
    await chat.say("có một lần thôi")
    await chat.sent("có một lần thôi")
    await expect(chat.theirs).to_have_count(1)
    assert len(server.records.deliveries) == 2
    assert len(set(server.records.deliveries)) == 1
    assert server.records.texts == ["có một lần thôi"]


async def test_answers_given_while_the_line_was_down_are_fetched(chat: ChatPage, server: FakeServer) -> None:
    """On reconnecting the page asks only for what is newer than the last answer it has."""
    await chat.open(server.url)
    await chat.say("xin chào")
    await expect(chat.theirs).to_have_count(1)
    server.stop()
    await chat.disconnected()
    server.records.answer("tin báo của cán bộ")
    server.start()
    await expect(chat.theirs).to_have_count(2, timeout=20_000)
    assert server.asked_after[-1] == 1


async def test_a_reload_asks_only_for_newer_messages(chat: ChatPage, server: FakeServer) -> None:
    """The last number seen is kept with the talk."""
    await chat.open(server.url)
    await chat.say("xin chào")
    await expect(chat.theirs).to_have_count(1)
    await chat.page.reload()
    await chat.connected()
    assert server.asked_after == [0, 1]


async def test_plain_http_takes_over_and_hands_back(chat: ChatPage, server: FakeServer) -> None:
    """Where sockets are refused the talk goes on by polling; when they work again the page returns to them."""
    server.refuse_sockets = True
    await chat.open(server.url)
    assert server.socket_tries >= 3
    await chat.say("đi đường khác")
    await chat.sent("đi đường khác")
    await expect(chat.theirs).to_have_count(1)
    server.refuse_sockets = False
    async with chat.page.expect_websocket() as opened:
        await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
    socket = await opened.value
    await socket.wait_for_event("framereceived")
    await chat.connected()
    await chat.say("về đường cũ")
    await chat.sent("về đường cũ")
    await expect(chat.theirs).to_have_count(2)
    assert server.records.texts == ["đi đường khác", "về đường cũ"]


async def test_a_restart_in_the_fallback_loses_and_doubles_nothing(chat: ChatPage, server: FakeServer) -> None:
    """Polling survives a restart and a lost answer to a POST too."""
    server.refuse_sockets = True
    server.drop_acks = 1
    await chat.open(server.url)
    await chat.say("một")
    await chat.sent("một")
    server.stop()
    await chat.disconnected()
    await chat.say("hai")
    server.start()
    await chat.sent("hai")
    await expect(chat.theirs).to_have_count(2)
    assert server.records.texts == ["một", "hai"]


async def test_too_fast_is_tried_again_later(chat: ChatPage, server: FakeServer) -> None:
    """The server asks for patience: the message stays, the next one does not overtake it, both arrive once."""
    await chat.open(server.url)
    await chat.say("quá nhanh")
    await expect(chat.said("quá nhanh")).to_contain_text("Bác gửi nhanh quá")
    await chat.say("tin sau")
    await chat.sent("quá nhanh")
    await chat.sent("tin sau")
    assert server.records.texts == ["quá nhanh", "tin sau"]
    await expect(chat.said("quá nhanh").locator(".refusal")).to_have_text("")


async def test_a_refused_message_can_be_corrected(chat: ChatPage, server: FakeServer) -> None:
    """The kind sentence is shown, the text goes back into the box, and nothing is sent by itself."""
    await chat.open(server.url)
    await chat.say("bị chặn")
    entry = chat.said("bị chặn")
    await expect(entry).to_have_attribute("data-state", "refused")
    await expect(entry).to_contain_text("bác sửa giúp cháu")
    await entry.locator(".edit").click()
    await expect(chat.input).to_have_value("bị chặn")
    await expect(chat.mine).to_have_count(0)
    await chat.page.reload()
    await chat.connected()
    await chat.say("đã sửa")
    await chat.sent("đã sửa")
    assert server.records.texts == ["đã sửa"]


async def test_a_new_session_starts_counting_anew(chat: ChatPage, server: FakeServer) -> None:
    """When the server tells of another chat, old answers leave and the new chat's first answer is not skipped."""
    server.chat = "first"
    await chat.open(server.url)
    await chat.say("xin chào")
    await expect(chat.theirs).to_have_count(1)
    server.stop()
    server.chat = "second"
    server.records.messages.clear()
    server.records.answer("trang mới")
    server.start()
    await chat.page.reload()
    await chat.connected()
    await expect(chat.theirs).to_have_count(1)
    await expect(chat.theirs).to_contain_text("Bác xem tại")


async def test_a_long_answer_is_read_from_its_top(chat: ChatPage, server: FakeServer) -> None:
    """The question stays on the screen above a long answer, and a button leads on."""
    await chat.open(server.url)
    await chat.say("kể dài vào")
    await expect(chat.theirs).to_have_count(1)
    await expect(chat.said("kể dài vào")).to_be_in_viewport()
    more = chat.page.locator("#more")
    await expect(more).to_be_visible()
    await more.click()
    await expect(chat.said("kể dài vào")).not_to_be_in_viewport()
    await chat.page.locator("#scroller").press("End")
    await expect(more).to_be_hidden()
    await expect(chat.theirs.locator(".meta")).to_be_in_viewport()
