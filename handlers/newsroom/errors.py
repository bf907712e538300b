"""What cannot be done with news or a dialogue, and why."""

from __future__ import annotations

from typing import Any, Final


class NewsError(Exception):
    """The end of a phrase `news.error.<reason>` with what fills it in."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason)
        self.reason: Final = reason
        self.values: Final = values

    @property
    def key(self) -> str:
        return f"news.error.{self.reason}"
