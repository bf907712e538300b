"""Pages made from the rules: the list of facts, the index of benefits, and one benefit as an officer checks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from rules import casebook, catalogue
from rules.catalogue import Benefit
from rules.engine import Engine
from rules.facts import Condition, Fact, FactBook
from rules.parameters import Number
from rules.tree import paths

VERDICTS: Final = {"eligible": "được", "not_eligible": "không được", "unknown": "chưa kết luận, phải hỏi thêm"}
_MADE: Final = "This page is made from the code; change the code, not the page."


def number(value: Number | float) -> str:
    """A figure as Vietnamese writes it: 1.366.200 or 7,488."""
    return f"{value:,}".replace(",", "_").replace(".", ",").replace("_", ".")


def facts_page(book: FactBook) -> str:
    """`docs/facts.md`: every fact that a facts file may hold."""
    lines = ["# Facts", "", _MADE, "", "| id | type | values | exists where | question |", "|---|---|---|---|---|"]
    lines += [
        f"| `{fact.id}` | {fact.type} | {_values(fact)} | {_exists(fact)} | {' '.join(fact.question.split())} |"
        for fact in book
    ]
    return "\n".join(lines) + "\n"


def benefits_page(engine: Engine, on: date) -> str:
    """`docs/benefits-index.md`: every benefit with its days and where its folder lies."""
    lines = [
        "# Benefits",
        "",
        _MADE,
        "",
        "| id | title | for | in force | not confirmed | cases |",
        "|---|---|---|---|---|---|",
    ]
    for benefit in engine.catalogue:
        first, last = benefit.blocks[0].start, benefit.blocks[-1].end
        block = benefit.block(on)
        unsure = "yes" if block is not None and block.confidence == "unconfirmed" else ""
        days = f"{first} to {last}" if last else f"from {first}"
        cases = len(casebook.load(benefit))
        lines.append(f"| `{benefit.slug}` | {benefit.title} | {benefit.level} | {days} | {unsure} | {cases} |")
    return "\n".join(lines) + "\n"


def benefit_page(engine: Engine, benefit: Benefit, on: date) -> str:
    """One benefit in Vietnamese: conditions, amounts by date, law, how to ask, all cases with their verdicts."""
    lines = [f"# {benefit.title}", ""]
    block = benefit.block(on)
    if block is None:
        lines += [f"Ngày {_day(on)} không có quy định nào đang áp dụng.", ""]
    else:
        sure = "" if block.confidence == "confirmed" else " (chưa được xác nhận)"
        lines += [f"## Điều kiện ngày {_day(on)}{sure}", ""]
        lines += [f"- {catalogue.filled(text, engine.parameters, on)}" for text in block.conditions]
        lines += ["", "## Căn cứ", "", *(f"- {citation.text}" for citation in block.law), ""]
    procedure = benefit.procedure(on)
    if procedure is not None:
        told = {"Ai quyết định": procedure.decides, "Nộp ở đâu": procedure.place, "Bao lâu": procedure.time}
        lines += ["## Thủ tục", "", *(f"- Giấy tờ: {paper}" for paper in procedure.papers)]
        lines += [f"- {key}: {catalogue.filled(text, engine.parameters, on)}" for key, text in told.items()] + [""]
    lines += ["## Mức theo thời gian", "", *_amounts(engine, benefit), "", "## Ví dụ", ""]
    for case in casebook.load(benefit):
        amount = "" if case.amount is None else f", {number(case.amount)} {benefit.unit}"
        lines.append(f"- {_day(case.on)}: {case.name} → {VERDICTS[case.expect]}{amount}")
    return "\n".join(lines) + "\n"


def unconfirmed(engine: Engine, on: date) -> Iterator[tuple[Benefit, tuple[str, ...]]]:
    """The benefits of which something is not confirmed on that day, with the figures concerned."""
    for benefit in engine.catalogue:
        block = benefit.block(on)
        if block is None:
            continue
        leaves = [leaf for _, leaf in paths(engine.compiled(benefit, on).tree)]
        figures = {key for leaf in leaves for key, line in leaf.lines if line.confidence == "unconfirmed"}
        unsure = block.confidence == "unconfirmed" or any(not leaf.decision.sure for leaf in leaves)
        if unsure or figures:
            yield benefit, tuple(sorted(figures))


def _amounts(engine: Engine, benefit: Benefit) -> Iterator[str]:
    last: tuple[Number, ...] | None = None
    for day in engine.spans(benefit):
        ends = [leaf.decision for _, leaf in paths(engine.compiled(benefit, day).tree)]
        amounts = tuple(sorted({end.amount for end in ends if end.amount is not None}))
        if amounts != last:
            last = amounts
            words = ", ".join(number(amount) for amount in amounts) or "không tính bằng tiền"
            yield f"- từ {_day(day)}: {words}{' ' + benefit.unit if amounts else ''}"


def _values(fact: Fact) -> str:
    if fact.numeric:
        return f"{number(fact.minimum)} to {number(fact.maximum)} {fact.unit}"
    return ", ".join(f"`{value}` {label}" for value, label in fact.choices.items())


def _exists(fact: Fact) -> str:
    told = [_holds(fact.only_if) if fact.only_if else "always"]
    if fact.follows is not None:
        told.append(f"is `{fact.implied}` by itself where {_holds(fact.follows)}")
    told += [f"is `{value}` here since {day.isoformat()} unless stated" for day, value in fact.place_from]
    if fact.place is not None:
        told.append(f"is `{fact.place}` here unless stated")
    return "; ".join(told)


def _holds(condition: Condition) -> str:
    if condition.values:
        return f"`{condition.fact}` is {', '.join(sorted(map(str, condition.values)))}"
    limits = {"from": condition.start, "below": condition.end}
    bounds = " ".join(f"{key} {value}" for key, value in limits.items() if value is not None)
    return f"`{condition.fact}` {bounds}"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
