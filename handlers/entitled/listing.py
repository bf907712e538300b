"""The list "hộ có thể được thêm" in words: by commune, village and household."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby

from content.documents.entitled import EntitledWords, load
from content.documents.report import number
from handlers.entitled.comparing import PAID
from rules.assess import Assessor
from rules.catalogue import Benefit
from storage.entitlements import Finding, FoundRow


def listed(rows: Iterable[FoundRow], assessor: Assessor, since: date, on: date) -> Iterator[str]:
    """The lines of the list, the first of them its title."""
    words = load()
    yield words.title.format(first=f"{since:%d/%m/%Y}", last=f"{on:%d/%m/%Y}")
    ordered = sorted(rows, key=lambda row: (row.finding.area_path, row.code, row.finding.member_id, row.finding.day))
    if not ordered:
        yield words.none
    for path, of_village in groupby(ordered, key=lambda row: row.finding.area_path):
        inside = list(of_village)
        yield ""
        yield ", ".join(name for name in (inside[0].village, inside[0].commune) if name and path)
        for _, of_household in groupby(inside, key=lambda row: row.code):
            told = list(of_household)
            yield f"  {words.household.format(code=told[0].code, head=told[0].head)}"
            for row in told:
                yield f"    {sentence(row, assessor, words)}"


def sentence(row: FoundRow, assessor: Assessor, words: EntitledWords) -> str:
    """One finding: who, what, since when, why, and what has to be asked."""
    found = row.finding
    benefit = assessor.engine.catalogue.get(found.benefit)
    return words.line.format(
        who=row.person or words.whole,
        kind=words.kinds[found.kind],
        benefit=benefit.title[:1].lower() + benefit.title[1:],
        amount=_amount(found, benefit, words),
        day=f"{found.day:%d/%m/%Y}",
        cause=cause_said(found, words),
        missing=_missing(found, assessor, words),
        unsure="" if found.confirmed else words.unsure,
    )


def _amount(found: Finding, benefit: Benefit, words: EntitledWords) -> str:
    """Only what is paid out: the contribution behind a health card would be taken for money in the hand."""
    if not found.amount or benefit.group not in PAID or found.kind in ("ends", "may_end"):
        return ""
    shown = words.money.format(amount=number(int(Decimal(found.amount))))
    return f" ({shown} {words.periods[benefit.period]})" if benefit.period in words.periods else f" ({shown})"


def cause_said(found: Finding, words: EntitledWords) -> str:
    """Why: a birthday, a change, new law."""
    if found.cause == "birthday":
        key = "birthday" if found.detail else "birthday_unknown"
        return words.causes[key].format(detail=found.detail)
    return words.causes[found.cause].format(detail=words.changes.get(found.detail, words.other_change))


def _missing(found: Finding, assessor: Assessor, words: EntitledWords) -> str:
    return words.missing.format(facts=facts_said(found, assessor, words)) if found.missing else ""


def facts_said(found: Finding, assessor: Assessor, words: EntitledWords) -> str:
    """What has to be asked."""
    book = assessor.engine.book
    return ", ".join(words.birth_date if fact == "person.age" else book.get(fact).short for fact in found.missing)
