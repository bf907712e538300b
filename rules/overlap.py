"""Highest only: of several monthly payments to one person the law pays the highest, with the exceptions it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rules.catalogue import Catalogue
from rules.verdict import Result


def settle(results: Iterable[Result], catalogue: Catalogue) -> list[Result]:
    """Marks each entitlement that is not paid because a higher one of its kind is; the conditions stay fulfilled."""
    settled = list(results)
    kinds: dict[str, list[int]] = defaultdict(list)
    for place, result in enumerate(settled):
        if result.verdict == "eligible" and result.amount is not None:
            overlap = catalogue.get(result.benefit).overlap
            if overlap is not None:
                kinds[overlap].append(place)
    for places in kinds.values():
        places.sort(key=lambda place: (-float(settled[place].amount or 0), settled[place].benefit))
        paid: list[str] = []
        for place in places:
            result = settled[place]
            beside = catalogue.get(result.benefit).paid_beside
            if all(other in beside or result.benefit in catalogue.get(other).paid_beside for other in paid):
                paid.append(result.benefit)
            else:
                settled[place] = result._replace(instead=paid[0])
    return settled
