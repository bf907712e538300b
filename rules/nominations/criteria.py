"""The criteria of a commendation as data: what each is called, for whom it counts, and whether anybody confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import yaml

from rules.errors import RulesError
from rules.nominations.model import Kind
from rules.parameters import Confidence

FILE: Final = Path(__file__).with_name("criteria.yaml")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One criterion; without a word on it, it is unconfirmed."""

    id: str
    label: str
    kinds: tuple[Kind, ...]
    confidence: Confidence = "unconfirmed"


@cache
def working_list(file: Path = FILE) -> tuple[Criterion, ...]:
    """The list that holds where a locality gives none.

    Raises:
        RulesError: a field is missing or unknown, or an id stands twice.
    """
    try:
        read = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
        found = msgspec.convert(read, tuple[Criterion, ...])
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise RulesError(str(error), file=file) from error
    check(found, file)
    return found


def check(criteria: Sequence[Criterion], file: Path) -> None:
    """Whether a list can be used: no id twice, and something to choose for each kind.

    Raises:
        RulesError: it cannot.
    """
    ids = [each.id for each in criteria]
    if len(set(ids)) != len(ids):
        raise RulesError("a criterion stands twice", file=file)
    for kind in ("person", "household", "collective"):
        if not of_kind(criteria, kind):
            raise RulesError(f"no criterion is for a {kind}", file=file)


def of_kind(criteria: Sequence[Criterion], kind: str) -> list[Criterion]:
    """The criteria that count for a kind of nominee."""
    return [each for each in criteria if kind in each.kinds]
