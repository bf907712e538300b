"""What the routes of the desk work with; the entry point builds it once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from content.words import SOURCE_LANGUAGE, Words
from handlers.reporting.frame import Frame, frame_of
from handlers.turn import VIETNAM, Knowledge
from storage.database import Database
from storage.keys import Keys

FetchFile = Callable[[str, str], Awaitable[bytes | None]]
"""The bytes of a photo by channel and the channel's handle; None where the channel does not give it out (any more)."""


@dataclass(frozen=True)
class Parts:
    """The database, what is known, the clock, and where chance comes from."""

    database: Database
    knowledge: Knowledge
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    fetch: FetchFile
    secure: bool
    """The desk is reached over https: its cookie goes nowhere else."""

    @property
    def keys(self) -> Keys:
        return self.knowledge.keys

    @property
    def words(self) -> Words:
        """The desk speaks Vietnamese."""
        return self.knowledge.languages[SOURCE_LANGUAGE]

    @cached_property
    def frame(self) -> Frame:
        return frame_of(self.knowledge.locality, self.words)

    @property
    def today(self) -> date:
        """The day in Viet Nam."""
        return self.now().astimezone(VIETNAM).date()

    def say(self, key: str, **values: Any) -> str:
        """A phrase, dates in it as they are written."""
        said = {name: self.words.date(each) if isinstance(each, date) else each for name, each in values.items()}
        return self.words.say(key, **said)

    def told(self, key: str, **values: Any) -> str:
        """A phrase whose key came out of an address; nothing where there is none, so that only our own words show."""
        return self.say(key, **values) if key in self.words.phrases else ""

    def done(self, group: str, given: Mapping[str, Any]) -> str:
        """What was done just now with a numbered thing, as the address says (`xong`, `vua`)."""
        receipt = str(given.get("vua", ""))
        if not receipt.replace("-", "").isalnum() or len(receipt) > 20:
            return ""
        return self.told(f"{group}.{given.get('xong', '')}", receipt=receipt)
