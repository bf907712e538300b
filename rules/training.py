"""Ages and caps of short vocational training (QĐ 46/2015, NĐ 338/2025)."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import disabled
from rules.tree import Case


def of_working_age(case: Case, law: Law) -> bool:
    """Old enough to learn a trade, and until 2026 not past the working age of men or women."""
    age = case.number("person.age")
    if law.regime == "decree-338":
        return age >= law.whole("training.age.working_min")
    if age < law.whole("training.age.min") or age > law.whole("training.age.male_max"):
        return False
    return age <= law.whole("training.age.female_max") or case.one_of("person.gender", "male")


def cap_2016(case: Case, law: Law) -> str | None:
    """The highest cap of QĐ 46/2015 that the person reaches, or None for who belongs to no group."""
    if disabled(case):
        return "training.cap.disabled"
    if case.one_of("household.status", "poor"):
        return "training.cap.ethnic_poor" if case.yes("person.ethnic_minority") else "training.cap.poor"
    if case.yes("person.merit") or case.yes("person.lost_farmland"):
        return "training.cap.poor"
    if case.one_of("household.status", "near_poor"):
        return "training.cap.near_poor"
    if law.known("training.cap.newly_exited") and case.one_of("household.status", "newly_exited"):
        return "training.cap.newly_exited"
    if case.one_of("household.area", "rural") or case.one_of("person.gender", "female"):
        return "training.cap.other"
    return None
