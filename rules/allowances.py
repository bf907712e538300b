"""Conditions and amounts that several monthly allowances share (NĐ 20/2021, NĐ 335/2026)."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, yes

NO_PARENT_CARES = ("abandoned", "both_dead", "absent")


def monthly(law: Law, coefficient: str, *, per: tuple[str, ...] = ()) -> Decision:
    """The standard amount times a coefficient."""
    return yes(law.product("social_assistance.standard_amount", coefficient), per=per)


def child(case: Case, law: Law) -> bool:
    """Under 16."""
    return case.number("person.age") < law.whole("social_assistance.age.child")


def young_child(case: Case, law: Law) -> bool:
    """Under 4, for whom the coefficient is higher."""
    return case.number("person.age") < law.whole("social_assistance.age.young_child")


def elderly(case: Case, law: Law) -> bool:
    """Người cao tuổi."""
    return case.number("person.age") >= law.whole("social_assistance.age.elderly")


def poor(case: Case) -> bool:
    """Hộ nghèo by decision."""
    return case.one_of("household.status", "poor")


def poor_or_near_poor(case: Case) -> bool:
    """Hộ nghèo or hộ cận nghèo by decision."""
    return case.one_of("household.status", "poor", "near_poor")


def without_parents(case: Case, law: Law) -> bool:
    """A child whom no parent can raise; from NĐ 335/2026 on a parent who is not identified counts as dead."""
    if law.regime == "decree-335":
        return case.one_of("person.parents", *NO_PARENT_CARES, "one_unidentified")
    return case.one_of("person.parents", *NO_PARENT_CARES)


def without_supporter(case: Case) -> bool:
    """Nobody is bound to support the person, or whoever is lives on the monthly allowance too."""
    return case.one_of("person.supporter", "none", "on_allowance")


def severely_disabled(case: Case) -> bool:
    """Khuyết tật nặng or đặc biệt nặng."""
    return case.one_of("person.disability_degree", "severe", "especially_severe")


def one_off(law: Law, multiple: str) -> Decision:
    """A payment of several times the standard amount."""
    return yes(law.product("social_assistance.standard_amount_one_off", multiple))
