"""Facts from a file: a mistake is told with file, line and the nearest valid id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rules.errors import ContradictionError, FactValueError, RulesError, UnknownFactError
from rules.facts import FactBook
from rules.household import parse


def read(text: str, file: Path, book: FactBook) -> Mapping[str, object]:
    """The facts of a JSON object, after the checks of `rules.household.parse`.

    Raises:
        RulesError: no JSON object, an unknown id, an impossible value or a contradiction; names file and line.
    """
    try:
        facts = json.loads(text)
    except json.JSONDecodeError as error:
        raise RulesError(f"line {error.lineno}: no JSON: {error.msg}", file=file) from error
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets without end
        raise RulesError(
            "line 1: no JSON that can be read: a number is too long, or it is nested too deeply", file=file
        ) from None
    if not isinstance(facts, dict):
        raise RulesError("line 1: expected an object of facts", file=file)
    try:
        household = parse(facts, book)
        for person in range(len(household.persons)):
            household.view(book, person)
    except (UnknownFactError, FactValueError, ContradictionError) as error:
        raise RulesError(f"line {_line(text, error.fact_id)}: {error}", file=file) from error
    return facts


def _line(text: str, fact_id: str) -> int:
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, start=1) if f'"{fact_id}"' in line), 1)
