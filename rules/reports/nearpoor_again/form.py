"""A household that left the near-poor list and is near-poor again."""

from __future__ import annotations

from rules.reports.status import becomes, not_listed, once

form = becomes("near_poor", "again", not_listed, once("near_poor"))
