"""A report in words, for any channel: the summary, the papers, the law, and a text card to keep."""

from __future__ import annotations

from handlers.eligibility.asking import capitalised
from handlers.eligibility.report import Item, Report
from handlers.turn import Turn

_MOST_NEEDED = 3
_MOST_NEAR = 4
_MOST_TITLES = 12
_LONGEST_TOLD = 500


def commune(turn: Turn) -> str:
    """UBND xã, thị trấn or UBND phường, as this place has it."""
    return turn.words.translate(turn.knowledge.locality.commune_words.commune)


def summary(turn: Turn, report: Report) -> str:
    """What a person is told at the end: yes first, then what is open, then no."""
    parts = [turn.say("eligibility.result_title", day=turn.words.date(report.on))]
    if report.entitled:
        lines = [line for item in report.entitled for line in _entitled(turn, item)]
        parts.append("\n".join((turn.say("eligibility.entitled"), *lines)))
    if report.considered:
        lines = [f"• {item_line(turn, item)}" for item in report.considered]
        parts.append("\n".join((turn.say("eligibility.considered"), *lines)))
    if not report.items:
        parts.append(turn.say("eligibility.nothing_yet"))
    if report.needed:
        parts.append("\n".join((turn.say("eligibility.needed"), *_cut(turn, report.needed, _MOST_NEEDED))))
    if report.near:
        parts.append("\n".join((turn.say("eligibility.not_yet"), *_cut(turn, report.near, _MOST_NEAR))))
    parts.append(turn.say("eligibility.only_a_decision", commune=commune(turn)))
    return "\n\n".join(parts)


def item_line(turn: Turn, item: Item) -> str:
    """One benefit in one line."""
    parts = [turn.say("eligibility.for_whom", who=capitalised(item.who), title=item.title)]
    if item.amount:
        parts.append(f": {item.amount}")
    if item.local:
        parts.append(f" ({turn.say('eligibility.local', document='; '.join(item.local))})")
    if not item.confirmed:
        parts.append(f" ({turn.say('eligibility.ask_commune', commune=commune(turn))})")
    return "".join(parts)


def _entitled(turn: Turn, item: Item) -> list[str]:
    lines = [f"✔ {item_line(turn, item)}"]
    if item.papers or item.place:
        lines.append("  " + turn.say("eligibility.how", papers="; ".join(item.papers), place=item.place))
    return lines


def news(turn: Turn, items: tuple[Item, ...]) -> str:
    """A verdict that has just become certain, told before the next question."""
    return "\n".join(f"✔ {item_line(turn, item)}" for item in items)


def more(turn: Turn, report: Report) -> str:
    """What the summary leaves out."""
    parts = []
    for key, lines in (
        ("eligibility.needed", report.needed[_MOST_NEEDED:]),
        ("eligibility.not_yet", report.near[_MOST_NEAR:]),
        ("eligibility.not_both", report.instead),
        ("eligibility.not_for_you", report.refused),
    ):
        if lines:
            parts.append("\n".join((turn.say(key), *(f"• {line}" for line in lines))))
    if report.unsettled:
        titles = "; ".join(report.unsettled)
        parts.append(turn.say("eligibility.unsettled", commune=commune(turn), titles=titles))
    return "\n\n".join(parts) or turn.say("eligibility.nothing_more")


def has_more(report: Report) -> bool:
    """Whether the summary leaves anything out."""
    left = report.needed[_MOST_NEEDED:] or report.near[_MOST_NEAR:]
    return bool(left or report.instead or report.refused or report.unsettled)


def papers(turn: Turn, report: Report) -> str:
    """All papers of what may be applied for, each once, by the place that takes them."""
    parts = [turn.say("eligibility.papers_title")]
    places: dict[str, list[Item]] = {}
    for item in report.items:
        if item.place or item.papers:
            places.setdefault(item.place, []).append(item)
    for place, items in places.items():
        lines = [turn.say("eligibility.papers_at", place=place, titles="; ".join(item.title for item in items))]
        lines += [f"☐ {paper}" for paper in dict.fromkeys(paper for item in items for paper in item.papers)]
        parts.append("\n".join(lines))
    if not places:
        parts.append(turn.say("eligibility.no_papers", commune=commune(turn)))
    return "\n\n".join(parts)


def law(turn: Turn, item: Item) -> str:
    """What one verdict rests on."""
    lines = [capitalised(item.title), *(f"• {text}" for text in (*item.law, *item.local))]
    if item.time:
        lines.append(turn.say("eligibility.time", time=item.time))
    if not item.confirmed:
        lines.append(turn.say("answer.unconfirmed", commune=commune(turn)))
    return "\n".join(lines)


def text_card(turn: Turn, report: Report, told: str = "") -> str:
    """A card to keep or to show: results, papers, place. `told` is what the person agreed to have on it."""
    parts = [turn.say("eligibility.card_title", day=turn.words.date(report.on))]
    if told:
        parts.append(turn.say("eligibility.card_told", facts=told))
    lines = [f"✔ {item_line(turn, item)}" for item in report.entitled]
    lines += [f"• {item_line(turn, item)}" for item in report.considered]
    parts.append("\n".join(lines) or turn.say("eligibility.nothing_yet"))
    if report.items:
        parts.append(papers(turn, report))
    parts.append(turn.say("eligibility.only_a_decision", commune=commune(turn)))
    return "\n\n".join(parts)


def brief(turn: Turn, report: Report, told: str) -> str:
    """What an officer needs to see of a result: what was told, and what may apply. Fits one message of any channel."""
    titles = [capitalised(item.title) for item in (*report.entitled, *report.considered)]
    lines = [turn.say("eligibility.card_told", facts=told[:_LONGEST_TOLD])] if told else []
    return "\n".join((*lines, *_cut(turn, tuple(titles), _MOST_TITLES)))


def _cut(turn: Turn, lines: tuple[str, ...], most: int) -> list[str]:
    shown = [f"• {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(turn.say("eligibility.others", count=len(lines) - most))
    return shown
