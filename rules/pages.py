"""Pages made from the rules: the list of facts and the index of benefits, and what is not confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from rules import casebook
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
