"""Two households that become one: by moving together, or because they were the same all along."""

from __future__ import annotations

from rules.reports.model import Case, Household, Problem


def two(case: Case) -> tuple[Household, Household]:
    """The household that ends and the one that stays."""
    if case.household is None or case.other is None:
        raise ValueError("two households are needed")
    return case.household, case.other


def different(case: Case) -> Problem | None:
    """A household cannot be joined to itself."""
    if case.household is not None and case.other is not None and case.household.id == case.other.id:
        return Problem("same_household", "other", {"code": case.other.code})
    return None
