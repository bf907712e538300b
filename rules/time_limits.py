"""How long a report may wait, by the process of the regular review and by the office's own rule.

The law sets days for the review of poor and near-poor households; it names none for reports of births, deaths and
moves. For these each level has the office's own limit below, which binds nobody but the office.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from rules.errors import NoValueOnDateError
from rules.parameters import Parameters
from rules.working_days import after_working_days, next_working_day

OFFICE_DAYS: Final = 3
"""Working days for one step where the law sets none: the office's own aim."""
_ANSWER_DAYS: Final = 7


def due_on(parameters: Parameters, state: str, since: date, *, reviewed: bool, sent_on: date) -> date:
    """The last day on which the next move should be made."""
    if state == "asked":
        return next_working_day(since + timedelta(days=_ANSWER_DAYS))
    step = after_working_days(since, OFFICE_DAYS)
    if not reviewed:
        return step
    return max(step, review_end(parameters, sent_on)) if state in ("checked", "deciding") else step


def review_end(parameters: Parameters, sent_on: date) -> date:
    """The end of the regular review that a request of this day falls into."""
    try:
        first = int(parameters.value("review.regular_start_day", sent_on))
        days = int(parameters.value("review.regular_days", sent_on))
    except NoValueOnDateError:
        return after_working_days(sent_on, OFFICE_DAYS)
    start = sent_on.replace(day=first)
    if sent_on.day > first:
        start = (sent_on.replace(day=1) + timedelta(days=32)).replace(day=first)
    return start + timedelta(days=days)


def posting_end(parameters: Parameters, posted_on: date) -> date | None:
    """The last day of the public posting of a list, where the rule is known."""
    try:
        return after_working_days(posted_on, int(parameters.value("review.post_days", posted_on)))
    except NoValueOnDateError:
        return None
