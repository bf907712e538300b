"""The result as a card to draw: what a person keeps on the phone or shows at the counter."""

from __future__ import annotations

from typing import Final

from content.cards import Card, Line, Section
from handlers.eligibility.asking import capitalised
from handlers.eligibility.report import Item, Report
from handlers.eligibility.telling import commune
from handlers.turn import Turn

_MOST_ITEMS: Final = 6
_MOST_PAPERS: Final = 8


def card_of(turn: Turn, report: Report) -> Card:
    """The card's words. Only what was found stands on it, never what was told."""
    sections = []
    for key, items, tone in (
        ("eligibility.card_entitled", report.entitled, "yes"),
        ("eligibility.card_considered", report.considered, "maybe"),
    ):
        if items:
            sections.append(Section(turn.say(key), tuple(_lines(turn, items)), tone))
    sections += _papers(turn, report)
    return Card(
        brand="Chung Tay",
        place=turn.words.translate(turn.knowledge.locality.about.name),
        heading=turn.say("eligibility.card_heading"),
        day=turn.words.date(report.on),
        mark=turn.say("eligibility.card_reference"),
        sections=tuple(sections),
        footer=turn.say("eligibility.only_a_decision", commune=commune(turn)),
    )


def _lines(turn: Turn, items: tuple[Item, ...]) -> list[Line]:
    lines = []
    for item in items[:_MOST_ITEMS]:
        title = turn.say("eligibility.for_whom", who=capitalised(item.who), title=item.title)
        detail = [capitalised(item.amount)] if item.amount else []
        detail += [turn.say("eligibility.local", document=document) for document in item.local]
        if not item.confirmed:
            detail.append(turn.say("eligibility.ask_commune", commune=commune(turn)))
        lines.append(Line(title, " · ".join(detail)))
    if len(items) > _MOST_ITEMS:
        lines.append(Line(turn.say("eligibility.card_more", count=len(items) - _MOST_ITEMS), "", quiet=True))
    return lines


def _papers(turn: Turn, report: Report) -> list[Section]:
    """The papers of what the household is entitled to, by place, each once."""
    places: dict[str, list[str]] = {}
    for item in report.entitled or report.considered:
        if item.place:
            places.setdefault(item.place, []).extend(item.papers)
    lines = []
    for place, papers in places.items():
        lines.append(Line(turn.say("eligibility.card_place", place=place), ""))
        lines += [Line(paper, "", box=True) for paper in dict.fromkeys(papers[:_MOST_PAPERS])]
    return [Section(turn.say("eligibility.card_papers"), tuple(lines), "papers")] if lines else []
