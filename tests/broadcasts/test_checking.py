"""What an announcement must be, how it is worded, when it may go: all without a database."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from content import words
from content.media import sheet
from content.topics import topics
from handlers.broadcasting.checking import LANGUAGES, LONGEST, Text, Typed, cleaned, good_link, problems, units
from handlers.broadcasting.groups import groups_of, tree_of
from handlers.broadcasting.options import fixed
from handlers.broadcasting.outlets import Shown
from handlers.broadcasting.policy import Policy
from handlers.broadcasting.reaching import masked
from handlers.broadcasting.reasons import reason_said
from handlers.broadcasting.wording import content_of, footers, hints_of, messages, render, sheet_id
from handlers.messages import Capabilities
from rules.audiences.tree import read
from storage.expansion import REASONS

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
WORDS = words.load()
FOOTER = footers(WORDS)
GOOD = Typed("notice", {"vi": Text("Họp dân", "Mời bà con họp.", "https://example.org/hop")})
FLOOR = Capabilities()


def _keys(typed: Typed) -> list[tuple[str, str]]:
    options = {"places": {"que": "Quế"}, **fixed(WORDS["vi"], ["web"])}
    return [(each.where, each.key) for each in problems(typed, options, NOW, footer=FOOTER)]


def _text(**values: str) -> dict[str, Any]:
    return {"texts": {"vi": replace(GOOD.texts["vi"], **values)}}


def test_a_good_one_has_no_problem() -> None:
    """Else everything below would prove nothing."""
    assert _keys(GOOD) == []
    assert _keys(replace(GOOD, texts={**GOOD.texts, "en": Text("Meeting", "Come.")})) == []


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"topic": "none"}, ("topic", "no_topic")),
        ({"urgent": True}, ("urgent", "not_urgent")),
        ({"texts": {"vi": Text("", "Mời."), "en": Text("Meeting", "Come.")}}, ("title_vi", "no_title")),
        (_text(title="x" * 121), ("title_vi", "title_too_long")),
        (_text(title="Một\nhai"), ("title_vi", "title_too_long")),
        (_text(text=""), ("text_vi", "no_text")),
        (_text(text="a<br/>b"), ("text_vi", "markup")),
        (_text(text="a&nbsp;b"), ("text_vi", "markup")),
        (_text(title="<b>Họp"), ("title_vi", "markup")),
        (_text(text="**Họp** dân"), ("text_vi", "markdown")),
        (_text(text="xem [đây](https://example.org)"), ("text_vi", "markdown")),
        (_text(text="# Họp dân"), ("text_vi", "markdown")),
        (_text(text="Chào {ho_ten}"), ("text_vi", "placeholder")),
        (_text(text="Chào {{ten}}"), ("text_vi", "placeholder")),
        (_text(text="Họp\x07dân"), ("text_vi", "unprintable")),
        (_text(text="Họp \ud83d dân"), ("text_vi", "unprintable")),
        (_text(link="javascript:alert(1)"), ("link_vi", "bad_link")),
        ({"pictures": tuple("abcdefghijk")}, ("pictures", "too_many_pictures")),
        ({"audience": "{"}, ("audience", "audience_not_readable")),
        ({"audience": '{"area":["qué"]}'}, ("audience", "audience_unknown_value")),
        ({"audience": '{"any":[]}'}, ("audience", "nobody")),
        ({"start_at": NOW - timedelta(minutes=2)}, ("start_at", "in_the_past")),
        ({"start_at": NOW + timedelta(days=400)}, ("start_at", "too_far")),
        ({"not_after": NOW}, ("not_after", "ended")),
        ({"start_at": NOW + timedelta(days=1), "not_after": NOW + timedelta(hours=23)}, ("not_after", "ends_before")),
    ],
)
def test_each_problem_is_found_where_it_is(changed: dict[str, Any], wrong: tuple[str, str]) -> None:
    """And nothing else is complained about."""
    assert _keys(replace(GOOD, **changed)) == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        "Mức hỗ trợ 5 < 10 triệu và 3 > 2",
        "Từ 8h–11h; phí = 0 đồng * 2 người _ ghi chú _",
        "Gọi 1022 (miễn phí) 👨‍👩‍👧 ❤️",
        "Họp tại nhà ông A & bà B",
        "- gạo\n- muối\n1. nước",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    """Signs that are no markup."""
    assert _keys(replace(GOOD, **_text(text=text))) == []


@given(st.text(st.sampled_from("aữ 😀\n."), max_size=2300), st.integers(0, 120))
def test_what_is_accepted_is_one_message_on_the_plainest_channel(text: str, title: int) -> None:
    """The limit counts title, link and footer, in the units in which platforms count."""
    kept = cleaned(text)
    typed = replace(GOOD, texts={"vi": Text("T" * title, kept, "https://example.org")})
    wrong = {key for _, key in _keys(typed)}
    content = content_of(typed.texts, ())
    whole = units(render(content, "vi", FLOOR, WORDS["vi"]).text)
    assert ("text_too_long" in wrong) == (whole > LONGEST)
    if not wrong:
        assert len(messages(content, "vi", Shown(), WORDS["vi"], hints_of(WORDS["vi"]))) == 1


def test_how_to_stop_stands_under_every_one() -> None:
    """In the reader's language; as buttons too where there are some."""
    content = content_of({"vi": Text("Họp", "Mời."), "en": Text("Meeting", "Come.")}, ())
    for language, stop in (("vi", "dừng nhận tin"), ("en", "“stop”")):
        plain = render(content, language, FLOOR, WORDS[language])
        assert stop in plain.text.split("\n\n")[-1]
        assert plain.controls == ()
        pressed = render(content, language, Capabilities(buttons=5), WORDS[language])
        assert [control.id for control in pressed.controls] == ["notices:stop", "topics"]
    only = content_of({"vi": Text("Họp", "Mời.")}, ())
    assert render(only, "en", FLOOR, WORDS["en"]).text.startswith("Họp\n\nMời.")


def test_a_long_text_follows_its_picture_where_captions_are_short() -> None:
    """Two messages then, and one where it fits."""
    content = content_of({"vi": Text("Họp", "a" * 1200)}, ("one",))
    shown = Shown(Capabilities(pictures_out=True), caption_limit=1024)
    first, second = messages(content, "vi", shown, WORDS["vi"], hints_of(WORDS["vi"]))
    assert (first.text, first.picture) == ("", "media:one")
    assert second.picture == "" and second.text.startswith("Họp")
    assert len(messages(content, "vi", replace(shown, caption_limit=0), WORDS["vi"], hints_of(WORDS["vi"]))) == 1
    none = messages(content, "vi", Shown(), WORDS["vi"], hints_of(WORDS["vi"]))
    assert [each.picture for each in none] == [""], "a channel without pictures gets the words"


@pytest.mark.parametrize("number", range(2, 11))
def test_every_number_of_pictures_has_a_sheet(number: int) -> None:
    """Rows of two or three, none left out, none alone in a row."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(stream, "PNG")
    drawn = sheet.sheet([stream.getvalue()] * number)
    assert sum(sheet.rows_of(number)) == number
    assert set(sheet.rows_of(number)) <= {2, 3}
    assert drawn.width == 1200 and drawn.height > 300
    ids = [f"id-{each}" for each in range(number)]
    assert sheet_id(ids) == sheet_id(tuple(ids)) != sheet_id(ids[::-1])


@pytest.mark.parametrize(
    ("at", "quiet", "loud"),
    [
        ("20:59", False, "20:59"),
        ("21:00", True, "07:00"),
        ("00:30", True, "07:00"),
        ("06:59", True, "07:00"),
        ("07:00", False, "07:00"),
    ],
)
def test_quiet_hours_are_those_of_viet_nam(at: str, quiet: bool, loud: str) -> None:
    """Over midnight, half-open."""
    policy = Policy()
    moment = datetime.fromisoformat(f"2026-11-24T{at}:00+07:00")
    assert policy.quiet(moment) is quiet
    found = policy.next_loud(moment)
    assert found >= moment and found.strftime("%H:%M") == loud and not policy.quiet(found)
    assert not Policy(time(0), time(0)).quiet(moment), "off"
    assert Policy(time(12), time(13)).quiet(datetime.fromisoformat("2026-11-24T12:30:00+07:00"))


@pytest.mark.parametrize(
    "data",
    [
        {"all": []},
        {"role": ["village_head"]},
        {"not": {"seen": 30}},
        {"all": [{"role": ["village_head"]}, {"area": ["que"]}, {"not": {"topic": ["credit"]}}]},
        {"any": [{"role": ["village_head"]}, {"all": [{"area": ["que"]}, {"seen": 3}]}]},
    ],
)
def test_what_the_form_shows_is_what_is_kept(data: Any) -> None:
    """Groups and back."""
    tree = read(data)
    groups = groups_of(tree)
    assert groups is not None
    assert tree_of(groups) == tree


@pytest.mark.parametrize(
    "data",
    [{"any": []}, {"not": {"all": [{"seen": 3}]}}, {"all": [{"seen": 3}, {"seen": 4}]}, {"all": [{"any": []}]}],
)
def test_a_tree_that_the_form_cannot_show_is_kept_as_json(data: Any) -> None:
    """It is not bent into another one."""
    assert groups_of(read(data)) is None


def test_a_group_without_conditions_is_everybody() -> None:
    """Beside which no other group matters."""
    assert tree_of([{}, *(groups_of(read({"seen": 3})) or [])]) == read({"all": []})
    assert tree_of([]) == read({"all": []})


def test_nobody_is_told_from_a_sample() -> None:
    """First letters only."""
    assert masked("Nguyễn Văn Mẫu") == "N… V… M…"
    assert masked("") == ""


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Forbidden: bot was blocked by the user", "người nhận đã chặn hoặc rời kênh"),
        ("-213: the person does not follow the account", "người nhận đã chặn hoặc rời kênh"),
        ("-230: cannot write now: the person has not written within seven days", "lâu không nhắn"),
        ("cancelled", "tin bị hủy trước khi gửi"),
        ("expired", "hết hạn trước khi gửi"),
        ("given up after 60 attempts: HTTP 502", "kênh không nhận sau nhiều lần thử"),
        ("-999: strange", "lý do khác của kênh: -999: strange"),
    ],
)
def test_a_platforms_reason_is_told_in_words(reason: str, said: str) -> None:
    """What nobody foresaw stays readable."""
    assert said in reason_said(WORDS["vi"], reason)


def test_every_reason_state_and_topic_has_words() -> None:
    """In both languages."""
    for said in WORDS.values():
        for reason in REASONS:
            assert f"broadcasts.reason.{reason}" in said.phrases
        for topic in topics():
            assert {f"topics.name.{topic}", f"topics.about.{topic}"} <= set(said.phrases)
        for language in LANGUAGES:
            assert f"broadcasts.language.{language}" in said.phrases
    assert [topic.id for topic in topics().values() if topic.urgent] == ["disaster_warning"]


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://example.org", True), ("http://kimbang.hanam.gov.vn/tin?id=3", True), ("example.org", False),
        ("https://", False), ("https://localhost", False), ("https://u@example.org", False),
        ("https://exa mple.org", False), ("ftp://example.org", False), ("https://[bad", False),
    ],
)  # fmt: skip
def test_a_link_is_a_whole_address(link: str, good: bool) -> None:
    """One that a phone opens."""
    assert good_link(link) is good


def test_the_limit_is_met_to_the_character() -> None:
    """The longest that fits, and one more."""
    content = content_of({"vi": Text("Họp", "", "")}, ())
    room = LONGEST - units(render(content, "vi", FLOOR, WORDS["vi"]).text) - 2
    assert _keys(replace(GOOD, texts={"vi": Text("Họp", "a" * room)})) == []
    assert _keys(replace(GOOD, texts={"vi": Text("Họp", "a" * (room + 1))})) == [("text_vi", "text_too_long")]
