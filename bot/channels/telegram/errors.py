"""What can go wrong between us and the Bot API. The messages hold no token, text or name: they are logged."""

from __future__ import annotations

from typing import Final


class TelegramError(Exception):
    """Root of this adapter's errors."""


class ApiRefusalError(TelegramError):
    """The API answered with `ok: false`."""

    def __init__(
        self, method: str, status: int, description: str, *, retry_after: float | None = None, migrated: bool = False
    ) -> None:
        super().__init__(f"{method}: {status} {description[:200]}")
        self.status: Final = status
        self.description: Final = description[:200]
        self.retry_after: Final = retry_after
        """Seconds that the API wants us to be silent."""
        self.migrated: Final = migrated
        """The group has become a supergroup with another id."""

    def says(self, *phrases: str) -> bool:
        """Whether the description holds one of the phrases, given in lower case."""
        said = self.description.lower()
        return any(phrase in said for phrase in phrases)


class UnreachableError(TelegramError):
    """No readable answer: connection lost, time-out, a proxy's error page."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.reason: Final = reason


class TokenRefusedError(TelegramError):
    """The API does not know the token: nothing will work until the setting is corrected."""
