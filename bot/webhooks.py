"""What the web server needs of a channel that is fed by webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Webhook(Protocol):
    """Receives a platform's posts."""

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take one post and return the HTTP status: 200 only after what it carries is committed."""
        ...
