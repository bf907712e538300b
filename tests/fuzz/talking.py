"""Target: anything that may come from a person, in every state of every dialog, on a plain channel and a rich one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from hypothesis import strategies as st

from bot.turns import Outcome
from handlers import conversation as conversations
from handlers.broadcasting.checking import units
from handlers.interviews import discover
from handlers.messages import Attachment, Capabilities, Location, Reply
from rules.reports.catalogue import forms
from tests.fuzz.stage import CAPABILITIES, FLOOR, RICH, Stage, decoded
from tests.fuzz.target import Target, at_most, never_hanging
from tests.fuzz.texts import messages, sentences
from tests.fuzz.walks import State, openings, walked
from tests.security.table import WORDS

_ACCENTED: Final = frozenset("ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")
_LARGEST_STATE: Final = 100_000
_LONGEST_ID: Final = 64
_MUCH: Final = 400
# What comes out where a text of a person is run as a template or a format.
_EXECUTED: Final = ("51739249", "<class ", "root:x:0")


@dataclass(frozen=True)
class Talk:
    """A stage and the states of its people's talks; `all_of_them` walks to each, else to the common ones."""

    stage: Stage
    all_of_them: bool

    @cached_property
    def states(self) -> tuple[State, ...]:
        found: dict[tuple[str, str], State] = {}
        for opening in openings(self.stage):
            if opening.common or self.all_of_them:
                for state in self.stage.run(self._walked(opening)):
                    found.setdefault((state.who, state.name), state)
        return tuple(found.values())

    async def _walked(self, opening: Any) -> list[State]:
        async with self.stage.database.example():
            return await walked(self.stage, opening)

    def reached(self) -> tuple[set[str], set[str]]:
        """The kinds of interviews and the report forms with a state in the middle of them."""
        running = [decoded(each.state).interview for each in self.states]
        kinds = {each.kind for each in running if each is not None}
        named = {str(each.answers.get("form", "")) for each in running if each is not None and each.kind == "report"}
        return kinds, named - {""}


def missing(talk: Talk) -> set[str]:
    """Interviews and forms that no walk gets into: what is new needs an opening."""
    kinds, named = talk.reached()
    wanted = {form.slug for form in forms()} if talk.all_of_them else set()
    return (set(discover()) - kinds) | (wanted - named)


def anything_said(talk: Talk, case: tuple[int, list[dict[str, Any]], bool]) -> None:
    """An answer in the person's language, within the channel's limits, and a state that can be read again."""
    number, said, rich = case
    state = talk.states[number % len(talk.states)]
    talk.stage.run(_talked(talk.stage, state, said, RICH if rich and state.who == "citizen" else FLOOR))


async def _talked(stage: Stage, state: State, said: list[dict[str, Any]], channel: str) -> None:
    async with stage.database.example():
        await stage.remember(state.who, state.state, channel)
        for content in said:
            waited = content.get("waited", 0)
            stage.clock.advance(waited)
            rest = {name: value for name, value in content.items() if name != "waited"}
            try:
                with never_hanging(), _counted(content.get("text", "")):
                    outcome, replies = await stage.turn(state.who, channel=channel, **rest)
            finally:
                stage.clock.advance(-waited)
            after = await stage.conversation(state.who, channel)
            check(outcome, replies, after, CAPABILITIES[channel], f"in {state.name} after {content!r:.300}")


def _counted(text: str) -> AbstractContextManager[None]:
    """Counting makes a turn three times as slow, so it is done where there is much to read."""
    return at_most(3_000_000 + 1_000 * len(text)) if len(text) > _MUCH else nullcontext()


def check(outcome: Outcome, replies: list[Reply], state: bytes, able: Capabilities, where: str) -> None:
    """What must hold after every turn."""
    assert outcome is Outcome.DONE, where
    remembered = decoded(state)
    assert conversations.decode(conversations.encode(remembered)) == remembered, where
    assert len(state) < _LARGEST_STATE, (where, len(state))
    assert replies or remembered.case, f"no answer {where}"
    for reply in replies:
        assert reply.text.strip() and reply.text.encode() and "\x00" not in reply.text, where
        assert units(reply.text) <= able.text_limit, (where, units(reply.text))
        buttons = (*reply.choices, *reply.controls)
        assert len(buttons) <= able.buttons, where
        for choice in buttons:
            assert 0 < len(choice.id.encode()) <= _LONGEST_ID and choice.label.strip(), (where, choice)
            assert len(choice.label) <= able.button_label_limit, where
        assert not any(mark in reply.text for mark in _EXECUTED), where
    if replies and not remembered.language.startswith("en"):
        assert _ACCENTED & set("".join(each.text for each in replies).lower()), where


_NO_HALVES: Final = st.text(st.characters(codec="utf-8"), max_size=64)


@st.composite
def _choice(draw: st.DrawFn) -> dict[str, Any]:
    """A button of ours from last year, with anything in the place of its numbers."""
    word = draw(st.sampled_from(sorted(WORDS)))
    argument = draw(st.sampled_from(WORDS[word]))
    odd = draw(
        st.one_of(
            st.integers(-1, 12).map(str),
            _NO_HALVES,
            st.sampled_from(("9" * 18, "9" * 19, "٣", "²", "-1", "0", "\x00", ":::", "")),
        )
    )
    names = (
        "village",
        "commune",
        "report",
        "household",
        "member",
        "code",
        "file",
        "case",
        "entry",
        "invitation",
        "role",
        "account",
        "nomination",
        "news",
        "dialogue",
        "group",
        "broadcast",
        "reply",
        "media",
        "finding",
    )
    filled = argument.format(**dict.fromkeys(names, odd))
    end = draw(st.sampled_from(("", f":{odd}", ":", f"{odd}:{odd}")))
    choice = f"{word}:{filled}{end}" if filled or end else word
    return {"choice": choice[:80]}


_TEXT: Final = messages().map(lambda said: {"text": said})
_SHORT: Final = sentences().map(lambda said: {"text": said})
_OTHER: Final = st.one_of(
    st.builds(
        lambda ref, mime, size, text: {"photos": (Attachment(ref, mime, size),), "text": text},
        _NO_HALVES,
        st.sampled_from(("image/jpeg", "image/png", "text/html", "")),
        st.integers(0, 2**62),
        st.one_of(st.just(""), sentences()),
    ),
    st.builds(
        lambda x, y, text: {"location": Location(x, y), "text": text},
        st.floats(-90, 90),
        st.floats(-180, 180),
        st.one_of(st.just(""), sentences()),
    ),
    st.builds(lambda said: {"contact_phone": said}, _NO_HALVES),
    st.builds(
        lambda kind: {"unsupported": kind}, st.sampled_from(("sticker", "voice", "file", "hidden", "photo", "x" * 20))
    ),
    st.builds(lambda said, tag: {"text": said, "language": tag}, sentences(), _NO_HALVES.map(lambda said: said[:16])),
    st.builds(
        lambda said, days: {"text": said, "waited": days * 86_400}, sentences(), st.sampled_from((1, 8, 40, 400))
    ),
)
CONTENT: Final = st.one_of(_TEXT, _SHORT, _SHORT, _choice(), _OTHER)
TARGETS: Final = (
    Target(
        "talk",
        st.tuples(st.integers(0, 10**6), st.lists(CONTENT, min_size=1, max_size=4), st.booleans()),
        anything_said,
        "talk",
        in_suite=25,
    ),
)
