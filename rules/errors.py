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


class UnknownFactError(RulesError):
    """A fact id that the fact list does not hold; `nearest` is the closest valid id, if any is close."""

    def __init__(self, fact_id: str, nearest: str | None, *, file: Path | None = None) -> None:
        self.fact_id = fact_id
        self.nearest = nearest
        hint = f"; nearest valid id: {nearest!r}" if nearest else ""
        super().__init__(f"unknown fact {fact_id!r}{hint}", file=file)


class FactValueError(RulesError):
    """A value that the fact cannot have: wrong type, out of range, or no choice of its list."""

    def __init__(self, fact_id: str, message: str) -> None:
        self.fact_id = fact_id
        super().__init__(f"fact {fact_id!r}: {message}")


class ContradictionError(RulesError):
    """Two facts that cannot both be true of one person or household."""

    def __init__(self, fact_id: str, other_id: str, message: str) -> None:
        self.fact_id = fact_id
        self.other_id = other_id
        super().__init__(f"facts {fact_id!r} and {other_id!r} contradict each other: {message}")


class UnknownBenefitError(RulesError):
    """A benefit id that no folder in `rules/benefits/` has."""


class DateOutsideLawError(RulesError):
    """A date for which this house knows no law."""
