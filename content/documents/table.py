"""A plain table for a file: what it is called, its columns, its rows."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook, or one part of a CSV file."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
