"""Fitting a reply to a channel: nothing lost, nothing too long, and the numbers are those that a person may type."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import Capabilities, Choice, Reply
from handlers.rendering import Hints, render, split

HINTS = Hints(choose="Bác gõ số để chọn:", control="Hoặc gõ:")
# Vietnamese words, marks to cut at, emoji of one and two UTF-16 units, and blanks of all kinds.
BLANKS = (" ", "\n", "\n\n", "\t", "\u00a0")
PIECES = st.sampled_from(("nghèo", "cận", "ữ", "a" * 30, ".", "! ", "…", ";", "😀", "👩🏽‍🌾", *BLANKS))
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.lists(PIECES, max_size=60).map("".join))
FRUIT = tuple(Choice(f"fruit:{number}", label) for number, label in enumerate(("Cam", "Quýt", "Bưởi da xanh"), start=1))
BACK = (Choice("back", "Quay lại"), Choice("menu", "Về mục lục"))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _solid(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, st.integers(min_value=2, max_value=80))
def test_no_piece_is_too_long_and_nothing_but_blanks_is_lost(text: str, limit: int) -> None:
    """Every piece fits in UTF-16 units, which is how platforms count; encoding it again proves that no pair is cut."""
    pieces = split(text, limit)
    assert all(_units(piece) <= limit for piece in pieces)
    assert _solid("".join(pieces)) == _solid(text)
    assert all(piece and piece == piece.strip() for piece in pieces) or pieces == [""]


@given(TEXTS)
def test_a_text_that_fits_is_left_in_one_piece(text: str) -> None:
    """Only the blanks around it go."""
    assert split(text, max(2, _units(text))) == [text.strip()]


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("Một hai ba.\n\nBốn năm. Sáu", 20, ["Một hai ba.", "Bốn năm. Sáu"]),
        ("Một hai ba.\nBốn năm. Sáu", 20, ["Một hai ba.", "Bốn năm. Sáu"]),
        ("Một hai. Ba bốn năm", 14, ["Một hai.", "Ba bốn năm"]),
        ("một hai ba bốn", 10, ["một hai", "ba bốn"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("😀😀😀", 3, ["😀", "😀", "😀"]),
    ],
    ids=["paragraph", "line", "sentence", "word", "nowhere", "pairs"],
)
def test_a_long_text_is_cut_at_the_best_place(text: str, limit: int, pieces: list[str]) -> None:
    """Between paragraphs rather than lines, lines than sentences, sentences than words."""
    assert split(text, limit) == pieces


def test_without_buttons_choices_are_numbered_and_controls_are_words() -> None:
    """The numbers are the places in the offered choices; controls have none."""
    [message] = render(Reply("Chọn gì ạ?", FRUIT, BACK), Capabilities(), HINTS)
    assert message.text == (
        "Chọn gì ạ?\n\nBác gõ số để chọn:\n1. Cam\n2. Quýt\n3. Bưởi da xanh\n\nHoặc gõ: Quay lại · Về mục lục"
    )
    assert message.choices == message.controls == ()


@pytest.mark.parametrize(("buttons", "as_buttons"), [(5, True), (4, False), (0, False)])
def test_buttons_only_where_all_of_them_have_room(buttons: int, as_buttons: bool) -> None:
    """Choices and controls together; half of them as buttons would hide the rest."""
    [message] = render(Reply("Chọn gì ạ?", FRUIT, BACK), Capabilities(buttons=buttons), HINTS)
    assert (message.choices == (*FRUIT, *BACK)) is as_buttons
    assert ("1. Cam" in message.text) is not as_buttons


@pytest.mark.parametrize(
    ("rows", "buttons", "as_list"), [(3, 2, True), (2, 2, False), (3, 1, False), (0, 4, False), (5, 4, True)]
)
def test_a_list_takes_what_is_too_much_for_buttons(rows: int, buttons: int, as_list: bool) -> None:
    """Choices as rows, controls as its buttons, each with room for all; else numbers and words."""
    [message] = render(Reply("Chọn gì ạ?", FRUIT, BACK), Capabilities(buttons=buttons, list_rows=rows), HINTS)
    assert (message.choices == FRUIT and message.controls == BACK) is as_list
    assert ("1. Cam" in message.text) is not as_list
    [few] = render(Reply("Chọn gì ạ?", FRUIT, BACK), Capabilities(buttons=5, list_rows=rows), HINTS)
    assert few.choices == (*FRUIT, *BACK) and few.controls == ()


def test_what_may_be_refused_brings_its_words_along() -> None:
    """The numbers that may be typed, and the controls without one; text and words together are the plain message."""
    plain = render(Reply("Chọn gì ạ?", FRUIT, BACK), Capabilities(), HINTS)[0].text
    for rows in (0, 3):
        given = Capabilities(buttons=2 if rows else 5, list_rows=rows, may_refuse=True)
        [message] = render(Reply("Chọn gì ạ?", FRUIT, BACK), given, HINTS)
        assert f"{message.text}\n\n{message.in_words}" == plain
    assert render(Reply("Chọn gì ạ?", FRUIT, BACK), Capabilities(may_refuse=True), HINTS) == [Reply(plain)]


def test_a_reply_without_choices_stays_as_it_is() -> None:
    """No hint about choosing where there is nothing to choose."""
    assert render(Reply("Chào bác"), Capabilities(), HINTS) == [Reply("Chào bác")]


def test_choices_go_with_the_last_piece() -> None:
    """A person reads down to the buttons."""
    messages = render(Reply("Câu dài. " * 60, FRUIT), Capabilities(text_limit=200, buttons=8), HINTS)
    assert len(messages) > 1
    assert [bool(message.choices) for message in messages] == [False] * (len(messages) - 1) + [True]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1), max_size=30))
def test_each_choice_keeps_its_number_however_the_text_is_cut(labels: list[str]) -> None:
    """All labels are there in order, and no piece is over the limit."""
    choices = tuple(Choice(f"c:{number}", label) for number, label in enumerate(labels))
    messages = render(Reply("Chọn gì ạ?", choices), Capabilities(text_limit=300), HINTS)
    whole = _solid("".join(message.text for message in messages))
    assert all(_units(message.text) <= 300 for message in messages)
    assert whole.endswith(_solid("".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(min_value=1, max_value=40))
def test_a_long_label_is_shortened_visibly(label: str, limit: int) -> None:
    """To the channel's limit, with a mark at its end; the choice keeps its id."""
    capabilities = Capabilities(buttons=1, button_label_limit=limit)
    [message] = render(Reply("x", (Choice("c", label),)), capabilities, HINTS)
    [choice] = message.choices
    assert choice.id == "c"
    assert len(choice.label) <= limit
    assert choice.label == label if len(label) <= limit else choice.label.endswith("…")


@pytest.mark.parametrize("edit", [True, False])
def test_editing_needs_a_channel_that_can_and_one_piece(edit: bool) -> None:
    """Else it is a new message: half an edit would leave the rest standing alone."""
    capabilities = Capabilities(edit=edit, text_limit=100)
    [short] = render(Reply("ngắn", edit_of="7"), capabilities, HINTS)
    assert short.edit_of == ("7" if edit else "")
    assert {message.edit_of for message in render(Reply("dài " * 50, edit_of="7"), capabilities, HINTS)} == {""}


def test_pictures_and_files_only_where_the_channel_can() -> None:
    """Where it cannot, the text stands alone."""
    reply = Reply("x", picture="p", document="d")
    [with_both] = render(reply, Capabilities(pictures_out=True, files_out=True), HINTS)
    [with_none] = render(reply, Capabilities(), HINTS)
    assert (with_both.picture, with_both.document) == ("p", "d")
    assert (with_none.picture, with_none.document) == ("", "")


def test_every_piece_ends_at_a_word_where_there_are_words() -> None:
    """No Vietnamese word is torn apart."""
    text = " ".join(f"nghèo{number}" for number in range(500))
    assert all(re.fullmatch(r"(nghèo\d+ ?)+", piece) for piece in split(text, 160))
