"""A household that becomes poor for the first time."""

from __future__ import annotations

from rules.reports.status import becomes, never, not_listed

form = becomes("poor", "new", not_listed, never("poor"), may_be_new=True)
