"""The school levels that the education decrees name together."""

from __future__ import annotations

from rules.tree import Case

GENERAL = ("primary", "lower_secondary", "upper_secondary", "continuing")
HIGHER = ("vocational", "university")


def in_general_school(case: Case) -> bool:
    """Mẫu giáo, phổ thông or giáo dục thường xuyên at that level."""
    return case.one_of("person.study", "kindergarten", *GENERAL)


def in_school_or_nursery(case: Case) -> bool:
    """As above, with nhà trẻ."""
    return case.one_of("person.study", "nursery", "kindergarten", *GENERAL)


def in_higher_school(case: Case) -> bool:
    """Học nghề, trung cấp, cao đẳng or đại học."""
    return case.one_of("person.study", *HIGHER)


def disabled(case: Case) -> bool:
    """Any degree on a certificate."""
    return case.one_of("person.disability_degree", "mild", "severe", "especially_severe")


def in_school(case: Case) -> bool:
    """A pupil or student of any level from primary school on."""
    return case.one_of("person.study", *GENERAL, *HIGHER)
