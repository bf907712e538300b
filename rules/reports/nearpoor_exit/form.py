"""A household that leaves the near-poor list."""

from __future__ import annotations

from rules.reports.status import becomes, must_be

form = becomes("newly_exited", "above", must_be("near_poor"))
