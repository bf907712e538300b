"""What a locality adds to the national minimum: `localities/<slug>/overrides.yaml`, each line with its document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from content import localities
from content.errors import ContentError
from content.files import read_as
from rules.local import LocalFigure

FILE_NAME: Final = "overrides.yaml"


class Override(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}, forbid_unknown_fields=True):
    """One line of the file."""

    parameter: str
    value: int | float
    start: date
    document: str
    source: str
    end: date | None = None


def load(slug: str, folder: Path = localities.FOLDER) -> tuple[LocalFigure, ...]:
    """The local figures of a locality; none where it has no such file.

    Raises:
        ContentError: a line that does not fit, or has no document or source.
    """
    file = folder / slug / FILE_NAME
    if not file.is_file():
        return ()
    lines = read_as(file, tuple[Override, ...])
    for line in lines:
        if not line.document.strip() or not line.source.strip():
            raise ContentError(f"the figure for {line.parameter!r} needs its document and its source", file=file)
    return tuple(
        LocalFigure(
            line.parameter,
            line.start,
            line.end,
            line.value if isinstance(line.value, int) else Decimal(str(line.value)),
            line.document,
        )
        for line in lines
    )
