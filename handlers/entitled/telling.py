"""What a household is told of findings about it: in the words of an eligibility result, and as carefully."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from content.documents.entitled import load
from handlers.eligibility.amounts import per_period
from handlers.entitled.comparing import PAID
from handlers.entitled.listing import cause_said, facts_said
from handlers.reporting.frame import Frame
from rules.assess import Assessor
from rules.catalogue import Benefit, filled
from storage.entitlements import FoundRow

_LONGEST = 1400
"""Characters of all lines together: one message of the plainest channel, with its beginning and end."""
_NEWS = ("begins", "may_begin", "amount")


def household_text(
    frame: Frame, assessor: Assessor, code: str, head: str, rows: Sequence[FoundRow], on: date, *, on_behalf: bool
) -> str:
    """One notice about a household. What tells of somebody's health is not written into a chat: who wants to know asks
    the office.
    """
    say = frame.words.say
    commune = frame.locality.commune_words.commune
    open_ones = [row for row in rows if not row.finding.sensitive]
    lines, left = _fitting(_block(frame, assessor, row, on) for row in _ordered(open_ones))
    parts = [say("linked.told.behalf" if on_behalf else "linked.told.title", code=code, head=head), *lines]
    hidden = left + len(rows) - len(open_ones)
    if hidden:
        parts.append(say("linked.told.hidden", count=hidden, commune=commune))
    parts.append(say("linked.told.careful", commune=commune))
    parts.append(say("linked.told.stop"))
    return "\n\n".join(parts)


def _ordered(rows: Iterable[FoundRow]) -> list[FoundRow]:
    """What begins first, then what changes, then what ends."""
    return sorted(rows, key=lambda row: (row.finding.kind not in _NEWS, row.finding.day, row.finding.member_id))


def _fitting(blocks: Iterable[str]) -> tuple[list[str], int]:
    """The blocks that fit one message, and how many do not."""
    kept: list[str] = []
    left = used = 0
    for block in blocks:
        if left or used + len(block) > _LONGEST:
            left += 1
            continue
        kept.append(block)
        used += len(block)
    return kept, left


def _block(frame: Frame, assessor: Assessor, row: FoundRow, on: date) -> str:
    found, say = row.finding, frame.words.say
    benefit = assessor.engine.catalogue.get(found.benefit)
    title = frame.words.translate(benefit.title)
    who = row.person or say("eligibility.whole_family")
    line = say("eligibility.for_whom", who=who[:1].upper() + who[1:], title=title)
    amount = _amount(frame, row, benefit)
    if amount:
        line += f": {amount}"
    if not found.confirmed:
        line += f" ({say('eligibility.ask_commune', commune=frame.locality.commune_words.commune)})"
    words = load()
    values = {"line": line, "day": frame.words.date(found.day), "cause": cause_said(found, words)}
    told = [say(f"linked.told.{found.kind}", **values)]
    if found.missing:
        told.append(say("linked.told.ask", facts=facts_said(found, assessor, words)))
    procedure = benefit.procedure(on)
    if procedure is not None and found.kind in ("begins", "may_begin"):
        papers = "; ".join(filled(paper, assessor.engine.parameters, on) for paper in procedure.papers)
        place = filled(procedure.place, assessor.engine.parameters, on)
        told.append(say("eligibility.how", papers=papers, place=place))
    return "\n".join(told)


def _amount(frame: Frame, row: FoundRow, benefit: Benefit) -> str:
    """Money in the hand only: the contribution behind a health card would be taken for it."""
    found = row.finding
    if not found.amount or benefit.group not in PAID or found.kind in ("ends", "may_end"):
        return ""
    return per_period(frame.words, frame.words.money(int(Decimal(found.amount))), benefit.period)
