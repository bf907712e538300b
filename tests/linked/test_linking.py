"""Linking an account and a household: only with the code that fits it, after a clear yes, and ended at any time."""

from __future__ import annotations

import hashlib

import pytest

from content import words
from handlers.actions.links import WRONG_TRIES
from storage import linked
from storage.tables_linked import account_households, household_codes
from tests.linked.conftest import Commune
from tests.register.building import set_fields
from tests.reports.conftest import NOW, TODAY


async def test_a_household_is_linked_seen_and_ended(commune: Commune) -> None:
    """The whole way: code from the village head, household by name and year, consent, a look, the end."""
    citizen = commune.phones["citizen"]
    assert "mã hộ" in await citizen.say("nha toi")
    assert "mã dùng một lần" in await citizen.say("Hoang Van Mau Chin, 1951")
    asked = await citizen.say(f"ma {(await commune.code()).lower()}")
    assert "MAU-9, Hoàng Văn Mẫu Chín" in asked
    assert "Bác có đồng ý không ạ?" in asked
    assert "nói rõ" in await citizen.say("để xem")
    assert "Đã gắn với hộ MAU-9" in await citizen.say("1")
    (row,) = await commune.rows(account_households)
    assert (row.household_id, row.consent_version, row.on_behalf, row.ended_at) == (commune.home, "1", False, None)
    assert row.linked_by == commune.place.head.account_id
    heard = await citizen.say("nhà tôi")
    assert "hộ nghèo, 2 người" in heard
    assert "Gỡ hộ MAU-9" in await citizen.say("gỡ hộ")
    assert "Đã gỡ hộ MAU-9" in await citizen.say("đồng ý gỡ")
    (row,) = await commune.rows(account_households)
    assert (row.ended_how, row.ended_by) == ("person", row.account_id)
    assert "chưa gắn" in await citizen.say("go ho")
    verbs = await commune.verbs()
    wanted = ["household_code_given", "household_linked", "see_own_household", "household_unlinked"]
    assert [verb for verb in verbs if verb in wanted] == wanted


async def test_the_code_may_come_first(commune: Commune) -> None:
    """Somebody types what is on the slip of paper, then the household."""
    code = await commune.code()
    citizen = commune.phones["citizen"]
    assert "mã của một hộ" in await citizen.say(code)
    assert "Bác có đồng ý" in await citizen.say("MAU-9")
    assert "cháu không gắn" in await citizen.say("không đồng ý")
    assert await commune.rows(account_households) == []
    assert (await commune.rows(household_codes))[0].used_at is None


@pytest.mark.parametrize(
    "said", ["MAU-1", "Mẫu Một, 1951", "Hoàng Văn Mẫu Chín, 1952", "Hoàng Văn Mẫu Chín", "khong co"]
)
async def test_a_code_fits_one_household_only(commune: Commune, said: str) -> None:
    """A neighbour's code, a wrong year, a household that does not exist: the same answer, and nothing is told."""
    citizen, code = commune.phones["citizen"], await commune.code()
    heard = await citizen.talk("nhà tôi", said, f"mã {code}")
    assert "Mã và hộ không khớp" in heard
    assert "Hoàng" not in heard and "MAU-9" not in heard
    assert "Bác có đồng ý" in await citizen.talk("quay lại", "mau 9", code)


async def test_a_code_is_used_once_and_a_new_one_replaces_it(commune: Commune) -> None:
    """Whoever finds the slip afterwards gets nothing; nor does the first slip once a second was written."""
    old = await commune.code()
    code = await commune.code()
    citizen, stranger = commune.phones["citizen"], commune.phones["stranger"]
    assert "không khớp" in await citizen.talk("nhà tôi", "mau-9", f"mã {old}")
    assert "Đã gắn" in await citizen.talk(f"mã {code}", "đồng ý")
    assert "không khớp" in await stranger.talk("nhà tôi", "mau-9", f"mã {code}")


async def test_two_people_agree_with_one_code(commune: Commune) -> None:
    """Both have read the consent; the second one hears that the code is gone, and is not linked."""
    code = await commune.code()
    for name in ("citizen", "stranger"):
        await commune.phones[name].talk("nhà tôi", "mau-9", f"mã {code}")
    assert "Đã gắn" in await commune.phones["citizen"].say("đồng ý")
    assert "hết hạn hoặc đã có người dùng" in await commune.phones["stranger"].say("đồng ý")
    assert len(await commune.rows(account_households)) == 1


async def test_guessing_ends_soon(commune: Commune) -> None:
    """After five wrong codes the right one is not tried any more either."""
    citizen, code = commune.phones["citizen"], await commune.code()
    await citizen.talk("nhà tôi", "mau-1")
    for _ in range(WRONG_TRIES):
        assert "không khớp" in await citizen.say(f"mã {code}")
    await citizen.talk("quay lại", "mau-9")
    assert "nhiều lần quá" in await citizen.say(f"mã {code}")


async def test_deleting_the_data_ends_it(commune: Commune) -> None:
    """The account is gone, the link is ended, and that it was is all that stays."""
    await commune.linked()
    await commune.phones["citizen"].talk("xóa dữ liệu", "1")
    (row,) = await commune.rows(account_households)
    assert (row.ended_how, row.ended_at) == ("deleted", NOW)
    assert (await commune.verbs())[-2:] == ["household_unlinked", "data_deleted"]
    assert "mã hộ" in await commune.phones["citizen"].say("nhà tôi")


async def test_a_citizen_gives_no_codes(commune: Commune) -> None:
    """Nor does a village head for a household of another village."""
    assert "không làm được" in await commune.phones["citizen"].say("cấp mã hộ")
    async with commune.database.write() as connection:
        await set_fields(connection, "move_out", TODAY, ("household", commune.home, {"area_key": "thuy-loi-mau-2"}))
    assert "không thấy ai" in await commune.phones["head"].talk("cấp mã hộ", "mau chin")


async def test_the_village_head_gets_the_notices_for_people_who_cannot_write(commune: Commune) -> None:
    """The text is read aloud, and what is kept says that it was."""
    head = commune.phones["head"]
    asked = await head.talk("nhận tin thay hộ", "mau chin")
    assert "Bác đọc cho người trong hộ nghe" in asked
    assert "Có việc mới của hộ MAU-9" in await head.say("đã nghe, đồng ý")
    (row,) = await commune.rows(account_households)
    assert (row.account_id, row.on_behalf, row.consent_version) == (commune.place.head.account_id, True, "spoken_1")
    await head.talk("gỡ hộ", "1")
    assert (await commune.rows(account_households))[0].ended_how == "person"


async def test_two_accounts_become_one_with_its_households(commune: Commune) -> None:
    """Linking a second channel keeps the household, once."""
    await commune.linked()
    stranger = commune.phones["stranger"]
    assert "Đã gắn" in await stranger.talk("nhà tôi", "mau-9", f"mã {await commune.code()}", "đồng ý")
    (first, second) = await commune.rows(account_households)
    async with commune.database.write() as connection:
        await linked.move(connection, second.account_id, first.account_id, NOW)
        (kept,) = await linked.of_account(connection, first.account_id)
        assert await linked.of_account(connection, second.account_id) == []
    assert kept.household_id == commune.home


def test_what_was_agreed_to_never_changes() -> None:
    """Each text has a number; a changed text needs a new one, because people agreed to the old one."""
    phrases = words.load()["vi"].phrases
    agreed = {key: phrases[f"linked.consent.{key}"] for key in ("1", "spoken_1")}
    assert {key: hashlib.sha256(text.encode()).hexdigest()[:16] for key, text in agreed.items()} == {
        "1": "cdafd28f8f6bd16a",
        "spoken_1": "90b346bbaccf25c3",
    }
