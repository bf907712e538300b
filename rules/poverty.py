"""Income limits and deprivations of the poverty standards (2016, 2022, 2027)."""

from __future__ import annotations

from typing import Final, Literal, get_args

from rules.law import Law
from rules.tree import Case

Deprivation = Literal[
    "employment", "dependants", "nutrition", "health_insurance", "adult_education", "child_school",
    "house_quality", "house_area", "water", "toilet", "information_service", "information_device",
]  # fmt: skip
"""An indicator of form B2: việc làm, người phụ thuộc, dinh dưỡng, BHYT, … (NĐ 07/2021/NĐ-CP, Phụ lục)."""

DEPRIVATIONS: Final[tuple[Deprivation, ...]] = get_args(Deprivation)
"""In the order of the form, each worth `review.b2_point`. Whether 2027 keeps them is not known yet."""


def recognised(case: Case, *statuses: str) -> bool:
    """Whether the commune has already decided so; a decision outweighs any estimate."""
    return case.one_of("household.status", *statuses)


def limit(case: Case, law: Law, stem: str) -> bool:
    """Whether the income per head is at most the limit of the area."""
    area = "urban" if case.one_of("household.area", "urban") else "rural"
    return case.number("household.income_per_head") <= law.whole(f"{stem}.{area}")


def below_line(case: Case, law: Law) -> bool:
    """Income at most the poverty line, or until 2021 the upper of the two lines."""
    return limit(case, law, "poverty.line_2021.upper" if law.regime == "standard-2016" else "poverty.line")


def below_lower_line_2021(case: Case, law: Law) -> bool:
    """Until 2021 an income under the lower line alone made a household poor."""
    return limit(case, law, "poverty.line_2021.lower")


def below_average_limit(case: Case, law: Law) -> bool:
    """Income at most the upper limit of mức sống trung bình."""
    return limit(case, law, "poverty.average_upper")


def deprived(case: Case, law: Law) -> bool:
    """Enough missing indicators to be poor."""
    return case.number("household.deprivations") >= law.whole("poverty.min_deprivations")
