"""How this installation sends announcements: quiet hours, how many a week, and when a second person is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings `broadcast_quiet`, `broadcast_weekly_most` and `broadcast_approval_above`."""

    quiet_from: time = time(21)
    quiet_until: time = time(7)
    weekly_most: int = 3
    approval_above: int = 500

    def quiet(self, moment: datetime) -> bool:
        """Whether nothing but disaster warnings goes out at a moment."""
        at = moment.astimezone(VIETNAM).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def next_loud(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it lies in."""
        if not self.quiet(moment):
            return moment
        local = moment.astimezone(VIETNAM)
        end = local.replace(hour=self.quiet_until.hour, minute=self.quiet_until.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)
