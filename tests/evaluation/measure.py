"""The figures of a set of questions: how often the search is right, and whom it turns away."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from content.search import Finding, Search

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 24)
_ANSWERED = ("article", "choices")


def questions(name: str) -> list[dict[str, Any]]:
    """The questions of a set, in the order of its file."""
    return [
        json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()
    ]


@dataclass
class Share:
    """Hits among tries."""

    tries: int = 0
    hits: int = 0

    def add(self, hit: bool) -> None:
        self.tries += 1
        self.hits += hit

    @property
    def value(self) -> float:
        return self.hits / self.tries if self.tries else 1.0


@dataclass
class Figures:
    """What the issue asks for. "Beyond" is out of scope and urgent together."""

    plain: Share = field(default_factory=Share)
    noisy: Share = field(default_factory=Share)
    top3: Share = field(default_factory=Share)
    beyond: Share = field(default_factory=Share)
    smalltalk: Share = field(default_factory=Share)
    turned_away: Share = field(default_factory=Share)
    seconds: list[float] = field(default_factory=list)

    def add(self, question: dict[str, Any], finding: Finding, seconds: float) -> None:
        self.seconds.append(seconds)
        if question["kind"] != "article":
            share = self.smalltalk if question["kind"] == "smalltalk" else self.beyond
            share.add(finding.kind == question["kind"])
            return
        right = {question["article"], *question.get("also", ())}
        top = finding.kind == "article" and finding.article in right
        (self.noisy if question["noisy"] else self.plain).add(top)
        self.top3.add(finding.kind in _ANSWERED and any(candidate.article in right for candidate in finding.candidates))
        self.turned_away.add(finding.kind not in _ANSWERED)

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the questions was answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        shares = {
            "top-1 plain": self.plain,
            "top-1 noisy": self.noisy,
            "top-3": self.top3,
            "out of scope and urgent": self.beyond,
            "small talk": self.smalltalk,
            "good questions turned away": self.turned_away,
        }
        lines = [f"{name}: {share.value:.1%} of {share.tries}" for name, share in shares.items()]
        return "\n".join(
            [*lines, f"median {self.percentile(0.5):.2f} ms, 99th percentile {self.percentile(0.99):.2f} ms"]
        )


def measure(find: Callable[[str], Finding], asked: Sequence[dict[str, Any]]) -> Figures:
    """Ask every question once."""
    figures = Figures()
    for question in asked:
        started = perf_counter()
        finding = find(question["q"])
        figures.add(question, finding, perf_counter() - started)
    return figures


def measure_search(search: Search, asked: Sequence[dict[str, Any]]) -> Figures:
    """Ask the product's own search."""
    return measure(lambda text: search.find(text, today=TODAY), asked)
