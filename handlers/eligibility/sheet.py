"""One benefit as an officer checks it without reading Python: conditions, amounts by date, law, cases with verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rules import casebook
from rules.assess import Assessor
from rules.casebook import BenefitCase
from rules.catalogue import Benefit, filled
from rules.facts import FactBook
from rules.household import PERSONS
from rules.pages import VERDICTS, number, unconfirmed
from rules.parameters import DatedValue, Parameter
from rules.tree import paths

_UNITS: Final[Mapping[str, str]] = {
    "VND": "đồng",
    "VND/month": "đồng mỗi tháng",
    "VND/year": "đồng mỗi năm",
    "VND/day": "đồng mỗi ngày",
    "percent": "%",
    "percent/year": "% một năm",
    "years": "tuổi, năm",
    "months": "tháng",
    "working_days": "ngày làm việc",
    "days": "ngày",
    "coefficient": "(hệ số)",
    "kg/person": "kg mỗi người",
    "kWh/month": "số điện mỗi tháng",
}


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A figure on the days on which it holds."""

    start: date
    end: date | None
    value: str
    law: str
    confirmed: bool
    now: bool


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A figure of the law that the rule reads, with its history."""

    id: str
    term: str
    unit: str
    lines: tuple[DatedLine, ...]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in words, with what the rule says to it."""

    name: str
    day: date
    facts: tuple[str, ...]
    verdict: str
    outcome: str
    amount: str


@dataclass(frozen=True, slots=True)
class Span:
    """What holds for the benefit on `[start, end)`, in words and law."""

    start: date
    end: date | None
    conditions: tuple[str, ...]
    law: tuple[str, ...]
    note: str
    confirmed: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one benefit, in Vietnamese."""

    slug: str
    title: str
    level: str
    on: date
    now: Span | None
    spans: tuple[Span, ...]
    papers: tuple[str, ...]
    place: str
    decides: str
    time: str
    figures: tuple[FigureTable, ...]
    cases: tuple[CaseLine, ...]
    last_checked: date

    def text(self) -> str:
        """The sheet for a terminal."""
        return "\n".join(_lines(self))


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A benefit of which something must be asked again, with the figures concerned."""

    benefit: str
    title: str
    figures: tuple[str, ...]


def sheet(assessor: Assessor, benefit: Benefit, on: date) -> Sheet:
    """The benefit with all its days; `on` says which of them are marked as present."""
    law = assessor.engine.parameters
    procedure = benefit.procedure(on)
    spans = tuple(_span(assessor, benefit, place, on) for place in range(len(benefit.blocks)))

    def words(text: str) -> str:
        return filled(text, law, on)

    return Sheet(
        slug=benefit.slug,
        title=benefit.title,
        level="cả hộ" if benefit.level == "household" else "từng người",
        on=on,
        now=next((span for span in spans if span.now), None),
        spans=spans,
        papers=tuple(map(words, procedure.papers)) if procedure else (),
        place=words(procedure.place) if procedure else "",
        decides=words(procedure.decides) if procedure else "",
        time=words(procedure.time) if procedure else "",
        figures=tuple(_table(law.get(each), on) for each in _figures_read(assessor, benefit)),
        cases=tuple(_case(assessor.engine.book, benefit, case) for case in casebook.load(benefit)),
        last_checked=benefit.last_checked,
    )


def unconfirmed_lines(assessor: Assessor, on: date) -> list[Unconfirmed]:
    """What is not confirmed on that day."""
    law = assessor.engine.parameters
    return [
        Unconfirmed(benefit.slug, benefit.title, tuple(f"{each}: {law.get(each).term}" for each in figures))
        for benefit, figures in unconfirmed(assessor.engine, on)
    ]


def day(value: date) -> str:
    """A date as Vietnamese writes it."""
    return value.strftime("%d/%m/%Y")


def _span(assessor: Assessor, benefit: Benefit, place: int, on: date) -> Span:
    block = benefit.blocks[place]
    # Figures are shown as on the day asked about, where it lies in the block, else as at the block's beginning.
    shown = on if block.holds(on) else block.start
    return Span(
        start=block.start,
        end=block.end,
        conditions=tuple(filled(text, assessor.engine.parameters, shown) for text in block.conditions),
        law=tuple(citation.text for citation in block.law),
        note=block.note or "",
        confirmed=block.confidence == "confirmed",
        now=block.holds(on),
    )


def _figures_read(assessor: Assessor, benefit: Benefit) -> list[str]:
    """The parameters that the rule reads on any day, in the order in which it reads them."""
    engine = assessor.engine
    found: dict[str, None] = {}
    for start in engine.spans(benefit):
        for _, leaf in paths(engine.compiled(benefit, start).tree):
            found |= dict.fromkeys(key for key, _ in leaf.lines)
    return list(found)


def _table(parameter: Parameter, on: date) -> FigureTable:
    lines = tuple(_dated(line, on) for line in parameter.values)
    return FigureTable(parameter.id, parameter.term, _UNITS.get(parameter.unit, parameter.unit), lines)


def _dated(line: DatedValue, on: date) -> DatedLine:
    return DatedLine(line.start, line.end, number(line.value), line.law, line.confidence == "confirmed", line.holds(on))


def _case(book: FactBook, benefit: Benefit, case: BenefitCase) -> CaseLine:
    amount = "" if case.amount is None else f"{number(case.amount)} {_UNITS.get(benefit.unit, benefit.unit)}".strip()
    return CaseLine(case.name, case.on, tuple(_facts(book, case.facts)), VERDICTS[case.expect], case.expect, amount)


def _facts(book: FactBook, facts: Mapping[str, object]) -> Iterator[str]:
    for key, value in facts.items():
        if key == PERSONS and isinstance(value, list):
            for place, person in enumerate(value, start=1):
                yield f"người thứ {place}: {'; '.join(_facts(book, person))}"
            continue
        fact = book.get(key)
        said = number(value) if isinstance(value, int) and not isinstance(value, bool) else _label(fact.choices, value)
        yield f"{fact.short}: {said}"


def _label(choices: Mapping[str, str], value: object) -> str:
    word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return choices.get(str(word), str(word))


def _lines(one: Sheet) -> Iterator[str]:
    yield f"{one.title} ({one.slug}) – tính cho {one.level}, ngày {day(one.on)}"
    if one.now is None:
        yield f"\nNgày {day(one.on)} không có quy định nào đang áp dụng."
    yield "\nĐIỀU KIỆN VÀ CĂN CỨ"
    for span in one.spans:
        sure = "" if span.confirmed else "; chưa được xác nhận"
        yield f"{'▸' if span.now else ' '} {period(span.start, span.end)}{sure}"
        yield from (f"    - {text}" for text in span.conditions)
        if span.note:
            yield f"    Lưu ý: {span.note}"
        yield from (f"    Căn cứ: {text}" for text in span.law)
    if one.place:
        yield "\nTHỦ TỤC"
        yield from (f"  Giấy tờ: {paper}" for paper in one.papers)
        yield f"  Nộp ở: {one.place}"
        yield f"  Ai quyết định: {one.decides}"
        yield f"  Bao lâu: {one.time}"
    yield "\nMỨC, NGƯỠNG THEO THỜI GIAN"
    for table in one.figures:
        yield f"  {table.term} [{table.id}], {table.unit}"
        for line in table.lines:
            sure = "" if line.confirmed else "; chưa được xác nhận"
            mark = "▸" if line.now else " "
            yield f"  {mark} {period(line.start, line.end)}: {line.value} ({line.law}{sure})"
    yield "\nCÁC TRƯỜNG HỢP"
    for case in one.cases:
        amount = f", {case.amount}" if case.amount else ""
        yield f"  {day(case.day)}: {case.name} → {case.verdict}{amount}"
    yield f"\nKiểm tra lần cuối: {day(one.last_checked)}"


def period(start: date, end: date | None) -> str:
    """The days on which something holds, the last one included."""
    return f"từ {day(start)}" if end is None else f"{day(start)} – {day(end - timedelta(days=1))}"
