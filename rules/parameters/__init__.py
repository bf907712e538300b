"""Amounts, limits, ages and rates as dated data.

Every value has a first day, a unit, a law and a confidence. A value holds until the next line of the same parameter
begins (half-open periods), or until its own `to` where nothing follows. A change of the law is a new line, never an
edit of an old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from rules.errors import NoValueOnDateError, RulesError, UnknownParameterError

Confidence = Literal["confirmed", "unconfirmed"]
Number = int | Decimal

FOLDER: Final = Path(__file__).parent
_ID: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One line of a parameter: what holds on `[start, end)`; `end` is None where no end is known."""

    start: date
    end: date | None
    value: Number
    law: str
    confidence: Confidence
    source: str

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the law with its whole history, e.g. `social_pension.amount` in VND/month."""

    id: str
    term: str
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, on: date) -> DatedValue | None:
        """The line that holds on the given day, or None where nothing is known."""
        for line in reversed(self.values):
            if line.holds(on):
                return line
        return None


class Parameters:
    """All parameters by id."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._by_id: dict[str, Parameter] = {}
        for parameter in parameters:
            if parameter.id in self._by_id:
                raise RulesError(f"parameter {parameter.id!r} is defined twice")
            self._by_id[parameter.id] = parameter

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._by_id.values())

    def __contains__(self, parameter_id: str) -> bool:
        return parameter_id in self._by_id

    def get(self, parameter_id: str) -> Parameter:
        """The parameter with this id.

        Raises:
            UnknownParameterError: no file defines it.
        """
        try:
            return self._by_id[parameter_id]
        except KeyError:
            raise UnknownParameterError(f"unknown parameter {parameter_id!r}") from None

    def line(self, parameter_id: str, on: date) -> DatedValue:
        """The dated line that holds on that day.

        Raises:
            UnknownParameterError: no file defines it.
            NoValueOnDateError: nothing is known for that day.
        """
        found = self.get(parameter_id).at(on)
        if found is None:
            raise NoValueOnDateError(f"parameter {parameter_id!r} has no known value on {on.isoformat()}")
        return found

    def value(self, parameter_id: str, on: date) -> Number:
        """The figure that holds on that day, in the parameter's unit; raises as `line` does."""
        return self.line(parameter_id, on).value

    def starts(self, parameter_id: str) -> tuple[date, ...]:
        """Each day on which the figure changes or ends."""
        lines = self.get(parameter_id).values
        return tuple(sorted({day for line in lines for day in (line.start, line.end) if day is not None}))


def load(folder: Path = FOLDER) -> Parameters:
    """Read every `*.yaml` of the folder.

    Raises:
        RulesError: a file that is no list of parameters, or a line that is undated, unordered or overlapping.
    """
    return Parameters(parameter for file in sorted(folder.glob("*.yaml")) for parameter in _read(file))


def _read(file: Path) -> Iterable[Parameter]:
    entries = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    if not isinstance(entries, list):
        raise RulesError("expected a list of parameters", file=file)
    for entry in entries:
        try:
            yield _parameter(entry)
        except (KeyError, TypeError, ValueError) as error:
            raise RulesError(
                f"parameter {entry.get('id') if isinstance(entry, dict) else entry!r}: {error}", file=file
            ) from error


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    if not _ID.fullmatch(entry["id"]):
        raise ValueError("an id is two or more lower-case words joined by dots")
    lines = entry["values"]
    values = []
    for index, line in enumerate(lines):
        following = lines[index + 1]["from"] if index + 1 < len(lines) else None
        end = line.get("to", following)
        if end is not None and (end <= line["from"] or (following is not None and end > following)):
            raise ValueError(f"the line from {line['from']} is out of order or overlaps the next one")
        values.append(_dated_value(line, end))
    if not values:
        raise ValueError("a parameter needs at least one dated value")
    return Parameter(entry["id"], entry["term"], entry["unit"], tuple(values))


def _dated_value(line: Mapping[str, Any], end: date | None) -> DatedValue:
    value = line["value"]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no figure")
    if line["confidence"] not in get_args(Confidence):
        raise ValueError(f"confidence {line['confidence']!r} is neither of {get_args(Confidence)}")
    if type(line["from"]) is not date:
        raise ValueError("'from' must be a date")
    return DatedValue(
        start=line["from"],
        end=end,
        value=value if isinstance(value, int) else Decimal(str(value)),
        law=line["law"],
        confidence=line["confidence"],
        source=line["source"],
    )
