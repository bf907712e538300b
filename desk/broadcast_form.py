"""The form of an announcement: what stood in it, as it was typed, and what that means. Nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from handlers.broadcasting.checking import LANGUAGES, Problem, Text, Typed, cleaned
from handlers.broadcasting.groups import MOST_GROUPS, Group, Line, groups_of, tree_of
from handlers.turn import VIETNAM
from rules.audiences.catalogue import kinds
from rules.audiences.model import Tree
from rules.audiences.tree import AudienceError, read, written
from storage.broadcasts import BroadcastRow

NOT_DENIED: Final = frozenset({"seen"})
_MOST_TYPED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody filled it in."""

    topic: str = ""
    urgent: bool = False
    texts: Mapping[str, Text] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ({},)
    json: str = ""
    """The audience as JSON, where somebody writes it so; empty where the groups hold."""
    start: str = ""
    end: str = ""


def read_form(form: Any) -> Filled:
    """What a posted form says."""
    texts = {
        language: Text(
            _said(form, f"tieu_de_{language}").strip(),
            cleaned(_said(form, f"noi_dung_{language}")),
            _said(form, f"lien_ket_{language}").strip(),
        )
        for language in LANGUAGES
    }
    number = _said(form, "so_nhom")
    count = min(int(number), MOST_GROUPS) if number.isascii() and number.isdecimal() and len(number) < 4 else 1
    groups = [_group(form, at) for at in range(max(count, 1))]
    if "them_nhom" in form and len(groups) < MOST_GROUPS:
        groups.append({})
    taken = _said(form, "bo_nhom")
    if taken.isdecimal() and len(groups) > 1 and int(taken[:3]) < len(groups):
        del groups[int(taken[:3])]
    return Filled(
        topic=_said(form, "chu_de")[:32],
        urgent="khan" in form,
        texts=texts,
        pictures=tuple(dict.fromkeys(str(each)[:64] for each in form.getall("anh_giu", []))),
        groups=tuple(groups),
        json=_said(form, "json").strip() if _said(form, "cach") == "json" else "",
        start=_said(form, "gui_luc").strip()[:40],
        end=_said(form, "het_han").strip()[:40],
    )


def _group(form: Any, at: int) -> Group:
    lines: dict[str, Line] = {}
    for kind, described in kinds().items():
        values = [str(each).strip()[:64] for each in form.getall(f"n{at}_{kind}", [])]
        values = [each for each in values if each]
        if described.kind.takes == "days":
            values = values[:1]
        if values:
            lines[kind] = Line(tuple(dict.fromkeys(values)), f"n{at}_{kind}_khong" in form)
    return lines


def from_row(row: BroadcastRow, texts: Mapping[str, Text]) -> Filled:
    """What is kept, as its form."""
    tree = read(row.audience)
    groups = groups_of(tree)
    return Filled(
        row.topic, row.urgent, texts, row.content.pictures,
        tuple(groups) if groups is not None else ({},),
        "" if groups is not None else written(tree),
        _local(row.start_at), _local(row.not_after),
    )  # fmt: skip


def typed_of(filled: Filled) -> tuple[Typed, list[Problem]]:
    """What it means, and the times that cannot be read."""
    problems = []
    times: list[datetime | None] = []
    for name, said in (("start_at", filled.start), ("not_after", filled.end)):
        moment = moment_said(said)
        if said and moment is None:
            problems.append(Problem(name, "bad_time"))
        times.append(moment)
    texts = {language: text for language, text in filled.texts.items() if text}
    return Typed(filled.topic, texts, filled.pictures, audience_of(filled), filled.urgent, times[0], times[1]), problems


def audience_of(filled: Filled) -> Tree | str:
    """The audience: JSON is read later, with the names that exist."""
    if filled.json:
        return filled.json
    try:
        # Through its written form, so that a value out of range is refused like one that was typed as JSON.
        return written(read(written(tree_of(filled.groups))))
    except (AudienceError, ValueError):
        return _as_typed(filled.groups)


def _as_typed(groups: Sequence[Group]) -> str:
    """A group whose days are no number: kept as it is, to be refused in words."""
    days = next((line.values[0] for group in groups for kind, line in group.items() if kind == "seen"), "")
    return '{"seen":"' + "".join(char for char in days if char.isalnum())[:20] + '"}'


def moment_said(said: str) -> datetime | None:
    """A moment of a form in Vietnamese time: as a browser sends it, or "25/11/2026 08:00"."""
    for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"):
        try:
            return datetime.strptime(said, pattern).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


def without(filled: Filled, pictures: Sequence[str]) -> Filled:
    """The same form with these pictures."""
    return replace(filled, pictures=tuple(pictures))


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


def _said(form: Any, name: str) -> str:
    value = form.get(name, "")
    return value[:_MOST_TYPED] if isinstance(value, str) else ""
