"""The root error of the content package."""

from __future__ import annotations

from pathlib import Path


class ContentError(Exception):
    """An article, locality or catalogue that cannot be used; names the file and what to mend."""

    def __init__(self, message: str, *, file: Path | None = None) -> None:
        self.file = file
        super().__init__(f"{file}: {message}" if file else message)
