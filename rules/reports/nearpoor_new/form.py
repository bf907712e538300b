"""A household that becomes near-poor for the first time."""

from __future__ import annotations

from rules.reports.status import becomes, never, not_listed

form = becomes("near_poor", "new", not_listed, never("near_poor"), may_be_new=True)
