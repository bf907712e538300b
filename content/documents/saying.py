"""The sentences of the period report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from content.documents.report import FALLS, LISTS, RISES, Pair, PeriodReport, decimal, number
from content.documents.words import DocumentWords


class HandedIn(Protocol):
    """Whatever an office hands in: for which area, and who stands above it."""

    @property
    def area(self) -> str: ...

    @property
    def parent(self) -> str: ...

    @property
    def office(self) -> str: ...


class Paragraph(NamedTuple):
    """A sentence or a heading of the body."""

    text: str
    heading: bool = False


def body(report: PeriodReport, words: DocumentWords) -> Iterator[Paragraph]:
    """What the report says before its tables."""
    yield Paragraph(words.heading_results, True)
    for status in LISTS:
        yield Paragraph(_of_list(report, words, status))
    section = 2
    if report.target is not None:
        yield Paragraph(words.heading_target.format(year=report.last.year), True)
        yield Paragraph(_against_target(report, report.target, words))
        section += 1
    yield Paragraph(words.heading_annex.format(number=section), True)
    yield Paragraph(words.paragraph_annex)


def notes(report: PeriodReport, words: DocumentWords) -> Iterator[str]:
    """What a reader of the tables has to know."""
    if any(line.households is None or line.persons is None for line in report.lines):
        yield words.note_unknown
    if report.corrections:
        each = "; ".join(
            words.correction.format(
                area=one.area, list=words.lists[one.status], households=_signed(one.households),
                persons=_signed(one.persons),
            )
            for one in report.corrections
        )  # fmt: skip
        yield words.note_corrections.format(each=each)
    if not report.closed:
        yield words.draft


def subject(report: PeriodReport, words: DocumentWords) -> str:
    """What the report is about."""
    return words.subject.format(area=report.area, first=day(report.start), last=day(report.last))


def place_and_date(report: HandedIn, words: DocumentWords, signed_on: date | None) -> str:
    """Where and when it is signed; the date stays open until somebody signs."""
    place = report.area.partition(" ")[2] if report.area[:1].islower() else report.area
    if signed_on is None:
        return words.blank_date.format(place=place)
    # Days and the first two months are written with two digits, so that nothing can be put before them.
    month = f"{signed_on.month:02d}" if signed_on.month < 3 else str(signed_on.month)
    return words.date.format(place=place, day=f"{signed_on.day:02d}", month=month, year=signed_on.year)


def filled(lines: tuple[str, ...], report: HandedIn) -> list[str]:
    """Lines about who hands in, with the names of the places."""
    return [line.format(name=report.area, parent=report.parent, office=report.office) for line in lines]


def day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _of_list(report: PeriodReport, words: DocumentWords, status: str) -> str:
    counted = report.total.lists[status]
    rate = report.total.rate(status)
    falls, rises = _sum(counted[name] for name in FALLS), _sum(counted[name] for name in RISES)
    return words.paragraph_list.format(
        area=report.area,
        list=words.lists[status],
        start_households=number(counted["start"][0]),
        start_persons=number(counted["start"][1]),
        fall_households=number(falls[0]),
        fall_persons=number(falls[1]),
        rise_households=number(rises[0]),
        rise_persons=number(rises[1]),
        end_households=number(counted["end"][0]),
        end_persons=number(counted["end"][1]),
        rate="" if rate is None else words.paragraph_rate.format(rate=decimal(rate)),
    )


def _against_target(report: PeriodReport, target: Decimal, words: DocumentWords) -> str:
    rate = report.total.rate("poor")
    if rate is None:
        return words.paragraph_no_rate.format(target=decimal(target))
    if rate <= target:
        return words.paragraph_met.format(rate=decimal(rate), target=decimal(target))
    gap = decimal(rate - target)
    return words.paragraph_open.format(rate=decimal(rate), target=decimal(target), gap=gap)


def _sum(pairs: Iterator[Pair]) -> Pair:
    households, persons = zip(*pairs, strict=True)
    return sum(households), sum(persons)


def _signed(value: int) -> str:
    return f"+{number(value)}" if value > 0 else number(value)
