"""A household that leaves poverty and is near-poor."""

from __future__ import annotations

from rules.reports.status import becomes, must_be

form = becomes("near_poor", "to_other_list", must_be("poor"))
