"""A household that left poverty and is poor again."""

from __future__ import annotations

from rules.reports.status import becomes, not_listed, once

form = becomes("poor", "again", not_listed, once("poor"))
