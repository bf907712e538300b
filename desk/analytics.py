"""The analytics in words: one set of tables from which the page draws its charts and the workbook its sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from content.documents.analytics import Sheet
from content.documents.table import Table
from desk.parts import Parts
from handlers.actions.analytics import Seen
from handlers.analytics.report import ANSWERS, DialogFigures, Place
from handlers.analytics.steps import SUMMARY
from rules import facts
from rules.facts import FactBook
from rules.reports.catalogue import forms

_BAR: Final = 260
"""Length of the longest bar, in the units of the drawing."""
_MOST_BARS: Final = 30
"""What is rarer stands in the table only."""
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart; without a length its figure is hidden."""

    name: str
    length: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart, and under it the table it is drawn from."""

    key: str
    sheet: Sheet
    bars: tuple[Bar, ...]
    note: str = ""


@cache
def _book() -> FactBook:
    return facts.load()


def panels(parts: Parts, seen: Seen) -> list[Panel]:
    """Everything that there is to show of an area."""
    figures = seen.figures
    if figures.own is None or figures.is_empty:
        return [_dialog(parts, each) for each in figures.dialogs]
    say = parts.say
    number = say("analytics.number")
    weeks = [(parts.words.date(date.fromisoformat(each.name)), each.number) for each in figures.weeks]
    topics = [(topic_said(parts, each.name), each.number) for each in figures.topics]
    answers = [
        (say(f"analytics.answer.{each}"), figures.own.answers[each], _share(parts, figures.own, each))
        for each in ANSWERS
    ]
    found = [
        _panel(parts, "answers", (say("analytics.who"), number, say("analytics.share")), answers),
        _panel(parts, "weeks", (say("analytics.week"), number), weeks),
        _panel(parts, "topics", (say("analytics.topic"), number), topics),
    ]
    if figures.places:
        head = ("place", "number", "answer.bot", "answer.people", "answer.nobody", "half", "most")
        rows = [_place(parts, seen, each) for each in figures.places]
        found.append(_panel(parts, "places", tuple(say(f"analytics.{each}") for each in head), rows))
    return found + [_dialog(parts, each) for each in figures.dialogs]


def about(parts: Parts, seen: Seen) -> Table:
    """The first sheet: of what and when the figures are, and what is hidden."""
    figures = seen.figures
    say = parts.say
    rows = [
        (say("analytics.place"), seen.area.name),
        (say("analytics.period"), period_said(parts, seen)),
        (say("analytics.number"), shown(parts, figures.own.sum if figures.own is not None else None)),
        (say("analytics.half"), wait_said(parts, figures.own.half if figures.own is not None else None)),
        (say("analytics.most"), wait_said(parts, figures.own.most if figures.own is not None else None)),
        (say("analytics.about"), say("analytics.hiding")),
        ("", say("analytics.estimate")),
    ]
    return Table(say("analytics.about"), (say("analytics.title"), ""), tuple(rows))


def period_said(parts: Parts, seen: Seen) -> str:
    figures = seen.figures
    return parts.say("analytics.from_to", first=figures.first, last=figures.last)


def shown(parts: Parts, number: int | None) -> str:
    """A figure, or the mark of a hidden one."""
    return parts.say("analytics.hidden") if number is None else parts.words.number(number)


def wait_said(parts: Parts, wait: timedelta | None) -> str:
    """A time to answer, as exact as it is useful."""
    if wait is None:
        return parts.say("analytics.too_few")
    if wait < _HOUR:
        return parts.say("analytics.minutes", number=-(-wait // timedelta(minutes=1)))
    if wait < 2 * _DAY:
        return parts.say("analytics.hours", number=round(wait / _HOUR))
    return parts.say("analytics.days", number=round(wait / _DAY))


def topic_said(parts: Parts, article_id: str) -> str:
    """What an article is called in short; one that is gone keeps its id."""
    if not article_id:
        return parts.say("analytics.no_topic")
    article = parts.knowledge.library.get(article_id)
    return article.short if article is not None else article_id


def kind_said(parts: Parts, kind: str) -> str:
    key = f"analytics.dialog.{kind}"
    return parts.say(key) if key in parts.words.phrases else kind


def step_said(parts: Parts, kind: str, step: str) -> str:
    """The question at which people stop, in a few words."""
    if step == SUMMARY:
        return parts.say("analytics.step.summary")
    for key in (f"analytics.step.{kind}.{step}", f"analytics.step.{step.partition(':')[0]}"):
        if key in parts.words.phrases:
            return parts.say(key)
    if step in _book():
        return _book().get(step).short
    return _form_label(step) or parts.say("analytics.step.other", step=step)


@cache
def _form_label(step: str) -> str:
    """The label of a report's field, whichever form has it."""
    field = step.partition(":")[2] or step
    return next((form.words[field].label for form in forms() if field in form.words), "")


def _share(parts: Parts, own: Place, which: str) -> str | None:
    number = own.answers[which]
    if number is None or not own.sum:
        return None
    return f"{parts.words.number(round(100 * number / own.sum))}%"


def _place(parts: Parts, seen: Seen, place: Place) -> tuple[str | int | None, ...]:
    row = seen.units.get(place.key)
    answers = [place.answers[each] for each in ANSWERS]
    waits = wait_said(parts, place.half), wait_said(parts, place.most)
    return row.name if row is not None else place.key, place.sum, *answers, *waits


def _dialog(parts: Parts, dialog: DialogFigures) -> Panel:
    stopped: dict[str, int | None] = {}
    for each in dialog.steps:
        name = step_said(parts, dialog.kind, each.name)
        before = stopped.get(name, 0)
        # Two steps of one name: where either is hidden, so is the sum.
        stopped[name] = None if before is None or each.number is None else before + each.number
    title = kind_said(parts, dialog.kind)
    head = (parts.say("analytics.step"), parts.say("analytics.stopped"))
    note = parts.say(
        "analytics.dialog_note", begun=shown(parts, dialog.begun), finished=shown(parts, dialog.finished),
        cancelled=shown(parts, dialog.cancelled),
    )  # fmt: skip
    return _panel(parts, f"dialog-{dialog.kind}", head, stopped.items(), title, note)


def _panel(
    parts: Parts, key: str, head: tuple[str, ...], rows: Iterable[tuple[str | int | None, ...]], title: str = "",
    note: str = "",
) -> Panel:  # fmt: skip
    found = tuple(tuple(row) for row in rows)
    numbers = [row[1] if isinstance(row[1], int) else None for row in found]
    longest = max((number for number in numbers if number is not None), default=0) or 1
    bars = [
        Bar(str(row[0]), round(_BAR * number / longest) if number is not None else None, shown(parts, number))
        for row, number in zip(found, numbers, strict=True)
    ]
    # A long list of hidden figures says nothing; weeks are shown in full, since a gap is also news.
    drawn = bars if key in ("weeks", "answers") else [bar for bar in bars if bar.length is not None][:_MOST_BARS]
    return Panel(key, Sheet(title or parts.say(f"analytics.panel.{key}"), head, found), tuple(drawn), note)
