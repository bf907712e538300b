"""How common households are: used to ask first what settles most, and to simulate households in tests.

`population.yaml` gives for each fact weights, possibly different ones where another fact is known. They only steer the
order of questions; no verdict depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from rules.errors import RulesError
from rules.facts import Fact, FactBook, Value
from rules.tree import Check, Known, domain, split

FILE: Final = Path(__file__).with_name("population.yaml")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the values with its weight."""

    values: Known
    weight: float


@dataclass(frozen=True, slots=True)
class Table:
    """The shares where every condition of `when` holds."""

    when: Mapping[str, Known]
    shares: tuple[Share, ...]


class Population:
    """Weights by fact."""

    def __init__(self, tables: Mapping[str, Sequence[Table]], book: FactBook) -> None:
        self._tables = tables
        self._book = book

    def weight(self, fact_id: str, band: Known, exact: Mapping[str, Value]) -> float:
        """How likely an answer lies in the band, between 0 and 1, given what is known."""
        shares = self._shares(self._book.get(fact_id), exact)
        total = sum(share.weight for share in shares)
        return sum(share.weight * _part(share.values, band) for share in shares) / total

    def household(self, random: Random) -> dict[str, Value]:
        """One simulated household with one person: every fact that exists for it."""
        exact: dict[str, Value] = {}
        for fact in self._book:
            exact[fact.id] = self.draw(fact, exact, random)
        return exact

    def draw(self, fact: Fact, exact: Mapping[str, Value], random: Random) -> Value:
        """One answer by the shares, or the `otherwise` value where the fact does not exist."""
        condition = fact.only_if
        if condition is not None and fact.otherwise is not None and not condition.allows(exact[condition.fact]):
            return fact.otherwise
        shares = self._shares(fact, exact)
        values = random.choices(shares, [share.weight for share in shares])[0].values
        return random.randint(*values) if isinstance(values, tuple) else sorted(values, key=str)[0]

    def _shares(self, fact: Fact, exact: Mapping[str, Value]) -> Sequence[Share]:
        if fact.place is not None:
            return (Share(frozenset([fact.place]), 1.0),)
        for table in self._tables.get(fact.id, ()):
            if all(other in exact and _holds(exact[other], values) for other, values in table.when.items()):
                return table.shares
        whole = domain(fact)
        if isinstance(whole, tuple):
            return (Share(whole, 1.0),)
        return tuple(Share(frozenset([value]), 1.0) for value in sorted(whole, key=str))


def _holds(value: Value, values: Known) -> bool:
    return values[0] <= int(value) <= values[1] if isinstance(values, tuple) else value in values


def _part(share: Known, band: Known) -> float:
    """How much of a share lies in a band."""
    if isinstance(share, tuple) and isinstance(band, tuple):
        common = min(share[1], band[1]) - max(share[0], band[0]) + 1
        return max(0, common) / (share[1] - share[0] + 1)
    return len(frozenset(share) & frozenset(band)) / len(share)


def load(book: FactBook, file: Path = FILE) -> Population:
    """Read the make-up.

    Raises:
        RulesError: a fact or value that does not exist.
    """
    entries = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    tables: dict[str, list[Table]] = {}
    for entry in entries:
        try:
            fact = book.get(entry["fact"])
            when = {key: _known(book.get(key), values) for key, values in entry.get("when", {}).items()}
            tables.setdefault(fact.id, []).append(Table(when, tuple(_shares(fact, entry["weights"]))))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RulesError(f"weights of {entry.get('fact')!r}: {error!r}", file=file) from error
    return Population(tables, book)


def _shares(fact: Fact, weights: Any) -> list[Share]:
    if fact.numeric:
        return [Share((first, last), float(weight)) for first, last, weight in weights]
    return [Share(frozenset([fact.checked(value)]), float(weight)) for value, weight in weights.items()]


def _known(fact: Fact, values: Any) -> Known:
    return (values[0], values[1]) if fact.numeric else frozenset(fact.checked(value) for value in values)


def cut_finely(whole: Known, cuts: Sequence[int]) -> list[Known]:
    """A number's values cut at each boundary, or a choice's values one by one."""
    if not isinstance(whole, tuple):
        return [frozenset([value]) for value in sorted(whole, key=str)]
    bands: list[Known] = []
    rest: Known | None = whole
    for cut in sorted(set(cuts)):
        if rest is None:
            break
        above, below = split(rest, Check("", cut, frozenset()))
        if below is not None:
            bands.append(below)
        rest = above
    return [*bands, rest] if rest is not None else bands
