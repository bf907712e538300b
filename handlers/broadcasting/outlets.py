"""The channels of this installation as announcements see them: what each shows, and to whom it may send now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from handlers.messages import Capabilities
from handlers.reporting.notices import MAILBOXES
from storage.expansion import Reach


@dataclass(frozen=True, slots=True)
class Shown:
    """What a channel can show; `caption_limit` is the longest text that goes with a picture, 0 for any."""

    capabilities: Capabilities = field(default_factory=Capabilities)
    caption_limit: int = 0


async def _plainest() -> Reach:
    return Reach(frozenset({"web", "terminal"}), MAILBOXES)


def _web_alone() -> dict[str, Shown]:
    return {"web": Shown(Capabilities(20_000, 40, pictures_out=True))}


@dataclass(frozen=True, slots=True)
class Outlets:
    """The configured channels; the entry point brings them, the default is what runs without any."""

    shown: Mapping[str, Shown] = field(default_factory=_web_alone)
    reach: Callable[[], Awaitable[Reach]] = _plainest
    """What the channels allow at this moment, as their adapters declare it."""
