"""Reads `cases.yaml` beside each rule: what an officer checks and the tests run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from rules.catalogue import Benefit
from rules.errors import RulesError
from rules.verdict import Outcome

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEYS: Final = {"name", "day", "facts", "expect", "amount", "figures", "missing"}


@dataclass(frozen=True, slots=True)
class BenefitCase:
    """One sentence with the facts it stands for and what the rule must say."""

    name: str
    on: date
    facts: Mapping[str, object]
    expect: Outcome
    amount: int | float | None
    figures: Mapping[str, float]
    missing: tuple[str, ...]


def load(benefit: Benefit) -> tuple[BenefitCase, ...]:
    """The cases of one benefit.

    Raises:
        RulesError: a case that lacks something, has an unknown key or the name of another case.
    """
    file: Path = benefit.folder / "cases.yaml"
    entries = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    cases = tuple(_case(entry, file) for entry in entries)
    names = [case.name for case in cases]
    for name in names:
        if names.count(name) > 1:
            raise RulesError(f"two cases are named {name!r}", file=file)
    return cases


def _case(entry: Mapping[str, Any], file: Path) -> BenefitCase:
    unknown = set(entry) - _KEYS
    if unknown:
        raise RulesError(f"case {entry.get('name')!r}: unknown {sorted(unknown)}", file=file)
    try:
        return BenefitCase(
            name=entry["name"],
            on=entry["day"],
            facts=entry["facts"],
            expect=entry["expect"],
            amount=entry.get("amount"),
            figures=entry.get("figures", {}),
            missing=tuple(entry.get("missing", ())),
        )
    except KeyError as error:
        raise RulesError(f"case {entry.get('name')!r} lacks {error}", file=file) from error
