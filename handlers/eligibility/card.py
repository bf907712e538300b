"""The result as a card to draw: what a person keeps on the phone or shows at the counter."""

from __future__ import annotations

from typing import Final

from content.cards import Card, Line, Section
from handlers.eligibility.asking import capitalised
from handlers.eligibility.report import Item, Report
from handlers.eligibility.telling import commune
from handlers.turn import Turn

# A picture much taller than wide is shrunk by messengers until nobody can read it.
_MOST_ENTITLED: Final = 5
_MOST_CONSIDERED: Final = 3
_MOST_PLACES: Final = 2
_MOST_PAPERS: Final = 3


def card_of(turn: Turn, report: Report) -> Card:
    """The card's words. Only what was found stands on it, never what was told."""
    sections = []
    if report.entitled:
        lines = _lines(turn, report.entitled, _MOST_ENTITLED)
        sections.append(Section(turn.say("eligibility.card_entitled"), tuple(lines), "yes"))
    if report.considered:
        lines = _lines(turn, report.considered, _MOST_CONSIDERED)
        sections.append(Section(turn.say("eligibility.card_considered"), tuple(lines), "maybe"))
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


def _lines(turn: Turn, items: tuple[Item, ...], most: int) -> list[Line]:
    lines = []
    for item in sorted(items, key=lambda item: not item.amount)[:most]:
        title = turn.say("eligibility.for_whom", who=capitalised(item.who), title=item.title)
        detail = [capitalised(item.amount)] if item.amount else []
        detail += [turn.say("eligibility.local", document=document) for document in item.local]
        if not item.confirmed:
            detail.append(turn.say("eligibility.card_ask"))
        lines.append(Line(title, " · ".join(detail)))
    if len(items) > most:
        lines.append(Line(turn.say("eligibility.card_more", count=len(items) - most), "", quiet=True))
    return lines


def _papers(turn: Turn, report: Report) -> list[Section]:
    """The papers of what the household is entitled to, by place, each once."""
    places: dict[str, list[str]] = {}
    for item in sorted(report.entitled or report.considered, key=lambda item: not item.amount):
        if item.place:
            places.setdefault(item.place, []).extend(item.papers)
    lines = []
    for place, papers in list(places.items())[:_MOST_PLACES]:
        lines.append(Line(turn.say("eligibility.card_place", place=place), ""))
        lines += [Line(paper, "", box=True) for paper in list(dict.fromkeys(papers))[:_MOST_PAPERS]]
    if len(places) > _MOST_PLACES:
        lines.append(Line(turn.say("eligibility.card_more", count=len(places) - _MOST_PLACES), "", quiet=True))
    return [Section(turn.say("eligibility.card_papers"), tuple(lines), "papers")] if lines else []
