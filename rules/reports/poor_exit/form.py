"""A household that leaves poverty and is above the near-poor standard."""

from __future__ import annotations

from rules.reports.status import becomes, must_be

form = becomes("newly_exited", "above", must_be("poor"))
