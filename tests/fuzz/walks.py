"""Walks to every question of every interview and report form, so that a made-up message can come at each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from handlers.messages import Choice
from rules.reports.catalogue import forms
from tests.fuzz.stage import FLOOR, Stage, decoded, own_ids
from tests.security.table import WORDS

_LONGEST: Final = 30
_CHOICE: Final = "/choice "
_ELSEWHERE: Final = ("begin", "home", "handover")
"""What the first openings begin already."""


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of somebody's talk at one moment."""

    who: str
    name: str
    """Where it is: `report/birth/f:name`, or the choice that led there."""
    state: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody says or presses to begin."""

    who: str
    said: tuple[str, ...]
    common: bool = True
    """Whether the suite walks it too; the rest is for the long run."""
    then: tuple[str, ...] = ()
    """What is said or pressed at the end of the first questions, to get to others."""


_SAMPLES: Final = (
    "MẪU",
    "Nguyễn Văn Mẫu 01",
    "Thôn Mẫu 2",
    "hôm qua",
    "12/3/1990",
    "3",
    "500 nghìn",
    "có",
    "nữ",
    "con",
    "mẹ",
    "1",
    "2",
    "Nhà bị dột, cần sửa mái trước mùa mưa năm nay ạ.",
    "hộ nghèo",
    "xã Thụy Lôi",
    "tự vươn lên",
    "bỏ qua",
    "xong",
    "không",
)


def openings(stage: Stage) -> list[Opening]:
    """One for each way into an interview, each form, each thing that a choice can name."""
    ids = own_ids(stage.seeded)
    found = [
        Opening("citizen", ("kiểm tra quyền lợi",), then=(f"{_CHOICE}elig:hand", f"{_CHOICE}elig:send")),
        Opening("citizen", ("bà tôi 82 tuổi hộ nghèo không lương hưu", "1"), common=False),
        Opening("citizen", ("tìm tin",)),
        Opening("citizen", ("nhắn cho cán bộ",)),
        Opening("citizen", ("nhà tôi",)),
        Opening("citizen", ("gắn với hộ của tôi",), common=False),
        Opening("citizen", ("gặp cán bộ",), common=False),
        Opening("district_officer", ("mời cán bộ",)),
        Opening("village_head", ("cấp mã hộ",)),
        Opening("village_head", ("bàn giao",)),
        Opening("village_head", ("đề cử",)),
        Opening("district_officer", ("soạn thông báo",)),
        Opening("citizen", (f"{_CHOICE}review:refuse:{ids['report']}:1",)),
        Opening("district_officer", (f"{_CHOICE}inbox:take:{ids['case']}:1", f"{_CHOICE}inbox:reply:{ids['case']}")),
        Opening("district_officer", (f"{_CHOICE}nominations:refuse:{ids['nomination']}:1",)),
        Opening("district_officer", (f"{_CHOICE}nominations:consent:{ids['nomination']}:1",)),
        Opening("district_officer", (f"{_CHOICE}broadcast:do:refuse:{ids['broadcast']}:1",)),
        Opening("citizen", (f"{_CHOICE}dialogues:ask:{ids['dialogue']}",)),
        Opening("district_officer", (f"{_CHOICE}handover:{ids['role']}",)),
    ]
    staff = {opening.who for opening in found} - {"citizen"}
    found = [replace(each, said=(f"{_CHOICE}me", *each.said)) if each.who in staff else each for each in found]
    common = ("birth", "split", "poor_new", "disaster")
    found += [
        Opening("village_head", (f"{_CHOICE}me", f"báo {form.phrases[0]}"), form.slug in common) for form in forms()
    ]
    for number, (word, arguments) in enumerate(sorted(WORDS.items())):
        for argument in arguments:
            choice = f"{word}:{argument.format(village='thuy-loi-mau-1', commune='thuy-loi-2023', **ids)}".rstrip(":")
            who = ("district_officer", "village_head", "citizen")[number % 3]
            found.append(
                Opening(who, (f"{_CHOICE}{choice}",), common=argument == arguments[0] and word not in _ELSEWHERE)
            )
    return found


async def walked(stage: Stage, opening: Opening) -> list[State]:
    """Every moment of the talk that the opening begins, to its end or until nothing new is asked."""
    found: dict[str, State] = {}
    for said in opening.said:
        await _said(stage, opening.who, said)
    await _on(stage, opening, found)
    for said in opening.then:
        await _said(stage, opening.who, said)
    if opening.then:
        await _on(stage, opening, found)
    return list(found.values())


async def _on(stage: Stage, opening: Opening, found: dict[str, State]) -> None:
    for tried in range(_LONGEST):
        state = await stage.conversation(opening.who)
        name = where(state, opening)
        found.setdefault(name, State(opening.who, name, state))
        if decoded(state).interview is None or not await _answered(stage, opening, name, tried):
            break


def where(state: bytes, opening: Opening) -> str:
    """What a state is called."""
    running = decoded(state).interview
    if running is None:
        return " ".join(opening.said)
    form = str(running.answers.get("form", "")) if running.kind == "report" else ""
    return "/".join(part for part in (running.kind, form, running.current or "summary") if part)


async def _answered(stage: Stage, opening: Opening, name: str, tried: int) -> bool:
    """Give answers until the question is another one; at a summary confirm."""
    if name.endswith("/summary"):
        return False
    before = await stage.conversation(opening.who)
    for said in _answers(decoded(before).offered, tried):
        await _said(stage, opening.who, said)
        after = await stage.conversation(opening.who)
        if where(after, opening) != name:
            return True
    return False


def _answers(offered: Sequence[Choice], tried: int) -> Iterator[str]:
    """The choices first, not always the first of them; then what fits some question."""
    answers = [each.id for each in offered if each.id.startswith("iv:a:")]
    for number in range(min(len(answers), 2)):
        yield f"{_CHOICE}{answers[(number + tried) % len(answers)]}"
    yield from _SAMPLES


async def _said(stage: Stage, who: str, said: str) -> None:
    content: Mapping[str, str] = {"choice": said.removeprefix(_CHOICE)} if said.startswith(_CHOICE) else {"text": said}
    await stage.turn(who, channel=FLOOR, **content)
