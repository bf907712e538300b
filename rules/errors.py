"""The root error of the rules package."""

from __future__ import annotations

from pathlib import Path


class RulesError(Exception):
    """A rule, parameter or case file that cannot be used; names the file and what to mend."""

    def __init__(self, message: str, *, file: Path | None = None) -> None:
        self.file = file
        super().__init__(f"{file}: {message}" if file else message)


class UnknownParameterError(RulesError):
    """A parameter id that no file in `rules/parameters/` defines."""


class NoValueOnDateError(RulesError):
    """A parameter that has no known value on the date asked about."""
