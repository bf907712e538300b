"""A near-poor household that becomes poor."""

from __future__ import annotations

from rules.reports.status import becomes, must_be

form = becomes("poor", "from_other_list", must_be("near_poor"))
