"""From a village head's report to the register and back, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update

from bot.channels.web.channel import WebChannel
from handlers.access import AccessDenied
from handlers.actions.reminders import remind
from handlers.actions.report_files import LARGEST, MOST_FILES, attach
from handlers.actions.report_lists import mine, overdue, queue
from handlers.actions.reports import ReportError, SeenFirstError, view
from handlers.messages import Attachment, Location, Reply
from handlers.reporting.notices import MAILBOXES
from handlers.reporting.told import Told
from rules.review import Route
from storage import audit, reports
from storage.register.figures import figures
from storage.register.households import present
from storage.tables import outbox
from storage.tables_people import areas
from storage.tables_register import changes
from storage.tables_reports import report_files
from storage.tables_reports import reports as table
from tests.register.building import assert_is_its_fold, found_household
from tests.reports.conftest import CHAT, FAR_VILLAGE, NOW, TODAY, VILLAGE, Place

DISTRICT = "/ha-nam/kim-bang-district/"


async def _notices(place: Place) -> list[str]:
    async with place.database.read() as connection:
        rows = await connection.execute(select(outbox).where(outbox.c.chat == CHAT[1]).order_by(outbox.c.id))
        return [msgspec.json.decode(row.payload, type=Reply).text for row in rows]


async def test_a_death_goes_from_the_village_to_the_register(place: Place) -> None:
    """Reported, checked, decided: the register changes, and the sender is told of each step."""
    row = await place.sent(place.death())
    assert (row.receipt, row.state, row.area_name) == ("BC-0001", "sent", "Thôn Mẫu 1 (demo)")
    row = await place.do(row, "take", place.commune)
    row = await place.do(row, "forward", place.commune)
    row = await place.do(row, "approve")
    assert (row.state, row.change_id is not None, row.decided_at) == ("approved", True, NOW)
    async with place.database.read() as connection:
        home = await present(connection, place.home)
        assert home is not None
        assert [member["name"] for member in home.living] == ["Mẫu Một", "Mẫu Ba"]
        await assert_is_its_fold(connection)
        assert (await audit.verify(connection)).broken is None
        verbs = [entry.verb for entry in await audit.entries(connection)]
    assert verbs[:4] == ["report_approve", "report_forward", "report_take", "report_send"]
    told = await _notices(place)
    assert len(told) == 3
    assert all("BC-0001" in text for text in told)
    assert "đã được duyệt" in told[-1]


async def test_the_figures_follow_from_the_event_date(place: Place) -> None:
    """A new poor household told in December of a day in May counts in May, in its column."""
    told = Told(
        "poor_new", VILLAGE, date(2023, 5, 10), "s1", is_new=True,
        fields={"head_name": "Mẫu Mới", "head_sex": "male", "others": [{"name": "Mẫu Con", "relation": "child"}]},
    )  # fmt: skip
    row = await place.approved(told)
    assert row.household_id is not None
    async with place.database.read() as connection:
        found = await present(connection, row.household_id)
        assert found is not None
        assert (found["code"], found["status"], len(found.living), found["demo"]) == ("BC0001", "poor", 2, True)
        (area,) = [
            each
            for each in await figures(connection, DISTRICT, date(2023, 5, 1), date(2023, 6, 1))
            if each.key == VILLAGE
        ]
    new = area.lists["poor"].columns["new"]
    assert (new.households, new.persons) == (1, 2)


async def test_the_same_interview_confirmed_twice_is_one_report(place: Place) -> None:
    """A double tap, or one draft taken up on two phones."""
    first = await place.send(place.death())
    again = await place.send(place.death())
    assert first.row is not None
    assert again.row is not None
    assert (first.again, again.again, first.row.id) == (False, True, again.row.id)


async def test_two_people_tell_of_one_death(place: Place) -> None:
    """The second is shown the first; as the same it has no second effect, as another it is a report of its own."""
    first = await place.sent(place.death())
    shown = await place.send(place.death(submission="s2", on=date(2023, 12, 11)), place.commune)
    assert shown.row is None
    assert [(row.receipt, row.sender) for row in shown.alike] == [("BC-0001", "head")]
    joined = await place.sent(place.death(submission="s2"), place.commune, same_as=first.id)
    assert (joined.state, joined.duplicate_of) == ("joined", first.id)
    other = await place.sent(place.death(submission="s3"), place.commune, another=True)
    assert other.state == "sent"
    with pytest.raises(ReportError, match="error_not_now"):
        await place.do(joined, "approve")


async def test_another_report_of_a_death_has_no_second_effect(place: Place) -> None:
    """Insisted on as another event, it fails against the register as it is then."""
    first = await place.sent(place.death())
    other = await place.sent(place.death(submission="s2"), place.commune, another=True)
    await place.do(await place.do(first, "forward", place.commune), "approve")
    other = await place.do(other, "forward", place.commune)
    with pytest.raises(ReportError, match=r"check\.member_dead"):
        await place.do(other, "approve")
    async with place.database.read() as connection:
        after = await reports.get(connection, other.id)
    assert after is not None
    assert (after.state, after.version) == ("checked", other.version)


async def test_a_new_household_told_twice_is_recognised_without_accents(place: Place) -> None:
    """There is no code yet: the village and the head's name stand for it."""
    fields = {"head_name": "Nguyễn Văn Mẫu", "head_sex": "male"}
    await place.sent(Told("poor_new", VILLAGE, date(2023, 12, 1), "s1", is_new=True, fields=fields))
    again = {**fields, "head_name": "nguyen van mau"}
    shown = await place.send(Told("poor_new", VILLAGE, date(2023, 12, 5), "s2", is_new=True, fields=again))
    assert [row.receipt for row in shown.alike] == ["BC-0001"]


async def test_reopening_takes_the_effect_back(place: Place) -> None:
    """The register is as it was, the report waits for a decision again, and can be approved once more."""
    row = await place.approved(place.death())
    row = await place.do(row, "reopen", reason="Báo nhầm người")
    assert (row.state, row.change_id) == ("checked", None)
    async with place.database.read() as connection:
        home = await present(connection, place.home)
        assert home is not None
        assert len(home.living) == 3
        await assert_is_its_fold(connection)
    row = await place.do(row, "approve")
    assert row.state == "approved"


async def test_a_report_that_later_ones_build_on_is_not_reopened(place: Place) -> None:
    """The refusal names the day of the later one; nothing has moved."""
    told = Told(
        "poor_new", VILLAGE, date(2023, 5, 10), "s1", is_new=True, fields={"head_name": "Mẫu A", "head_sex": "male"}
    )
    founded = await place.approved(told)
    exit_ = Told("poor_exit", VILLAGE, date(2023, 9, 10), "s2", household_id=founded.household_id)
    await place.approved(exit_)
    with pytest.raises(ReportError, match="error_built_on") as refused:
        await place.do(founded, "reopen")
    assert refused.value.values == {"day": date(2023, 9, 10)}


async def test_two_officers_at_once(place: Place) -> None:
    """The second is told who was first and how the report stands; nothing is overwritten."""
    row = await place.do(await place.sent(place.death()), "forward", place.commune)
    results = await asyncio.gather(
        place.do(row, "approve", place.district), place.do(row, "refuse", place.second), return_exceptions=True
    )
    failed = [each for each in results if isinstance(each, SeenFirstError)]
    assert len(failed) == 1
    assert failed[0].last is not None
    assert failed[0].last.name in ("district", "second")
    async with place.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(changes))).scalar_one() <= 3
        await assert_is_its_fold(connection)


async def test_a_correction_keeps_what_was_there(place: Place) -> None:
    """The commune mends the day; the trace holds the day before it."""
    row = await place.sent(place.death())
    row = await place.do(row, "correct", place.commune, told=place.death(on=date(2023, 12, 8)))
    assert (row.event_date, row.state) == (date(2023, 12, 8), "sent")
    async with place.database.read() as connection:
        last = (await reports.moves(connection, row.id))[-1]
    assert last.move == "correct"
    assert last.reason is not None
    assert "2023-12-10" in place.keys.decrypt(last.reason, f"report_moves.reason:{row.id}").decode()


async def test_asking_back_and_answering(place: Place) -> None:
    """The question goes to the sender with its reason; the answer brings the report back to the beginning."""
    row = await place.do(await place.sent(place.death()), "ask", place.commune, reason="Mất ở đâu?")
    assert row.state == "asked"
    assert "Mất ở đâu?" in (await _notices(place))[-1]
    with pytest.raises(ReportError, match="error_reason"):
        await place.do(row, "answer", place.head, reason="  ")
    row = await place.do(row, "answer", place.head, reason="Ở nhà")
    assert row.state == "sent"
    async with place.database.read() as connection:
        seen = await view(connection, place.commune, place.keys, place.frame, row.id, TODAY)
    assert list(seen.reasons.values()) == ["Mất ở đâu?", "Ở nhà"]


async def test_withdrawing_ends_it_and_another_can_be_sent(place: Place) -> None:
    """What was withdrawn is no duplicate."""
    row = await place.do(await place.sent(place.death()), "withdraw", place.head)
    assert row.state == "withdrawn"
    assert (await place.sent(place.death(submission="s2"))).state == "sent"


@pytest.mark.parametrize("who", ["neighbour", "far"])
async def test_nobody_reports_or_reviews_outside_the_own_area(place: Place, who: str) -> None:
    """Neither sending, nor seeing, nor moving."""
    stranger = getattr(place, who)
    with pytest.raises(AccessDenied):
        await place.send(place.death(), stranger)
    row = await place.sent(place.death())
    with pytest.raises(AccessDenied):
        await place.do(row, "forward", stranger)
    async with place.database.read() as connection:
        with pytest.raises(AccessDenied):
            await view(connection, stranger, place.keys, place.frame, row.id, TODAY)
        rows, count = await queue(connection, stranger, place.frame)
    assert (rows, count) == ([], 0)


async def test_a_village_that_a_report_names_does_not_open_another_one(place: Place) -> None:
    """The household says where it lies, whatever the message said."""
    told = Told("poor_exit", FAR_VILLAGE, date(2023, 12, 1), "s1", household_id=place.home)
    with pytest.raises(AccessDenied):
        await place.send(told, place.far)


async def test_two_households_become_one(place: Place) -> None:
    """Both in the own area: the first is merged into the second."""
    told = Told("merge", VILLAGE, date(2023, 12, 1), "s1", household_id=place.other, other_id=place.home)
    assert (await place.approved(told)).state == "approved"
    async with place.database.read() as connection:
        merged = await present(connection, place.other)
        assert merged is not None
        assert (merged["state"], merged["merged_into"]) == ("merged", place.home)


async def test_a_merge_reaches_into_no_other_village(place: Place) -> None:
    """The second household has to lie in the own area too."""
    async with place.database.write() as connection:
        away, _, _ = await found_household(connection, "MAU-9", "Mẫu Chín", area=FAR_VILLAGE)
    told = Told("merge", VILLAGE, date(2023, 12, 1), "s1", household_id=place.home, other_id=away)
    with pytest.raises(AccessDenied):
        await place.send(told)


async def test_the_queue_shows_what_waits_for_the_acting_role(place: Place) -> None:
    """First the commune's, then the district's; the sender's own list shows it all along."""
    row = await place.sent(place.death())
    async with place.database.read() as connection:
        assert [each.id for each in (await queue(connection, place.commune, place.frame))[0]] == [row.id]
        assert (await queue(connection, place.district, place.frame))[1] == 0
    await place.do(row, "forward", place.commune)
    async with place.database.read() as connection:
        assert (await queue(connection, place.commune, place.frame))[1] == 0
        assert (await queue(connection, place.district, place.frame))[1] == 1
        assert [each.id for each in (await mine(connection, place.head))[0]] == [row.id]


async def test_a_closed_village_is_named_with_its_successors(place: Place) -> None:
    """An event after the merger is refused, one before it is taken."""
    async with place.database.write() as connection:
        await connection.execute(
            update(areas).where(areas.c.key == VILLAGE).values(end=date(2023, 12, 1), successors=f'["{FAR_VILLAGE}"]')
        )
    with pytest.raises(ReportError, match=r"check\.area_closed_to") as refused:
        await place.send(place.death())
    assert refused.value.values["successors"] == "Thôn Mẫu 1 (demo)"
    assert (await place.sent(place.death(on=date(2023, 11, 30)))).state == "sent"


async def test_an_event_before_a_later_one_says_which(place: Place) -> None:
    """The register keeps the order of events; the officer reads the day of the later one."""
    await place.approved(Told("poor_exit", VILLAGE, date(2023, 9, 1), "s1", household_id=place.home))
    early = Told("nearpoor_again", VILLAGE, date(2023, 8, 1), "s2", household_id=place.home)
    with pytest.raises(ReportError, match=r"check\.never_near_poor"):
        await place.send(early)
    again = Told("poor_again", VILLAGE, date(2023, 8, 1), "s3", household_id=place.home)
    row = await place.do(await place.sent(again), "forward", place.commune)
    with pytest.raises(ReportError, match="error_later") as refused:
        await place.do(row, "approve")
    assert refused.value.values == {"day": date(2023, 9, 1)}


async def test_health_facts_are_not_readable_in_the_tables(place: Place) -> None:
    """Neither what was told nor the degree that goes into the register."""
    told = Told(
        "disability", VILLAGE, date(2023, 12, 1), "s1", household_id=place.home, member_id=place.members[1],
        fields={"degree": "exceptionally_severe"},
    )  # fmt: skip
    await place.approved(told)
    async with place.database.read() as connection:
        stored = "".join((await connection.execute(select(table.c.fields))).scalars())
        stored += "".join((await connection.execute(select(changes.c["items"]))).scalars())
        home = await present(connection, place.home)
    assert "exceptionally" not in stored
    assert home is not None
    assert home.members[1].protected == {"disability"}


async def test_photos_and_a_place_go_with_a_report(place: Place) -> None:
    """A photo that is too large is refused in words; the report stays."""
    row = await place.sent(place.death())

    async def put(*photos: Attachment, location: Location | None = None, actor: Any = None) -> int:
        async with place.database.write() as connection:
            return await attach(
                connection, actor or place.head, place.keys, row.id,
                channel="terminal", chat="head", photos=photos, location=location, now=NOW,
            )  # fmt: skip

    assert await put(Attachment("ref-1", "image/jpeg", 1000), location=Location(20.5, 105.8)) == 2
    with pytest.raises(ReportError, match="photo_too_large"):
        await put(Attachment("ref-2", "image/jpeg", LARGEST + 1))
    with pytest.raises(ReportError, match="too_many_files"):
        await put(*[Attachment(f"ref-{number}") for number in range(MOST_FILES)])
    with pytest.raises(AccessDenied):
        await put(Attachment("ref-3"), actor=place.neighbour)
    async with place.database.read() as connection:
        stored = (await connection.execute(select(report_files))).all()
    assert [each.kind for each in stored] == ["photo", "location"]
    assert all("ref-1" not in each.content and "105.8" not in each.content for each in stored)


async def test_whoever_is_late_is_reminded_once_a_day(place: Place) -> None:
    """The commune while it checks, the sender while something is asked; nobody on a Sunday."""
    row = await place.sent(place.death())
    assert row.due_on == date(2023, 12, 25)
    late = datetime(2023, 12, 26, 1, 0, tzinfo=NOW.tzinfo)

    async def run(day: date) -> int:
        async with place.database.write() as connection:
            return await remind(connection, place.frame, late, day)

    assert await run(date(2023, 12, 21)) == 0
    assert await run(date(2023, 12, 24)) == 0
    assert [await run(date(2023, 12, 26)), await run(date(2023, 12, 26))] == [1, 0]
    async with place.database.read() as connection:
        assert [each.id for each in await overdue(connection, place.commune, date(2023, 12, 26))] == [row.id]
        assert await overdue(connection, place.far, date(2023, 12, 26)) == []
        to = (await connection.execute(select(outbox.c.chat))).scalars().all()
    assert to == ["commune"]


async def test_without_a_district_the_commune_decides(place: Place) -> None:
    """The route is data: with the ward's route the commune officer approves, and no check comes before."""
    place.frame = replace(place.frame, route=Route("commune"))
    row = await place.sent(place.death())
    assert row.state == "checked"
    with pytest.raises(AccessDenied):
        await place.do(row, "approve", place.far)
    assert (await place.do(row, "approve", place.commune)).state == "approved"


def test_mailbox_channels_are_known() -> None:
    """A notice to a mailbox is delivered by being written."""
    assert WebChannel.name in MAILBOXES
    assert WebChannel.mailbox
