"""What cannot be done with a report, as a phrase with its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rules.reports.model import Problem
from storage.reports import MoveRow, ReportRow


class ReportError(Exception):
    """Something that cannot be done with a report; `key` is the phrase that says why, with its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key: Final = key
        self.values: Final[Mapping[str, Any]] = values


class SeenFirstError(ReportError):
    """Somebody else was first: who did what, and how the report stands now."""

    def __init__(self, row: ReportRow, last: MoveRow | None) -> None:
        super().__init__("reports.error_first")
        self.row: Final = row
        self.last: Final = last


def problem_error(problem: Problem) -> ReportError:
    """A check that failed, as an error with its phrase."""
    return ReportError(f"reports.check.{problem.key}", **problem.values)
