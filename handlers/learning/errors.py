"""What cannot be done with a change of an article, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from content.article_checks import Problem


class KnowledgeError(Exception):
    """A phrase key with its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key: Final = key
        self.values: Final = values


class ProblemsError(KnowledgeError):
    """The article cannot be used as it is written: everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("knowledge.error.problems", count=len(problems))
        self.problems: Final = tuple(problems)
