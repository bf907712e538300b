"""What cannot be done with a nomination, as a phrase with its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rules.nominations.model import Problem
from storage.nominations import MoveRow, NominationRow


class NominationError(Exception):
    """Something that cannot be done; `key` is the phrase that says why, with its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key: Final = key
        self.values: Final[Mapping[str, Any]] = values


class MovedFirstError(NominationError):
    """Somebody else was first: who did what, and how the nomination stands now."""

    def __init__(self, row: NominationRow, last: MoveRow | None) -> None:
        super().__init__("nominations.error.first")
        self.row: Final = row
        self.last: Final = last


class CheckError(NominationError):
    """What was told does not hold; `field` is what is to be put right."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"nominations.check.{problem.key}", **problem.values)
        self.field: Final = problem.field
