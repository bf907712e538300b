"""The health-insurance card: what the state pays, what is left to pay, and how much of a treatment the card covers."""

from __future__ import annotations

from rules.law import Law
from rules.verdict import Decision, Figure, yes


def card(law: Law, support: str, benefit: str | None) -> Decision:
    """A card whose yearly price the state pays in part or whole; the amount is the state's part of a year."""
    price = law.product("health_insurance.rate", "base_salary.amount", times=12, percent=True)
    paid = law.product("health_insurance.rate", "base_salary.amount", support, times=12, percent=True)
    figures = [
        Figure("support", law.value(support), "percent"),
        Figure("own_payment", price - paid, "VND/year"),
    ]
    if benefit is not None:
        figures.append(Figure("covered", law.value(benefit), "percent"))
    return yes(paid, *figures)


def household_prices(law: Law) -> tuple[Figure, ...]:
    """What the first, second … member of one household pays a year, and how much of a treatment the card covers."""
    price = ("health_insurance.rate", "base_salary.amount")
    prices = [Figure("first_person", law.product(*price, times=12, percent=True), "VND/year")]
    for member in ("second", "third", "fourth", "fifth"):
        reduced = law.product(*price, f"health_insurance.household.{member}", times=12, percent=True)
        prices.append(Figure(f"{member}_person", reduced, "VND/year"))
    return (*prices, Figure("covered", law.value("health_insurance.benefit.household"), "percent"))
