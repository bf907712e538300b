"""What the points of forms B1 and B2 say about a household, by the dated cut-offs."""

from __future__ import annotations

from datetime import date
from typing import Final

from rules.parameters import Parameters

# No list of the points of form B1 is known; what is beyond this is a typing error.
MOST_B1: Final = 1000


class Scores:
    """The cut-offs of the review."""

    most_b1: Final = MOST_B1

    def __init__(self, parameters: Parameters, on: date) -> None:
        self._parameters: Final = parameters
        point, count = parameters.get("review.b2_point").at(on), parameters.get("poverty.indicator_count").at(on)
        self.b2_point: Final = int(point.value) if point is not None else None
        """What one deprivation is worth in form B2; None where no law of the day says it."""
        self.most_b2: Final = int(point.value * count.value) if point is not None and count is not None else MOST_B1

    def expected(self, b1: int, b2: int, *, rural: bool, on: date) -> str | None:
        """poor, near_poor, or none of both; None where no cut-off is known for the day."""
        line = self._parameters.get("review.b1_cut.rural" if rural else "review.b1_cut.urban").at(on)
        cut = self._parameters.get("review.b2_cut").at(on)
        if line is None or cut is None:
            return None
        if b1 > line.value:
            return "none"
        return "poor" if b2 >= cut.value else "near_poor"
