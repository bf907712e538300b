"""What one locality adds to the national minimum: another figure for some days, by a document that has a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from rules.errors import RulesError
from rules.parameters import DatedValue, Number, Parameter, Parameters


@dataclass(frozen=True, slots=True)
class LocalFigure:
    """A figure that holds here on `[start, end)` instead of the national one."""

    parameter: str
    start: date
    end: date | None
    value: Number
    document: str


def with_overrides(parameters: Parameters, figures: Iterable[LocalFigure]) -> Parameters:
    """The law with the locality's figures in it.

    Raises:
        RulesError: a figure without a document's number, or one that ends before it begins.
        UnknownParameterError: a figure that the national law does not know.
    """
    changed = {parameter.id: parameter for parameter in parameters}
    for figure in figures:
        if not any(letter.isdigit() for letter in figure.document):
            raise RulesError(f"the local figure for {figure.parameter!r} needs the number of its document")
        if figure.end is not None and figure.end <= figure.start:
            raise RulesError(f"the local figure for {figure.parameter!r} ends before it begins")
        national = changed.get(figure.parameter) or parameters.get(figure.parameter)
        changed[figure.parameter] = _overlaid(national, figure)
    return Parameters(changed.values())


def _overlaid(national: Parameter, figure: LocalFigure) -> Parameter:
    own = DatedValue(figure.start, figure.end, figure.value, figure.document, "confirmed", figure.document)
    lines = [own]
    for line in national.values:
        if line.start < figure.start:
            ends = line.end is None or line.end > figure.start
            lines.append(replace(line, end=figure.start) if ends else line)
        if figure.end is not None and (line.end is None or line.end > figure.end):
            lines.append(replace(line, start=max(line.start, figure.end)))
    return replace(national, values=tuple(sorted(lines, key=lambda line: line.start)))
