"""What we rely on in aiogram, and an unrelated client that shows the test server to behave like Telegram."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import telegram
from pydantic import BaseModel
from telegram.error import BadRequest, Conflict, Forbidden, RetryAfter

from bot.channels.telegram.bot_api import _without_building
from tests.support.fault_proxy import error
from tests.support.telegram_server import TOKEN, telegram_server

MEASURE = """
import json, sys
from bot.channels.telegram.bot_api import SendMessage, keyboard, types
call = SendMessage(chat_id="5", text="chào", reply_markup=keyboard([("Mục lục", "menu")]))
sent = call.model_dump(exclude_none=True)
peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
print(json.dumps([sent["chat_id"], sent["text"], types.Update.__pydantic_complete__, peak]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the resident memory is read from /proc")
def test_aiogram_is_loaded_without_the_validators_that_we_do_not_use() -> None:
    """In a process of its own: calls can be written, and the memory stays far below aiogram's 155 MB."""
    ran = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    chat, text, whole, peak = json.loads(ran.stdout)
    assert (chat, text, whole) == ("5", "chào", False)
    assert peak < 100, f"{peak} MB"


def test_aiogram_that_is_already_loaded_stays_whole() -> None:
    """Whoever imports aiogram first keeps all of it: nothing is held back then."""
    assert "aiogram" in sys.modules
    build = BaseModel.__dict__["model_rebuild"]
    with _without_building():
        assert BaseModel.__dict__["model_rebuild"] is build
    assert BaseModel.__dict__["model_rebuild"] is build


async def test_the_test_server_behaves_for_python_telegram_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets, sending, and every planned fault mean to it what they mean at Telegram."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library warns of its coming default otherwise
    async with telegram_server() as server:
        bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot")
        async with bot:
            update_id = await server.say(5, "chào")
            (update,) = await bot.get_updates(timeout=1)
            assert update.update_id == update_id and update.message is not None and update.message.text == "chào"
            (again,) = await bot.get_updates(timeout=1)
            assert again.update_id == update_id
            assert await bot.get_updates(offset=update_id + 1, timeout=0) == ()
            sent = await bot.send_message(5, "chào bác")
            assert [(each.text, each.message_id) for each in server.shown(5)] == [("chào bác", str(sent.message_id))]
            faults = (
                (error("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7), RetryAfter),
                (error("sendMessage", 403, "Forbidden: bot was blocked by the user"), Forbidden),
                (error("sendMessage", 400, "Bad Request: chat not found"), BadRequest),
                (error("sendMessage", 409, "Conflict: terminated by other getUpdates request"), Conflict),
            )
            for fault, kind in faults:
                server.proxy.plan(fault)
                with pytest.raises(kind):
                    await bot.send_message(5, "chào")
