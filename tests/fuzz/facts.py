"""Targets: facts that come from a file: `eligibility --facts` and `--batch`."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from click.testing import CliRunner
from hypothesis import strategies as st

from bot.cli import cli
from rules import facts, facts_file
from rules.errors import RulesError
from tests.fuzz.target import Target, never_hanging
from tests.fuzz.texts import ODD, sentences

_ANSWER_KEYS: Final = {"results", "next"}


@cache
def _ids() -> tuple[str, ...]:
    return tuple(fact.id for fact in facts.load())


@cache
def _values() -> tuple[Any, ...]:
    """Everything that some fact with a list of answers may be."""
    listed = [tuple(fact.choices) for fact in facts.load()]
    return tuple(sorted({str(value) for values in listed for value in values}))


_ODD_VALUES: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 130),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.sampled_from(ODD),
    sentences(),
    st.just([]),
    st.just({}),
    st.just(["yes"]),
    st.sampled_from(("yes", "no", "poor", "near_poor", "none", "severe", "10**3", "82")),
)


@st.composite
def told(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of a house and its people, most of them possible."""
    ids = st.one_of(st.sampled_from(_ids()), st.sampled_from(_ids()), st.sampled_from(_ids()), sentences())
    values = st.one_of(st.sampled_from(_values()), st.integers(0, 110), _ODD_VALUES)
    found: dict[str, Any] = draw(st.dictionaries(ids, values, max_size=6))
    if draw(st.booleans()):
        person = st.dictionaries(ids, values, max_size=4)
        found["persons"] = draw(st.one_of(st.lists(person, max_size=3), _ODD_VALUES))
    return found


@st.composite
def files(draw: st.DrawFn) -> str:
    """A facts file as text, with a few characters changed."""
    said = json.dumps(draw(st.one_of(told(), told(), _ODD_VALUES)), ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(said)))
        piece = draw(
            st.one_of(
                st.sampled_from(("[" * 100_000, "9" * 5_000, "1e999", "NaN", '"', "{", "\ud83d", "\x00", "\\ud83d")),
                st.text(max_size=3),
            )
        )
        said = said[:at] + piece + said[at + draw(st.integers(0, 3)) :]
    return said


def facts_read(text: str) -> None:
    """Facts come out, or one sentence that names file and line."""
    try:
        with never_hanging():
            found = facts_file.read(text, Path("nha.json"), _book())
    except RulesError as refused:
        assert "nha.json" in str(refused) and "line " in str(refused)
        return
    assert isinstance(found, dict)


@cache
def _book() -> facts.FactBook:
    return facts.load()


def on_the_command_line(folder: Path, case: tuple[dict[str, Any], Any, Any]) -> None:
    """`--batch`: a line of results for each case, or one sentence with the line's number and no trace."""
    given, on, benefit = case
    line = json.dumps({"facts": given, "on": on, "benefit": benefit}, ensure_ascii=True, allow_nan=True)
    file = folder / "cases.jsonl"
    file.write_text(f"{line}\n", encoding="utf-8")
    with never_hanging(60):
        done = CliRunner().invoke(cli, ["eligibility", "--batch", str(file)])
    trace = done.exception is not None and not isinstance(done.exception, SystemExit | RulesError)
    assert not trace, (line, done.exception)
    if done.exit_code == 0 and done.output.strip():
        answer = msgspec.json.decode(done.output.strip().splitlines()[-1])
        assert set(answer) == _ANSWER_KEYS, line
        assert all(each["amount"] is None or math.isfinite(each["amount"]) for each in answer["results"])


_DAYS: Final = st.one_of(
    st.none(), st.dates().map(str), st.sampled_from(("2026-11-24", "", "0000-00-00", "9999-12-31", 5, [], "x"))
)
_SLUGS: Final = st.one_of(
    st.none(), st.sampled_from(("social-pension", "sa-elder-80", "no-such", "", "../x", 7, [], "x" * 3_000))
)
TARGETS: Final = (
    Target("facts files", files(), facts_read, in_suite=25),
    Target("eligibility batch", st.tuples(told(), _DAYS, _SLUGS), on_the_command_line, "folder", in_suite=2),
)
