"""When somebody is there, and when an answer is due: holidays and weekends are told, unknown times are not made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from content import office_hours
from content.errors import ContentError
from content.localities import Office
from content.office_hours import Hours, OfficeHours
from handlers.cases import saying
from handlers.turn import VIETNAM, Knowledge

KNOWN = Hours(sessions=(("07:30", "11:30"), ("13:30", "17:00")), confidence="confirmed")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "there", "day"),
    [
        ("2026-11-25T08:00", True, "2026-11-25"),
        ("2026-11-25T07:29", False, "2026-11-25"),
        ("2026-11-25T12:00", False, "2026-11-25"),
        ("2026-11-25T17:00", False, "2026-11-26"),
        ("2026-11-27T17:00", False, "2026-11-30"),  # Friday evening: Monday
        ("2026-11-28T09:00", False, "2026-11-30"),  # Saturday
        ("2026-09-02T09:00", False, "2026-09-03"),  # Quốc khánh, a Wednesday
        ("2027-01-01T09:00", False, "2027-01-04"),  # New Year, a Friday
    ],
)
def test_confirmed_hours(moment: str, there: bool, day: str) -> None:
    """Open between the sessions of a working day only; otherwise the next day on which somebody reads."""
    assert KNOWN.open_at(at(moment)) is there
    if not there:
        found = KNOWN.next_day(at(moment))
        assert found.isoformat() == day or KNOWN.works(found)
        assert found.isoformat() == day


def test_what_is_not_confirmed_is_not_told_as_known() -> None:
    """Neither open nor shut on a working day; shut on a holiday all the same."""
    for hours in (Hours(), Hours(sessions=KNOWN.sessions)):
        assert hours.open_at(at("2026-11-25T09:00")) is None
        assert hours.open_at(at("2026-11-28T09:00")) is False


def test_the_aim_counts_working_days() -> None:
    """Asked on a Thursday, two working days end with Monday; what is urgent is due within half an hour at any time."""
    aims = OfficeHours()
    assert aims.due(at("2026-11-26T10:00"), urgent=False) == at("2026-12-01T00:00")
    assert aims.due(at("2026-11-28T23:50"), urgent=True) == at("2026-11-29T00:20")


def test_what_the_person_is_told(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hours where they are known, the next day where it is shut, how long it took lately."""
    words, office = knowledge.languages["vi"], Office("commune", "UBND xã", "commune", (), ())

    def told(moment: str, hours: Hours, times: list[float]) -> str:
        monkeypatch.setattr(office_hours, "load", lambda _slug: OfficeHours(hours))
        return saying.expectation(knowledge, words, office, times, at(moment).astimezone(UTC))

    assert "07:30–11:30, 13:30–17:00, bây giờ đang có người" in told("2026-11-25T09:00", KNOWN, [])
    assert "sớm nhất là ngày 30/11/2026" in told("2026-11-28T09:00", KNOWN, [])
    unknown = told("2026-11-25T09:00", Hours(), [])
    assert "chưa được xác nhận" in unknown and "07:30" not in unknown
    assert "3 giờ" in told("2026-11-25T09:00", KNOWN, [3 * 3600.0] * 20)
    assert "3 giờ" not in told("2026-11-25T09:00", KNOWN, [3 * 3600.0])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("default: {sessions: [['17:00', '07:30']]}", "no span"),
        ("default: {sessions: [['morning', '11:30']]}", "no span"),
        ("default: {days: [0, 8]}", "days are numbers"),
        ("offices: {commune: {days: []}}", "days are numbers"),
    ],
)
def test_a_broken_file_stops_the_start(tmp_path: Path, text: str, wrong: str) -> None:
    """With the office that it is about."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / office_hours.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=wrong):
        office_hours.load("here", tmp_path)
    assert office_hours.load("nowhere", tmp_path) == OfficeHours()
