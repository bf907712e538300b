"""What cannot be done with a case, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from storage.cases import EntryRow


class CaseError(Exception):
    """Something that cannot be done; `key` is the phrase that says why, with its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key: Final = key
        self.values: Final[Mapping[str, Any]] = values


class AnsweredFirstError(CaseError):
    """A colleague has answered since the page was opened: what was said is shown, and sending on must be confirmed."""

    def __init__(self, replies: Sequence[EntryRow]) -> None:
        super().__init__("inbox.error_answered", name=replies[-1].name)
        self.replies: Final = replies
