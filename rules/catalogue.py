"""Discovers `benefits/<slug>/`, checks it and hands out the benefits; a mistake names its file and line."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

from rules.errors import RulesError, UnknownBenefitError
from rules.facts import Level
from rules.parameters import Confidence, Parameters
from rules.tree import Rule
from rules.verdict import Citation, Outcome

BENEFITS: Final = Path(__file__).with_name("benefits")
PROCEDURES: Final = Path(__file__).with_name("procedures")
PLACEHOLDER: Final = re.compile(r"\{([a-z0-9_.]+)\}")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Procedure:
    """How to ask for a benefit on `[start, end)`: who decides, which papers, where, how long."""

    start: date
    end: date | None
    decides: str
    papers: tuple[str, ...]
    place: str
    time: str


@dataclass(frozen=True, slots=True)
class Block:
    """What holds for a benefit on `[start, end)`; `regime` is the name by which its rule knows these days."""

    start: date
    end: date | None
    regime: str
    confidence: Confidence
    law: tuple[Citation, ...]
    conditions: tuple[str, ...]
    note: str | None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


@dataclass(frozen=True, slots=True)
class Benefit:
    """One folder of `rules/benefits/`; its slug is the folder's name with hyphens.

    `earlier` and `later` say what is answered on days before the first and after the last block: not eligible where
    there was no such benefit, unknown where another law held that is not known here.
    """

    slug: str
    title: str
    group: str
    level: Level
    unit: str
    period: str
    overlap: str | None
    paid_beside: frozenset[str]
    earlier: Outcome
    later: Outcome
    last_checked: date
    blocks: tuple[Block, ...]
    procedures: tuple[Procedure, ...]
    rule: Rule
    folder: Path

    def block(self, on: date) -> Block | None:
        """The block that holds on that day, or None where the benefit is not in force."""
        return next((block for block in self.blocks if block.holds(on)), None)

    def outside(self, on: date) -> Outcome:
        """The verdict on a day on which no block holds."""
        return self.earlier if on < self.blocks[0].start else self.later

    def procedure(self, on: date) -> Procedure | None:
        """How to ask for it on that day, where that is known."""
        return next((p for p in self.procedures if p.start <= on and (p.end is None or on < p.end)), None)


class Catalogue:
    """All benefits by slug, in alphabetical order."""

    def __init__(self, benefits: Iterable[Benefit]) -> None:
        self._by_slug: dict[str, Benefit] = {}
        for benefit in sorted(benefits, key=lambda each: each.slug):
            if benefit.slug in self._by_slug:
                raise RulesError(f"benefit {benefit.slug!r} exists twice", file=benefit.folder)
            self._by_slug[benefit.slug] = benefit

    def __iter__(self) -> Iterator[Benefit]:
        return iter(self._by_slug.values())

    def __len__(self) -> int:
        return len(self._by_slug)

    def get(self, slug: str) -> Benefit:
        """The benefit with this slug; raises `UnknownBenefitError`."""
        try:
            return self._by_slug[slug]
        except KeyError:
            raise UnknownBenefitError(f"unknown benefit {slug!r}") from None


def load(parameters: Parameters, benefits: Path = BENEFITS, procedures: Path = PROCEDURES) -> Catalogue:
    """Read every folder and every shared procedure.

    Raises:
        RulesError: a folder that is incomplete, a figure that no parameter holds; names file and line.
    """
    shared = {file.stem: _procedures(file, parameters) for file in sorted(procedures.glob("*.yaml"))}
    return Catalogue(
        _benefit(folder, parameters, shared)
        for folder in sorted(benefits.iterdir())
        if (folder / "benefit.yaml").exists()
    )


def filled(text: str, parameters: Parameters, on: date) -> str:
    """A text with its figures of the day, written as Vietnamese writes numbers."""

    def figure(match: re.Match[str]) -> str:
        line = parameters.get(match[1]).at(on)
        if line is None:
            return "…"
        return f"{line.value:,}".replace(",", "_").replace(".", ",").replace("_", ".")

    return PLACEHOLDER.sub(figure, text)


def _benefit(folder: Path, parameters: Parameters, shared: Mapping[str, tuple[Procedure, ...]]) -> Benefit:
    file = folder / "benefit.yaml"
    entry = _read(file, parameters)
    slug = folder.name.replace("_", "-")
    try:
        blocks = tuple(_block(block) for block in entry["blocks"])
        benefit = Benefit(
            slug=slug,
            title=entry["title"],
            group=entry["group"],
            level=entry["level"],
            unit=entry["unit"],
            period=entry["period"],
            overlap=entry.get("overlap"),
            paid_beside=frozenset(entry.get("paid_beside", ())),
            earlier=_outcome(entry.get("earlier", "not_eligible")),
            later=_outcome(entry.get("later", "not_eligible")),
            last_checked=entry["last_checked"],
            blocks=blocks,
            procedures=shared[entry["procedure"]],
            rule=importlib.import_module(f"rules.benefits.{folder.name}.rule").rule,
            folder=folder,
        )
    except (KeyError, TypeError, ValueError) as error:
        needle = str(error.args[0]) if error.args else ""
        raise RulesError(f"line {_line(file, needle)}: benefit {slug!r}: {error!r}", file=file) from error
    _check_order(blocks, file)
    return benefit


def _outcome(word: str) -> Outcome:
    if word == "unknown":
        return "unknown"
    if word == "not_eligible":
        return "not_eligible"
    raise ValueError(word)


def _block(entry: Mapping[str, Any]) -> Block:
    start, end = entry["from"], entry.get("to")
    if entry["confidence"] not in ("confirmed", "unconfirmed"):
        raise ValueError(entry["confidence"])
    citations = tuple(Citation(text, start.isoformat(), end.isoformat() if end else None) for text in entry["law"])
    conditions = tuple(entry["conditions"])
    regime, note = entry.get("regime", ""), entry.get("note")
    return Block(start, end, regime, entry["confidence"], citations, conditions, note)


def _check_order(blocks: tuple[Block, ...], file: Path) -> None:
    for before, after in pairwise(blocks):
        if before.end is None or before.end > after.start:
            where = _line(file, f"from: {after.start}")
            raise RulesError(f"line {where}: the block overlaps the one before it", file=file)


def _procedures(file: Path, parameters: Parameters) -> tuple[Procedure, ...]:
    entries = _read(file, parameters)["blocks"]
    try:
        return tuple(
            Procedure(e["from"], e.get("to"), e["decides"], tuple(e["papers"]), e["place"], e["time"]) for e in entries
        )
    except (KeyError, TypeError) as error:
        raise RulesError(f"a block of the procedure lacks {error}", file=file) from error


def _read(file: Path, parameters: Parameters) -> Mapping[str, Any]:
    """The file's content, after a look whether every figure that its texts name exists."""
    text = file.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        for match in PLACEHOLDER.finditer(line):
            if match[1] not in parameters:
                raise RulesError(f"line {number}: no parameter {match[1]!r}", file=file)
    entry = yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    if not isinstance(entry, dict):
        raise RulesError("line 1: expected a mapping", file=file)
    return entry


def _line(file: Path, needle: str) -> int:
    """The first line that holds the words, or the first of the file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if needle and needle in line), 1)
