"""Sending, moving on, the same nominee twice, two officers at once, and who may do what; on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import select

from content import localities
from handlers.access import COMMUNE_OFFICER, AccessDenied, on_route
from handlers.actions import nomination_lists as lists
from handlers.actions.nomination_lists import Wanted
from handlers.actions.nominations import CheckError, MovedFirstError, NominationError, submit, view
from handlers.messages import Attachment, Reply
from handlers.reporting.frame import frame_of
from rules.nominations.model import Consent
from storage import audit, nominations, photos
from storage.photos import Photo
from storage.tables import outbox
from storage.tables_nominations import nomination_files, nomination_moves
from storage.tables_nominations import nominations as table
from storage.tables_people import audit as trail
from tests.nominations.conftest import AGREED, DEED, Nominating
from tests.reports.conftest import CHAT, FAR_VILLAGE, NOW, OTHER_VILLAGE, TODAY, VILLAGE


async def _told(nominating: Nominating) -> list[tuple[str, str]]:
    async with nominating.at.database.read() as connection:
        rows = await connection.execute(select(outbox.c.chat, outbox.c.payload).order_by(outbox.c.id))
        return [(chat, msgspec.json.decode(payload, type=Reply).text) for chat, payload in rows]


async def test_all_the_way_to_the_list_and_told_at_each_step(nominating: Nominating) -> None:
    """Sent, taken, asked, answered, forwarded, approved: the way, the notices, the trail."""
    row = await nominating.sent(nominating.said(consent=AGREED))
    assert (row.receipt, row.state, row.year, row.organisation) == ("DC-0001", "sent", 2023, "")
    row = await nominating.do(row, "take", nominating.at.commune)
    row = await nominating.do(row, "ask", nominating.at.commune, reason="Hộ nào?")
    assert row.state == "asked"
    row = await nominating.do(row, "answer", nominating.at.head, reason="Hộ mẫu.")
    row = await nominating.do(row, "forward", nominating.at.commune)
    row = await nominating.do(row, "approve")
    assert (row.state, row.decided_at, row.due_on) == ("approved", NOW, None)
    told = await _told(nominating)
    assert [chat for chat, _ in told] == [CHAT[1]] * 4
    assert "Hộ nào?" in told[1][1] and "Tin vui" in told[3][1] and "Mẫu" not in "".join(text for _, text in told)
    async with nominating.at.database.read() as connection:
        found = await connection.execute(select(trail.c.verb).where(trail.c.subject_kind == "nomination"))
        assert [verb for (verb,) in found] == [
            f"nomination_{made}" for made in ("send", "take", "ask", "answer", "forward", "approve")
        ]
        assert (await audit.verify(connection)).broken is None


async def test_nothing_of_a_person_stands_in_the_clear(nominating: Nominating) -> None:
    """Name, deed, consent and reasons are ciphertext in every column."""
    row = await nominating.sent(nominating.said(consent=AGREED))
    await nominating.do(row, "ask", nominating.at.commune, reason="Ông Mẫu giúp ai?")
    async with nominating.at.database.read() as connection:
        rows = [*await connection.execute(select(table)), *await connection.execute(select(nomination_moves))]
    stored = " ".join(str(value) for each in rows for value in each)
    assert "Mẫu" not in stored and "giống gà" not in stored and "giấy" not in stored


async def test_confirmed_twice_is_one(nominating: Nominating) -> None:
    """A double tap finds the first."""
    first = await nominating.sent()
    again = await nominating.submit(nominating.said())
    assert again.again and again.row is not None and again.row.id == first.id


async def test_the_same_nominee_is_shown_and_not_doubled(nominating: Nominating) -> None:
    """An organisation names the same person without accents: shown, joined, and told of the result."""
    first = await nominating.sent()
    theirs = nominating.said("n2", name="ho ong nguyen van mau", organisation="women", area_key="thuy-loi-2023")
    shown = await nominating.submit(theirs, nominating.at.commune, chat=("terminal", "commune"))
    assert shown.row is None and [row.id for row in shown.alike] == [first.id]
    joined = await nominating.sent(theirs, nominating.at.commune, chat=("terminal", "commune"), same_as=first.id)
    assert (joined.state, joined.duplicate_of) == ("joined", first.id)
    await nominating.do(await nominating.do(first, "forward", nominating.at.commune), "approve")
    told = await _told(nominating)
    assert [chat for chat, _ in told] == ["head", "head", "commune"] and "DC-0002" in told[-1][1]
    async with nominating.at.database.write() as connection:
        _, listed = await lists.commended(
            connection, nominating.at.district, nominating.at.keys, "kim-bang-district", 2023, NOW
        )
        assert [each.row.id for each in listed] == [first.id]
        assert listed[0].said.name == "Nguyễn Văn Mẫu"


async def test_somebody_else_of_the_name_another_year_and_another_commune_are_not_the_same(
    nominating: Nominating,
) -> None:
    """Whoever says so is believed; a year and a commune further nobody asks."""
    await nominating.sent()
    other = await nominating.sent(nominating.said("n2"), another=True)
    assert other.state == "sent" and other.duplicate_of is None
    later = datetime(2024, 1, 5, tzinfo=UTC)
    assert (await nominating.sent(nominating.said("n3"), now=later, today=later.date())).year == 2024
    far = nominating.said("n4", area_key=FAR_VILLAGE, organisation="farmers")
    assert (await nominating.sent(far, nominating.at.far)).state == "sent"


async def test_withdrawn_ones_do_not_count_as_the_same(nominating: Nominating) -> None:
    """The own one is withdrawn and sent anew."""
    row = await nominating.do(await nominating.sent(), "withdraw", nominating.at.head)
    assert row.state == "withdrawn" and row.due_on is None
    assert (await nominating.sent(nominating.said("n2"))).state == "sent"


async def test_two_officers_at_once(nominating: Nominating) -> None:
    """The second hears who was first and how it stands now; nothing is done twice."""
    row = await nominating.do(await nominating.sent(), "forward", nominating.at.commune)
    done = await asyncio.gather(
        nominating.do(row, "approve"), nominating.do(row, "refuse", nominating.at.second), return_exceptions=True
    )
    failed = [each for each in done if isinstance(each, MovedFirstError)]
    assert len(failed) == 1 and failed[0].last is not None and failed[0].last.name in ("district", "second")
    assert failed[0].row.state in ("approved", "refused")


async def test_nobody_decides_about_the_own_hand(nominating: Nominating) -> None:
    """A district officer writes one down for an organisation: another one decides."""
    at = nominating.at
    row = await nominating.sent(nominating.said(organisation="youth"), at.district)
    row = await nominating.do(row, "forward", at.commune)
    with pytest.raises(NominationError, match=r"error\.own"):
        await nominating.do(row, "approve", at.district)
    async with at.database.write() as connection:
        assert "approve" not in (await view(connection, at.district, at.keys, at.frame, row.id, NOW)).may
        assert "approve" in (await view(connection, at.second, at.keys, at.frame, row.id, NOW)).may
    assert (await nominating.do(row, "approve", at.second)).state == "approved"


async def test_where_the_ward_decides_there_is_one_step(nominating: Nominating) -> None:
    """The route is the locality's: the officer of the ward decides, and only a second one about the own."""
    at = nominating.at
    frame = frame_of(localities.load("kim-bang-2026"), at.frame.words)
    ward = on_route(at.commune, frame.locality.about.review_route)
    assert ward.role == COMMUNE_OFFICER
    async with at.database.write() as connection:
        sent = await submit(connection, at.head, at.keys, frame, nominating.said(), chat=CHAT, now=NOW, today=TODAY)
        assert sent.row is not None and sent.row.state == "checked"
        seen = await view(connection, ward, at.keys, frame, sent.row.id, NOW)
    assert seen.parts == ("decider",) and {"approve", "refuse", "ask"} <= set(seen.may)


async def test_what_the_table_of_moves_does_not_name_is_refused(nominating: Nominating) -> None:
    """A village head approves nothing, a commune decides nothing, a reason is needed."""
    row = await nominating.sent()
    with pytest.raises(NominationError, match="not_now"):
        await nominating.do(row, "approve", nominating.at.head)
    with pytest.raises(NominationError, match="not_now"):
        await nominating.do(row, "approve", nominating.at.commune)
    with pytest.raises(NominationError, match="reason"):
        await nominating.do(row, "refuse", nominating.at.commune, reason="  ")


async def test_another_area_is_closed(nominating: Nominating) -> None:
    """Neither to send for, nor to see, nor to move; a neighbour of the same commune neither."""
    at, row = nominating.at, await nominating.sent()
    for actor in (at.far, at.neighbour):
        async with at.database.write() as connection:
            with pytest.raises(AccessDenied):
                await view(connection, actor, at.keys, at.frame, row.id, NOW)
        with pytest.raises(AccessDenied):
            await nominating.do(row, "withdraw", actor)
    with pytest.raises(AccessDenied):
        await nominating.submit(nominating.said("n2", area_key=OTHER_VILLAGE))
    async with at.database.write() as connection:
        with pytest.raises(AccessDenied):
            await lists.commended(connection, at.far, at.keys, "thuy-loi-2023", 2023, NOW)
        with pytest.raises(AccessDenied):
            await lists.commended(connection, at.head, at.keys, VILLAGE, 2023, NOW)
        with pytest.raises(AccessDenied):
            await lists.see_queue(connection, at.far, at.keys, at.frame, Wanted(place=VILLAGE), TODAY)
        assert not (await lists.see_queue(connection, at.far, at.keys, at.frame, Wanted("all"), TODAY)).lines


async def test_an_officer_names_an_organisation_and_a_district_is_no_place(nominating: Nominating) -> None:
    """Who checks does not put forward in the own name."""
    with pytest.raises(NominationError, match="organisation"):
        await nominating.submit(nominating.said(), nominating.at.commune)
    with pytest.raises(NominationError, match=r"check\.area"):
        await nominating.submit(
            nominating.said(organisation="women", area_key="kim-bang-district"), nominating.at.district
        )
    with pytest.raises(CheckError) as wrong:
        await nominating.submit(nominating.said(deed="Rất tốt"))
    assert wrong.value.field == "deed"


async def test_a_correction_keeps_what_was_there_and_is_told(nominating: Nominating) -> None:
    """The officer corrects the name: before and after stand in the history, the sender reads them."""
    at, row = nominating.at, await nominating.sent(nominating.said(consent=AGREED))
    said = nominating.said(name="Nguyễn Văn Mẫu Hai", deed=f"{DEED} Năm nay thêm hai hộ.", consent=Consent("no"))
    row = await nominating.do(row, "correct", at.commune, said=replace(said, organisation="women"))
    assert (row.state, row.version, row.consent, row.organisation) == ("sent", 2, "no", "")
    async with at.database.write() as connection:
        seen = await view(connection, at.commune, at.keys, at.frame, row.id, NOW)
    (changed,) = seen.corrections.values()
    assert {each.label for each in changed} == {"Tên", "Việc tốt", "Đăng bài"}
    assert (changed[0].before, changed[0].after) == ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu Hai")
    assert "Nguyễn Văn Mẫu Hai" in (await _told(nominating))[0][1]


async def test_a_correction_does_not_double_somebody_either(nominating: Nominating) -> None:
    """Renamed to who is there already: refused with the number; other fields may change."""
    await nominating.sent()
    row = await nominating.sent(nominating.said("n2", name="Trần Văn Mẫu"))
    with pytest.raises(NominationError, match="known"):
        await nominating.do(row, "correct", nominating.at.head, said=nominating.said("n2"))
    said = nominating.said("n2", name="Trần Văn Mẫu", deed=f"{DEED} Thêm nữa.")
    assert (await nominating.do(row, "correct", nominating.at.head, said=said)).version == 2


async def test_the_queue_is_filtered_within_the_own_area(nominating: Nominating) -> None:
    """By what waits, kind, consent, organisation, receipt and the whole name without accents."""
    at = nominating.at
    await nominating.sent(nominating.said(consent=AGREED))
    home = nominating.said("n2", kind="household", name="Lê Thị Mẫu", criteria=(("fund", "Quỹ"),))
    second = await nominating.do(await nominating.sent(home), "forward", at.commune)
    group = nominating.said("n3", kind="collective", name="Chi hội Mẫu", organisation="women", area_key="thuy-loi-2023")
    await nominating.sent(group, at.commune)

    async def ids(actor: object, **wanted: object) -> list[int]:
        async with at.database.read() as connection:
            found = await lists.see_queue(connection, actor, at.keys, at.frame, Wanted(**wanted), TODAY)  # type: ignore[arg-type]  # a table of filters
            return [each.row.id for each in found.lines]

    assert await ids(at.commune) == [1, 3] and await ids(at.district) == [second.id] and await ids(at.head) == []
    assert await ids(at.head, state="all") == [1, 2]
    for wanted, expected in (
        ({"kind": "household"}, [2]), ({"consent": "yes"}, [1]), ({"organisation": "women"}, [3]),
        ({"organisation": "-"}, [1, 2]), ({"text": "dc-0002"}, [2]), ({"text": "ba le thi mau"}, [2]),
        ({"text": "le thi"}, []), ({"year": 2022}, []), ({"place": VILLAGE}, [1, 2]),
        ({"state": "nonsense"}, [1, 2, 3]),
    ):  # fmt: skip
        assert await ids(at.commune, **{"state": "all", **wanted}) == expected, wanted
    assert await ids(at.commune, overdue=True) == []
    async with at.database.read() as connection:
        late = await lists.see_queue(
            connection, at.commune, at.keys, at.frame, Wanted(overdue=True), TODAY.replace(year=2024)
        )
    assert (late.total, late.waiting, late.overdue) == (2, 2, 2)


async def test_pages_go_on_where_they_ended(nominating: Nominating) -> None:
    """Oldest first; the own list newest first."""
    at = nominating.at
    for number in range(3):
        await nominating.sent(nominating.said(f"n{number}", name=f"Mẫu {'ABC'[number]} Mẫu"))
    async with at.database.read() as connection:
        page = await lists.see_queue(connection, at.commune, at.keys, at.frame, Wanted(), TODAY, limit=2)
        rest = await lists.see_queue(connection, at.commune, at.keys, at.frame, Wanted(), TODAY, after=page.after or 0)
        own, more = await lists.mine(connection, at.head, limit=2)
        older, _ = await lists.mine(connection, at.head, before=own[-1].id)
    assert ([each.row.id for each in page.lines], [each.row.id for each in rest.lines]) == ([1, 2], [3])
    assert ([row.id for row in own], more, [row.id for row in older]) == ([3, 2], True, [1])


async def test_photos_go_along_three_at_most(nominating: Nominating) -> None:
    """One of the web that is gone is counted; later ones while it is open only."""
    at, web = nominating.at, ("web", "w1")
    async with at.database.write() as connection:
        await photos.add(connection, at.keys, web, Photo("here", "image/png", 3), b"png", NOW)
    sending = [(web, Attachment("here", "image/png")), (web, Attachment("gone")), (CHAT, Attachment("t"))]
    sent = await nominating.submit(nominating.said(), photos=sending)
    assert sent.row is not None and sent.lost == 1
    async with at.database.write() as connection:
        kept = await nominations.files(connection, sent.row.id)
        assert [(each.channel, lists.ref_of(at.keys, each)) for each in kept] == [("web", "here"), ("terminal", "t")]
        assert await photos.expire(connection, NOW.replace(year=2030)) == 0
        with pytest.raises(NominationError, match="photos"):
            two = [(CHAT, Attachment("a")), (CHAT, Attachment("b"))]
            await lists.attach_later(connection, at.head, at.keys, at.frame, sent.row.id, two, NOW)
        with pytest.raises(AccessDenied):
            await lists.see_file(connection, at.far, at.keys, sent.row.id, kept[0].id)
    row = await nominating.do(sent.row, "withdraw", at.head)
    async with at.database.write() as connection:
        with pytest.raises(NominationError, match="not_now"):
            await lists.attach_later(connection, at.head, at.keys, at.frame, row.id, [(CHAT, Attachment("a"))], NOW)
        assert "here" not in str((await connection.execute(select(nomination_files.c.content))).all())


async def test_the_village_answers_for_what_it_put_forward(nominating: Nominating) -> None:
    """A new head may go on with it; what an organisation brought is not the head's to withdraw."""
    at = nominating.at
    row = await nominating.sent(nominating.said(organisation="women"), at.commune)
    with pytest.raises(AccessDenied):
        await nominating.do(row, "withdraw", at.head)
    async with at.database.write() as connection:
        assert (await view(connection, at.head, at.keys, at.frame, row.id, NOW)).may == ()
    own = await nominating.sent(nominating.said("n2", name="Mẫu Khác"))
    successor = replace(at.head, account_id=at.head.account_id + 1000)
    assert (await nominating.do(own, "withdraw", successor)).state == "withdrawn"
