"""What fuzzing has found, each as a test of its own."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.updates import to_incoming
from bot.channels.zalo_http import number
from bot.channels.zalo_oa import events
from bot.turns import Outcome
from content.exchange.layout import ExchangeError, fold
from content.exchange.sheets import open_sheet
from content.media import MediaError, documents
from content.reading.stance import stance
from content.reading.tokens import read_line
from content.search.period import named_period
from handlers.messages import Attachment, Incoming
from handlers.turn import Turn
from rules import facts, facts_file
from rules.errors import RulesError
from storage.database import Database
from tests.fuzz.target import at_most, never_hanging
from tests.turns.conftest import NOW, Engines, Outlet, Plain


@pytest.mark.parametrize("depth", ["[" * 100_000, '{"person.age": ' + "9" * 5_000 + "}"])
def test_a_facts_file_without_end_is_refused_in_one_sentence(depth: str) -> None:
    """Brackets in brackets, and a number that Python itself refuses."""
    with pytest.raises(RulesError, match=r"nha\.json: line 1: no JSON"):
        facts_file.read(depth, Path("nha.json"), facts.load())


def test_a_place_of_hundreds_of_digits_is_no_place() -> None:
    """Whoever has the secret may write any number; it must not raise where nobody catches."""
    payload = {"coordinates": {"latitude": 10**400, "longitude": 105}}
    body: dict[str, Any] = {
        "event_name": "user_send_location",
        "sender": {"id": "5"},
        "message": {"msg_id": "1", "attachments": [{"type": "location", "payload": payload}]},
    }
    event = events.read(body, NOW, b"{}")
    assert event is not None and event.incoming is not None and event.incoming.location is None


def test_two_signs_make_no_number() -> None:
    """A timestamp of "--5" is none."""
    assert (number("--5"), number("-5"), number("5")) == (None, -5, 5)


def test_a_size_beyond_any_file_is_not_kept() -> None:
    """It would not fit into a column."""
    message = {
        "chat": {"id": 5, "type": "private"},
        "photo": [{"file_id": "a", "width": 1, "height": 1, "file_size": 2**70}],
    }
    incoming = to_incoming({"update_id": 1, "message": message}, NOW)
    assert incoming is not None and incoming.photos[0].size == 0


def _packed(method: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        archive.writestr("[Content_Types].xml", b"x" * 50)
        archive.writestr("xl/workbook.xml", b"x" * 50)
    return written.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_packed_as_no_office_program_packs_is_refused(method: int, tmp_path: Path) -> None:
    """Each way of packing raises errors of its own when it is damaged."""
    data = _packed(method)
    with pytest.raises(MediaError) as refused:
        documents.checked(data)
    assert refused.value.reason == "broken"
    file = tmp_path / "a.xlsx"
    file.write_bytes(data)
    with pytest.raises(ExchangeError) as sheet:
        open_sheet(file)
    assert sheet.value.reason == "broken"
    assert documents.checked(_packed(zipfile.ZIP_DEFLATED)).ending == "xlsx"


def test_a_cell_of_brackets_only_is_read_in_one_go() -> None:
    """A cell may hold 130,000 of them."""
    with never_hanging(5), at_most(2_000):
        assert fold("()" * 65_000) == fold("(" * 130_000) == ""
    assert fold("Họ tên (ghi rõ) chủ hộ (a(b) c)") == "ho ten chu ho c"


def test_a_message_of_digits_only_is_looked_through_once() -> None:
    """Not once more from each of its digits."""
    with never_hanging(2):
        assert named_period("9" * 200_000, date(2026, 11, 24)) is None
    assert named_period("nghị quyết 123456/2021/NQ năm 2023", date(2026, 11, 24)) == (
        date(2023, 1, 1),
        date(2024, 1, 1),
    )


def test_a_clause_without_a_comma_is_not_looked_through_from_every_word() -> None:
    """What is supposed is said near; sixty words before is another sentence without its full stop."""
    line = read_line("nếu hộ nghèo " + "thì " * 20 + "hộ nghèo")
    assert stance(line, len(line.tokens) - 2, len(line.tokens), owner_known=True) == "open"
    far = read_line("a " * 900 + "hộ nghèo")
    with at_most(15_000):
        stance(far, 900, 902, owner_known=True)


async def test_control_characters_of_a_message_are_not_stored(
    database: Database, engines: Engines, outlet: Outlet
) -> None:
    """PostgreSQL refuses a zero byte anywhere: the turn failed at every question of every interview."""
    heard: list[Incoming] = []

    async def keep(turn: Turn) -> Any:
        heard.append(turn.incoming)
        connection = await turn.work.connection()
        await connection.exec_driver_sql("SELECT 1")
        return []

    engine = engines(database, keep)
    odd = "a\x00b\x1bc\nd\ud83d\uffff"
    photo = Attachment(odd, "image/png", 5)
    said = Incoming(Plain.name, "a", "1", NOW, text=odd, choice=odd, contact_phone=odd, language=odd, photos=(photo,))
    assert await engine.handle(said) is Outcome.DONE
    wanted = "a b c\nd\ufffd "
    (got,) = heard
    assert {got.text, got.choice, got.contact_phone, got.language, got.photos[0].ref} == {wanted}
    assert (got.photos[0].mime, got.photos[0].size) == ("image/png", 5)
